"""Microsoft.Insights and Microsoft.AlertsManagement: alert rules, and what quietens them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from components.alerts.facts import (
    LOCATIONS,
    METRIC_FREQUENCIES,
    METRIC_WINDOWS,
    QUERY_FREQUENCIES,
    QUERY_WINDOWS,
    minutes,
)
from components.facts.ids import path_values
from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import Behaviour, Request, at
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.azure.rules import holder_of
from offline.rpc.protocol import Properties

ABOUT_TESTS = "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria"
TEST_SECONDS = (300, 600, 900)
"""Azure/azure-rest-api-specs: webTests_API.json (Frequency); that Azure refuses others is believed."""

SETTLED_AFTER = 1
"""How many further objects are made before Azure knows the metrics of a resource: there is no clock here."""


class Global(Behaviour):
    """What belongs to no region, and is refused without saying so."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        location = request.inputs.get("location")
        if not location:
            message = "The location property is required for this definition."
            yield ArmError("LocationRequired", message, "set location to global")
        elif place(location) != "global":
            message = (
                f"The provided location '{location}' is not available for resource type '{request.row.arm}'. List of "
                "available regions for the resource type is 'global'."
            )
            yield ArmError("LocationNotAvailableForResourceType", message, "set location to global")


class MetricAlert(Global):
    """A metric of a resource that has just been made is not known yet: the request is refused, and tried again."""

    fills_in: ClassVar[Properties] = {"actions": []}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from super().refusals(request)
        inputs = request.inputs
        window, frequency = str(inputs.get("windowSize")), str(inputs.get("evaluationFrequency"))
        if window not in METRIC_WINDOWS:
            yield _bad(f"Window size {window} is not supported.", ", ".join(METRIC_WINDOWS))
        elif frequency not in METRIC_FREQUENCIES:
            yield _bad(f"Evaluation frequency {frequency} is not supported.", ", ".join(METRIC_FREQUENCIES))
        elif minutes(frequency) > minutes(window):
            yield _bad("Evaluation frequency cannot be larger than the window size.", "a longer window")
        scopes = inputs.get("scopes") or []
        several = "MultipleResource" in str(at(inputs, "criteria", "odataType"))
        if several and not (inputs.get("targetResourceType") and inputs.get("targetResourceRegion")):
            yield _bad("targetResourceType and targetResourceRegion are required.", "set both")
        elif at(inputs, "criteria", "odataType") == ABOUT_TESTS:
            yield from _test_refusals(inputs, scopes)
        elif len(scopes) > 1 and not several:
            yield _bad("A rule of this kind has one scope.", "MultipleResourceMultipleMetricCriteria")
        yield from self._fresh(request, scopes)

    def _fresh(self, request: Request, scopes: list[str]) -> Iterator[ArmError]:
        if request.old is not None or all(each.get("skipMetricValidation") for each in _conditions(request.inputs)):
            return
        for scope in scopes:
            holder = holder_of(request, scope)
            if holder is not None and request.cloud.younger(holder.id) < SETTLED_AFTER:
                metric = next((str(each.get("metricName")) for each in _conditions(request.inputs)), "")
                message = f"Couldn't find a metric named {metric}. Make sure the name is correct."
                advice = "Azure knows the metrics of a new resource a few minutes later (azurerm #22210): try again"
                yield ArmError("BadRequest", message, advice)


def _test_refusals(inputs: Properties, scopes: list[str]) -> Iterator[ArmError]:
    """A rule about a test has the test and its component as scopes; Azure's words for it are not public."""
    wanted = {str(at(inputs, "criteria", name)).lower() for name in ("webTestId", "componentId")}
    if wanted != {scope.lower() for scope in scopes}:
        yield _bad("The scopes of a rule about a web test are the test and its component.", ", ".join(sorted(wanted)))


def _conditions(inputs: Properties) -> list[Mapping[str, Any]]:
    return list(at(inputs, "criteria", "allOf") or [])


