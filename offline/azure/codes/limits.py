"""Codes of the subscription: its quotas, its resource providers, the login."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

LIMITS: Mapping[str, tuple[Rule, ...]] = {
    "ErrCode_InsufficientVCPUQuota": (
        Rule(
            "more vCPUs than the quota of a family or a region has left",
            "Microsoft: Troubleshoot the QuotaExceeded error in AKS (ErrCode_InsufficientVCPUQuota)",
        ),
    ),
    "PublicIPCountLimitReached": (
        Rule("more public addresses than a region may have", "MicrosoftDocs/azure-docs#106096"),
    ),
    "MaxStorageAccountsCountPerSubscriptionExceeded": (
        Rule("more storage accounts than a region may have", "Azure/azure-sdk-for-cpp#3959"),
    ),
    "InvalidAuthenticationTokenTenant": (Rule("a token of another tenant", "Azure/azure-sdk-for-net#49391"),),
    "NameNotAvailable": (
        unconfirmed("a Redis name that somebody has; seen of the older product", "Azure Cache for Redis, public logs"),
    ),
}
