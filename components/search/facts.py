"""Azure AI Search: its SKUs and how far each scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.creation import marked
from components.facts.duration_sources import AZURERM
from components.facts.model import BICEP_TYPES, GROUP, Duration, NameRule, Naming, ResourceType, Scope

CAPACITY = "Microsoft: Plan and manage capacity of an Azure AI Search service; API specification, 2025-05-01"
NETWORK = "Microsoft: Configure network access and firewall rules for Azure AI Search"
AVAILABLE_FROM = 3
"""Replicas from which reads and writes both have an availability agreement (Microsoft: Reliability in Azure AI Search).
"""
PARTITIONS = (1, 2, 3, 4, 6, 12)
"""The counts of partitions that exist."""
SEARCH_UNITS = 36
"""Replicas times partitions, at most (CAPACITY)."""


@dataclass(frozen=True)
class SearchSku:
    """How far a SKU scales."""

    name: str
    """Azure's name: ``standard``."""
    replicas: int
    """The most replicas."""
    partitions: int
    """The most partitions."""


SEARCH_SKUS: Mapping[str, SearchSku] = {
    sku.name: sku
    for sku in (
        SearchSku("basic", 3, 1),
        SearchSku("standard", 12, 12),
        SearchSku("standard2", 12, 12),
        SearchSku("standard3", 12, 12),
    )
}
"""By name (CAPACITY). ``free`` has no private endpoint; a ``basic`` service of a newer data centre has three
partitions (terraform-provider-azurerm #28104), which the specification does not know."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="search-service",
        token="azure-native:search:Service",
        arm="Microsoft.Search/searchServices",
        id_template=GROUP + "/providers/Microsoft.Search/searchServices/{searchServiceName}",
        name_input="searchServiceName",
        naming=Naming.FIVE_PART,
        abbreviation="search",
        rule=NameRule(
            2,
            60,
            r"[a-z0-9]{2}[a-z0-9]*(-[a-z0-9]+)*",
            Scope.GLOBAL,
            BICEP_TYPES,
            disagreement="terraform-azurerm-naming says 2-64",
        ),
        taggable=True,
        holds_data=True,
        diagnostics=("allLogs",),
        private_link=("searchService",),
        creation_only=marked("2025-05-01", "location"),
        duration=Duration(4, 60, f"assumed; {AZURERM}: search_service (an hour at most)"),
    ),
)
