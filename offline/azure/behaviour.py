"""What a type does beyond its schema: what Azure computes and what it refuses."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from components.facts.model import ResourceType
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

_NAMESPACE = uuid.UUID("6f0f3c1e-8f51-4b53-9f5c-1d0a6f4f6b1a")

FAILED = "Failed"
"""The provisioningState of what Azure could not finish."""

BELOW = "__below"
"""In the body of a deleted resource: the children that Azure keeps with it."""


def guid(*parts: str) -> str:
    """A stand-in for a GUID that Azure draws at random: the same parts give the same GUID in every run."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(part.lower() for part in parts)))


@dataclass(frozen=True)
class Request:
    """A create or an update of one resource."""

    row: ResourceType
    """Its type."""
    id: str
    """Its resource id."""
    inputs: Properties
    """The new properties, as the program sends them."""
    cloud: Writer
    """The cloud as the request finds it, open for writing."""
    tenant_id: str
    """The tenant that the provider is configured for."""
    old: CloudObject | None
    """The existing resource; ``None`` at create."""

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition("/")[2]


class Behaviour:
    """The behaviour of a type to which only the general rules apply. Types with rules of their own derive from it."""

    immutable: ClassVar[Mapping[str, str]] = {}
    """Properties that Azure refuses to change → the title of the document that says so."""
    immutable_codes: ClassVar[Mapping[str, str]] = {}
    """Immutable properties that Azure refuses with another code than ``PropertyChangeNotAllowed`` → that code."""
    misnamed: ClassVar[tuple[str, str]] = ("InvalidResourceName", "Resource name {name} is invalid for {type}.")
    """How Azure refuses a name that breaks the type's rule: code, message."""
    taken: ClassVar[tuple[str, str, int]] = ("AlreadyInUse", "The name {name} is already in use.", 409)
    """How Azure refuses a name that another customer owns: code, message, HTTP status."""
    blocked_by_use: ClassVar[str] = ""
    """The code that refuses a delete while another resource refers to this one; empty if Azure deletes it anyway."""
    in_use_status: ClassVar[int] = 409
    """The HTTP status of ``blocked_by_use``."""
    missing_references: ClassVar[Mapping[str, tuple[str, str, int]]] = {}
    """Inputs (dotted) whose reference to a resource that does not exist Azure refuses in its own way: code, message
    with the ``{id}`` or the ``{name}`` of that resource, status."""
    blocked_by_children: ClassVar[str] = ""
    """The code that refuses a delete while a child exists whose row says that it holds its parent; empty if Azure
    deletes every child with it."""
    fills_in: ClassVar[Properties] = {}
    """What Azure adds where a request says nothing, at every depth. Lists are filled in by :meth:`computed`."""
    settles: ClassVar[Properties] = {}
    """What Azure's answer to a create leaves out, and every later read has."""
    keeps: ClassVar[frozenset[str]] = frozenset()
    """Tokens of the children that come back with a recovered resource."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        """What Azure refuses about a create or an update, most important first."""
        return iter(())

    def computed(self, request: Request) -> Properties:
        """The output properties that Azure computes."""
        return {}

    def settled(self, each: CloudObject, cloud: Writer) -> Properties:
        """What Azure's answer to a create leaves out, and every later read of this resource has."""
        return self.settles

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        """The outputs that other resources give this one. Nothing stores them, and they end with those resources."""
        return {}

    def written(self, request: Request, body: Properties) -> None:
        """Apply what a create or an update changes in other resources."""

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        """What Azure refuses about a delete, apart from children and references."""
        return iter(())

    def deleted(self, request: Request) -> None:
        """Apply what a delete changes in other resources."""

    def kept_days(self, body: Properties) -> int:
        """For how many days a deleted resource can be recovered and its name stays taken; 0 for none."""
        return 0

    def kept_refusal(self, request: Request, gone: CloudObject) -> ArmError | None:
        """How Azure refuses to create a resource under the name of a deleted one; ``None`` if it recovers that one."""
        return None

    def purge_refusal(self, gone: CloudObject) -> ArmError | None:
        """How Azure refuses to purge a deleted resource before its time; ``None`` if it purges it."""
        return None


Function = Callable[[Properties, World, str], Properties]
"""A function of the SDK, such as one that lists keys. Takes its arguments, the cloud and the subscription id; returns
its result or raises an ``ArmError``."""


def completed(properties: Properties, defaults: Properties) -> Properties:
    """Properties, with defaults for those that are missing or null, at every depth of objects."""
    result = {**properties}
    for name, default in defaults.items():
        now = result.get(name)
        if isinstance(now, dict) and isinstance(default, dict):
            result[name] = completed(now, default)
        elif now is None:
            result[name] = default
    return result


def kept(request: Request, name: str, otherwise: Any) -> Any:
    """An output that outlives updates: the existing resource's, ``otherwise`` for a new resource."""
    return request.old.body.get(name, otherwise) if request.old else otherwise


def drawn(request: Request, what: str, *path: str) -> str:
    """What Azure draws once in the life of a resource and has at ``path``: the existing resource's, which may have come
    from elsewhere, else a new one."""
    known = at(request.old.body, *path) if request.old else None
    return str(known) if known else guid(request.id, what)


def at(value: Any, *path: str) -> Any:
    """A nested property, ``None`` where any part is missing."""
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value
