"""Alert rules, and what quietens them."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.repositories import AZURERM, NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

LIST = "Microsoft: Metric Alerts - Create Or Update"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "BadRequest": (
        Rule("a metric of a resource that has just been made", f"{AZURERM}#22210"),
        unconfirmed("a window or a frequency that Azure does not have, or a frequency longer than its window", LIST),
        unconfirmed("several scopes in a rule for one, or without the type and region of several", LIST),
        Rule("a query rule with another scope than it was made with", f"{NATIVE}#4839, {AZURERM}#24327"),
        unconfirmed(
            "a query rule with a frequency or a window that Azure does not offer",
            f"{AZURERM}: monitor_scheduled_query_rules_alert_v2_resource.go",
        ),
        unconfirmed(
            "a query rule that ends by itself and is silenced",
            f"{AZURERM}: monitor_scheduled_query_rules_alert_v2_resource.go",
        ),
        Rule("a query rule about a table that is not there yet", "mspnp/aks-baseline-multi-region#13"),
    ),
    "LocationRequired": (Rule("an alert rule without location", "Azure/azure-rest-api-specs#35342"),),
    "LocationNotAvailableForResourceType": (unconfirmed("an alert rule in a region", LIST),),
}
