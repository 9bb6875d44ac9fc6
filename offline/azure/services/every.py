"""The behaviours and functions of every product, in one table each."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.behaviour import Behaviour, Function
from offline.azure.services import (
    access,
    aks,
    cosmos,
    dns,
    groups,
    identity,
    monitoring,
    network,
    postgresql,
    redis,
    registry,
    service_bus,
    storage,
    surroundings,
    vaults,
)

PRODUCTS = (
    access,
    aks,
    cosmos,
    dns,
    groups,
    identity,
    monitoring,
    network,
    postgresql,
    redis,
    registry,
    service_bus,
    storage,
    surroundings,
    vaults,
)
"""One module a product, under the product's name in ``components``."""

BEHAVIOURS: Mapping[str, Behaviour] = {
    token: behaviour for product in PRODUCTS for token, behaviour in product.BEHAVIOURS.items()
}
"""By Pulumi's type token."""

FUNCTIONS: Mapping[str, Function] = {
    **cosmos.FUNCTIONS,
    **redis.FUNCTIONS,
    **service_bus.FUNCTIONS,
    **storage.FUNCTIONS,
}
"""By the token of the SDK's function."""