def _bad(message: str, allowed: str) -> ArmError:
    return ArmError("BadRequest", message, allowed)


class ProcessingRule(Global):
    fills_in: ClassVar[Properties] = {"tags": {}}


class SmartDetector(Global):
    fills_in: ClassVar[Properties] = {
        "tags": {},
        "description": None,
        "throttling": None,
        "detector": {"parameters": None},
        "actionGroups": {"customEmailSubject": None, "customWebhookPayload": None},
    }


class ScheduledQueryRule(Behaviour):
    """A rule that asks a workspace; it keeps the scope that it was made with."""

    fills_in: ClassVar[Properties] = {"enabled": True, "tags": {}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        scopes = request.inputs.get("scopes")
        if request.old is not None and scopes != request.old.body.get("scopes"):
            yield _bad("Scope can not be updated", "replace the rule, and delete the old one first")
        for name, allowed in (("evaluationFrequency", QUERY_FREQUENCIES), ("windowSize", QUERY_WINDOWS)):
            value = request.inputs.get(name)
            if value is not None and value not in allowed:
                yield _bad(f"The value '{value}' of '{name}' is not supported.", f"one of {', '.join(allowed)}")
        if request.inputs.get("autoMitigate") and request.inputs.get("muteActionsDuration"):
            yield _bad("Auto mitigation must be disabled when mute action duration is set.", "one of the two")
        if request.old is None and not request.inputs.get("skipQueryValidation"):
            yield from _unknown_tables(request.inputs)

    def computed(self, request: Request) -> Properties:
        stored = request.inputs.get("checkWorkspaceAlertsStorageConfigured")
        return {"isWorkspaceAlertsStorageConfigured": stored} if stored is not None else {}


def _unknown_tables(inputs: Properties) -> Iterator[ArmError]:
    """A table is there from its first row on, and here nobody sends any (mspnp/aks-baseline-multi-region#13,
    mspnp/aks-baseline#422)."""
    for condition in _conditions(inputs):
        query = "\n".join(each for each in str(condition.get("query", "")).splitlines() if not each.startswith("//"))
        found = re.search(r"^\s*([A-Z_]\w+)\s*(\||$)", query, re.MULTILINE)
        if found:
            message = f"SEM0100: Failed to resolve table or column expression named '{found[1]}'"
            yield _bad(message, "skipQueryValidation: a new workspace has no tables")


HIDDEN_LINK = "hidden-link:"
COMPONENT = RESOURCE_TYPES["application-insights"]


class WebTest(Behaviour):
    """A question from outside, tied to its component by a tag."""

    fills_in: ClassVar[Properties] = {"provisioningState": "Succeeded"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        tags = request.inputs.get("tags") or {}
        linked = [name.removeprefix(HIDDEN_LINK) for name in tags if name.lower().startswith(HIDDEN_LINK)]
        found = [id for id in linked if path_values(COMPONENT, id) and request.cloud.get(id)]
        if len(found) != 1:
            seen = f"Found {len(found)}." if found else "Found none."
            message = f"A single 'hidden-link' tag pointing to an existing AI component is required. {seen}"
            yield ArmError("BadRequest", message, f"the tag {HIDDEN_LINK}<id of the component>: Resource")
        for each in request.inputs.get("locations") or []:
            if each.get("location") not in LOCATIONS:
                yield _bad(f"The location '{each.get('location')}' does not exist.", ", ".join(LOCATIONS))
        if request.inputs.get("frequency", 300) not in TEST_SECONDS:
            yield _bad(f"The frequency {request.inputs['frequency']} is not supported.", "300, 600 or 900")


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:applicationinsights:WebTest": WebTest(),
    "azure-native:monitor:MetricAlert": MetricAlert(),
    "azure-native:alertsmanagement:AlertProcessingRuleByName": ProcessingRule(),
    "azure-native:alertsmanagement:SmartDetectorAlertRule": SmartDetector(),
    "azure-native:monitor:ScheduledQueryRule": ScheduledQueryRule(),
}
