"""What is not made yet: registrations that the engine does not see.

The engine itself leaves resources out of a targeted update, and tells the program that their outputs are unknown
(`RegisterResourceResponse.unknown`). Here the program's own phases decide: the monitor, which takes the program's
registrations to the engine, answers in the same way for what waits, and for what depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime import rpc, settings
from pulumi.runtime.proto import resource_pb2

from components.facts.ids import made_id
from components.facts.model import ResourceType
from components.facts.phases import Phase
from components.facts.types import REGISTERED_BY_TOKEN
from components.guard.phases import Phases

STACK = "pulumi:pulumi:Stack"


class Withholding:
    """A monitor between the program and the engine."""

    def __init__(self, monitor: Any, phases: Phases, subscription: str) -> None:
        self._monitor = monitor
        self._phases = phases
        self._subscription = subscription
        self.waiting: dict[str, str] = {}
        """By URN of what is not made: why."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitor, name)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the monitor's own name
        """Pass a registration on, or answer that its outputs are unknown."""
        row = REGISTERED_BY_TOKEN.get(request.type)
        needed = [urn for urn in _needed(request) if urn in self.waiting]
        if row is not None and request.importId:
            if self._phases.of_resource(request.type, request.name) is not Phase.DONE:
                return self._monitor.RegisterResource(_alone(request, self.waiting))
            if needed:
                raise pulumi.RunError(_refusal(request, needed[0], self.waiting[needed[0]]))
        why = f"{needed[0]} waits" if needed and request.custom else ""
        if not why and row is not None:
            why = self._phases.waits(row, request.type, request.name, self._id(row, request), _texts(request.object))
        if not why and row is not None and not settings.is_dry_run() and rpc.UNKNOWN in _texts(request.object):
            # What a function answers about something that waits is unknown too, and does not say what it is about.
            why = "an input is not known yet"
        if not why:
            return self._monitor.RegisterResource(_without(request, self.waiting))
        urn = _urn(request)
        self.waiting[urn] = why
        unknown = struct_pb2.Struct(fields={key: struct_pb2.Value(string_value=rpc.UNKNOWN) for key in request.object})
        return resource_pb2.RegisterResourceResponse(urn=urn, object=unknown, unknown=True)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802  # the monitor's own name
        """Outputs of components and of the stack: what is unknown is left out until it is known."""
        known = {key: value for key, value in request.outputs.fields.items() if not _unknown(value)}
        outputs = struct_pb2.Struct(fields=known)
        return self._monitor.RegisterResourceOutputs(
            resource_pb2.RegisterResourceOutputsRequest(urn=request.urn, outputs=outputs)
        )

    def _id(self, row: Any, request: Any) -> str:
        """The id that a resource would get, as far as its inputs say."""
        if not isinstance(row, ResourceType):
            return ""
        inputs = {key: value.string_value for key, value in request.object.fields.items()}
        try:
            return made_id(row, {**inputs, "subscriptionId": self._subscription})
        except KeyError:
            return ""


def withhold(phases: Phases, subscription: str) -> Withholding:
    """Put a monitor before the program's own, and return it."""
    found = Withholding(settings.get_monitor(), phases, subscription)
    settings.SETTINGS.monitor = found  # pyrefly: ignore[bad-assignment]
    return found


def _needed(request: Any) -> Iterator[str]:
    """The URNs of everything that a registration refers to."""
    yield request.parent
    yield from request.dependencies
    for each in request.propertyDependencies.values():
        yield from each.urns
    for reference in (request.provider, *request.providers.values()):
        yield reference.rpartition("::")[0]


def _without(request: Any, waiting: Iterable[str]) -> Any:
    """The request of a component, or of what needs nothing that waits, without references to what is not there."""
    gone = set(waiting)
    found = resource_pb2.RegisterResourceRequest()
    found.CopyFrom(request)
    _replace(found.dependencies, [urn for urn in request.dependencies if urn not in gone])
    for each in found.propertyDependencies.values():
        _replace(each.urns, [urn for urn in each.urns if urn not in gone])
    _replace(found.replace_with, [urn for urn in request.replace_with if urn not in gone])
    if found.deletedWith in gone:
        found.deletedWith = ""
    for key in [key for key, value in found.providers.items() if value.rpartition("::")[0] in gone]:
        del found.providers[key]
    return found


def _alone(request: Any, waiting: Iterable[str]) -> Any:
    """The request of a live resource that stays as it is: its inputs are its own, so what is unknown says nothing."""
    found = _without(request, waiting)
    for key in [key for key, value in found.object.fields.items() if _unknown(value)]:
        del found.object.fields[key]
    return found


def _replace(field: Any, values: list[str]) -> None:
    del field[:]
    field.extend(values)


def _unknown(value: Any) -> bool:
    return any(text == rpc.UNKNOWN for text in _values(value))


def _texts(struct: Any) -> Iterator[str]:
    for value in struct.fields.values():
        yield from _values(value)


def _values(value: Any) -> Iterator[str]:
    """Every text in a value."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        yield value.string_value
    elif kind == "struct_value":
        yield from _texts(value.struct_value)
    elif kind == "list_value":
        for each in value.list_value.values:
            yield from _values(each)


def _urn(request: Any) -> str:
    """The URN that the engine would give."""
    above = request.parent.split("::")[2] if request.parent else STACK
    kind = request.type if above == STACK else f"{above}${request.type}"
    return f"urn:pulumi:{settings.get_stack()}::{settings.get_project()}::{kind}::{request.name}"


def _refusal(request: Any, needed: str, why: str) -> str:
    return (
        f"{request.type} {request.name}: its part is done, but it needs what waits; seen: {needed} ({why}); "
        "allowed: let that part go on first (mystira:adoption); read: docs/runbooks/adoption.md"
    )
