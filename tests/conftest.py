"""Fixtures of all tests."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import coverage
import pulumi
import pytest
from hypothesis import given, is_hypothesis_test, settings
from hypothesis.strategies import none
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

from stacks.plan.model import StackPlan
from tests.harness.build import compose_plan
from tests.harness.committed import own_platform
from tests.harness.compose import Composition
from tests.harness.scheduling import Scheduling, is_first
from tests.harness.settings import SETTINGS, STACKS, plan

WORKER_VARIABLE = "PYTEST_XDIST_WORKER"
"""xdist sets it in the processes that run tests."""

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("ci")
os.environ.setdefault("COLUMNS", "200")
# A composition leaves some 300,000 objects in cycles. Freeing them takes half as long as building it did; all that a
# process of a whole run leaves is some gigabytes, which go with it.
gc.disable()
# Nobody reads from which line of the program mocks were called, nor the SDK's debug lines; together they take a fifth
# of a composition.
resource._get_stack_trace = source_pb2.StackTrace
pulumi.log.debug = lambda *_, **__: None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """How tests are shared out (`--dist loadfile --no-loadscope-reorder`)."""
    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Fixtures included: the first test that needs one makes it."""
    if item.get_closest_marker("engine"):
        return (yield)
    with own_platform(item.nodeid):
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests begin first, so that no process waits for another at the end."""
    items.sort(key=lambda item: not is_first(item.nodeid))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been imported by now stays: the collector need not walk it again.

    Hypothesis collects once, at the first property that it tries: here that is quick.
    """
    gc.collect()
    gc.freeze()
    if any(is_hypothesis_test(getattr(item, "obj", None)) for item in session.items):
        given(none())(lambda _: None)()


def pytest_sessionfinish() -> None:
    """Write what has been measured, and have a process of xdist end without freeing what it leaves.

    That takes it more than ten seconds, after which xdist kills it, and half of the measurements would be gone. pytest
    collects once more at its end, too: nothing is left to walk.
    """
    gc.freeze()
    measured = coverage.Coverage.current()
    if measured is not None:
        measured.save()
    if WORKER_VARIABLE in os.environ:
        atexit.register(os._exit, 0)


@pytest.fixture(scope="session")
def plans() -> Mapping[str, StackPlan]:
    """The plan of every stack, from the tests' own settings."""
    return {stack: plan(stack) for stack in STACKS}


@pytest.fixture(scope="session")
def composed(plans: Mapping[str, StackPlan]) -> Mapping[str, Composition]:
    """Every stack, composed once under mocks with the guard installed."""
    return {stack: compose_plan(each) for stack, each in plans.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tests' own settings that a test may change."""
    for file in SETTINGS.glob("Pulumi.*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    return tmp_path
