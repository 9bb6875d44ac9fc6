"""Every test here runs Pulumi's own engine, in a world of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

import offline.__main__
import offline.verbs
from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine

HERE = Path(__file__).parent
Command = Callable[..., subprocess.CompletedProcess[str]]


LONGEST = (
    "test_life.py",
    "test_recovery.py",
    "test_faults.py",
    "test_trouble.py",
    "test_adoption.py",
    "test_import.py",
)
"""What takes longest starts first, so that no worker waits for another in the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder carry the marker."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)
    order = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session", autouse=True)
def only_this_process_is_measured() -> None:
    """Measuring the engine's children too takes half as long again; what runs there, unit tests measure."""
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


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


def verbs(arguments: Sequence[str]) -> int:
    """A verb of the Makefile; returns its exit code."""
    try:
        offline.verbs.app(arguments)
    except SystemExit as done:
        return int(done.code or 0)
    raise AssertionError("typer always exits")


OURS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "offline": lambda arguments: offline.__main__.main(list(arguments)),
    "offline.verbs": verbs,
}
"""Commands that need no process of their own: starting one takes longer than most of them."""


@pytest.fixture(scope="module")
def command(world: Home) -> Command:
    """Run a module of this project, as a user does, in that world."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        module, *rest = arguments
        with pytest.MonkeyPatch.context() as patch, captured() as (out, err):
            for name, value in {HOME_VARIABLE: str(world.root), "COLUMNS": "200", **variables}.items():
                patch.setenv(name, value)
            if module in OURS:
                code = OURS[module](rest)
            else:
                code = subprocess.run([sys.executable, "-m", *arguments], cwd=PROJECT, check=False).returncode
        return subprocess.CompletedProcess(arguments, code, out.text, err.text)

    return run


@dataclass
class Captured:
    """What was written to one of the standard streams."""

    file: IO[str]
    text: str = ""


@contextmanager
def captured() -> Iterator[tuple[Captured, Captured]]:
    """Standard output and error of this process and of its children, complete when the context ends."""
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
    """What the state holds of Azure."""
    return [each for each in engine.resources(stack) if str(each["type"]).startswith("azure-native:")]
