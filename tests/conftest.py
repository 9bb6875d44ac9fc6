"""Fixtures of all tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings
from pulumi.runtime import set_all_config

from offline.engine.home import PROJECT
from stacks.__main__ import plan_of
from stacks.build.run import guarded_build
from stacks.plan import StackPlan
from tests.harness import Composition, compose

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("ci")
os.environ.setdefault("COLUMNS", "200")

PASSWORD = "mystira:postgresqlPassword"
TODAY = date(2026, 11, 21)
STACKS = ("shared", "dev", "staging", "prod")


@pytest.fixture(scope="session")
def plans() -> dict[str, StackPlan]:
    """The plan of every stack, from the committed settings."""
    return {stack: plan_of(stack, PROJECT, TODAY) for stack in STACKS}


@pytest.fixture(scope="session")
def composed(plans: dict[str, StackPlan]) -> dict[str, Composition]:
    """Every stack, composed once under mocks with the guard installed."""

    def program(plan: StackPlan) -> Callable[[], dict[str, object]]:
        def run() -> dict[str, object]:
            set_all_config({PASSWORD: "Not-a-real-1"}, [PASSWORD])
            return guarded_build(plan, retries=False)

        return run

    return {stack: compose(program(plan)) for stack, plan in plans.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed settings files that a test may break."""
    for stack in STACKS:
        name = f"Pulumi.{stack}.yaml"
        (tmp_path / name).write_text((PROJECT / name).read_text())
    return tmp_path
