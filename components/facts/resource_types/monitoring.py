"""Logs, telemetry, notification."""

from __future__ import annotations

from components.facts.model import NameRule, Naming, ResourceType, Scope
from components.facts.resource_types.governance import NAME_RULES

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"

ROWS = (
    ResourceType(
        key="log-analytics-workspace",
        token="azure-native:operationalinsights:Workspace",
        arm="Microsoft.OperationalInsights/workspaces",
        id_template=_GROUP + "/Microsoft.OperationalInsights/workspaces/{workspaceName}",
        name_input="workspaceName",
        naming=Naming.FIVE_PART,
        abbreviation="log",
        rule=NameRule(4, 63, r"[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        stateful=True,
        diagnostics=("audit",),
        columns=("retentionInDays", "sku.name", "workspaceCapping.dailyQuotaGb"),
    ),
    ResourceType(
        key="application-insights",
        token="azure-native:applicationinsights:Component",
        arm="Microsoft.Insights/components",
        id_template=_GROUP + "/Microsoft.Insights/components/{resourceName}",
        name_input="resourceName",
        naming=Naming.FIVE_PART,
        abbreviation="ai",
        rule=NameRule(
            1,
            260,
            r"[^%&\\?/]*[^%&\\?/ .]",
            Scope.RESOURCE_GROUP,
            NAME_RULES,
            disagreement="terraform-azurerm-naming says 10-260",
        ),
        taggable=True,
        columns=("applicationType", "disableLocalAuth", "workspaceResourceId"),
    ),
    ResourceType(
        key="action-group",
        token="azure-native:monitor:ActionGroup",
        arm="Microsoft.Insights/actionGroups",
        id_template=_GROUP + "/Microsoft.Insights/actionGroups/{actionGroupName}",
        name_input="actionGroupName",
        naming=Naming.FIVE_PART,
        abbreviation="ag",
        rule=NameRule(1, 260, r"[^:<>+/&%\\?|]*[^:<>+/&%\\?| .]", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        columns=("groupShortName", "location"),
    ),
)
