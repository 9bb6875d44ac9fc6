"""Plans from the tests' own settings and catalogue, and breaking those settings in one place, by path."""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.problems import InvalidInput, Problem
from stacks.catalogue.model import Catalogue
from stacks.catalogue.records import CATALOGUE as COMMITTED_CATALOGUE
from stacks.plan.load import PROJECT, context_from_file, plan_of
from stacks.plan.model import StackPlan
from tests.platform.catalogue import CATALOGUE

SETTINGS = Path(__file__).parents[1] / "platform"
"""The tests' own settings: the committed ones may change without an edit here."""

TODAY = date(2026, 11, 21)
STACKS = ("shared", "dev", "staging", "prod")
ENVIRONMENTS = STACKS[1:]

every_stack = pytest.mark.parametrize("stack", STACKS)
every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)

GONE = object()
"""As a value: the key is removed."""


def waived(reason: str = "a reason", *, owner: str = "platform", until: str = "2027-10-31") -> dict[str, str]:
    """A waiver as a settings file has it."""
    return {"reason": reason, "owner": owner, "until": until}


def plan(stack: str, folder: Path = SETTINGS, *, today: date = TODAY, catalogue: Catalogue = CATALOGUE) -> StackPlan:
    """The plan of a stack from the settings in ``folder``."""
    return plan_of(stack, folder, today, catalogue)


def committed_plan(stack: str) -> StackPlan:
    """The plan of a stack from the committed settings and catalogue, in tests that tests/harness/committed.py lists."""
    return committed(stack)


def committed(stack: str) -> StackPlan:
    """The same, of which all other tests are refused."""
    return plan(stack, PROJECT, catalogue=COMMITTED_CATALOGUE)


def context(stack: str, folder: Path = SETTINGS, *, today: date = TODAY, catalogue: Catalogue = CATALOGUE) -> Any:
    """What that plan is made from."""
    return context_from_file(stack, folder, today, catalogue)


def edit(folder: Path, stack: str, changes: Mapping[str, Any]) -> None:
    """Change the file of ``stack`` in ``folder``: each key is a path below the namespace (``redis.sku``)."""
    file = folder / f"Pulumi.{stack}.yaml"
    text = file.read_text()
    content = yaml.load(text, Loader=yaml.CSafeLoader)
    for path, value in changes.items():
        target, last = place_of(content["config"], path)
        if value is GONE:
            del target[last]
        else:
            target[last] = value
    # The comment at the top names the schema.
    file.write_text(text.partition("config:")[0] + yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False))


def place_of(config: MutableMapping[str, Any], path: str) -> tuple[Any, str]:
    """The mapping that holds the setting at a path below the namespace, and its key there."""
    first, *rest = path.split(".")
    *between, last = (f"mystira:{first}", *rest)
    target = config
    for part in between:
        target = target.setdefault(part, {})
    return target, last


def migrate(folder: Path, phase: str = "PostgresOnly", previous: str = "DualWritePostgresRead") -> None:
    """Bring every environment to a phase of the data migration: none may be ahead of the one before it."""
    for stack in ENVIRONMENTS:
        final = {"waivers.migration-final": waived("Everybody agreed.")} if phase == "PostgresOnly" else {}
        edit(folder, stack, {"migration.phase": phase, "migration.previous": previous, **final})


def configuration(stack: str, folder: Path = SETTINGS) -> dict[str, str]:
    """The settings of a stack as the engine hands them over: objects as JSON."""
    config = yaml.load((folder / f"Pulumi.{stack}.yaml").read_text(), Loader=yaml.CSafeLoader)["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


def edited_plan(folder: Path, stack: str, changes: Mapping[str, Any], **others: Any) -> StackPlan:
    """The plan of a stack with these changes; ``others`` are those of :func:`plan`."""
    edit(folder, stack, changes)
    return plan(stack, folder, **others)


def problems(folder: Path, stack: str, changes: Mapping[str, Any], **others: Any) -> tuple[Problem, ...]:
    """The problems that these changes make, sorted; there is at least one."""
    edit(folder, stack, changes)
    with pytest.raises(InvalidInput) as caught:
        plan(stack, folder, **others)
    return caught.value.problems


def one_problem(folder: Path, stack: str, changes: Mapping[str, Any], **others: Any) -> Problem:
    """The one problem that these changes make."""
    found = problems(folder, stack, changes, **others)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]
