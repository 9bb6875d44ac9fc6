"""Deleted applications and service principals of a tenant: listed, restored, purged, as Graph's deleted items
(Microsoft Graph: directory/deletedItems).

Graph restores an application without its service principal, the portal with it (Microsoft: Restore an enterprise
application). Whoever restores an application here wants both: :func:`restore` is the two requests.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.entra.facts import DELETED_DAYS
from components.facts.model import DISPLAY_NAME
from components.problems import MystiraError
from offline.azure.behaviour import BELOW
from offline.entra.behaviour import kept_of_tenant
from offline.entra.graph import PRINCIPAL
from offline.entra.objects import APPLICATION, object_id, service_principal
from offline.entra.services.every import BEHAVIOURS
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

KINDS = (APPLICATION, PRINCIPAL)
"""What can be restored. Security groups are gone at once (Microsoft Graph: Restore deleted item)."""


class NotDeleted(MystiraError):
    """An object id that no deleted item has."""


@dataclass(frozen=True)
class Deleted:
    """One deleted item."""

    id: str
    """As azuread imports it: ``/applications/<object id>``."""
    object_id: str
    client_id: str
    name: str
    """The display name; empty for a service principal, which has that of its application."""
    uris: tuple[str, ...]
    """The identifier URIs of an application."""
    days: int = DELETED_DAYS
    """How long Entra keeps it, in days."""


def deleted(world: World, tenant: str) -> list[Deleted]:
    """The deleted items of a tenant, applications first."""
    with world.reading() as cloud:
        return [_record(each) for token in KINDS for each in kept_of_tenant(cloud, token, tenant)]


def restore(world: World, tenant: str, object_id: str) -> list[str]:
    """Restore an item, with the service principal of an application, and return the ids. Raises :class:`NotDeleted`."""
    found = _kept(world, tenant, object_id)
    with world.writing("restore", found.token, found.id) as cloud:
        restored = [found, *_principals_of(cloud, tenant, found)]
        for each in restored:
            _put_back(cloud, tenant, each)
    return [each.id for each in restored]


def purge(world: World, tenant: str, object_id: str) -> list[str]:
    """Remove an item for good, with the service principal of an application, which could not be restored without it;
    return the ids. Raises :class:`NotDeleted`."""
    found = _kept(world, tenant, object_id)
    with world.writing("purge", found.token, found.id) as cloud:
        gone = [found, *_principals_of(cloud, tenant, found)]
        for each in gone:
            cloud.forget(each.id.rpartition("/")[2], each.token)
    return [each.id for each in gone]


def _record(each: CloudObject) -> Deleted:
    name, uris = str(each.body.get(DISPLAY_NAME, "")), tuple(each.body.get("identifierUris") or ())
    return Deleted(each.id, each.id.rpartition("/")[2], str(each.body["clientId"]), name, uris)


def _kept(world: World, tenant: str, object_id: str) -> CloudObject:
    with world.reading() as cloud:
        for token in KINDS:
            for each in kept_of_tenant(cloud, token, tenant):
                if each.id.rpartition("/")[2].lower() == object_id.lower():
                    return each
    known = ", ".join(each.object_id for each in deleted(world, tenant)) or "none"
    raise NotDeleted(f"no deleted item of tenant {tenant} has this object id; seen: {object_id}; allowed: {known}")


def _principals_of(cloud: Writer, tenant: str, found: CloudObject) -> list[CloudObject]:
    """The deleted service principals of a deleted application."""
    if found.token != APPLICATION:
        return []
    client = found.body["clientId"]
    return [each for each in kept_of_tenant(cloud, PRINCIPAL, tenant) if each.body["clientId"] == client]


def _put_back(cloud: Writer, tenant: str, each: CloudObject) -> None:
    """Put an item back, with those of its children whose other end still exists."""
    below = [CloudObject(**one) for one in each.body.get(BELOW, [])]
    cloud.put(each.id, each.token, {name: value for name, value in each.body.items() if name != BELOW})
    cloud.forget(each.id.rpartition("/")[2], each.token)
    for child in below:
        ends = [str(value) for name, value in child.body.items() if name.endswith("ObjectId")]
        if child.token in BEHAVIOURS and all(_exists(cloud, tenant, end) for end in ends):
            cloud.put(child.id, child.token, child.body)


def _exists(cloud: Writer, tenant: str, id: str) -> bool:
    return object_id(cloud, tenant, id) is not None or service_principal(cloud, tenant, id) is not None
