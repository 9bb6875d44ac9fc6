"""Every check that needs no engine and no test: `make check`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.go_tools import ACTIONLINT, GITLEAKS, GO_TOOLS

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PACKAGES = ("components", "stacks", "policies", "offline", "mystira", "tools")
"""The packages of this project."""

GITHUB = ".github"
LEAKS = ("--no-banner", "--redact", "--no-color")


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
        "types": [str(BIN / "pyrefly"), "check", "--output-format=min-text"],
        "arrows": [str(BIN / "lint-imports")],
        "settings": [sys.executable, "-m", "mystira", "check"],
        "pages and schema": [sys.executable, "-m", "mystira", "accept", "--check", "--pages"],
        "yaml": [str(BIN / "yamllint"), "--strict", "."],
        "workflows": [str(ACTIONLINT.program())],
        "workflow security": [str(BIN / "zizmor"), "--offline", "--quiet", "--no-progress", GITHUB],
        "secrets": [str(GITLEAKS.program()), "dir", ".", *LEAKS],
    }


def history(*options: str) -> list[str]:
    """Looking for secrets in every commit, as a command line."""
    return [str(GITLEAKS.program()), "git", ".", *LEAKS, *options]


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", action="store_true", help="only build the linters that are built once")
    parser.add_argument("--history", action="store_true", help="only look for secrets, in files and in every commit")
    parser.add_argument("--staged", action="store_true", help="only look for secrets, in what is about to be committed")
    arguments = parser.parse_args()
    if arguments.build:
        print(*(tool.program() for tool in GO_TOOLS), sep="\n")
        return 0
    if arguments.staged:
        return shown([run("secrets", history("--pre-commit", "--staged"))])
    if arguments.history:
        return shown([run("secrets", commands()["secrets"]), run("secrets in the history", history())])
    before = tree()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda item: run(*item), commands().items()))
    after = tree()
    results.append(Result("tree", before == after, 0, f"before:\n{before}after:\n{after}"))
    return shown(results)


def shown(results: list[Result]) -> int:
    """Print results, with the output of those that failed, and return the exit code."""
    for result in results:
        print(f"{'ok    ' if result.passed else 'FAILED'} {result.name} ({result.seconds:.1f} s)")
        if not result.passed:
            print(result.output.rstrip())
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
