"""Azure Managed Redis, which answers most of what it refuses with ``BadRequest``."""

from __future__ import annotations

from collections.abc import Mapping

from components.redis.facts import ARCHITECTURE
from offline.azure.codes.repositories import AZURERM
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "InvalidAccessPolicyAssignment": (Rule("Redis: the same user twice", "microsoft/aspire#6746"),),
    "ResourceDeploymentFailure": (
        Rule("Redis: two assignments at once", "Azure/azure-dev#6640, microsoft/aspire#13043"),
    ),
    "NameNotAvailable": (
        unconfirmed(
            "a Redis name that somebody else owns; seen of the older product", "Azure Cache for Redis, public logs"
        ),
    ),
    "BadRequest": (
        Rule("Redis: zones of a cluster", "langchain-ai/terraform#107"),
        unconfirmed("Redis: all other combinations that are documented as impossible", ARCHITECTURE),
        unconfirmed("Redis: listing the keys of a database whose keys are off", f"{AZURERM}: managed_redis/r_read.go"),
    ),
}
