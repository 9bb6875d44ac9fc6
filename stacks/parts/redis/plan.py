"""Azure Managed Redis: who shares which instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.problems import Problem
from components.redis.facts import PORT, SHARD_PORTS
from components.redis.spec import RedisSpec
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.doors import EVERYBODY, Door, Target, Way, private, zones
from stacks.parts.part import Part
from stacks.parts.redis.checks import SHARED_INSTANCE, caches_of, consumers_of, instances_of, redis_problems
from stacks.settings.models import EnvironmentSettings
from stacks.settings.redis import RedisInstance

PUBLIC_ACCESS = "redis-public-access"
REPLICA = "redis-replica"
PERSISTENCE = "redis-persistence"
PRIVATE_KEYS = "redis-private-keys"
ZONES = zones("redis")


@dataclass(frozen=True)
class RedisPlan(RedisSpec):
    """An instance, and for whom it is."""

    endpoints: tuple[str, ...]
    """The names of its endpoint among the products, one for each need."""
    connection_strings: tuple[str, ...]
    """The names of its connection string, where the instance has a key."""


class Redis(Part[EnvironmentSettings, tuple[RedisPlan, ...]]):
    """The shared instance, then those that the settings give to some services only."""

    key = "redis"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "Redis is reached privately",
        REPLICA: "every Redis has a replica",
        PRIVATE_KEYS: "a private Redis takes no key: what is inside the network has an identity",
        PERSISTENCE: "what Redis holds survives the loss of all its nodes",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[RedisPlan, ...]:
        return tuple(_instance(context, key, each) for key, each in instances_of(context.settings).items())

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return redis_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        instances = instances_of(context.settings).values()
        if context.settings.redis.public_access:
            yield PUBLIC_ACCESS
        elif context.settings.accepts_keys("redis"):
            yield PRIVATE_KEYS
        if any(not each.high_availability for each in instances):
            yield REPLICA
        kept = (each.persistence.aof or each.persistence.rdb_hours or each.geo_replication_group for each in instances)
        if not all(kept):
            yield PERSISTENCE

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {f"redis/{key}": "redis" for key in instances_of(context.settings)}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        """Azure Managed Redis has no firewall: it is private, or open to the internet, which needs a waiver."""
        setting = "redis.public_access"
        if context.settings.redis.public_access:
            door = Door(Way.PUBLIC, setting, "off", ranges=(EVERYBODY,), waiver=PUBLIC_ACCESS)
        else:
            door = private(setting, "on, with a waiver")
        for key, instance in instances_of(context.settings).items():
            shards = (SHARD_PORTS,) if instance.clustering == "OSSCluster" else ()
            users = tuple(service.key for service in consumers_of(context, key))
            yield Target(f"redis/{key}", "redis", users, (str(PORT), *shards), (door,), setting, "off", ZONES)

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        for key in instances_of(context.settings):
            yield from (*_endpoints(context, key), *_connection_strings(context, key))


def _endpoints(context: Context[EnvironmentSettings], key: str) -> tuple[str, ...]:
    return tuple(need.endpoint.format(service=service.key) for service, need in caches_of(context, key))


def _connection_strings(context: Context[EnvironmentSettings], key: str) -> tuple[str, ...]:
    if not context.settings.accepts_keys("redis"):
        return ()
    return tuple(need.connection_string.format(service=service.key) for service, need in caches_of(context, key))


def _instance(context: Context[EnvironmentSettings], key: str, settings: RedisInstance) -> RedisPlan:
    role, names = "" if key == SHARED_INSTANCE else key, context.names
    public = context.settings.redis.public_access
    return RedisPlan(
        key=key,
        name=names.name(CORE, "redis", role=role),
        sku=settings.sku,
        high_availability=settings.high_availability,
        clustering=settings.clustering,
        eviction=settings.eviction,
        persistence="aof" if settings.persistence.aof else "rdb" if settings.persistence.rdb_hours else "",
        rdb_hours=settings.persistence.rdb_hours or 0,
        geo_replication_group=settings.geo_replication_group,
        access_keys=context.settings.accepts_keys("redis"),
        store_key=context.settings.secrets.key,
        consumers={
            service.key: names.child("redis-access-policy-assignment", service.key.replace("-", ""))
            for service in consumers_of(context, key)
        },
        private_endpoint="" if public else names.name(CORE, "private-endpoint", role=f"redis{role}"),
        endpoints=_endpoints(context, key),
        connection_strings=_connection_strings(context, key),
    )


REDIS = Redis()
