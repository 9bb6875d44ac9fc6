"""The node pools inside a cluster.

The program makes a cluster with its system pool, and every other pool as a resource of its own. After a refresh Azure's
answer stands in the state, and that lists all of them: a rule on the system pool asks which one it sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policies.values import Resource

PROFILES = "agentPoolProfiles"
POOLS = f"{PROFILES}[]"


def system_pools(resource: Resource) -> Resource:
    """The cluster with its system pools alone."""
    pools = resource.value(PROFILES)
    if not isinstance(pools, list):
        return resource
    kept = [each for each in pools if not isinstance(each, Mapping) or each.get("mode") != "User"]
    return replace(resource, inputs={**resource.inputs, PROFILES: kept})
