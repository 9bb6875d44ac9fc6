"""What a type of object does beyond its schema: what Entra computes and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from components.facts.model import DirectoryType
from offline.azure.behaviour import guid
from offline.entra.errors import GraphError, not_found
from offline.entra.shape import Shape
from offline.rpc.protocol import CheckFailure, Properties, ProviderError
from offline.world.objects import CloudObject, Writer

TENANT = "__tenant"
"""In the body of an object: the tenant that it is in."""


@dataclass(frozen=True)
class Request:
    """A create or an update of one object."""

    row: DirectoryType
    """Its type."""
    id: str
    """Its id, as azuread has it."""
    drawn: str
    """The GUID that Entra draws for it."""
    inputs: Properties
    """The new properties, as the program sends them."""
    cloud: Writer
    """The cloud as the request finds it, open for writing."""
    tenant: str
    """The tenant that the provider is configured for."""
    caller: str
    """The object id of whoever is logged in."""
    old: CloudObject | None
    """The existing object; ``None`` at create."""

    def others(self, token: str) -> Iterator[CloudObject]:
        """The objects of a type in the tenant, without the one that is written."""
        return (each for each in of_tenant(self.cloud, token, self.tenant) if each.id.lower() != self.id.lower())

    def made(self, *what: str) -> str:
        """A further GUID that Entra draws, such as a client id: it lasts as long as the object."""
        return guid(self.id, *what)


class Behaviour:
    """The behaviour of a type to which only the general rules apply. Types with rules of their own derive from it."""

    shape: ClassVar[Shape] = Shape()
    """What azuread's schema says of the type."""
    fills_in: ClassVar[Properties] = {}
    """What Entra answers where a request says nothing, at every depth."""
    kept_days: ClassVar[int] = 0
    """For how many days a deleted object can be restored and holds what must be unique; 0 for none."""
    seeks_name_at_preview: ClassVar[bool] = False
    """Whether azuread looks for another object of the same name in the preview of a create too."""

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        """What azuread itself refuses at a preview."""
        return iter(())

    def existing(self, request: Request) -> ProviderError | None:
        """What azuread says of an object that is there already when it creates one; ``None`` where it does not look."""
        return None

    def refusals(self, request: Request) -> Iterator[GraphError]:
        """What Graph refuses about a create or an update, most important first."""
        return iter(())

    def awaits(self, request: Request) -> Iterator[str]:
        """The object ids that all of Entra must know before a create: azuread tries again until it does."""
        return iter(())

    def unknown(self, id: str) -> GraphError:
        """How Graph refuses one of them that does not exist."""
        return not_found(id)

    def computed(self, request: Request) -> Properties:
        """The output properties that Entra computes."""
        return {}

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        """The outputs that other objects give this one. Nothing stores them."""
        return {}

    def written(self, request: Request, body: Properties) -> None:
        """Apply what a create or an update changes in other objects."""

    def delete_refusals(self, request: Request) -> Iterator[GraphError]:
        """What Graph refuses about a delete."""
        return iter(())

    def takes_along(self, each: CloudObject, cloud: Writer) -> Iterator[CloudObject]:
        """What Entra deletes with an object, apart from what its id contains."""
        return iter(())


def of_tenant(cloud: Writer, token: str, tenant: str) -> Iterator[CloudObject]:
    """The objects of a type in a tenant, oldest first."""
    return (each for each in cloud.of_type(token) if each.body.get(TENANT) == tenant)


def kept_of_tenant(cloud: Writer, token: str, tenant: str) -> Iterator[CloudObject]:
    """The deleted objects of a type in a tenant that can still be restored."""
    return (each for each in cloud.kept_of(token) if each.body.get(TENANT) == tenant)
