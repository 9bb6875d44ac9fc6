"""``python -m tools.scan_templates FOLDER``: checkov's checks of the ARM templates below a folder.

checkov comes from PyPI into an environment of its own, once per user: it asks for other versions of packages than the
project does. uv checks each package against the digests in ``tools/checkov/uv.lock``. It needs no account, and loads
nothing when it runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from offline.engine import cache
from offline.engine.once import once
from tools.install_uv import ensure_uv

MANIFEST = Path(__file__).parent / "checkov"
PROGRAM = MANIFEST / "scan.py"
PYTHON = Path("bin") / "python"


class Unavailable(RuntimeError):
    """checkov could not be fetched, or failed; the message is what it printed."""


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


def version() -> str:
    """The version of checkov that the lock holds."""
    found = re.search(r'"checkov==([\d.]+)"', (MANIFEST / "pyproject.toml").read_text())
    assert found
    return found[1]


def ensure_checkov() -> Path:
    """Return the interpreter of checkov's environment, making it first where it is missing.

    Safe to call from several processes. Raises :class:`Unavailable`.
    """
    lock = (MANIFEST / "uv.lock").read_bytes()
    python = f"{sys.base_prefix} {sys.version}".encode()
    home = cache.folder("checkov", f"{version()}-{hashlib.sha256(lock + python).hexdigest()[:8]}")

    def install(scratch: Path) -> None:
        made = scratch / home.name
        uv = shutil.which("uv") or str(ensure_uv())
        command = [uv, "sync", "--frozen", "--project", str(MANIFEST), "--python", sys.executable]
        done = subprocess.run(
            command,
            env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(made)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"checkov {version()} could not be fetched: {done.stderr.strip()}")

    return once(home, install) / PYTHON


def scan(folder: Path) -> Scan:
    """Run every check over the templates below ``folder``. Raises :class:`Unavailable`."""
    done = subprocess.run(
        # Nothing of the caller's environment is for another interpreter's packages.
        [str(ensure_checkov()), "-I", str(PROGRAM), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"checkov {version()} failed: {done.stderr.strip()}")
    found = json.loads(done.stdout)
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
