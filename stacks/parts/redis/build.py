"""The instances of Azure Managed Redis."""

from __future__ import annotations

from components.redis.instance import Redis
from components.redis.spec import RedisSpec
from stacks.catalogue.needs.cache import Cache
from stacks.parts.redis.plan import ZONES
from stacks.parts.site import Site


def build_redis(site: Site, instances: tuple[RedisSpec, ...]) -> None:
    """Register every instance; each consumer gets the connection string of its own."""
    for spec in instances:
        private = site.private(spec.private_endpoint, "redisEnterprise", ZONES) if spec.private_endpoint else None
        made = Redis(
            spec.key,
            spec,
            site.place(),
            site.around,
            principals=site.principals,
            private=private,
            opts=site.options(),
        )
        site.resources.put(f"redis/{spec.key}", made.id)
        for service in spec.consumers:
            site.products.put(Cache.PRODUCT.format(service=service), made.connection_string)
