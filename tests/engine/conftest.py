"""Tests of Pulumi's own engine. Every module has a world of its own.

A module that needs stacks up says so, in the order in which they come up: ``UP = ("shared", "dev")``. Each such world
is brought up once in a test run and saved; the modules start from a copy of it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

import mystira.app
import offline.__main__
from offline.engine.home import HOME_VARIABLE, PYTHON_VARIABLE, Home
from offline.engine.once import once
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.kubernetes.servers.clusters import HOLDER_VARIABLE
from offline.kubernetes.servers.stores import end_all
from offline.world.copies import restore, save
from tests.engine.warm import warm_python

HERE = Path(__file__).parent
PRINTED = "printed"
"""The file in a saved world with what bringing it up printed."""

Command = Callable[..., subprocess.CompletedProcess[str]]

LONGEST = (
    "test_faults.py",
    "test_life_dev.py",
    "test_recovery.py",
    "test_trouble.py",
    "test_adoption.py",
    "test_bootstrap.py",
    "test_life_prod.py",
    "test_import.py",
    "test_life_staging.py",
)
"""The longest modules start first, so that no worker is left waiting for another at the end."""

LAST = ("test_checkov.py",)
"""It reads worlds that others bring up."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder and put them in order."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)
    order = {name: number for number, name in enumerate((*LONGEST, None, *LAST))}
    items.sort(key=lambda item: order.get(item.path.name, order[None]))


@pytest.fixture(scope="session", autouse=True)
def only_this_process_is_measured() -> None:
    """Measuring coverage in the engine's children takes half as long again, and the unit tests cover that code."""
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """Plug-ins and programs start with the SDK already imported."""
    with warm_python() as python, pytest.MonkeyPatch.context() as patch:
        patch.setenv(PYTHON_VARIABLE, str(python))
        # The servers of a world's clusters serve all runs of a module.
        patch.setenv(HOLDER_VARIABLE, str(os.getpid()))
        yield


@pytest.fixture(scope="session")
def saved_worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of saved worlds that all workers of a test run share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "saved-worlds"


def saved_world(folder: Path, stacks: Sequence[str]) -> Path:
    """The saved world in which ``stacks`` are up; whoever asks first brings up the last of them on top of the rest."""
    *before, last = stacks
    path = folder / "-".join(stacks)

    def bring_up(scratch: Path) -> None:
        home = Home(scratch / "world")
        if before:
            restore(home, saved_world(folder, before).name, folder)
        engine = engine_in(home)
        engine.ensure_stack(last)
        done = engine.capture(["up", "--stack", last, "--yes", "--skip-preview", "--diff"])
        assert done.returncode == 0, done.stdout + done.stderr
        (save(home, path.name, scratch) / PRINTED).write_text(done.stdout + done.stderr)

    return once(path, bring_up)


def engine_in(home: Home) -> Engine:
    """The engine on this project in a world."""
    engine = Engine(home, say=lambda _: None)
    prepare(engine)
    # The engine writes a log of its own, which takes a quarter of its time, unless the folder cannot be made.
    (home.pulumi_home / "logs").touch()
    return engine


@pytest.fixture(scope="module")
def up(request: pytest.FixtureRequest) -> Sequence[str]:
    """The stacks that are up in the module's world."""
    return getattr(request.module, "UP", ())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, saved_worlds: Path, up: Sequence[str]) -> Iterator[Home]:
    """The world of the module."""
    home = Home(tmp_path_factory.mktemp("world"))
    if up:
        restore(home, saved_world(saved_worlds, up).name, saved_worlds)
    yield home
    end_all(home)


@pytest.fixture(scope="module")
def printed(saved_worlds: Path, world: Home, up: Sequence[str]) -> list[tuple[str, str]]:
    """What bringing up the stacks of the module's world printed, with every property in full."""
    paths = {stack: saved_world(saved_worlds, up[: number + 1]) for number, stack in enumerate(up)}
    return [(f"up {stack}", (path / PRINTED).read_text()) for stack, path in paths.items()]


@pytest.fixture(scope="module")
def engine(world: Home) -> Engine:
    """The engine on this project in the world of the module."""
    return engine_in(world)


def verb(arguments: Sequence[str]) -> int:
    """Run a verb of the Makefile; returns its exit code."""
    return mystira.app.main(["offline", *arguments])


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "make": verb,
    "mystira": lambda arguments: mystira.app.main(list(arguments)),
    "offline": lambda arguments: offline.__main__.main(list(arguments)),
}
"""The command lines of this project. They run in this process: starting another takes longer than most of them."""


@pytest.fixture(scope="module")
def command(world: Home) -> Command:
    """Run a command line as a user does, in the world of the module: ``command("make", "up", "dev")``."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        name, *rest = map(str, arguments)
        with pytest.MonkeyPatch.context() as patch, captured() as (out, err):
            for variable, value in {HOME_VARIABLE: str(world.root), "COLUMNS": "200", **variables}.items():
                patch.setenv(variable, value)
            code = COMMANDS[name](rest)
        return subprocess.CompletedProcess(arguments, code, out.text, err.text)

    return run


@dataclass
class Captured:
    """The text written to a standard stream."""

    file: IO[str]
    text: str = ""


@contextmanager
def captured() -> Iterator[tuple[Captured, Captured]]:
    """Capture standard output and error of this process and its children; complete when the context ends."""
    with ExitStack() as stack:
        streams = []
        for number, redirect in ((1, redirect_stdout), (2, redirect_stderr)):
            stream = Captured(stack.enter_context(TemporaryFile("w+")))
            kept = os.dup(number)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, number)
            os.dup2(stream.file.fileno(), number)
            stack.enter_context(redirect(stream.file))
            streams.append(stream)
        yield streams[0], streams[1]
        for stream in streams:
            stream.file.flush()
            stream.file.seek(0)
            stream.text = stream.file.read()


def azure_resources(engine: Engine, stack: str) -> list[dict[str, object]]:
    """What the state holds of Azure and Entra."""
    return [each for each in engine.resources(stack) if str(each["type"]).startswith(("azure-native:", "azuread:"))]
