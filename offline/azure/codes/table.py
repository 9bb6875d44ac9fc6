"""Every code with which the offline cloud refuses, the rules behind it, and the source of each.

A rule is confirmed where a public text shows Azure answering this very rule with this very code. Where none does, the
rule is documented and the code is the likeliest one: do not rely on its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes import (
    access,
    ai,
    aks,
    alerts,
    app_hosting,
    arm,
    budgets,
    cdn,
    cluster_telemetry,
    cosmos,
    dns,
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
from offline.azure.codes.rule import Rule

OF_EVERY_TYPE = (arm, subscription)
"""What ARM and the subscription refuse of any type."""

OF_PRODUCTS = (
    access,
    ai,
    aks,
    alerts,
    app_hosting,
    budgets,
    cdn,
    cluster_telemetry,
    cosmos,
    dns,
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
"""What a product refuses, one module a product. Several products may refuse with the same code."""


def _merged() -> Mapping[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for module in (*OF_EVERY_TYPE, *OF_PRODUCTS):
        for code, rules in module.CODES.items():
            found[code] = (*found.get(code, ()), *rules)
    return found


CODES: Mapping[str, tuple[Rule, ...]] = _merged()
"""By code, the rules of all products."""


def known(code: str) -> str:
    """The code itself. Raises ``KeyError`` for a code without a row."""
    if code not in CODES:
        raise KeyError(f"{code}: no row in offline/azure/codes; add the rule that it stands for and its source")
    return code
