"""Alert rules and availability tests."""

from __future__ import annotations

from components.facts.creation import documented, marked
from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers"

PROMETHEUS_RULES = 20
"""Rules in a group at the most (Azure/azure-rest-api-specs: Microsoft.AlertsManagement/stable/2023-03-01/
PrometheusRuleGroups.json at 05feb6f, maxItems)."""

PROMETHEUS_INTERVAL_SECONDS = (60, 900)
"""How often a group is evaluated: from, to (the same file)."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="metric-alert",
        token="azure-native:monitor:MetricAlert",
        arm="Microsoft.Insights/metricAlerts",
        id_template=_GROUP + "/Microsoft.Insights/metricAlerts/{ruleName}",
        name_input="ruleName",
        naming=Naming.FIVE_PART,
        abbreviation="alert",
        rule=NameRule(
            1,
            251,
            r"[^*#&+:<>?@%{}\\/|]*[^*#&+:<>?@%{}\\/| .]",
            Scope.RESOURCE_GROUP,
            NAME_RULES,
            disagreement="Microsoft says 260, azurecaf 251: the smaller",
        ),
        taggable=True,
    ),
    ResourceType(
        key="scheduled-query-rule",
        token="azure-native:monitor:ScheduledQueryRule",
        arm="Microsoft.Insights/scheduledQueryRules",
        id_template=_GROUP + "/Microsoft.Insights/scheduledQueryRules/{ruleName}",
        name_input="ruleName",
        naming=Naming.FIVE_PART,
        abbreviation="query",
        rule=NameRule(1, 260, r"[^#<>%&:\\?/{}*]*[^#<>%&:\\?/{}* .]", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
        creation_only=(
            *marked("2025-01-01-preview", "location"),
            *documented("pulumi/pulumi-azure-native#4839, hashicorp/terraform-provider-azurerm#24327", "scopes"),
        ),
    ),
    ResourceType(
        key="web-test",
        token="azure-native:applicationinsights:WebTest",
        arm="Microsoft.Insights/webTests",
        id_template=_GROUP + "/Microsoft.Insights/webTests/{webTestName}",
        name_input="webTestName",
        naming=Naming.FIVE_PART,
        abbreviation="test",
        rule=NameRule(1, 260, r"[^%&\\?/]*[^%&\\?/ .]", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
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
