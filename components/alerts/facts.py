"""Alert rules and availability tests."""

from __future__ import annotations

from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers"

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
    ),
    ResourceType(
        key="activity-log-alert",
        token="azure-native:monitor:ActivityLogAlert",
        arm="Microsoft.Insights/activityLogAlerts",
        id_template=_GROUP + "/Microsoft.Insights/activityLogAlerts/{activityLogAlertName}",
        name_input="activityLogAlertName",
        naming=Naming.FIVE_PART,
        abbreviation="activity",
        rule=NameRule(1, 260, r"[-\w.()]+", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
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
)
