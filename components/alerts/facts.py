"""Alert rules, what quietens them, and availability tests."""

from __future__ import annotations

from components.facts.creation import UNMARKED_LOCATION, documented, marked
from components.facts.durations import seconds
from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers"

FAILURE_ANOMALIES = "hashicorp/terraform-provider-azurerm#10563: the name under which Azure makes the rule itself"

METRIC_FREQUENCIES = ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H")
METRIC_WINDOWS = (*METRIC_FREQUENCIES, "PT6H", "PT12H", "P1D")
"""How often a metric alert is evaluated, and over how long (Microsoft: Metric Alerts - Create Or Update; azurerm:
monitor_metric_alert, frequency and window_size)."""

QUERY_FREQUENCIES = (
    *("PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT45M"),
    *("PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D"),
)
QUERY_WINDOWS = (*QUERY_FREQUENCIES, "P2D")
"""How often a rule asks a workspace, and how far back it looks (azurerm:
monitor_scheduled_query_rules_alert_v2_resource.go)."""

TOGETHER = ("key-vault", "postgresql-server")
"""The types of ours of which one metric alert watches several (Microsoft: Supported resources for metric alerts)."""


def minutes(duration: str) -> float:
    """The minutes of a window or a frequency."""
    return seconds(duration) / 60


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
        creation_only=documented(UNMARKED_LOCATION, "location"),
    ),
    ResourceType(
        key="smart-detector-alert-rule",
        token="azure-native:alertsmanagement:SmartDetectorAlertRule",
        arm="Microsoft.AlertsManagement/smartDetectorAlertRules",
        id_template=_GROUP + "/Microsoft.AlertsManagement/smartDetectorAlertRules/{alertRuleName}",
        name_input="alertRuleName",
        naming=Naming.FIXED,
        rule=NameRule(1, 260, r"[^:@/#{}%&+*<>?]+", Scope.RESOURCE_GROUP, FAILURE_ANOMALIES),
        taggable=True,
        creation_only=documented(UNMARKED_LOCATION, "location"),
    ),
    ResourceType(
        key="alert-processing-rule",
        token="azure-native:alertsmanagement:AlertProcessingRuleByName",
        arm="Microsoft.AlertsManagement/actionRules",
        id_template=_GROUP + "/Microsoft.AlertsManagement/actionRules/{alertProcessingRuleName}",
        name_input="alertProcessingRuleName",
        naming=Naming.FIVE_PART,
        abbreviation="quiet",
        rule=NameRule(1, 260, r"[^:@/#{}%&+*<>?]+", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
        creation_only=documented(UNMARKED_LOCATION, "location"),
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
        creation_only=marked("2022-06-15", "location"),
    ),
)
