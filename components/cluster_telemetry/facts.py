"""Data collection and managed Prometheus."""

from __future__ import annotations

from components.facts.creation import UNMARKED_LOCATION, documented, marked
from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers"

METRICS_ASSOCIATION, LOGS_ASSOCIATION = "ContainerInsightsMetricsExtension", "ContainerInsightsExtension"
"""The names by which the agents in a cluster find their rules (Azure/prometheus-collector: AddonArmTemplate/
FullAzureMonitorMetricsProfile.json; microsoft/Docker-Provider: scripts/onboarding/aks/onboarding-msi-bicep)."""

PROMETHEUS_STREAM = "Microsoft-PrometheusMetrics"
"""What the agent of managed Prometheus sends (Azure/prometheus-collector: AddonBicepTemplate/
FullAzureMonitorMetricsProfile.bicep)."""

LOG_STREAMS = ("Microsoft-ContainerLogV2", "Microsoft-KubeEvents", "Microsoft-KubePodInventory")
"""What the log agent sends here: what containers print, the events of the cluster, and which pod belongs to what.
Metrics come from Prometheus (Microsoft: Configure log collection in Container Insights, Stream values in DCR)."""

INTERVAL = "1m"
"""How often the log agent takes an inventory: 1 to 30 minutes (the same page)."""

SYSTEM_NAMESPACES = ("kube-system", "gatekeeper-system", "azure-arc")
"""Namespaces of AKS itself: their logs are Microsoft's to read, and cost as much as ours (Microsoft: Cost optimization
settings in Container insights, logs and events preset)."""

PROMETHEUS_RULES = 20
"""Rules in a group at the most (Azure/azure-rest-api-specs: Microsoft.AlertsManagement/stable/2023-03-01/
PrometheusRuleGroups.json at 05feb6f, maxItems)."""

PROMETHEUS_INTERVAL_SECONDS = (60, 900)
"""How often a group is evaluated: from, to (the same file)."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="data-collection-endpoint",
        token="azure-native:monitor:DataCollectionEndpoint",
        arm="Microsoft.Insights/dataCollectionEndpoints",
        id_template=_GROUP + "/Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}",
        name_input="dataCollectionEndpointName",
        naming=Naming.FIVE_PART,
        abbreviation="dce",
        rule=NameRule(
            3,
            44,
            r"[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]",
            Scope.RESOURCE_GROUP,
            "Azure/azure-cli: azuremonitormetrics/helper.py, sanitize_name and get_default_dce_name (44)",
        ),
        taggable=True,
        creation_only=documented(UNMARKED_LOCATION, "location"),
    ),
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
        creation_only=documented(UNMARKED_LOCATION, "location"),
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
        # No diagnostics: its one category, MetricsUsageDetails, counts what each metric costs and is paid for itself
        # (Microsoft: Supported logs for Microsoft.Monitor/accounts, 2026-07-14).
        creation_only=marked("2023-04-03", "location"),
    ),
    ResourceType(
        key="prometheus-rule-group",
        token="azure-native:alertsmanagement:PrometheusRuleGroup",
        arm="Microsoft.AlertsManagement/prometheusRuleGroups",
        id_template=_GROUP + "/Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}",
        name_input="ruleGroupName",
        naming=Naming.FIVE_PART,
        abbreviation="prometheus",
        rule=NameRule(1, 260, r"[^:@/#{}%&+*<>?]+", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
        creation_only=marked("2023-03-01", "location"),
    ),
)
