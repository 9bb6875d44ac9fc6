"""Budgets, whose service answers whatever it refuses with ``400`` as the code."""

from __future__ import annotations

from collections.abc import Mapping

from components.budgets.facts import BUDGETS, FIXED_START
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "400": (
        Rule("a change of the start of a budget", f"{FIXED_START} (message), MicrosoftDocs/azure-docs#34023 (code)"),
        unconfirmed(
            "a budget that starts in a past month, within one, or more than a year ahead",
            f"{BUDGETS}; hashicorp/terraform-provider-azurerm#12121, #15467",
        ),
        unconfirmed("too many thresholds, nobody to notify, one condition alone in `and`", BUDGETS),
    ),
}
