"""The life of shared and dev: up, preview, drift, refresh, up again, destroy; the tree stays clean."""

from __future__ import annotations

import os
import subprocess

import pytest

from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.run import Engine
from offline.world.store import World
from tests.engine.conftest import Command
from tests.engine.life import check_complete, check_destroys, check_stays_as_it_is

UP = ("shared", "dev")


def git_status() -> str:
    return subprocess.run(["git", "status", "--short"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout


@pytest.mark.requirement("S3-027", "S3-182")
def test_shared_and_dev_live(engine: Engine, command: Command) -> None:
    before = git_status()
    check_complete(engine, UP)
    unchanged = command("offline", "preview", "-s", "dev", "--expect-no-changes")
    assert unchanged.returncode == 0, unchanged.stdout + unchanged.stderr
    shared = command("make", "preview", "shared")
    assert shared.returncode == 0, shared.stdout + shared.stderr
    assert "unchanged" in shared.stdout
    drift = command("make", "drift", "shared")
    assert (drift.returncode, drift.stdout.strip()) == (0, "shared: no drift")
    check_stays_as_it_is(engine, command, "dev")
    check_destroys(engine, command, "dev", locked=False)
    check_destroys(engine, command, "shared", locked=True)
    assert World(engine.home.cloud).all() == []
    assert git_status() == before


@pytest.mark.parametrize("target", ["help", "setup", "format", "reset"])
def test_the_other_targets_leave_the_tree_as_it_is(world: Home, target: str) -> None:
    """`make check` looks after that itself."""
    before = git_status()
    done = subprocess.run(
        ["make", target],
        cwd=PROJECT,
        env={**os.environ, HOME_VARIABLE: str(world.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert git_status() == before
