"""The behaviours and functions of every product, in one table each."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.behaviour import Behaviour, Function
from offline.azure.services import (
    access,
    ai,
    aks,
    app_hosting,
    cosmos,
    dns,
    groups,
    identity,
    mail,
    monitoring,
    network,
    postgresql,
    redis,
    registry,
    search,
    service_bus,
    static_sites,
    storage,
    surroundings,
    vaults,
)

PRODUCTS = (
    access,
    ai,
    aks,
    app_hosting,
    cosmos,
    dns,
    groups,
    identity,
    mail,
    monitoring,
    network,
    postgresql,
    redis,
    registry,
    search,
    service_bus,
    static_sites,
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
    **ai.FUNCTIONS,
    **cosmos.FUNCTIONS,
    **redis.FUNCTIONS,
    **search.FUNCTIONS,
    **service_bus.FUNCTIONS,
    **storage.FUNCTIONS,
}
"""By the token of the SDK's function."""
