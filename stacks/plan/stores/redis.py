"""Azure Managed Redis: who shares which instance, and what Azure or a rule of ours refuses about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from components.facts.redis import (
    ARCHITECTURE,
    GEO_REPLICATION,
    KEEPS_EVERYTHING,
    NO_CLUSTER_LIMIT_GB,
    OVERVIEW,
    PERSISTENCE,
    PORT,
    REDIS_SKUS,
    SHARD_PORTS,
)
from components.naming import Names
from components.problems import Problem
from stacks.catalogue import Catalogue, Service
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.cache import IRREPLACEABLE, Cache, Purpose
from stacks.plan.stores.base import Store
from stacks.plan.stores.doors import EVERYBODY, Door, Target, Way, private
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name
from stacks.settings.redis import RedisInstance

SHARED_INSTANCE = "core"
PUBLIC_ACCESS = "redis-public-access"
PRODUCT = "redis/connection-string/{service}"


@dataclass(frozen=True)
class RedisInstancePlan:
    """One instance.

    ``persistence`` is ``aof``, ``rdb`` or empty, ``rdb_hours`` the time between snapshots. ``endpoint`` is the name of
    its private endpoint, empty where it is public. ``consumers`` maps each service to the name of its assignment.
    """

    key: str
    name: str
    sku: str
    high_availability: bool
    clustering: str
    eviction: str
    persistence: str
    rdb_hours: int
    geo_replication_group: str
    endpoint: str
    consumers: Mapping[str, str]


@dataclass(frozen=True)
class RedisPlan:
    """All instances, the shared one first."""

    instances: tuple[RedisInstancePlan, ...]


def redis_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> RedisPlan:
    """What Redis becomes, once its checks have passed."""
    public = settings.redis.public_access
    return RedisPlan(
        tuple(
            _instance(key, said, names, public, [service.key for service in _consumers(settings, catalogue, key)])
            for key, said in _instances(settings).items()
        )
    )


def _instance(key: str, said: RedisInstance, names: Names, public: bool, consumers: list[str]) -> RedisInstancePlan:
    role = "" if key == SHARED_INSTANCE else key
    return RedisInstancePlan(
        key=key,
        name=names.name(CORE, "redis", role=role),
        sku=said.sku,
        high_availability=said.high_availability,
        clustering=said.clustering,
        eviction=said.eviction,
        persistence="aof" if said.persistence.aof else "rdb" if said.persistence.rdb_hours else "",
        rdb_hours=said.persistence.rdb_hours or 0,
        geo_replication_group=said.geo_replication_group,
        endpoint="" if public else names.name(CORE, "private-endpoint", role=f"redis{role}"),
        consumers={
            service: names.child("redis-access-policy-assignment", service.replace("-", "")) for service in consumers
        },
    )


def _instances(settings: EnvironmentSettings) -> Mapping[str, RedisInstance]:
    own = {key: each for key, each in settings.redis.instances.items() if key != SHARED_INSTANCE}
    return {SHARED_INSTANCE: settings.redis, **own}


def _users(catalogue: Catalogue) -> Mapping[str, tuple[Service, frozenset[Purpose]]]:
    """The services that use Redis, and what for."""
    found: dict[str, tuple[Service, frozenset[Purpose]]] = {}
    for service in catalogue:
        caches = [need for need in service.needs if isinstance(need, Cache)]
        if caches:
            purposes: set[Purpose] = set()
            for cache in caches:
                purposes.update(cache.purposes)
            found[service.key] = (service, frozenset(purposes))
    return found


def _consumers(settings: EnvironmentSettings, catalogue: Catalogue, key: str) -> list[Service]:
    """The services of one instance: those it names, and of the shared one all that none names."""
    owner = {service: name for name, own in settings.redis.instances.items() for service in own.services}
    return [service for name, (service, _) in _users(catalogue).items() if owner.get(name, SHARED_INSTANCE) == key]


def redis_problems(stack: str, settings: EnvironmentSettings, catalogue: Catalogue, today: date) -> Iterator[Problem]:
    """Everything about Redis that Azure would refuse, or that would lose keys or leave nobody a way in."""
    prefix = f"{file_name(stack)}: mystira:redis"
    users = _users(catalogue)
    yield from _membership_problems(prefix, settings, users)
    for key, said in _instances(settings).items():
        path = prefix if key == SHARED_INSTANCE else f"{prefix}.instances.{key}"
        yield from _sku_problems(path, said)
        yield from _persistence_problems(path, said)
        careful = sorted(
            f"{service.key} ({purpose})"
            for service in _consumers(settings, catalogue, key)
            for purpose in users[service.key][1] & IRREPLACEABLE
        )
        if said.eviction != KEEPS_EVERYTHING and careful:
            what = f"evicts keys that are not only cached: {', '.join(careful)}"
            allowed = f"{KEEPS_EVERYTHING}, or instances of their own for those that only cache"
            yield Problem(f"{path}.eviction", what, said.eviction, allowed, "S2-034, A11")


def _membership_problems(
    prefix: str, settings: EnvironmentSettings, users: Mapping[str, tuple[Service, frozenset[Purpose]]]
) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for key, own in settings.redis.instances.items():
        path = f"{prefix}.instances.{key}"
        if key == SHARED_INSTANCE:
            yield Problem(path, "the name of the shared instance", key, "another name")
        for service in own.services:
            if service not in users:
                yield Problem(f"{path}.services", "no service that uses Redis", service, ", ".join(users))
            elif service in owner:
                seen = f"{service}, also in {owner[service]}"
                yield Problem(f"{path}.services", "in two instances", seen, "one instance a service")
            owner[service] = key


def _sku_problems(path: str, said: RedisInstance) -> Iterator[Problem]:
    sku = REDIS_SKUS.get(said.sku)
    if sku is None:
        allowed = ", ".join(REDIS_SKUS)
        yield Problem(f"{path}.sku", "not a SKU of Azure Managed Redis", said.sku, allowed, "components/facts/redis.py")
        return
    if said.clustering == "NoCluster" and not sku.no_cluster:
        allowed = f"OSSCluster, EnterpriseCluster, or at most {NO_CLUSTER_LIMIT_GB} GB in memory"
        seen = f"NoCluster on {sku.name}, {sku.memory_gb:g} GB"
        yield Problem(f"{path}.clustering", "this SKU has shards", seen, allowed, ARCHITECTURE)
    if sku.flash and not said.high_availability:
        yield Problem(f"{path}.high_availability", f"{sku.name} always has a replica", "false", "true", OVERVIEW)
    if said.geo_replication_group and not sku.geo_replication:
        allowed = "Balanced_B3 or larger, not FlashOptimized"
        yield Problem(f"{path}.geo_replication_group", "not with this SKU", sku.name, allowed, GEO_REPLICATION)
    elif said.geo_replication_group and not said.high_availability:
        what = "geo-replication needs high availability"
        yield Problem(f"{path}.high_availability", what, "false", "true", GEO_REPLICATION)


def _persistence_problems(path: str, said: RedisInstance) -> Iterator[Problem]:
    kinds = [name for name, on in (("aof", said.persistence.aof), ("rdb", said.persistence.rdb_hours)) if on]
    if len(kinds) > 1:
        yield Problem(f"{path}.persistence", "a snapshot or a log, not both", "aof, rdb_hours", "one", PERSISTENCE)
    elif kinds and said.geo_replication_group:
        what = "not together with geo-replication"
        yield Problem(f"{path}.persistence", what, kinds[0], "none", PERSISTENCE)


def _weaknesses(settings: EnvironmentSettings) -> Iterator[str]:
    instances = _instances(settings).values()
    if settings.redis.public_access:
        yield PUBLIC_ACCESS
    if any(not each.high_availability for each in instances):
        yield "redis-replica"
    if any(
        not (each.persistence.aof or each.persistence.rdb_hours or each.geo_replication_group) for each in instances
    ):
        yield "redis-persistence"


def _scopes(settings: EnvironmentSettings, catalogue: Catalogue) -> Mapping[str, str]:
    return {f"redis/{key}": "redis" for key in _instances(settings)}


def _targets(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[Target]:
    """Azure Managed Redis has no firewall: it is private, or anybody knocks (a waiver says so)."""
    setting = "redis.public_access"
    if settings.redis.public_access:
        door = Door(Way.PUBLIC, setting, "off", ranges=(EVERYBODY,), waiver=PUBLIC_ACCESS)
    else:
        door = private(setting, "on, with a waiver")
    for key, said in _instances(settings).items():
        shards = (SHARD_PORTS,) if said.clustering == "OSSCluster" else ()
        users = tuple(service.key for service in _consumers(settings, catalogue, key))
        yield Target(f"redis/{key}", "redis", users, (str(PORT), *shards), (door,), setting, "off")


def _products(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[str]:
    return (PRODUCT.format(service=service) for service in _users(catalogue))


REDIS = Store(
    key="redis",
    problems=redis_problems,
    rules={
        PUBLIC_ACCESS: "Redis is reached privately",
        "redis-replica": "every Redis has a replica",
        "redis-persistence": "what Redis holds survives the loss of all its nodes",
    },
    weaknesses=_weaknesses,
    scopes=_scopes,
    products=_products,
    versions=lambda settings: (),
    targets=_targets,
)
