"""What is not made yet: the engine does not see it, and the program is told that nothing of it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import rpc, settings
from pulumi.runtime.proto import resource_pb2

from components.facts.phases import EVERY, Phase
from components.facts.types import REGISTERED_TYPES
from components.guard import withholding
from components.guard.phases import Phases
from components.guard.withholding import Withholding, withhold

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = "mys-dev-core-rg-san"
SERVER = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.DBforPostgreSQL/flexibleServers/live"
)
BUS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.ServiceBus/namespaces/live"
STACK = "urn:pulumi:dev::mystira::pulumi:pulumi:Stack::mystira-dev"
COMPONENT = "mystira:data:Server"


class Engine:
    """What takes the registrations that are passed on."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.outputs: list[Any] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the monitor's own name
        self.seen.append(request)
        return resource_pb2.RegisterResourceResponse(urn=f"urn:{request.name}", id="made", object=request.object)

    def RegisterResourceOutputs(self, request: Any) -> None:  # noqa: N802  # the monitor's own name
        self.outputs.append(request)

    def SupportsFeature(self, feature: str) -> str:  # noqa: N802  # the monitor's own name
        return f"yes: {feature}"


@pytest.fixture(autouse=True)
def run(monkeypatch: pytest.MonkeyPatch) -> None:
    """An update, not a preview, of dev."""
    monkeypatch.setattr(settings, "get_stack", lambda: "dev")
    monkeypatch.setattr(settings, "get_project", lambda: "mystira")
    monkeypatch.setattr(settings, "is_dry_run", lambda: False)


@pytest.fixture
def engine() -> Engine:
    return Engine()


def phases(**of_parts: Phase) -> Phases:
    """Phases in which part `new` is being built."""
    found = Phases(of_parts)
    found.part = "new"
    return found


def between(engine: Engine, of: Phases) -> Withholding:
    return Withholding(engine, of, SUBSCRIPTION)


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    found = struct_pb2.Struct()
    found.update(values)
    return found


def request(phases: Phases, kind: str, name: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Any:
    """A registration of a type of the table, as the guard has passed it."""
    token = REGISTERED_TYPES[kind].token if kind in REGISTERED_TYPES else kind
    phases.registers(token, name)
    return resource_pb2.RegisterResourceRequest(
        type=token, name=name, custom=True, object=struct(inputs or {}), **{"parent": STACK, **more}
    )


def identity(phases: Phases, name: str = "one", **more: Any) -> Any:
    inputs = {"resourceName": f"mys-dev-{name}-identity-san", "resourceGroupName": GROUP, **more.pop("inputs", {})}
    return request(phases, "user-assigned-identity", name, inputs, **more)


def test_what_is_new_on_hold_is_not_made_and_nothing_of_it_is_known(engine: Engine) -> None:
    of = phases(new=Phase.HOLD)
    monitor = between(engine, of)
    answer = monitor.RegisterResource(identity(of))
    token = REGISTERED_TYPES["user-assigned-identity"].token
    assert engine.seen == []
    assert (answer.urn, answer.id, answer.unknown) == (f"urn:pulumi:dev::mystira::{token}::one", "", True)
    assert set(MessageToDict(answer.object)) == {"resourceName", "resourceGroupName"}
    assert {each.string_value for each in answer.object.fields.values()} == {rpc.UNKNOWN}
    assert monitor.waiting == {answer.urn: "its part is on hold"}


def test_the_urn_has_the_types_of_what_it_is_part_of(engine: Engine) -> None:
    of = phases(new=Phase.HOLD)
    parent = f"urn:pulumi:dev::mystira::mystira:a:Thing${COMPONENT}::core"
    answer = between(engine, of).RegisterResource(identity(of, parent=parent))
    assert (
        answer.urn.split("::")[2] == f"mystira:a:Thing${COMPONENT}${REGISTERED_TYPES['user-assigned-identity'].token}"
    )


@pytest.mark.parametrize("phase", [Phase.ADD, Phase.DONE])
def test_what_is_new_is_made_in_the_other_phases(engine: Engine, phase: Phase) -> None:
    of = phases(new=phase)
    answer = between(engine, of).RegisterResource(identity(of))
    assert ([each.name for each in engine.seen], answer.id) == (["one"], "made")


def test_what_needs_something_that_waits_waits_as_well(engine: Engine) -> None:
    """By whatever reference; also a provider, of which the type table has no row."""
    of = phases(new=Phase.HOLD, later=Phase.ADD)
    monitor = between(engine, of)
    urn = monitor.RegisterResource(identity(of)).urn
    of.part = "later"
    found = [
        monitor.RegisterResource(identity(of, "two", dependencies=[urn])),
        monitor.RegisterResource(
            identity(
                of,
                "three",
                propertyDependencies={"a": resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=[urn])},
            )
        ),
        monitor.RegisterResource(request(of, "pulumi:providers:kubernetes", "cluster", dependencies=[urn])),
    ]
    provider = found[2].urn
    found.append(monitor.RegisterResource(request(of, "namespace", "mys-dev", provider=f"{provider}::id")))
    assert (engine.seen, [each.unknown for each in found]) == ([], [True] * 4)
    assert [monitor.waiting[each.urn] for each in found] == [f"{urn} waits"] * 3 + [f"{provider} waits"]


