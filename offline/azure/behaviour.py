"""What a type does beyond its schema: what Azure computes, what it refuses. One table of behaviours by Pulumi type."""

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


BELOW = "__below"
"""In the body of a deleted resource: the children that were kept with it."""


def guid(*parts: str) -> str:
    """A GUID that is the same in every run for the same parts: what Azure would have drawn at random."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(part.lower() for part in parts)))


@dataclass(frozen=True)
class Request:
    """A create or an update: ``old`` is what exists, ``None`` at create."""

    row: ResourceType
    id: str
    inputs: Properties
    cloud: Writer
    tenant_id: str
    old: CloudObject | None

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]


class Behaviour:
    """The behaviour of a type that has none of its own beyond what holds for all; types with more derive from it.

    ``immutable`` maps properties that Azure refuses to change to the title of the document that says so,
    ``immutable_codes`` those of them that are not refused with ``PropertyChangeNotAllowed`` to their code;
    ``taken`` is how a name is refused that somebody else in Azure has: code, message, HTTP status; ``blocked_by_use``
    is the code with which a delete is refused while something refers to the resource.
    """

    immutable: ClassVar[Mapping[str, str]] = {}
    immutable_codes: ClassVar[Mapping[str, str]] = {}
    taken: ClassVar[tuple[str, str, int]] = ("AlreadyInUse", "The name {name} is already in use.", 409)
    blocked_by_use = ""
    blocked_by_children = ""
    keeps: ClassVar[frozenset[str]] = frozenset()
    """Types of children that come back with a recovered resource."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        """What Azure refuses about a create or an update, most important first."""
        return iter(())

    def computed(self, request: Request) -> Properties:
        """The properties that Azure makes."""
        return {}

    def written(self, request: Request, body: Properties) -> None:
        """What else a create or update changes in the cloud."""

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        """What Azure refuses about a delete beyond children and use."""
        return iter(())

    def deleted(self, request: Request) -> None:
        """What else a delete changes in the cloud."""

    def kept_days(self, body: Properties) -> int:
        """For how many days a deleted resource can be recovered and its name stays taken; 0 where it is gone."""
        return 0

    def kept_refusal(self, request: Request, gone: CloudObject) -> ArmError | None:
        """What a create under the name of a deleted resource meets; ``None`` where Azure recovers or forgets it."""
        return None

    def purge_refusal(self, gone: CloudObject) -> ArmError | None:
        """What stops a deleted resource from being purged before its time."""
        return None


BEHAVIOURS: dict[str, Behaviour] = {}

Function = Callable[[Properties, World, str], Properties]
"""A function of the SDK: its arguments, the cloud and the subscription give its result, or it raises an ArmError."""

FUNCTIONS: dict[str, Function] = {}


def behaves(token: str, behaviour: Behaviour) -> None:
    """Register the behaviour of a type."""
    BEHAVIOURS[token] = behaviour


def answers(token: str, function: Function) -> None:
    """Register a function that a program may call, such as one that lists keys."""
    FUNCTIONS[token] = function


def remove(cloud: Writer, old: CloudObject) -> None:
    """Delete a resource and everything below it. What Azure keeps for a while is kept, with the children it keeps."""
    found = [old, *cloud.below(old.id)]
    cloud.delete(old.id)
    for each in found:
        behaviour = BEHAVIOURS.get(each.token, Behaviour())
        if behaviour.kept_days(each.body):
            inside = [vars(one) for one in found if one.token in behaviour.keeps and _inside(one, each)]
            cloud.keep(CloudObject(each.id, each.token, {**each.body, BELOW: inside}))


def _inside(one: CloudObject, other: CloudObject) -> bool:
    return one.id.lower().startswith(other.id.lower() + "/")


def at(value: Any, *path: str) -> Any:
    """A nested property, ``None`` where any part is missing."""
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value
