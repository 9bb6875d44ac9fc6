"""Every how-to page works as written: its changes apply to this tree, and what it promises follows from them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from offline.engine.home import PROJECT
from tests.harness.fresh import python
from tests.harness.pages import PAGES, apply

PROMISE = re.compile(r"^- `([\w./-]+)`(?: has `([\w.]+)`)?$", re.MULTILINE)
"""A resource that is new, or one that now has an input: ``deferUpgrade``, or a key within ``properties``."""
CODE = ("components", "stacks", "policies", "offline", "mystira", "docs")

REGISTERED = """
import gc, json
from datetime import date
from pathlib import Path
from offline.azure.services.every import BEHAVIOURS
from stacks.build.recording import registrations_of
from stacks.plan.load import plan_of
gc.disable()
def names(inputs):
    within = inputs.get("properties")
    return [*inputs, *(f"properties.{name}" for name in (within if isinstance(within, dict) else ()))]
found = registrations_of(plan_of("dev", Path(), date(2026, 11, 21)))
print(json.dumps({each.key: names(each.inputs) for each in found if each.row.token in BEHAVIOURS}))
"""
"""What dev registers of the types that the offline cloud has, each with the names of its inputs."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program that a page may change; the bytecode of what it leaves alone comes with it."""
    for name in CODE:
        shutil.copytree(PROJECT / name, tmp_path / name)
    for file in PROJECT.glob("Pulumi*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def registered(tree: Path) -> set[tuple[str, str]]:
    """Each resource with each of its inputs, and once with an empty word."""
    done = python(tree, "-c", REGISTERED)
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    return {(key, word) for key, inputs in found.items() for word in ("", *inputs)}


@pytest.fixture(scope="module")
def before() -> set[tuple[str, str]]:
    return registered(PROJECT)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, tree: Path, before: set[tuple[str, str]]) -> None:
    text = page.read_text()
    promised = PROMISE.findall(text.partition("## What follows")[2])
    assert promised
    apply(page, tree)
    after = registered(tree)
    assert set(promised) <= after - before, sorted(after - before)
