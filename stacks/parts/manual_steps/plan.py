"""What only a person can do: the list of a stack, and what of it belongs to no single part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stacks.context import Context
from stacks.parts.part import Part, Step
from stacks.settings.models import EnvironmentSettings


class SharedManualSteps(Part[Any, bool]):
    """The list of ``shared``."""

    key = "manual_steps"

    def plan(self, context: Context[Any]) -> bool:
        return True


class ManualSteps(Part[EnvironmentSettings, bool]):
    """The list of an environment, and its quotas."""

    key = "manual_steps"

    def plan(self, context: Context[EnvironmentSettings]) -> bool:
        return True

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        yield Step(
            key="quota",
            do="request the quotas that the subscription lacks",
            check=f"mystira preflight {context.stack}",
            read="docs/runbooks/limits.md",
        )


SHARED_MANUAL_STEPS = SharedManualSteps()
MANUAL_STEPS = ManualSteps()
