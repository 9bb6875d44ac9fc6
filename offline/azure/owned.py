"""Moving what belongs to somebody else: what autoscalers and upgrade channels do between two runs.

A program that lets go of these values sees nothing of it; one that does not would bring them back at every run.
"""

from __future__ import annotations

from typing import Any

from components.facts.owned_elsewhere import OWNED_ELSEWHERE, OwnedElsewhere
from components.facts.resource_types import RESOURCE_TYPES
from offline.rpc.protocol import Properties
from offline.world.store import World

POOLS = "agentPoolProfiles"
POOL = RESOURCE_TYPES["agent-pool"]
CLUSTER = RESOURCE_TYPES["kubernetes-cluster"]


def move_owned(world: World) -> int:
    """Let every owner move its values once; return how many values moved."""
    moved = 0
    for row in OWNED_ELSEWHERE:
        if row.moved is None:
            continue
        for each in world.of_type(RESOURCE_TYPES[row.kind].token):
            value = _moved(row, each.body)
            if value == each.body.get(row.path):
                continue
            moved += 1
            with world.writing("moved by its owner", each.token, each.id) as cloud:
                now = cloud.get(each.id)
                if now is not None:
                    moves = {row.path: value, **dict.fromkeys(row.follows, value)}
                    cloud.put(each.id, each.token, {**now.body, **moves})
    _list_pools_in_clusters(world)
    return moved


def _moved(row: OwnedElsewhere, body: Properties) -> Any:
    """A number goes up by one within the pool's bounds; a version becomes its patch."""
    now = body.get(row.path)
    if isinstance(row.moved, int):
        return min(int(now or 0) + row.moved, int(body.get("maxCount", now or 0)))
    return row.moved if str(row.moved).startswith(str(now)) else now


def _list_pools_in_clusters(world: World) -> None:
    pools = {each.id.lower(): each.body for each in world.of_type(POOL.token)}
    for cluster in world.of_type(CLUSTER.token):
        listed: list[Properties] = cluster.body.get(POOLS) or []
        profiles = [{**each, **_same_keys(each, pools.get(_pool_id(cluster.id, each), {}))} for each in listed]
        if profiles != listed:
            with world.writing("moved by its owner", cluster.token, cluster.id) as cloud:
                now = cloud.get(cluster.id)
                if now is not None:
                    cloud.put(cluster.id, cluster.token, {**now.body, POOLS: profiles})


def _pool_id(cluster: str, profile: Properties) -> str:
    return f"{cluster}/agentPools/{profile['name']}".lower()


def _same_keys(profile: Properties, pool: Properties) -> Properties:
    return {key: pool[key] for key in profile if key in pool}
