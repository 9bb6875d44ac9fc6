"""Changing what other controllers own: what autoscalers and upgrade channels do between two runs.

A program that ignores changes of these values does not notice; any other would revert them on every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.facts.model import OwnedElsewhere
from components.facts.types import OWNED_ELSEWHERE, RESOURCE_TYPES
from offline.rpc.protocol import Properties
from offline.world.store import World

POOLS = "agentPoolProfiles"
POOL = RESOURCE_TYPES["agent-pool"]
CLUSTER = RESOURCE_TYPES["kubernetes-cluster"]
COMPONENT = RESOURCE_TYPES["application-insights"]
ANOMALY_RULE = RESOURCE_TYPES["smart-detector-alert-rule"]
ACTION_GROUP = RESOURCE_TYPES["action-group"]
AUTOSCALE = RESOURCE_TYPES["autoscale-setting"]

FAILURE_ANOMALIES = "Failure Anomalies - {component}"
SMART_DETECTION = "Application Insights Smart Detection"
"""The names that Azure gives what it makes for a component (hashicorp/terraform-provider-azurerm #10563)."""

PATCH = "1.36.3"
"""The patch that an upgrade channel chooses for the minor version."""

MOVES: Mapping[tuple[str, str], str | int] = {
    (CLUSTER.key, "kubernetesVersion"): PATCH,
    (POOL.key, "count"): 1,
    (POOL.key, "orchestratorVersion"): PATCH,
}
"""How owners change their values between two runs, by type and path: a new text, or a number to add."""


def move_owned(world: World) -> int:
    """Let every owner change its values once; return how many values changed."""
    moved = 0
    for row, owned in OWNED_ELSEWHERE:
        move = MOVES.get((row.key, owned.path))
        for each in world.of_type(row.token) if move is not None else ():
            value = _moved(owned, move, each.body)
            if value == each.body.get(owned.path):
                continue
            moved += 1
            with world.writing("moved by its owner", each.token, each.id) as cloud:
                now = cloud.get(each.id)
                if now is not None:
                    moves = {owned.path: value, **dict.fromkeys(owned.follows, value)}
                    cloud.put(each.id, each.token, {**now.body, **moves})
    _list_pools_in_clusters(world)
    return moved + _scale_plans(world)


def make_anomaly_rules(world: World) -> int:
    """Let Azure make the rule about failures for every component that has none, with a group of its own; return how
    many it made.

    Azure does so some five minutes after it made the component (hashicorp/terraform-provider-azurerm #10563, #18026):
    here that is after an `up` that succeeded, since this world has no clock.
    """
    made = 0
    for component in world.of_type(COMPONENT.token):
        group, name = component.id.partition("/providers/")[0], component.id.rpartition("/")[2]
        rule = f"{group}/providers/{ANOMALY_RULE.arm}/{FAILURE_ANOMALIES.format(component=name)}"
        receivers = f"{group}/providers/{ACTION_GROUP.arm}/{SMART_DETECTION}"
        if world.get(rule) is not None:
            continue
        made += 1
        with world.writing("made by Azure", ANOMALY_RULE.token, rule) as cloud:
            if cloud.get(receivers) is None:
                cloud.put(receivers, ACTION_GROUP.token, {"location": "global", "groupShortName": "SmartDetect"})
            cloud.put(
                rule,
                ANOMALY_RULE.token,
                {
                    "location": "global",
                    "state": "Enabled",
                    "severity": "Sev3",
                    "frequency": "PT1M",
                    "detector": {"id": "FailureAnomaliesDetector"},
                    "scope": [component.id],
                    "actionGroups": {"groupIds": [receivers]},
                },
            )
    return made


def _moved(owned: OwnedElsewhere, move: str | int | None, body: Properties) -> Any:
    """The new value: a number grows within the pool's bounds, a version gets its patch."""
    now = body.get(owned.path)
    if isinstance(move, int):
        return min(int(now or 0) + move, int(body.get("maxCount", now or 0)))
    return move if str(move).startswith(str(now)) else now


def _scale_plans(world: World) -> int:
    """Give every plan with rules one instance more, as far as they allow it; return how many got one."""
    scaled = 0
    for rules in world.of_type(AUTOSCALE.token):
        most = max(int(each["capacity"]["maximum"]) for each in rules.body["profiles"])
        plan = world.get(rules.body["targetResourceUri"])
        if plan is not None and (now := int(plan.body["sku"]["capacity"])) < most:
            scaled += 1
            with world.writing("moved by its owner", plan.token, plan.id) as cloud:
                sku = {**plan.body["sku"], "capacity": now + 1}
                cloud.put(plan.id, plan.token, {**plan.body, "sku": sku, "numberOfWorkers": now + 1})
    return scaled


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
    """The pool's values. Its type is that of a resource, that of the profile the kind of its machines."""
    return {key: pool[key] for key in profile if key in pool and key != "type"}
