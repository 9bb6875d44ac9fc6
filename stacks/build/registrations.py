"""What a plan registers, without an engine: the build under Pulumi's own mocks, in preview."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import reset_options
from pulumi.runtime.stack import run_pulumi_func

from components.facts.ids import made_id
from components.facts.model import ResourceType
from components.facts.resource_types import BY_TOKEN
from stacks.build.shared import CONTRACT, SharedOutputs
from stacks.build.stores.storage import KEY_NAMES
from stacks.plan import StackPlan

PRINCIPAL = "principal of "
"""What an object id begins with that only the deployment makes."""


@dataclass(frozen=True)
class Registration:
    """A resource of the plan: its row, its logical name, the name and the id that it would get.

    ``waits_for`` are the URNs that the engine finishes first: what its inputs read (``reads``), what ``depends_on``
    names, a parent that is a resource itself.
    """

    row: ResourceType
    name: str
    physical: str
    id: str
    urn: str
    inputs: Mapping[str, Any]
    waits_for: frozenset[str]
    reads: frozenset[str]

    @property
    def key(self) -> str:
        """How `mystira:adopt` speaks of it."""
        return f"{self.row.key}/{self.name}"

    @property
    def adoptable(self) -> bool:
        """Whether its name is known before the deployment: not where it is that of a principal made by it."""
        return not self.physical.startswith(PRINCIPAL)


@dataclass
class _Recorder(mocks.Mocks):
    plan: StackPlan

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        inputs: Mapping[str, Any] = args.inputs
        row = BY_TOKEN.get(args.typ)
        if args.typ == "pulumi:pulumi:StackReference":
            contract = {name: f"/{name}" for name in SharedOutputs.__dataclass_fields__}
            return args.name, {"name": args.name, "outputs": {CONTRACT: contract}, "secretOutputNames": []}
        if row is None:
            return args.name, dict(inputs)
        name = str(inputs[row.name_input])
        return self.id(row, inputs), {"name": name, "principalId": f"{PRINCIPAL}{name}"}

    def id(self, row: ResourceType, inputs: Mapping[str, Any]) -> str:
        return made_id(row, {**inputs, "subscriptionId": self.plan.subscription_id})

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        login = {"tenantId": self.plan.tenant_id, "subscriptionId": self.plan.subscription_id}
        keys = [{"keyName": name, "value": ""} for name in KEY_NAMES.values()]
        halves = {f"{half}{what}": "" for half in KEY_NAMES for what in ("Key", "ConnectionString")}
        return {**login, **halves, "keys": keys}, []


class _Monitor(mocks.MockMonitor):
    """Also sees what the mocks are not told: who waits for whom."""

    def __init__(self, recorder: _Recorder) -> None:
        super().__init__(recorder)
        self.recorder = recorder
        self.found: list[Registration] = []
        self._resources: set[str] = set()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the monitor's own name
        response = super().RegisterResource(request)
        row = BY_TOKEN.get(request.type)
        if row is not None:
            inputs = rpc.deserialize_properties(request.object)
            reads = {urn for each in request.propertyDependencies.values() for urn in each.urns}
            parent = {request.parent} & self._resources
            self._resources.add(response.urn)
            self.found.append(
                Registration(
                    row,
                    request.name,
                    str(inputs[row.name_input]),
                    self.recorder.id(row, inputs),
                    response.urn,
                    inputs,
                    frozenset({*request.dependencies, *reads, *parent}),
                    frozenset(reads),
                )
            )
        return response


def registrations_of(plan: StackPlan) -> list[Registration]:
    """Every Azure resource of ``plan`` as if none of them were there yet, in the order of registration."""
    from stacks.build.run import guarded_build

    monitor = _Monitor(_Recorder(plan))

    def program() -> None:
        guarded_build(replace(plan, adopt={}), retries=False)

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    reset_options()
    mocks.set_mocks(monitor.recorder, project="mystira", stack=plan.stack, preview=True, monitor=monitor)
    try:
        loop.run_until_complete(run_pulumi_func(program))
    finally:
        loop.close()
    return monitor.found
