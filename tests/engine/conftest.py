"""Every test here runs Pulumi's own engine, in a world of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine

HERE = Path(__file__).parent
Command = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder carry the marker."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A world that the tests of a module share."""
    return Home(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def engine(world: Home) -> Engine:
    """The engine on this project in that world."""
    made = Engine(world, say=lambda _: None)
    prepare(made)
    return made


@pytest.fixture(scope="module")
def command(world: Home) -> Command:
    """Run a module of this project, as a user does, in that world."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=PROJECT,
            env={**os.environ, HOME_VARIABLE: str(world.root), "COLUMNS": "200", **variables},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


def azure_resources(engine: Engine, stack: str) -> list[dict[str, object]]:
    """What the state holds of Azure."""
    return [each for each in engine.resources(stack) if str(each["type"]).startswith("azure-native:")]
