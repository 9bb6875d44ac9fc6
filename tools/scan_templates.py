"""``python -m tools.scan_templates FOLDER``: checkov's checks of the ARM templates below a folder.

checkov needs no account, and loads nothing when it runs.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.python_tools import CHECKOV

PROGRAM = CHECKOV.manifest / "scan.py"


@dataclass(frozen=True, order=True)
class Result:
    """What one check says of one resource."""

    check: str
    """``CKV_AZURE_44``."""
    file: str
    """The template, relative to the folder."""
    type: str
    """The type of the resource; ``parameter`` for a parameter of the template."""
    name: str
    """Its name in the template."""


@dataclass(frozen=True)
class Scan:
    """What checkov found in a folder."""

    failed: frozenset[Result]
    passed: frozenset[Result]
    unreadable: tuple[str, ...]
    """Files that are no templates to checkov."""
    checks: frozenset[tuple[str, str]]
    """All checks that it has: type, check."""


def scan(folder: Path) -> Scan:
    """Run every check over the templates below ``folder``. Raises ``Unavailable``."""
    found = json.loads(CHECKOV.run(str(PROGRAM), "arm", str(folder)))
    return Scan(
        failed=_results(found["failed"]),
        passed=_results(found["passed"]),
        unreadable=tuple(found["unreadable"]),
        checks=frozenset((kind, check) for kind, check, _ in found["checks"]),
    )


def _results(rows: list[list[str]]) -> frozenset[Result]:
    """``Microsoft.Storage/storageAccounts.name``: a name may have points as well."""
    made: set[Result] = set()
    for check, file, resource in rows:
        found = re.fullmatch(r"(parameter|\w+\.[^.]+)\.(.+)", resource)
        assert found, resource
        made.add(Result(check, file, found[1], found[2]))
    return frozenset(made)


def main() -> int:
    """Print what failed; exit code 1 where anything did."""
    found = scan(Path(sys.argv[1]))
    for each in sorted(found.failed):
        print(f"{each.check}: {each.file}: {each.type} {each.name}")
    print(f"{len(found.failed)} failed, {len(found.passed)} passed")
    return 1 if found.failed or found.unreadable else 0


if __name__ == "__main__":
    sys.exit(main())
