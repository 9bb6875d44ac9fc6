"""The behaviours and functions of every product, in one table each."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from offline.azure.behaviour import Behaviour, Function
from offline.azure.services import (
    access,
    agent_pools,
    ai,
    aks,
    alerts,
    app_hosting,
    budgets,
    cdn,
    cdn_origins,
    cdn_routes,
    cluster_telemetry,
    cosmos,
    dashboards,
    dns,
    frontdoor,
    groups,
    identity,
    mail,
    monitoring,
    network,
    postgresql,
    private_dns,
    redis,
    registry,
    search,
    security_groups,
    service_bus,
    static_sites,
    storage,
    subscription,
    surroundings,
    vaults,
)

PRODUCTS = (
    access,
    ai,
    aks,
    alerts,
    app_hosting,
    budgets,
    cdn,
    cluster_telemetry,
    cosmos,
    dashboards,
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
    subscription,
    surroundings,
    vaults,
)
"""One module a product, under the product's name in ``components``."""

FURTHER: Mapping[ModuleType, tuple[ModuleType, ...]] = {
    aks: (agent_pools,),
    cdn: (cdn_origins, cdn_routes, frontdoor),
    network: (private_dns, security_groups),
}
"""The further modules of products with many types."""

MODULES: Mapping[ModuleType, tuple[ModuleType, ...]] = {
    product: (product, *FURTHER.get(product, ())) for product in PRODUCTS
}
"""By product: all of its modules."""

BEHAVIOURS: Mapping[str, Behaviour] = {
    token: behaviour
    for modules in MODULES.values()
    for module in modules
    for token, behaviour in module.BEHAVIOURS.items()
}
"""By Pulumi's type token."""

FUNCTIONS: Mapping[str, Function] = {
    **ai.FUNCTIONS,
    **aks.FUNCTIONS,
    **cosmos.FUNCTIONS,
    **redis.FUNCTIONS,
    **search.FUNCTIONS,
    **service_bus.FUNCTIONS,
    **storage.FUNCTIONS,
}
"""By the token of the SDK's function."""
