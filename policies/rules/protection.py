"""Logs of what serves data, and locks and protection on what holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from components.facts.model import ResourceType
from components.facts.types import REGISTERED_TYPES, RESOURCE_TYPES
from policies.conditions import either, on, one_of, present
from policies.model import Rule, Severity
from policies.values import UNKNOWN, Resource

LOGGED = tuple(key for key, row in RESOURCE_TYPES.items() if row.diagnostics)

DATA = tuple(
    key
    for key, row in REGISTERED_TYPES.items()
    if row.holds_data and key not in ("communication-service", "email-service")
)
"""What Pulumi protects. Mail services hold no mail, and their domains are made again."""

LOCKED = (
    "log-analytics-workspace",
    "key-vault",
    "storage-account",
    "search-service",
    "service-bus-namespace",
    "redis",
    "cosmos-account",
    "postgresql-server",
)
"""What has a lock of its own at Azure. Not what others write below: a lock would stop deletes of other stacks' role
assignments, records and deployments (components/surroundings/surround.py)."""

LOCKED_ENVIRONMENTS = ("prod", "shared")


def _logged(resource: Resource, others: Sequence[Resource]) -> Iterator[Any]:
    wanted = resource.row.diagnostics if isinstance(resource.row, ResourceType) else ()
    settings = [
        other
        for other in others
        if other.kind == "diagnostic-setting" and resource.urn in other.refers.get("resourceUri", ())
    ]
    if not settings:
        yield "no diagnostic setting"
        return
    logs = [log for setting in settings for _, log in setting.find("logs[]")]
    if UNKNOWN in logs:
        yield UNKNOWN
        return
    written = {
        log.get("category") or log.get("categoryGroup") for log in logs if isinstance(log, dict) and log.get("enabled")
    }
    missing = [category for category in wanted if category not in written]
    if missing:
        yield f"logs not written: {', '.join(missing)}"


def _locked(resource: Resource, others: Sequence[Resource]) -> Iterator[Any]:
    if resource.value("tags.Environment") not in LOCKED_ENVIRONMENTS:
        return
    if not any(other.kind == "management-lock" and resource.urn in other.refers.get("scope", ()) for other in others):
        yield "no lock"


def _told(resource: Resource, others: Sequence[Resource]) -> Iterator[Any]:
    if not any(each.kind == "metric-alert" and resource.urn in each.refers.get("scopes", ()) for each in others):
        yield "no alert"


def _protected(resource: Resource) -> Iterator[Any]:
    if not resource.protect:
        yield "protect: not set"


RULES = (
    Rule(
        key="diagnostics",
        severity=Severity.HIGH,
        demands="everything that writes logs writes them to the workspace",
        risk="Without logs nobody knows who read, changed or attacked what.",
        fix="Register it with surround(…), which makes the diagnostic setting.",
        kinds=LOGGED,
        among=_logged,
        answers=(
            "AZR-000022",
            "AZR-000023",
            "AZR-000107",
            "AZR-000119",
            "AZR-000358",
            "AZR-000445",
            "5357ae22",
            "CKV_AZURE_63",
            "CKV2_AZURE_21",
            "MCSB LT-3",
            "MCSB LT-4",
        ),
    ),
    Rule(
        key="diagnostics-workspace",
        severity=Severity.MEDIUM,
        demands="logs go to a workspace, into tables of their own",
        risk="In one table for all, columns of different resources collide and rows are dropped.",
        fix="Set workspaceId and logAnalyticsDestinationType Dedicated.",
        kinds=("diagnostic-setting",),
        check=either(one_of("logAnalyticsDestinationType", "Dedicated")),
        answers=("MCSB LT-5",),
    ),
    Rule(
        key="telemetry-workspace",
        severity=Severity.MEDIUM,
        demands="Application Insights keeps what it gets in the workspace",
        risk="Classic ones have retired, and their data is outside the workspace's roles and retention.",
        fix="Set workspaceResourceId.",
        kinds=("application-insights",),
        check=present("workspaceResourceId"),
        answers=("AZR-000069", "MCSB LT-5"),
    ),
    Rule(
        key="data-protect",
        severity=Severity.HIGH,
        demands="Pulumi refuses to delete what holds data",
        risk="One renamed resource deletes what customers have stored.",
        fix="Leave protect to the guard (components/guard); unprotect by name for one run.",
        kinds=DATA,
        check=_protected,
        answers=("MCSB BR-2", "MCSB AM-4"),
    ),
    Rule(
        key="protection",
        planned=True,
        severity=Severity.HIGH,
        demands="what holds data in prod and shared has a lock at Azure (mystira:protection)",
        risk="Somebody in the portal deletes it, past Pulumi.",
        fix="Set protection on.",
        kinds=LOCKED,
        among=_locked,
        answers=("MCSB BR-2", "MCSB AM-4"),
    ),
    Rule(
        key="nat-gateway-alerts",
        severity=Severity.MEDIUM,
        demands="somebody is told when the way out fails",
        risk="All outbound traffic stops, and nobody knows why.",
        fix="Register metric alerts on dropped packets, SNAT connections and datapath availability.",
        kinds=("nat-gateway",),
        among=_told,
        answers=("babf75d6", "MCSB LT-4"),
    ),
    Rule(
        key="alert-resolves",
        severity=Severity.LOW,
        demands="an alert ends by itself when its cause does",
        risk="Alerts that stay teach people to ignore alerts.",
        fix="Set autoMitigate.",
        kinds=("metric-alert",),
        check=on("autoMitigate"),
        answers=("Azure.Alert.MetricAutoMitigate",),
    ),
    Rule(
        key="alert-receivers",
        severity=Severity.MEDIUM,
        demands="an action group is on and calls somebody",
        risk="Something fails, and nobody is told.",
        fix="Set enabled and a receiver.",
        kinds=("action-group",),
        check=lambda resource: (*on("enabled")(resource), *_receivers(resource)),
        answers=("MCSB IR-2",),
    ),
)

RECEIVERS = ("emailReceivers", "smsReceivers", "webhookReceivers", "azureAppPushReceivers", "logicAppReceivers")


def _receivers(resource: Resource) -> Iterator[Any]:
    found = [resource.value(each) for each in RECEIVERS]
    if UNKNOWN in found:
        yield UNKNOWN
    elif not any(isinstance(each, list) and each for each in found):
        yield "no receiver"
