"""Portal dashboards."""

from __future__ import annotations

from components.facts.model import GROUP, NameRule, Naming, ResourceType, Scope

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="dashboard",
        token="azure-native:portal:Dashboard",
        arm="Microsoft.Portal/dashboards",
        id_template=GROUP + "/providers/Microsoft.Portal/dashboards/{dashboardName}",
        name_input="dashboardName",
        naming=Naming.FIVE_PART,
        abbreviation="ds",
        rule=NameRule(
            3,
            24,
            r"[A-Za-z0-9-]+",
            Scope.RESOURCE_GROUP,
            "Azure/bicep-types-az (2026-08-20): the pattern of the type",
            disagreement="Microsoft's naming rules say 3-160, the same Bicep type 64",
        ),
        taggable=True,
    ),
)
