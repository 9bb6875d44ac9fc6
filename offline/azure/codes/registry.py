"""Container registries."""

from __future__ import annotations

from collections.abc import Mapping

from components.registry.facts import TIERS
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "FeatureNotSupportedForSku": (
        unconfirmed("registries: Premium features; newer registries may have zones in every tier", TIERS),
    ),
    "DisablingPublicNetworkAccessNotSupported": (
        Rule(
            "a registry below Premium without public access",
            "Azure-Samples/dotNET-Frontend-AB-Testing-on-Azure-Container-Apps#5",
        ),
    ),
    "Conflict": (unconfirmed("a replica in the registry's own region", TIERS),),
}
