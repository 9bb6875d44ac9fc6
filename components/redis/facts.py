"""Azure Managed Redis: its SKUs and what each can do.

The retired tiers (``Enterprise_*``, ``EnterpriseFlash_*``), which the SDK still lists, are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.creation import documented, marked
from components.facts.duration_sources import APPLY_LOG, AZURERM
from components.facts.model import BICEP_TYPES, GROUP, Duration, NameRule, Naming, OneAtATime, ResourceType, Scope

OVERVIEW = "Microsoft: What is Azure Managed Redis? (maximum client connections by size)"
ARCHITECTURE = "Microsoft: Azure Managed Redis architecture"
GEO_REPLICATION = "Microsoft: Configure active geo-replication for Azure Managed Redis"
PERSISTENCE = "Microsoft: Configure data persistence for an Azure Managed Redis instance"

DATABASE = "default"
"""The one database of an instance; no other name exists."""

ACCESS_POLICY = "default"
"""The one access policy: all commands, all keys. Groups cannot be assigned, only identities and people."""

PORT = 10000

SHARD_PORTS = "8500-8599"
"""Where clients of an OSS cluster go on to, from shard to shard; they change (ARCHITECTURE)."""

NO_CLUSTER_LIMIT_GB = 25
"""Above this size an instance has shards, so the policy NoCluster is refused (ARCHITECTURE)."""

KEEPS_EVERYTHING = "NoEviction"
"""The only eviction policy under which Redis never drops a key to make room."""


@dataclass(frozen=True)
class RedisSku:
    """``memory_gb`` as it is sold; about a fifth of it is reserved. ``flash`` keeps values on disk."""

    name: str
    memory_gb: float
    flash: bool = False

    @property
    def geo_replication(self) -> bool:
        """Whether active geo-replication is offered (GEO_REPLICATION)."""
        return not self.flash and self.name not in ("Balanced_B0", "Balanced_B1")

    @property
    def no_cluster(self) -> bool:
        """Whether an instance may go without shards (OVERVIEW, ARCHITECTURE)."""
        return not self.flash and self.memory_gb <= NO_CLUSTER_LIMIT_GB


_SIZES: Mapping[str, float] = {
    "0": 0.5,
    "1": 1,
    "3": 3,
    "5": 6,
    "10": 12,
    "20": 24,
    "50": 60,
    "100": 120,
    "150": 180,
    "250": 240,
    "350": 360,
    "500": 480,
    "700": 720,
    "1000": 960,
    "1500": 1440,
    "2000": 1920,
}
"""Gigabytes by the number in the SKU's name (OVERVIEW)."""

_FLASH_SIZES: Mapping[str, float] = {
    "250": 250,
    "500": 500,
    "700": 750,
    "1000": 1000,
    "1500": 1500,
    "2000": 2000,
    "4500": 4500,
}
_TIERS = (
    ("Balanced_B", ("0", "1", "3", "5", "10", "20", "50", "100", "150", "250", "350", "500", "700", "1000")),
    ("MemoryOptimized_M", ("10", "20", "50", "100", "150", "250", "350", "500", "700", "1000", "1500", "2000")),
    ("ComputeOptimized_X", ("3", "5", "10", "20", "50", "100", "150", "250", "350", "500", "700")),
)

REDIS_SKUS: Mapping[str, RedisSku] = {
    sku.name: sku
    for sku in (
        *(RedisSku(f"{prefix}{number}", _SIZES[number]) for prefix, numbers in _TIERS for number in numbers),
        *(RedisSku(f"FlashOptimized_A{number}", size, flash=True) for number, size in _FLASH_SIZES.items()),
    )
}

_REDIS = GROUP + "/providers/Microsoft.Cache/redisEnterprise/{clusterName}"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="redis",
        token="azure-native:redisenterprise:RedisEnterprise",
        arm="Microsoft.Cache/redisEnterprise",
        id_template=_REDIS,
        name_input="clusterName",
        naming=Naming.FIVE_PART,
        abbreviation="cache",
        rule=NameRule(
            3,
            60,
            r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*",
            Scope.GLOBAL,
            BICEP_TYPES,
            disagreement="azurecaf says 3-63, the Bicep type 1-60: the intersection",
        ),
        taggable=True,
        holds_data=True,
        private_link=("redisEnterprise",),
        creation_only=marked("2025-07-01", "location"),
        duration=Duration(
            6, 60, f"{APPLY_LOG}: 7 min 32 s together with its database; {AZURERM} #30932: at times beyond 30"
        ),
    ),
    ResourceType(
        key="redis-database",
        token="azure-native:redisenterprise:Database",
        arm="Microsoft.Cache/redisEnterprise/databases",
        id_template=_REDIS + "/databases/{databaseName}",
        name_input="databaseName",
        naming=Naming.FIXED,
        rule=NameRule(1, 60, "default", Scope.PARENT, "Microsoft: Azure Managed Redis (one database, `default`)"),
        holds_data=True,
        diagnostics=("allLogs",),
        creation_only=(
            *marked("2025-07-01", "geoReplication", "modules", "port"),
            *documented(
                "azure-native: redisenterprise.ClusteringPolicy (a change from NoCluster only)", "clusteringPolicy"
            ),
        ),
        duration=Duration(1.5, 45, f"{APPLY_LOG}: 7 min 32 s together with the cluster; the parts assumed"),
        one_at_a_time=OneAtATime(
            ("redis-access-policy-assignment",),
            "ResourceDeploymentFailure",
            "Azure/azure-dev #6640, microsoft/aspire #13043 (the second of two assignments at once ends as Failed)",
        ),
    ),
    ResourceType(
        key="redis-access-policy-assignment",
        token="azure-native:redisenterprise:AccessPolicyAssignment",
        arm="Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments",
        id_template=_REDIS + "/databases/{databaseName}/accessPolicyAssignments/{accessPolicyAssignmentName}",
        name_input="accessPolicyAssignmentName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 60, r"[A-Za-z0-9]+", Scope.PARENT, BICEP_TYPES),
        duration=Duration(0.3, 30, f"microsoft/aspire #13043: 17 s; {APPLY_LOG}: 12 s"),
    ),
)
