"""Communication Services."""

from __future__ import annotations

from collections.abc import Mapping

from components.mail.facts import LINKING
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "InvalidLinkedDomains": (
        Rule("linking a domain that Azure does not take", "Azure/bicep#11354, Azure/terraform-provider-azapi#320"),
        unconfirmed("linking a domain that is not verified, or is of another data location", LINKING),
    ),
}
