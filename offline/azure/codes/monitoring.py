"""Log Analytics, Application Insights, action groups."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.arm import COMMON
from offline.azure.codes.repositories import AZURERM
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "InvalidParameter": (unconfirmed("a retention that workspaces do not offer", COMMON),),
    "Conflict": (unconfirmed("a workspace whose name belongs to a deleted one elsewhere", f"{AZURERM}#5465"),),
    "GroupShortNameIsTooLong": (
        Rule("a short name of more than 12 characters", "Azure/azure-rest-api-specs#2840, Azure/bellhop#72"),
    ),
    "LocationNotAvailableForResourceType": (
        Rule("an action group in a region that has none", "MicrosoftDocs/azure-docs#5156"),
    ),
}
