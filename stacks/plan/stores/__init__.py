"""The stores of an environment: one module each."""

from __future__ import annotations

from components.naming import Names
from stacks.catalogue import Catalogue
from stacks.plan.stores.base import Store
from stacks.plan.stores.model import Stores
from stacks.settings import EnvironmentSettings

STORES: tuple[Store, ...] = ()
"""In the order in which they are planned."""


def stores_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> Stores:
    """What each store becomes."""
    return Stores()


__all__ = ["STORES", "Store", "Stores", "stores_of"]
