"""Alert rules, what quietens them, and availability tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


ADDRESSES = "Microsoft: IP addresses used by Azure Monitor (availability tests, addresses grouped by location)"
TAGS = "Microsoft: Monitor the availability of any website (location population tags)"


@dataclass(frozen=True)
class Location:
    """A place from which availability tests are run."""

    region: str
    """As Azure's portal calls it."""
    country: str
    """Where its addresses are, ISO 3166-1. That a firewall sees them there is believed: Microsoft says the region."""
    addresses: tuple[str, ...]
    """From where its requests come."""


LOCATIONS: Mapping[str, Location] = {
    "apac-hk-hkn-azr": Location("East Asia", "HK", ("52.229.216.48/28", "52.229.216.64/28", "52.229.216.80/28")),
    "apac-jp-kaw-edge": Location("Japan East", "JP", ("52.140.232.160/28", "52.140.232.176/28", "52.140.232.192/28")),
    "apac-sg-sin-azr": Location(
        "Southeast Asia", "SG", ("52.139.250.96/28", "52.139.250.112/28", "52.139.250.128/28", "52.139.250.144/28")
    ),
    "emea-au-syd-edge": Location("Australia East", "AU", ("20.40.124.176/28", "20.40.124.240/28", "20.40.125.80/28")),
    "emea-ch-zrh-edge": Location(
        "France South", "FR", ("20.40.129.96/28", "20.40.129.112/28", "20.40.129.128/28", "20.40.129.144/28")
    ),
    "emea-fr-pra-edge": Location(
        "France Central", "FR", ("20.40.129.32/28", "20.40.129.48/28", "20.40.129.64/28", "20.40.129.80/28")
    ),
    "emea-gb-db3-azr": Location(
        "North Europe", "IE", ("52.158.28.64/28", "52.158.28.80/28", "52.158.28.96/28", "52.158.28.112/28")
    ),
    "emea-nl-ams-azr": Location(
        "West Europe",
        "NL",
        (
            *("51.144.56.96/28", "51.144.56.112/28", "51.144.56.128/28"),
            *("51.144.56.144/28", "51.144.56.160/28", "51.144.56.176/28"),
        ),
    ),
    "emea-ru-msa-edge": Location("UK South", "GB", ("51.105.9.128/28", "51.105.9.144/28", "51.105.9.160/28")),
    "emea-se-sto-edge": Location(
        "UK West", "GB", ("20.40.104.96/28", "20.40.104.112/28", "20.40.104.128/28", "20.40.104.144/28")
    ),
    "latam-br-gru-edge": Location("Brazil South", "BR", ("191.233.26.176/28", "191.233.26.128/28", "191.233.26.64/28")),
    "us-ca-sjc-azr": Location(
        "West US",
        "US",
        (
            *("40.91.82.48/28", "40.91.82.64/28", "40.91.82.80/28"),
            *("40.91.82.96/28", "40.91.82.112/28", "40.91.82.128/28"),
        ),
    ),
    "us-fl-mia-edge": Location(
        "Central US",
        "US",
        (
            *("13.86.97.224/28", "13.86.97.240/28", "13.86.98.48/28"),
            *("13.86.98.0/28", "13.86.98.16/28", "13.86.98.64/28"),
        ),
    ),
    "us-il-ch1-azr": Location(
        "North Central US",
        "US",
        (
            *("23.100.224.16/28", "23.100.224.32/28", "23.100.224.48/28", "23.100.224.64/28"),
            *("23.100.224.80/28", "23.100.224.96/28", "23.100.224.112/28", "23.100.225.0/28"),
        ),
    ),
    "us-tx-sn1-azr": Location(
        "South Central US",
        "US",
        (
            *("20.45.5.160/28", "20.45.5.176/28", "20.45.5.192/28"),
            *("20.45.5.208/28", "20.45.5.224/28", "20.45.5.240/28"),
        ),
    ),
    "us-va-ash-azr": Location(
        "East US",
        "US",
        (
            *("20.42.35.32/28", "20.42.35.64/28", "20.42.35.80/28"),
            *("20.42.35.96/28", "20.42.35.112/28", "20.42.35.128/28"),
        ),
    ),
}
"""Every place, by its tag (TAGS). None is in Africa. Addresses (ADDRESSES) change now and then; the service tag
ApplicationInsightsAvailability has those of today."""


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
