"""Redis from its plan."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.data import Redis, RedisArgs
from stacks.build.stores.base import Site
from stacks.plan.stores.redis import PRODUCT, RedisInstancePlan


def build_redis(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register every instance; returns the connection string of each consumer."""
    products: dict[str, pulumi.Output[str]] = {}
    for instance in site.plan.stores.redis.instances:
        made = _instance(site, instance)
        site.scopes.resources[f"redis/{instance.key}"] = made.id
        products |= {PRODUCT.format(service=service): made.connection_string for service in instance.consumers}
    return products


def _instance(site: Site, instance: RedisInstancePlan) -> Redis:
    plan = site.plan
    return Redis(
        instance.key,
        RedisArgs(
            resource_group=site.groups["core"],
            location=plan.region,
            name=instance.name,
            sku=instance.sku,
            high_availability=instance.high_availability,
            clustering=instance.clustering,
            eviction=instance.eviction,
            persistence=instance.persistence,
            rdb_hours=instance.rdb_hours,
            geo_replication_group=instance.geo_replication_group,
            access_keys=plan.local_auth,
            key=plan.store_key,
            consumers={
                service: (assignment, site.identities[service].principal_id)
                for service, assignment in instance.consumers.items()
            },
            private=site.private(instance.endpoint, "redisEnterprise", "redis") if instance.endpoint else None,
            tags=plan.tags,
        ),
        site.surroundings,
        site.options,
    )
