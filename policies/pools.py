"""The node pools inside a cluster.

The program makes a cluster with its system pool, and every other pool as a resource of its own. After a refresh Azure's
answer stands in the state, and that lists all of them: a rule on the system pool asks which one it sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.values import Resource

POOLS = "agentPoolProfiles[]"


def system_pools(resource: Resource) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The system pools inside a cluster, each with where it is."""
    for where, pool in resource.find(POOLS):
        if isinstance(pool, Mapping) and pool.get("mode") != "User":
            yield where, pool
