"""Service Bus: what each SKU takes."""

from __future__ import annotations

from collections.abc import Mapping

TIERS = "Microsoft: Service Bus Premium and Standard messaging tiers"
EXCEPTIONS = "Microsoft: Azure Service Bus Resource Manager exceptions"
QUOTAS = "Microsoft: Service Bus quotas"
PARTITIONS = "Microsoft: Enable partitioning for a Service Bus Premium namespace"
FIREWALL = (
    "Microsoft: Allow access to Azure Service Bus namespace from specific IP addresses or ranges (azure-docs #111079)"
)
"""Addresses in every tier, virtual networks in Premium only; without a single address nobody is kept out."""

NO_PRIVATE_STANDARD = "Azure/azure-service-bus #474 (no private endpoint for Standard, and no plan for it)"

AMQP_PORT = 5671
"""AMQP with TLS from its first byte, which every SDK uses (Microsoft: Service Bus FAQ, ports to open)."""

BASIC, STANDARD, PREMIUM = "Basic", "Standard", "Premium"

UNITS = (1, 2, 4, 8, 16)
"""Messaging units of a Premium namespace, times its number of partitions (azure-native: servicebus.SBSku)."""

SIZES_MIB: Mapping[str, tuple[int, ...]] = {
    BASIC: (1024, 2048, 3072, 4096, 5120),
    STANDARD: (1024, 2048, 3072, 4096, 5120),
    PREMIUM: (1024, 2048, 3072, 4096, 5120, 10240, 20480, 40960, 81920),
}
"""How large a queue or topic may be (EXCEPTIONS; Azure/azure-cli #10304)."""

LONGEST_LOCK_SECONDS = 300
SHORTEST_LOCK_SECONDS = 5
DUPLICATE_WINDOW_SECONDS = (20, 7 * 86400)
"""Shortest and longest history of message ids (Microsoft: Duplicate detection)."""

MAXIMUM_SUBSCRIPTIONS = 2000
"""Of one topic (QUOTAS)."""

MAXIMUM_AUTHORIZATION_RULES = 12
"""Of one namespace, queue or topic (QUOTAS)."""

NOT_ON_BASIC = (
    "requiresDuplicateDetection",
    "autoDeleteOnIdle",
    "requiresSession",
    "defaultMessageTimeToLive",
    "duplicateDetectionHistoryTimeWindow",
    "enableExpress",
    "forwardTo",
)
"""Properties of a queue that Basic refuses; topics it refuses altogether (EXCEPTIONS)."""
