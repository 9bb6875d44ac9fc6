"""Breaking committed settings in one place, by path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.problems import InvalidInput, Problem
from stacks.__main__ import plan_of
from stacks.plan import EnvironmentPlan
from tests.conftest import TODAY

GONE = object()
"""As a value: the key is removed."""


def edited(folder: Path, stack: str, changes: Mapping[str, Any]) -> None:
    """Change the file of ``stack`` in ``folder``: each key is a path below the namespace (``redis.sku``)."""
    file = folder / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(file.read_text())
    for path, value in changes.items():
        first, *rest = path.split(".")
        target: Any = content["config"]
        for part in [f"mystira:{first}", *rest][:-1]:
            target = target.setdefault(part, {})
        last = rest[-1] if rest else f"mystira:{first}"
        if value is GONE:
            del target[last]
        else:
            target[last] = value
    file.write_text(yaml.safe_dump(content))


def planned(folder: Path, stack: str, changes: Mapping[str, Any]) -> EnvironmentPlan:
    """The plan of an environment with these changes."""
    edited(folder, stack, changes)
    plan = plan_of(stack, folder, TODAY)
    assert isinstance(plan, EnvironmentPlan)
    return plan


def one_problem(folder: Path, stack: str, changes: Mapping[str, Any]) -> Problem:
    """The one problem that these changes make."""
    edited(folder, stack, changes)
    with pytest.raises(InvalidInput) as caught:
        plan_of(stack, folder, TODAY)
    assert len(caught.value.problems) == 1, str(caught.value)
    return caught.value.problems[0]
