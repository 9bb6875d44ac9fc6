"""The help of every group and command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from mystira.app import app
from offline.commands.output import EXIT_CODES
from offline.engine.home import PROJECT
from tests.mystira.conftest import Run


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every group and command with the words that lead to it."""
    yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, *path, name)


EVERY = dict(commands(typer.main.get_command(app)))
GROUPS = [path for path, command in EVERY.items() if hasattr(command, "commands")]


def test_the_commands_are_these() -> None:
    assert {path[0] for path in EVERY if len(path) == 1} == {
        "alerts",
        "check",
        "show",
        "status",
        "explain",
        "diff",
        "graph",
        "render",
        "grants",
        "preflight",
        "rehearse",
        "bootstrap",
        "verify-email",
        "secrets",
        "quota",
        "report",
        "gate",
        "cost",
        "adopt",
        "arm",
        "accept",
        "offline",
        "swap",
        "consumers",
        "deleted",
        "drift",
        "smoke",
        "around",
        "links",
        "backup",
        "promote",
        "ci",
    }
    assert {path[1] for path in EVERY if len(path) == 2} == {
        *("setup", "up", "preview", "refresh", "recover", "drift", "destroy", "secrets", "pulumi"),
        *("swap", "verify-email", "reset", "load", "save", "restore", "saved", "cloud", "fault"),
        *("around", "links", "deleted", "directory", "login", "alerts"),
        "test",
        *("stacks", "commit", "check", "reach", "compare", "comment", "plan", "apply", "issues", "notify", "promote"),
    }


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_everything_has_help_and_so_has_each_of_its_parameters(path: tuple[str, ...], run: Run) -> None:
    done = run(*path, "--help")
    assert (done.code, done.err) == (0, "")
    assert " ".join(("Usage: mystira", *path)) in done.out
    assert EVERY[path].help.strip()
    assert [each.name for each in EVERY[path].params if not each.help] == []


@pytest.mark.parametrize("path", GROUPS, ids=" ".join)
def test_a_group_prints_its_help_with_the_exit_codes_when_called_alone(path: tuple[str, ...], run: Run) -> None:
    done = run(*path)
    assert (done.code, done.err.strip()) == (2, "")
    assert EXIT_CODES in " ".join(done.out.split())


def test_the_shell_can_complete_words() -> None:
    """Typer ends the process in which it completes, so it needs one."""
    line = {"_MYSTIRA_COMPLETE": "complete_bash", "COMP_WORDS": "mystira offline up st", "COMP_CWORD": "3"}
    command = [sys.executable, "-m", "mystira"]
    done = subprocess.run(command, env=os.environ | line, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["staging"]
    assert {"install_completion", "show_completion"} <= {each.name for each in EVERY[()].params}
