"""What a plan registers, without an engine: the build under Pulumi's own mocks, in preview."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime import mocks
from pulumi.runtime.settings import reset_options
from pulumi.runtime.stack import run_pulumi_func

from components.facts.ids import made_id
from components.facts.model import ResourceType
from components.facts.resource_types import BY_TOKEN
from stacks.build.shared import CONTRACT, SharedOutputs
from stacks.plan import StackPlan


@dataclass(frozen=True)
class Registration:
    """A resource of the plan: its row, its logical name, the name and the id that it would get."""

    row: ResourceType
    name: str
    physical: str
    id: str

    @property
    def key(self) -> str:
        """How `mystira:adopt` speaks of it."""
        return f"{self.row.key}/{self.name}"


@dataclass
class _Recorder(mocks.Mocks):
    plan: StackPlan
    found: list[Registration] = field(default_factory=list)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        inputs: Mapping[str, Any] = args.inputs
        row = BY_TOKEN.get(args.typ)
        if args.typ == "pulumi:pulumi:StackReference":
            contract = {name: f"/{name}" for name in SharedOutputs.__dataclass_fields__}
            return args.name, {"name": args.name, "outputs": {CONTRACT: contract}, "secretOutputNames": []}
        if row is None:
            return args.name, dict(inputs)
        if not isinstance(inputs.get(row.name_input), str):
            return args.name, {}  # named after something that only the deployment makes
        id = made_id(row, {**inputs, "subscriptionId": self.plan.subscription_id})
        physical = str(inputs[row.name_input])
        self.found.append(Registration(row, args.name, physical, id))
        return id, {"name": physical}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {"tenantId": self.plan.tenant_id, "subscriptionId": self.plan.subscription_id}, []


def registrations_of(plan: StackPlan) -> list[Registration]:
    """Every Azure resource of ``plan``, in the order of registration."""
    from stacks.build.run import build

    recorder = _Recorder(plan)

    def program() -> None:
        build(plan)

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    reset_options()
    mocks.set_mocks(recorder, project="mystira", stack=plan.stack, preview=True)
    try:
        loop.run_until_complete(run_pulumi_func(program))
    finally:
        loop.close()
    return recorder.found
