"""Rules that ask a workspace."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.repositories import AZURERM, NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "BadRequest": (
        Rule("a query rule with another scope than it was made with", f"{NATIVE}#4839, {AZURERM}#24327"),
        unconfirmed(
            "a query rule with a frequency or a window that Azure does not offer",
            f"{AZURERM}: monitor_scheduled_query_rules_alert_v2_resource.go",
        ),
    ),
}
