"""The instances of Azure Managed Redis."""

from __future__ import annotations

from components.redis.instance import Redis
from stacks.parts.costs import DATABASE_COSTS
from stacks.parts.redis.plan import ZONES, RedisPlan
from stacks.parts.site import Site


def build_redis(site: Site, instances: tuple[RedisPlan, ...]) -> None:
    """Register every instance; each consumer gets the endpoint of the one it uses."""
    for spec in instances:
        private = site.private(spec.private_endpoint, "redisEnterprise", ZONES) if spec.private_endpoint else None
        made = Redis(
            spec.key,
            spec,
            site.place(more=DATABASE_COSTS),
            site.around,
            principals=site.principals,
            private=private,
            opts=site.options(),
        )
        site.resources.put(f"redis/{spec.key}", made.id)
        for product in spec.endpoints:
            site.products.put(product, made.endpoint)
        if made.connection_string is not None:
            for product in spec.connection_strings:
                site.products.put(product, made.connection_string)
