"""What belongs to a whole subscription: the setting of its activity log, alerts about it, the security contact and
anomalies of cost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from components.subscription.facts import (
    CATEGORIES,
    LIMITED,
    MAXIMUM_ACTIVITY_ALERTS,
    MAXIMUM_ANOMALY_ALERTS,
    MAXIMUM_ANOMALY_DAYS,
    MAXIMUM_ANOMALY_NAME,
    MAXIMUM_ANOMALY_SUBJECT,
)
from offline.azure.behaviour import Behaviour, Request, at
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties

ACTIVITY_ALERT = "azure-native:monitor:ActivityLogAlert"
ANOMALY_ALERT = "azure-native:costmanagement:ScheduledActionByScope"
INSIGHT = "InsightAlert"
SINKS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId")

_SUBSCRIPTION = re.compile(r"/?subscriptions/[^/]+", re.IGNORECASE)


class ActivityLog(Behaviour):
    """The setting that sends the activity log of a subscription somewhere."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        if not any(request.inputs.get(sink) for sink in SINKS):
            yield ArmError("BadRequest", "At least one data sink needs to be specified.", "set workspaceId")
        for log in request.inputs.get("logs") or []:
            category = log.get("category")
            if category and category not in CATEGORIES:
                message = f"Category '{category}' is not supported."
                yield ArmError("BadRequest", message, f"one of {', '.join(CATEGORIES)}")


class ActivityLogAlert(Behaviour):
    """An alert about events of the activity log, which only the log's own subscription has."""

    fills_in: ClassVar[Properties] = {"enabled": True, "tags": {}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        if not request.inputs.get("location"):
            message = "The location property is required for this definition."
            yield ArmError("LocationRequired", message, "location: global")
        if request.old is None and _beside(request, ACTIVITY_ALERT) >= MAXIMUM_ACTIVITY_ALERTS:
            message = f"The subscription has {MAXIMUM_ACTIVITY_ALERTS} activity log alerts already."
            yield ArmError("BadRequest", message, "Azure raises this limit for nobody: a log alert takes its place")


class SecurityContact(Behaviour):
    """Whom Microsoft Defender for Cloud writes to."""


class AnomalyAlert(Behaviour):
    """An alert about unexpected costs: of a subscription, for a year at most, few of them, and none is changed."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        if inputs.get("kind") != INSIGHT:
            return
        if request.old is not None:
            message = "The request to update the scheduled action does not have its latest eTag."
            yield ArmError("BadRequest", message, "replace it: azure-native has no input for the eTag")
        if not _SUBSCRIPTION.fullmatch(str(inputs["scope"]).rstrip("/")):
            message = f"Insight alerts cannot be made at the scope '{inputs['scope']}'."
            yield ArmError("InvalidInsightAlertRequestScope", message, "the scope of a subscription")
        name, subject = str(inputs["displayName"]), str(at(inputs, "notification", "subject"))
        if len(name) > MAXIMUM_ANOMALY_NAME:
            message = f"The display name '{name}' of the scheduled action is too long."
            yield ArmError("InvalidScheduledActionDisplayName", message, f"at most {MAXIMUM_ANOMALY_NAME} ({LIMITED})")
        if len(subject) > MAXIMUM_ANOMALY_SUBJECT:
            message = f"The subject '{subject}' of the scheduled action is too long."
            yield ArmError("BadRequest", message, f"at most {MAXIMUM_ANOMALY_SUBJECT} characters ({LIMITED})")
        yield from _schedule_refusals(inputs["schedule"])
        if request.old is None and _beside(request, ANOMALY_ALERT) >= MAXIMUM_ANOMALY_ALERTS:
            message = f"The subscription has {MAXIMUM_ANOMALY_ALERTS} insight alerts already."
            yield ArmError("BadRequest", message, "delete one of them")

    def computed(self, request: Request) -> Properties:
        return {"fileDestination": {"fileFormats": []}, "scope": str(request.inputs["scope"]).strip("/")}


def _schedule_refusals(schedule: Mapping[str, Any]) -> Iterator[ArmError]:
    if schedule.get("frequency") != "Daily":
        yield ArmError("BadRequest", "The frequency of an insight alert must be daily.", "frequency: Daily")
    first, last = (date.fromisoformat(str(schedule[name])[:10]) for name in ("startDate", "endDate"))
    if not 0 < (last - first).days <= MAXIMUM_ANOMALY_DAYS:
        message = f"The schedule of an insight alert cannot last from {first} to {last}."
        yield ArmError("BadRequest", message, f"at most {MAXIMUM_ANOMALY_DAYS} days")


def _beside(request: Request, token: str) -> int:
    """How many resources of a type the subscription has."""
    root = "/".join(request.id.split("/")[:3]).lower() + "/"
    return sum(each.id.lower().startswith(root) for each in request.cloud.of_type(token))


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:monitor:SubscriptionDiagnosticSetting": ActivityLog(),
    ACTIVITY_ALERT: ActivityLogAlert(),
    "azure-native:security:SecurityContact": SecurityContact(),
    ANOMALY_ALERT: AnomalyAlert(),
}
