"""The commit of a job, and which commits may be brought up."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from components.problems import InvalidInput, MystiraError, Problem
from mystira.ci.job import READ
from stacks.plan.load import PROJECT

MAIN = "origin/main"
COMMIT = re.compile(r"[0-9a-f]{40}")


def head(folder: Path = PROJECT) -> str:
    """The commit that is checked out."""
    return _git(folder, "rev-parse", "HEAD")


def of_main(name: str, folder: Path = PROJECT) -> str:
    """The commit of that name, if it has been merged. Raises ``InvalidInput``: what nobody reviewed logs in nowhere."""
    if not COMMIT.fullmatch(name):
        raise InvalidInput([Problem("commit", "no commit", name, "the 40 hexadecimal digits of a commit", READ)])
    known = ["git", "-C", str(folder), "merge-base", "--is-ancestor", name, MAIN]
    if subprocess.run(known, capture_output=True, check=False).returncode:
        raise InvalidInput([Problem("commit", "not a commit of main", name, "one that has been merged", READ)])
    return name


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise MystiraError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()
