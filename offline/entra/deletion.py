"""Deleting an object with what goes along, and keeping what Entra keeps of it for a while."""

from __future__ import annotations

from offline.azure.behaviour import BELOW
from offline.entra.services.every import BEHAVIOURS
from offline.world.objects import CloudObject, Writer


def remove(cloud: Writer, old: CloudObject) -> None:
    """Delete an object and everything that goes along. What can be restored is kept, with what it takes along that
    cannot be restored by itself."""
    behaviour = BEHAVIOURS[old.token]
    along = [*cloud.below(old.id), *behaviour.takes_along(old, cloud)]
    inside = {each.id: each for each in along if not BEHAVIOURS[each.token].kept_days}
    cloud.delete(old.id)
    for each in along:
        if cloud.get(each.id) is not None:
            remove(cloud, each)
    if behaviour.kept_days:
        cloud.keep(CloudObject(old.id, old.token, {**old.body, BELOW: [vars(each) for each in inside.values()]}))
