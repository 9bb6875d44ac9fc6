"""Every check that needs no engine and no test: `make check`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from offline.engine import cache
from offline.engine.build import go_program
from offline.engine.once import once

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
LINTER = PROJECT / "tools" / "actionlint"
"""The Go module that pins the linter of workflows."""
PACKAGES = ("components", "stacks", "offline", "mystira", "tools")
"""The packages of this project."""

PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"
WORKFLOWS = ".github/workflows"


@dataclass(frozen=True)
class Result:
    """How one check ended."""

    name: str
    passed: bool
    seconds: float
    output: str
    """What it printed; shown when it failed."""


def commands() -> dict[str, list[str]]:
    """Every check as a command line."""
    return {
        "format": [str(BIN / "ruff"), "format", "--check", "."],
        "lint": [str(BIN / "ruff"), "check", "."],
        "types": [str(BIN / "basedpyright")],
        "arrows": [str(BIN / "lint-imports")],
        "settings": [sys.executable, "-m", "mystira", "check"],
        "pages and schema": [sys.executable, "-m", "mystira", "accept", "--check", "--pages"],
        "yaml": [str(BIN / "yamllint"), "--strict", "."],
        "workflows": [str(actionlint())],
        "workflow security": [str(BIN / "zizmor"), "--offline", "--quiet", "--no-progress", WORKFLOWS],
    }


def actionlint() -> Path:
    """The linter of workflows: the one on the PATH, or one built once from the Go module proxy."""
    found = shutil.which("actionlint")
    if found:
        return Path(found)
    (version,) = re.findall(
        rf"^\s*{PACKAGE.partition('/cmd/')[0]} v([\d.]+)", (LINTER / "go.mod").read_text(), re.MULTILINE
    )
    folder = cache.folder("actionlint", version)

    def build(scratch: Path) -> None:
        made = scratch / folder.name
        go = go_program(scratch)
        subprocess.run(
            [*go, "build", "-o", str(made / "actionlint"), PACKAGE], cwd=LINTER, check=True, capture_output=True
        )

    return once(folder, build) / "actionlint"


def run(name: str, command: list[str]) -> Result:
    """Run one check."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    return Result(name, done.returncode == 0, time.monotonic() - started, done.stdout + done.stderr)


def tree() -> str:
    """What git reports as changed. Without a checkout its error is the same each time, so nothing differs."""
    done = subprocess.run(["git", "status", "--short"], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def main() -> int:
    """Run all checks, two at a time, and print those that failed; a check that changed the tree fails as well."""
    before = tree()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda item: run(*item), commands().items()))
    after = tree()
    results.append(Result("tree", before == after, 0, f"before:\n{before}after:\n{after}"))
    for result in results:
        print(f"{'ok    ' if result.passed else 'FAILED'} {result.name} ({result.seconds:.1f} s)")
        if not result.passed:
            print(result.output.rstrip())
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
