"""Service Bus."""

from __future__ import annotations

from collections.abc import Mapping

from components.service_bus.facts import EXCEPTIONS, PARTITIONS
from offline.azure.codes.repositories import AZURERM
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "MessagingGatewayBadRequest": (
        Rule("features that the tier does not have", f"{AZURERM}#28576"),
        Rule("locks, sizes, forwarding and changes of queues, topics and subscriptions", EXCEPTIONS),
        Rule("Manage without Send and Listen", "Azure/azure-powershell#9786"),
    ),
    "MergeNamespaceFailedWithImmutablePropertyUpdate": (
        Rule("changing the zone redundancy of an existing namespace", f"{AZURERM}#27497"),
        unconfirmed("changing its number of partitions", PARTITIONS),
    ),
    "BadRequest": (
        unconfirmed(
            "Service Bus: features that the tier does not have, a tier that cannot be changed",
            f"{AZURERM}#6212, #16463",
        ),
    ),
}
