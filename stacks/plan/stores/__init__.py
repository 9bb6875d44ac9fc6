"""The stores of an environment: one module each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from components.naming import Names
from stacks.catalogue import Catalogue
from stacks.catalogue.needs import Need
from stacks.plan.stores.base import Store
from stacks.plan.stores.cosmos import COSMOS, cosmos_of
from stacks.plan.stores.messaging import MESSAGING, messaging_of
from stacks.plan.stores.model import Stores
from stacks.plan.stores.postgresql import POSTGRESQL, postgresql_of
from stacks.plan.stores.redis import REDIS, redis_of
from stacks.plan.stores.storage import STORAGE, storage_of
from stacks.plan.stores.vaults import VAULTS, vaults_of
from stacks.settings import EnvironmentSettings

STORES: tuple[Store, ...] = (VAULTS, POSTGRESQL, COSMOS, STORAGE, REDIS, MESSAGING)
"""In the order in which they are planned."""


def stores_of(
    settings: EnvironmentSettings, catalogue: Catalogue, names: Names, pages: Iterable[tuple[str, str]]
) -> Stores:
    """What each store becomes. ``pages`` are the services that browsers show pages of, with their origins."""
    return Stores(
        vaults=vaults_of(settings, catalogue, names),
        postgresql=postgresql_of(settings, catalogue, names),
        cosmos=cosmos_of(settings, catalogue, names),
        storage=storage_of(settings, catalogue, names, pages),
        redis=redis_of(settings, catalogue, names),
        messaging=messaging_of(settings, catalogue, names),
    )


def served(settings: EnvironmentSettings, catalogue: Catalogue) -> Catalogue:
    """The catalogue as the stores serve it: without needs for what the settings have removed."""

    def kept(need: Need) -> Need | None:
        left: Need | None = need
        for store in STORES:
            left = store.serves(settings, left) if left is not None else None
        return left

    def needs(wanted: tuple[Need, ...]) -> tuple[Need, ...]:
        return tuple(left for left in map(kept, wanted) if left is not None)

    return Catalogue(tuple(replace(service, needs=needs(service.needs)) for service in catalogue))


__all__ = ["STORES", "Store", "Stores", "served", "stores_of"]
