"""The played controllers of a cluster, acting whenever its provider waits."""

from __future__ import annotations

from collections.abc import Callable

from components.facts.types import RESOURCE_TYPES
from offline.kubernetes.cluster import Cluster
from offline.kubernetes.played.api import Api
from offline.kubernetes.waiting import Settle
from offline.world.objects import CloudObject
from offline.world.store import World

CLUSTER = RESOURCE_TYPES["kubernetes-cluster"].token

Play = Callable[[Api, World, str], bool]
"""One step of all of them: with the connection of an administrator, by the id of the managed cluster. False while they
are still at another one."""


def acting(world: World, play: Play) -> Callable[[Cluster], Settle]:
    """By cluster: what lets its played controllers act, who have rights of their own. A server that is none of the
    world's clusters has none."""

    def of(cluster: Cluster) -> Settle:
        found = next((each for each in world.of_type(CLUSTER) if _is(each, cluster.name)), None)
        api = cluster.controllers() if found is not None else None

        def settle() -> bool:
            return api is None or found is None or play(api, world, found.id)

        return settle

    return of


def _is(each: CloudObject, name: str) -> bool:
    return str(each.body.get("fqdn", "")).lower() == name.lower()
