"""Azure AI Search."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NameRule, Naming, ResourceType, Scope

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
    ),
)
