"""Every rule, and the types that have none."""

from __future__ import annotations

from collections.abc import Mapping

from stacks.parts.alerts.cosmos import COSMOS
from stacks.parts.alerts.logs import QUERY_RULES
from stacks.parts.alerts.postgresql import POSTGRESQL
from stacks.parts.alerts.query import QueryRule
from stacks.parts.alerts.rule import MetricRule
from stacks.parts.alerts.running import RUNNING
from stacks.parts.alerts.stores import STORES

METRIC_RULES: tuple[MetricRule, ...] = (*POSTGRESQL, *COSMOS, *STORES, *RUNNING)

RULES: tuple[MetricRule | QueryRule, ...] = (*METRIC_RULES, *QUERY_RULES)

BY_ID: Mapping[str, MetricRule | QueryRule] = {rule.id: rule for rule in RULES}

WITHOUT: Mapping[str, str] = {
    "application-insights": "what services send is looked at by rules with a query; silence is seen from outside",
    "log-analytics-workspace": "its metrics are those of agents on virtual machines, of which there are none",
    "network-security-group": "it has no metrics; changes of it are seen in the activity log",
    "static-site": "it serves files; whether it answers is asked from outside",
    "communication-service": "its metrics count mails; one that is not sent is an error of its service",
    "redis-database": "its instance has the rules",
    "autoscale-setting": "it scales the plan, which has the rules",
    "blob-service": "its account has the rules",
    "web-app-slot": "nobody is served by it",
}
"""Types that hold or serve something and have no metric rule, and why."""
