"""What Azure or a rule of this platform refuses about Redis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.problems import Problem
from components.redis.facts import (
    ARCHITECTURE,
    GEO_REPLICATION,
    KEEPS_EVERYTHING,
    NO_CLUSTER_LIMIT_GB,
    OVERVIEW,
    PERSISTENCE,
    REDIS_SKUS,
)
from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.needs.cache import IRREPLACEABLE, Cache, Purpose
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings
from stacks.settings.redis import RedisInstance

SHARED_INSTANCE = "core"
READ_SKUS = "components/redis/facts.py"


def instances_of(settings: EnvironmentSettings) -> Mapping[str, RedisInstance]:
    """Every instance by key, the shared one first."""
    own = {key: each for key, each in settings.redis.instances.items() if key != SHARED_INSTANCE}
    return {SHARED_INSTANCE: settings.redis, **own}


def users_of(catalogue: Catalogue) -> Mapping[str, tuple[Service, frozenset[Purpose]]]:
    """The services that keep their own data in Redis, and for which purposes."""
    found: dict[str, tuple[Service, frozenset[Purpose]]] = {}
    for service in catalogue:
        caches = [need for need in service.needs if isinstance(need, Cache) and not need.of]
        if caches:
            found[service.key] = service, frozenset(purpose for cache in caches for purpose in cache.purposes)
    return found


def members_of(context: Context[EnvironmentSettings], key: str) -> list[Service]:
    """The services whose keys are in one instance: those it names, and in the shared one all that none names."""
    own = context.settings.redis.instances
    owner = {service: name for name, instance in own.items() for service in instance.services}
    users = users_of(context.catalogue)
    return [service for name, (service, _) in users.items() if owner.get(name, SHARED_INSTANCE) == key]


def caches_of(context: Context[EnvironmentSettings], key: str) -> list[tuple[Service, Cache]]:
    """Every need that one instance serves: those of its members, and those of whoever works on their keys."""
    members = {service.key for service in members_of(context, key)}
    return [
        (service, need)
        for service in context.catalogue
        for need in service.needs
        if isinstance(need, Cache) and (need.of or service.key) in members
    ]


def consumers_of(context: Context[EnvironmentSettings], key: str) -> list[Service]:
    """The services that use one instance, each once."""
    return list({service.key: service for service, _ in caches_of(context, key)}.values())


def redis_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Everything about Redis that Azure would refuse, that would lose keys, or that would leave somebody without."""
    users = users_of(context.catalogue)
    yield from _membership_problems(context, users)
    for service in context.catalogue:
        for need in service.needs:
            if isinstance(need, Cache) and need.of and need.of not in users:
                path, what = f"catalogue: {service.key}: needs", "works on the keys of a service that keeps none"
                yield Problem(path, what, need.of, ", ".join(users))
    for key, instance in instances_of(context.settings).items():
        path = context.path("redis" if key == SHARED_INSTANCE else f"redis.instances.{key}")
        yield from _sku_problems(path, instance)
        yield from _persistence_problems(path, instance)
        careful = sorted(
            f"{service.key} ({purpose})"
            for service in members_of(context, key)
            for purpose in users[service.key][1] & IRREPLACEABLE
        )
        if instance.eviction != KEEPS_EVERYTHING and careful:
            what = f"evicts keys that are not only cached: {', '.join(careful)}"
            allowed = f"{KEEPS_EVERYTHING}, or separate instances for services that only cache"
            yield Problem(f"{path}.eviction", what, instance.eviction, allowed, "S2-034, A11")


def _membership_problems(
    context: Context[EnvironmentSettings], users: Mapping[str, tuple[Service, frozenset[Purpose]]]
) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for key, own in context.settings.redis.instances.items():
        path = context.path(f"redis.instances.{key}")
        if key == SHARED_INSTANCE:
            yield Problem(path, "this name is reserved for the shared instance", key, "another name")
        for service in own.services:
            if service not in users:
                yield Problem(f"{path}.services", "not a service that uses Redis", service, ", ".join(users))
            elif service in owner:
                seen = f"{service}, also in {owner[service]}"
                yield Problem(f"{path}.services", "in two instances", seen, "one instance per service")
            owner[service] = key


def _sku_problems(path: str, instance: RedisInstance) -> Iterator[Problem]:
    sku = REDIS_SKUS.get(instance.sku)
    if sku is None:
        yield Problem(f"{path}.sku", "not a SKU of Azure Managed Redis", instance.sku, ", ".join(REDIS_SKUS), READ_SKUS)
        return
    if instance.clustering == "NoCluster" and not sku.no_cluster:
        allowed = f"OSSCluster, EnterpriseCluster, or at most {NO_CLUSTER_LIMIT_GB} GB in memory"
        seen = f"NoCluster on {sku.name}, {sku.memory_gb:g} GB"
        yield Problem(f"{path}.clustering", "this SKU is sharded", seen, allowed, ARCHITECTURE)
    if sku.flash and not instance.high_availability:
        yield Problem(f"{path}.high_availability", f"{sku.name} always has a replica", "false", "true", OVERVIEW)
    if instance.geo_replication_group and not sku.geo_replication:
        allowed = "Balanced_B3 or larger, not FlashOptimized"
        what = "this SKU does not support geo-replication"
        yield Problem(f"{path}.geo_replication_group", what, sku.name, allowed, GEO_REPLICATION)
    elif instance.geo_replication_group and not instance.high_availability:
        what = "geo-replication needs high availability"
        yield Problem(f"{path}.high_availability", what, "false", "true", GEO_REPLICATION)


def _persistence_problems(path: str, instance: RedisInstance) -> Iterator[Problem]:
    settings = instance.persistence
    kinds = [name for name, on in (("aof", settings.aof), ("rdb", settings.rdb_hours)) if on]
    if len(kinds) > 1:
        what = "either snapshots or a log, not both"
        yield Problem(f"{path}.persistence", what, "aof, rdb_hours", "one of them", PERSISTENCE)
    elif kinds and instance.geo_replication_group:
        what = "cannot be combined with geo-replication"
        yield Problem(f"{path}.persistence", what, kinds[0], "none", PERSISTENCE)
