"""What belongs to a whole subscription: its activity log, alerts about it, the security contact, anomalies of cost."""

from __future__ import annotations

from components.facts.creation import UNMARKED_LOCATION, documented
from components.facts.duration_sources import AZURERM
from components.facts.model import BICEP_TYPES, GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_SUBSCRIPTION = "/subscriptions/{subscriptionId}/providers"

CATEGORIES = (
    "Administrative",
    "Alert",
    "Autoscale",
    "Policy",
    "Recommendation",
    "ResourceHealth",
    "Security",
    "ServiceHealth",
)
"""What an activity log consists of (Microsoft: Azure Monitor activity log event schema, categories)."""

DEFENDER_PLANS = (
    "AI",
    "Api",
    "AppServices",
    "Arm",
    "CloudPosture",
    "ContainerRegistry",
    "Containers",
    "CosmosDbs",
    "Discovery",
    "FoundationalCspm",
    "KeyVaults",
    "OpenSourceRelationalDatabases",
    "SqlServers",
    "SqlServerVirtualMachines",
    "StorageAccounts",
    "VirtualMachines",
)
"""Microsoft Defender's plans by the names of the API (azurerm: security_center_subscription_pricing)."""

MAXIMUM_ACTIVITY_ALERTS = 100
"""In a subscription, and not to be raised (Microsoft: Azure Monitor service limits, alerts; MicrosoftDocs/azure-docs
#48303)."""

MAXIMUM_ANOMALY_ALERTS = 5
"""In a subscription (Microsoft: Identify anomalies and unexpected changes in cost)."""

MAXIMUM_ANOMALY_DAYS = 365
"""From the first to the last day of one (the same)."""

MAXIMUM_ANOMALY_NAME, MAXIMUM_ANOMALY_SUBJECT = 25, 50
"""Characters of its display name and of the subject of its mails."""

LIMITED = f"{AZURERM}: anomaly_alert_resource.go (limits of the API since 2026-04)"
ANOMALY_VIEW = "ms:DailyAnomalyByResourceGroup"
"""What it looks at: Azure's own view of a subscription."""

CONTACT = "default"
"""The one security contact of a subscription."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="subscription-diagnostic-setting",
        token="azure-native:monitor:SubscriptionDiagnosticSetting",
        arm="Microsoft.Insights/diagnosticSettings",
        id_template=_SUBSCRIPTION + "/Microsoft.Insights/diagnosticSettings/{name}",
        name_input="name",
        naming=Naming.FIXED,
        rule=NameRule(1, 260, r"[^*<>%:&?+/\\]*[^*<>%:&?+/\\ ]", Scope.SUBSCRIPTION, NAME_RULES),
    ),
    ResourceType(
        key="activity-log-alert",
        token="azure-native:monitor:ActivityLogAlert",
        arm="Microsoft.Insights/activityLogAlerts",
        id_template=GROUP + "/providers/Microsoft.Insights/activityLogAlerts/{activityLogAlertName}",
        name_input="activityLogAlertName",
        naming=Naming.FIVE_PART,
        abbreviation="activity",
        rule=NameRule(1, 260, r"[-\w.()]+", Scope.RESOURCE_GROUP, BICEP_TYPES),
        taggable=True,
        creation_only=documented(UNMARKED_LOCATION, "location"),
    ),
    ResourceType(
        key="security-contact",
        token="azure-native:security:SecurityContact",
        arm="Microsoft.Security/securityContacts",
        id_template=_SUBSCRIPTION + "/Microsoft.Security/securityContacts/{securityContactName}",
        name_input="securityContactName",
        naming=Naming.FIXED,
        rule=NameRule(7, 7, CONTACT, Scope.SUBSCRIPTION, "Azure/azure-rest-api-specs: securityContacts.json (2023-12)"),
    ),
    ResourceType(
        key="cost-anomaly-alert",
        token="azure-native:costmanagement:ScheduledActionByScope",
        arm="Microsoft.CostManagement/scheduledActions",
        id_template="/{scope}/providers/Microsoft.CostManagement/scheduledActions/{name}",
        name_input="name",
        naming=Naming.FIVE_PART,
        abbreviation="anomaly",
        rule=NameRule(1, 64, r"[a-z0-9-]+", Scope.PARENT, f"{AZURERM}: validate.CostAnomalyAlertName"),
        creation_only=documented(
            f"{AZURERM}: anomaly_alert_resource.go (an update sends the ETag, which azure-native cannot)",
            "displayName",
            "notification",
            "notificationEmail",
            "schedule",
            "status",
            "viewId",
        ),
    ),
)
