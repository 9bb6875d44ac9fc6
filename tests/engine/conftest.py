"""Tests of Pulumi's own engine. Every module has a world of its own.

A module that needs stacks up says so, in the order in which they come up: ``UP = ("shared", "dev")``. Each such world
is brought up once in a test run and saved; the modules start from a copy of it.

A module whose runs are killed says ``CHECKPOINTS = True``: only there does the engine write the whole state after each
step, as it does for a user. Stacks are encrypted with a key of a service, as at Azure; those of a module with
``PASSPHRASE = True`` as in a user's world.
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
from offline.engine import run
from offline.engine.home import HOME_VARIABLE, PYTHON_VARIABLE, Home
from offline.engine.once import once
from offline.engine.prepare import prepare
from offline.engine.run import FOR_A_SHORT_LIFE, NEW_STACK, Engine
from offline.kubernetes.servers.clusters import HOLDER_VARIABLE
from offline.kubernetes.servers.stores import end_all
from offline.world.copies import restore, save
from tests.engine.key_service import PROVIDER, key_service
from tests.engine.warm import warm_python

HERE = Path(__file__).parent
PRINTED = "printed"
"""The file in a saved world with what bringing it up printed."""

Command = Callable[..., subprocess.CompletedProcess[str]]

STATE_AT_THE_END = "PULUMI_SKIP_CHECKPOINTS"
"""Variable that has the engine write the state at its end. Writing all of it after each of some hundred steps takes it
longer than the steps (Pulumi: sdk/go/common/env/env.go)."""

MEASURED_VARIABLE = "COVERAGE_PROCESS_CONFIG"
"""Measuring coverage in the engine's children takes half as long again, and the unit tests cover that code."""

LONGEST = (
    "test_life_dev.py",
    "test_bootstrap.py",
    "test_identity.py",
    "test_pipeline.py",
    "test_trouble.py",
    "test_life_prod.py",
    "test_aliases.py",
    "test_life_staging.py",
    "test_first_deployment.py",
    "test_faults.py",
    "test_recovery.py",
    "test_import.py",
    "test_adoption.py",
    "test_phases.py",
    "test_review.py",
    "test_kubernetes.py",
    "test_policies.py",
)
"""The longest modules start first, so that no worker is left waiting for another at the end. A worker takes its next
module while the last test of the one before runs, so one with a single long test is followed by a short one."""

LAST = ("test_checkov.py",)
"""It reads worlds that others bring up."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder and put them in order."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)
    order = {name: number for number, name in enumerate((*LONGEST, None, *LAST))}
    items.sort(key=lambda item: order.get(item.path.name, order[None]))


def pytest_sessionstart(session: pytest.Session) -> None:
    """The process that shares the tests out starts what all workers use; they inherit its environment."""
    if getattr(session.config.option, "numprocesses", None):
        stack = ExitStack()
        stack.enter_context(warm_environment())
        session.config.add_cleanup(stack.close)


@contextmanager
def warm_environment() -> Iterator[None]:
    """Plug-ins and programs start with the SDK already imported."""
    with pytest.MonkeyPatch.context() as patch:
        measured = os.environ.pop(MEASURED_VARIABLE, None)
        with warm_python() as python:
            if measured is not None:
                patch.setenv(MEASURED_VARIABLE, measured)
            patch.setenv(PYTHON_VARIABLE, str(python))
            yield


@pytest.fixture(scope="session", autouse=True)
def only_this_process_is_measured() -> None:
    """The engine's children are not."""
    os.environ.pop(MEASURED_VARIABLE, None)


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """As :func:`warm_environment` where nobody has started it for all workers."""
    if PYTHON_VARIABLE in os.environ:
        yield
    else:
        with warm_environment():
            yield


@pytest.fixture(scope="session", autouse=True)
def servers_held() -> Iterator[None]:
    """The servers of a world's clusters serve all runs of a module: its worker holds them, not the run that asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOLDER_VARIABLE, str(os.getpid()))
        yield


@pytest.fixture(scope="session")
def keys() -> Iterator[None]:
    """A key service for the whole test run."""
    with key_service():
        yield


@pytest.fixture(scope="module", autouse=True)
def shortcuts(request: pytest.FixtureRequest, keys: None) -> Iterator[None]:
    """What spares the engine most of its time: a state that is written once, a key that is not stretched."""
    with pytest.MonkeyPatch.context() as patch:
        if not getattr(request.module, "CHECKPOINTS", False):
            patch.setitem(FOR_A_SHORT_LIFE, STATE_AT_THE_END, "true")
        if not getattr(request.module, "PASSPHRASE", False):
            patch.setattr(run, "NEW_STACK", [*NEW_STACK, "--secrets-provider", PROVIDER])
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

    def called(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        name, *rest = map(str, arguments)
        with pytest.MonkeyPatch.context() as patch, captured() as (out, err):
            for variable, value in {HOME_VARIABLE: str(world.root), "COLUMNS": "200", **variables}.items():
                patch.setenv(variable, value)
            code = COMMANDS[name](rest)
        return subprocess.CompletedProcess(arguments, code, out.text, err.text)

    return called


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
