"""Log Analytics, Application Insights, action groups."""

from __future__ import annotations

from components.facts.creation import documented, marked
from components.facts.duration_sources import AZURERM
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers"

ROWS: tuple[ResourceType, ...] = (
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
        holds_data=True,
        diagnostics=("audit",),
        creation_only=marked("2023-09-01", "location"),
        duration=Duration(
            0.7,
            20,
            f"assumed; Azure/terraform-azurerm-aks #74 (2020): 7 s; {AZURERM} #33259: whole acceptance "
            "tests in 2 minutes",
        ),
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
        creation_only=(
            *marked("2020-02-02", "location", "applicationType"),
            *documented("Microsoft: Components - Create Or Update (kind is set at creation)", "kind"),
        ),
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
        creation_only=marked("2024-10-01-preview", "location"),
    ),
)
