"""Data collection and managed Prometheus."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="data-collection-rule",
        token="azure-native:monitor:DataCollectionRule",
        arm="Microsoft.Insights/dataCollectionRules",
        id_template=_GROUP + "/Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}",
        name_input="dataCollectionRuleName",
        naming=Naming.FIVE_PART,
        abbreviation="dcr",
        rule=NameRule(3, 64, r"[A-Za-z0-9-]+", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
    ),
    ResourceType(
        key="data-collection-rule-association",
        token="azure-native:monitor:DataCollectionRuleAssociation",
        arm="Microsoft.Insights/dataCollectionRuleAssociations",
        id_template="/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
        name_input="associationName",
        naming=Naming.FIXED,
        rule=NameRule(1, 260, r"[-\w.]+", Scope.PARENT, BICEP_TYPES),
    ),
    ResourceType(
        key="monitor-workspace",
        token="azure-native:monitor:AzureMonitorWorkspace",
        arm="Microsoft.Monitor/accounts",
        id_template=_GROUP + "/Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}",
        name_input="azureMonitorWorkspaceName",
        naming=Naming.FIVE_PART,
        abbreviation="amw",
        rule=NameRule(4, 44, r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
        holds_data=True,
    ),
)
