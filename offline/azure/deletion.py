"""Deleting a resource with everything below it, and keeping what Azure keeps of it for a while."""

from __future__ import annotations

from offline.azure.behaviour import BELOW, Behaviour
from offline.azure.services.every import BEHAVIOURS
from offline.world.objects import CloudObject, Writer


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
