"""The stores of an environment: one module each."""

from __future__ import annotations

from components.naming import Names
from stacks.catalogue import Catalogue
from stacks.plan.stores.base import Store
from stacks.plan.stores.messaging import MESSAGING, messaging_of
from stacks.plan.stores.model import Stores
from stacks.plan.stores.redis import REDIS, redis_of
from stacks.settings import EnvironmentSettings

STORES: tuple[Store, ...] = (REDIS, MESSAGING)
"""In the order in which they are planned."""


def stores_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> Stores:
    """What each store becomes."""
    return Stores(
        redis=redis_of(settings, catalogue, names),
        messaging=messaging_of(settings, catalogue, names),
    )


__all__ = ["STORES", "Store", "Stores", "stores_of"]
