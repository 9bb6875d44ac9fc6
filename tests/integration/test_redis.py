"""A Redis with the eviction of the plan: locks and queues are never thrown away to make room."""

from __future__ import annotations

import pytest
import redis

from stacks.parts.redis.plan import REDIS
from tests.harness.settings import plan
from tests.integration.conftest import named

VARIABLE = "MYSTIRA_REDIS"
"""The address of an empty server."""
ROOM = 4 * 1024 * 1024
"""What it may hold beyond what it holds empty, bytes."""


def fill(client: redis.Redis) -> None:
    """Write twice as much as there is room for."""
    for number in range(ROOM // 1024 * 2):
        client.set(f"filler-{number}", b"x" * 1024)


@pytest.mark.requirement("S2-030", "S1-109")
def test_a_full_cache_refuses_and_forgets_nothing() -> None:
    client = redis.Redis.from_url(named(VARIABLE))
    (policy,) = {each.eviction for each in plan("prod").of(REDIS)}
    assert policy == "NoEviction"
    used = int(client.info("memory")["used_memory"])
    client.config_set("maxmemory-policy", policy.lower())
    client.config_set("maxmemory", used + ROOM)
    try:
        client.set("lock", "held")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            fill(client)
        assert client.get("lock") == b"held"
    finally:
        client.config_set("maxmemory", 0)
        client.flushdb()
