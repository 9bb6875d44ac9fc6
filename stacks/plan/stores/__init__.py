"""The stores of an environment: one module each."""

from __future__ import annotations

from components.naming import Names
from stacks.catalogue import Catalogue
from stacks.plan.stores.base import Store
from stacks.plan.stores.model import Stores
from stacks.plan.stores.vaults import VAULTS, vaults_of
from stacks.settings import EnvironmentSettings

STORES: tuple[Store, ...] = (VAULTS,)
"""In the order in which they are planned."""


def stores_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> Stores:
    """What each store becomes."""
    return Stores(
        vaults=vaults_of(settings, catalogue, names),
    )


__all__ = ["STORES", "Store", "Stores", "stores_of"]