def test_a_component_is_registered_without_what_is_not_there(engine: Engine) -> None:
    of = phases(new=Phase.HOLD)
    monitor = between(engine, of)
    urn = monitor.RegisterResource(identity(of)).urn
    component = request(
        of,
        COMPONENT,
        "core",
        dependencies=[urn, "urn:other"],
        deletedWith=urn,
        replace_with=[urn],
        providers={"kubernetes": f"{urn}::id", "azure-native": "urn:azure::id"},
        propertyDependencies={"a": resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=[urn, "urn:other"])},
    )
    component.custom = False
    assert not monitor.RegisterResource(component).unknown
    (seen,) = engine.seen
    assert (list(seen.dependencies), seen.deletedWith, list(seen.replace_with)) == (["urn:other"], "", [])
    assert dict(seen.providers) == {"azure-native": "urn:azure::id"}
    assert list(seen.propertyDependencies["a"].urns) == ["urn:other"]
    # The program's own request stays as it was.
    assert list(component.dependencies) == [urn, "urn:other"]


@pytest.mark.parametrize("phase", [Phase.HOLD, Phase.ADD])
def test_a_live_resource_that_stays_is_imported_with_its_own_inputs(engine: Engine, phase: Phase) -> None:
    """Whatever of it is unknown, or refers to what waits, says nothing: every input is ignored."""
    of = phases(new=phase)
    of.part = "waits"
    of.of_parts = {"new": phase, "waits": Phase.HOLD}
    monitor = between(engine, of)
    urn = monitor.RegisterResource(identity(of)).urn
    of.part = "new"
    inputs = {"principal": rpc.UNKNOWN, "list": [{"in": rpc.UNKNOWN}], "location": "southafricanorth"}
    answer = monitor.RegisterResource(identity(of, "live", inputs=inputs, dependencies=[urn], importId="/live"))
    assert not answer.unknown
    (seen,) = engine.seen
    assert set(MessageToDict(seen.object)) == {"resourceName", "resourceGroupName", "location"}
    assert (seen.importId, list(seen.dependencies)) == ("/live", [])


def test_a_part_that_is_done_too_early_is_refused(engine: Engine) -> None:
    of = phases(new=Phase.HOLD, done=Phase.DONE)
    monitor = between(engine, of)
    urn = monitor.RegisterResource(identity(of)).urn
    of.part = "done"
    with pytest.raises(pulumi.RunError) as caught:
        monitor.RegisterResource(identity(of, "live", dependencies=[urn], importId="/live"))
    text = str(caught.value)
    assert "live: its part is done, but it needs what waits" in text
    assert urn in text
    assert "its part is on hold" in text
    assert engine.seen == []


@pytest.mark.parametrize(
    ("kind", "inputs", "waits"),
    [
        ("postgresql-configuration", {"serverName": "live", "configurationName": "log_lock_waits"}, True),
        ("service-bus-network-rules", {"namespaceName": "live"}, True),
        ("service-bus-queue", {"namespaceName": "live", "queueName": "events"}, False),
        ("service-bus-queue", {"namespaceName": "another", "queueName": "events"}, False),
    ],
)
def test_a_child_waits_for_a_parent_that_stays_unless_it_comes_beside(
    engine: Engine, kind: str, inputs: Mapping[str, Any], waits: bool
) -> None:
    of = phases(new=Phase.ADD)
    for row, id in (("postgresql-server", SERVER), ("service-bus-namespace", BUS)):
        of.keeps(REGISTERED_TYPES[row], id)
    monitor = between(engine, of)
    answer = monitor.RegisterResource(request(of, kind, "child", {"resourceGroupName": GROUP, **inputs}))
    assert answer.unknown is waits
    assert [why.partition(" stays")[1] for why in monitor.waiting.values()] == [" stays"] * waits


@pytest.mark.parametrize("preview", [True, False])
def test_an_input_that_only_a_later_run_knows_is_sent_to_nobody(
    engine: Engine, preview: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a preview the engine takes what is unknown."""
    monkeypatch.setattr(settings, "is_dry_run", lambda: preview)
    of = phases(new=Phase.ADD)
    monitor = between(engine, of)
    answer = monitor.RegisterResource(identity(of, inputs={"tags": {"client": rpc.UNKNOWN}}))
    assert answer.unknown is not preview
    assert list(monitor.waiting.values()) == ["an input is not known yet"] * (not preview)


def test_outputs_that_are_not_known_yet_are_left_out(engine: Engine) -> None:
    outputs = struct({"host": "h", "address": rpc.UNKNOWN, "roles": [{"id": rpc.UNKNOWN}], "count": 1})
    between(engine, phases()).RegisterResourceOutputs(
        resource_pb2.RegisterResourceOutputsRequest(urn=STACK, outputs=outputs)
    )
    (seen,) = engine.outputs
    assert (seen.urn, MessageToDict(seen.outputs)) == (STACK, {"host": "h", "count": 1})


def test_everything_else_goes_to_the_engine(engine: Engine) -> None:
    assert between(engine, phases()).SupportsFeature("outputValues") == "yes: outputValues"


@pytest.fixture
def programs_own(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine as the SDK's own monitor."""
    monkeypatch.setattr(settings.SETTINGS, "monitor", engine)
    return engine


def test_it_stands_before_the_programs_own_monitor(programs_own: Engine) -> None:
    of = phases(**{EVERY: Phase.HOLD})
    found = withhold(of, SUBSCRIPTION)
    assert settings.SETTINGS.monitor is found
    assert found.RegisterResource(identity(of)).unknown
    assert programs_own.seen == []
    assert STACK.split("::")[2] == withholding.STACK
