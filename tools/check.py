"""Every check that needs no engine and no test: `make check`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from offline.engine.build import go_program

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ACTIONLINT = PROJECT / ".offline" / "tools" / "actionlint"
WORKFLOWS = ".github/workflows"


@dataclass(frozen=True)
class Result:
    """How one check ended, and what it printed if it failed."""

    name: str
    passed: bool
    seconds: float
    output: str


def commands() -> dict[str, list[str]]:
    """Every check as a command line."""
    return {
        "format": [str(BIN / "ruff"), "format", "--check", "."],
        "lint": [str(BIN / "ruff"), "check", "."],
        "types": [str(BIN / "basedpyright")],
        "arrows": [str(BIN / "lint-imports")],
        "settings": [sys.executable, "-m", "stacks", "check"],
        "generated": [sys.executable, "-m", "stacks", "generate", "--check"],
        "coverage page": [sys.executable, "-m", "offline", "coverage-page", "--check"],
        "yaml": [str(BIN / "yamllint"), "--strict", "."],
        "workflows": [str(actionlint())],
        "workflow security": [str(BIN / "zizmor"), "--offline", "--quiet", "--no-progress", WORKFLOWS],
    }


def actionlint() -> Path:
    """The linter of workflows: the machine's, else built once from the Go module proxy."""
    found = shutil.which("actionlint")
    if found:
        return Path(found)
    if not ACTIONLINT.exists():
        ACTIONLINT.parent.mkdir(parents=True, exist_ok=True)
        package = "github.com/rhysd/actionlint/cmd/actionlint"
        command = [*go_program(PROJECT / ".offline" / "tools"), "build", "-o", str(ACTIONLINT), package]
        subprocess.run(command, cwd=PROJECT / "tools" / "actionlint", check=True, capture_output=True)
    return ACTIONLINT


def run(name: str, command: list[str]) -> Result:
    """Run one check."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    return Result(name, done.returncode == 0, time.monotonic() - started, done.stdout + done.stderr)


def tree() -> str:
    """What git sees changed; what it says where there is no checkout is the same each time."""
    done = subprocess.run(["git", "status", "--short"], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def main() -> int:
    """Run all checks, two at a time, and print what failed: a check that changed the tree, too."""
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
