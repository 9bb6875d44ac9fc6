"""The life of all four stacks: up, up again, refresh, drift, destroy; the tree stays clean."""

from __future__ import annotations

import os
import subprocess

import pytest

from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.run import Engine
from offline.world.store import World
from tests.conftest import STACKS
from tests.engine.conftest import Command, azure_resources

COUNTS = {"shared": 11, "dev": 201, "staging": 200, "prod": 214}
PROTECTED = ("prod", "shared")
FIRST = ("shared", "dev")


def git_status() -> str:
    return subprocess.run(["git", "status", "--short"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout


@pytest.mark.requirement("S3-027", "S3-028", "S3-029")
def test_every_stack_lives(engine: Engine, command: Command) -> None:
    before = git_status()
    missing = command("offline.verbs", "preview", "dev")
    assert missing.returncode == 1
    assert "the stack shared must be up before dev" in missing.stderr
    assert "make up STACK=dev" in missing.stderr
    assert World(engine.home.cloud).all() == []
    for stack in STACKS:
        # The first one of the environments finds `shared` up and leaves it as it is.
        up = command("offline.verbs", "up", stack) if stack in FIRST else command("offline", "up", "-s", stack, "--yes")
        assert up.returncode == 0, up.stdout + up.stderr
        assert ("Next:" in up.stdout) == (stack in FIRST)
        assert len(azure_resources(engine, stack)) == COUNTS[stack]
    for stack in STACKS:
        unchanged = command("offline", "preview", "-s", stack, "--expect-no-changes")
        assert unchanged.returncode == 0, unchanged.stdout + unchanged.stderr
        drift = command("offline.verbs", "drift", stack)
        assert (drift.returncode, drift.stdout.strip()) == (0, f"{stack}: no drift")
        # By now autoscalers and upgrade channels have moved what is theirs, more than once.
        assert command("offline.verbs", "refresh", stack).returncode == 0
        again = command("offline", "up", "-s", stack, "--yes", "--skip-preview", "--expect-no-changes")
        assert again.returncode == 0, again.stdout + again.stderr
    assert command("offline.verbs", "preview", "shared").returncode == 0
    moved = [each for each in World(engine.home.cloud).operations() if each[0] == "moved by its owner"]
    assert {kind.rpartition(":")[2] for _, kind, _, _ in moved} == {"AgentPool", "ManagedCluster"}
    made_by_azure = [each for each in World(engine.home.cloud).all() if each.id.endswith("/agentPools/system")]
    made_by_azure += [each for each in World(engine.home.cloud).all() if each.body.get("managedBy")]
    assert len(made_by_azure) == 6
    assert len(World(engine.home.cloud).all()) == sum(COUNTS.values()) + len(made_by_azure)
    for stack in reversed(STACKS):
        if stack in PROTECTED:
            refused = command("offline.verbs", "destroy", stack)
            assert refused.returncode == 1
            assert f"allowed: make destroy STACK={stack} UNPROTECT=1" in refused.stderr
            assert len(azure_resources(engine, stack)) == COUNTS[stack]
        done = command("offline.verbs", "destroy", stack, UNPROTECT="1")
        assert done.returncode == 0, done.stdout + done.stderr
        assert azure_resources(engine, stack) == []
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


def test_an_unknown_stack_is_one_line(command: Command) -> None:
    done = command("offline.verbs", "up", "test")
    assert done.returncode == 1
    assert "no such stack; seen: test; allowed: dev, prod, shared, staging" in done.stderr
