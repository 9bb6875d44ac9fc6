"""Azure Managed Redis: who shares which instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.problems import Problem
from components.redis.facts import PORT, SHARD_PORTS
from components.redis.spec import RedisSpec
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.cache import Cache
from stacks.context import Context
from stacks.parts.doors import EVERYBODY, Door, Target, Way, private, zones
from stacks.parts.part import Part
from stacks.parts.redis.checks import SHARED_INSTANCE, consumers_of, instances_of, redis_problems, users_of
from stacks.settings.models import EnvironmentSettings
from stacks.settings.redis import RedisInstance

PUBLIC_ACCESS = "redis-public-access"
REPLICA = "redis-replica"
PERSISTENCE = "redis-persistence"
ZONES = zones("redis")


class Redis(Part[EnvironmentSettings, tuple[RedisSpec, ...]]):
    """The shared instance, then those that the settings give to some services only."""

    key = "redis"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "Redis is reached privately",
        REPLICA: "every Redis has a replica",
        PERSISTENCE: "what Redis holds survives the loss of all its nodes",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[RedisSpec, ...]:
        return tuple(_instance(context, key, each) for key, each in instances_of(context.settings).items())

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return redis_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        instances = instances_of(context.settings).values()
        if context.settings.redis.public_access:
            yield PUBLIC_ACCESS
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
        return (Cache.PRODUCT.format(service=service) for service in users_of(context.catalogue))


def _instance(context: Context[EnvironmentSettings], key: str, settings: RedisInstance) -> RedisSpec:
    role, names = "" if key == SHARED_INSTANCE else key, context.names
    public = context.settings.redis.public_access
    return RedisSpec(
        key=key,
        name=names.name(CORE, "redis", role=role),
        sku=settings.sku,
        high_availability=settings.high_availability,
        clustering=settings.clustering,
        eviction=settings.eviction,
        persistence="aof" if settings.persistence.aof else "rdb" if settings.persistence.rdb_hours else "",
        rdb_hours=settings.persistence.rdb_hours or 0,
        geo_replication_group=settings.geo_replication_group,
        access_keys=context.settings.local_auth == "on",
        store_key=context.settings.secrets.key,
        consumers={
            service.key: names.child("redis-access-policy-assignment", service.key.replace("-", ""))
            for service in consumers_of(context, key)
        },
        private_endpoint="" if public else names.name(CORE, "private-endpoint", role=f"redis{role}"),
    )


REDIS = Redis()
