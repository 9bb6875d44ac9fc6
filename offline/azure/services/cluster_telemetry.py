"""Microsoft.Monitor, data collection and Prometheus rule groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from components.cluster_telemetry.facts import PROMETHEUS_INTERVAL_SECONDS, PROMETHEUS_RULES
from components.facts.durations import seconds
from offline.azure.behaviour import Behaviour, Request, at, guid, kept
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.rpc.protocol import Properties

GROUP = "azure-native:resources:ResourceGroup"
WORKSPACE = "azure-native:monitor:AzureMonitorWorkspace"
DESTINATIONS: Mapping[str, tuple[str, str, str]] = {
    "logAnalytics": ("workspaceResourceId", "workspaceId", "customerId"),
    "monitoringAccounts": ("accountResourceId", "accountId", "accountId"),
}
"""By kind of a destination: where it names a workspace, what Azure adds, and which of the workspace's outputs that
is."""
ACCOUNTS = "/providers/microsoft.monitor/accounts/"


class AzureMonitorWorkspace(Behaviour):
    """Azure makes a group of its own around it, with a rule and an endpoint by default."""

    fills_in: ClassVar[Properties] = {"publicNetworkAccess": "Enabled", "provisioningState": "Succeeded"}

    def computed(self, request: Request) -> Properties:
        region, account = place(request.inputs.get("location")), guid(request.id, "account")
        around = f"{_managed(request)}/providers/Microsoft.Insights"
        return {
            "accountId": account,
            "metrics": {
                "prometheusQueryEndpoint": (
                    f"https://{request.name}-{account[:4]}.{region}.prometheus.monitor.azure.com"
                ),
                "internalId": f"mac_{account}",
            },
            "defaultIngestionSettings": {
                "dataCollectionRuleResourceId": f"{around}/dataCollectionRules/{request.name}",
                "dataCollectionEndpointResourceId": f"{around}/dataCollectionEndpoints/{request.name}",
            },
        }

    def written(self, request: Request, body: Properties) -> None:
        if request.old is None:
            group = _managed(request)
            managed = {"name": group.rpartition("/")[2], "location": body.get("location"), "managedBy": request.id}
            request.cloud.put(group, GROUP, {**managed, "tags": {}})

    def deleted(self, request: Request) -> None:
        for group in request.cloud.of_type(GROUP):
            if str(group.body.get("managedBy", "")).lower() == request.id.lower():
                request.cloud.delete(group.id)


class DataCollectionEndpoint(Behaviour):
    def computed(self, request: Request) -> Properties:
        immutable = kept(request, "immutableId", f"dce-{_hex(request)}")
        host = f"{request.name}-{_hex(request)[:4]}.{place(request.inputs.get('location'))}-1"
        return {
            "immutableId": immutable,
            "configurationAccess": {"endpoint": f"https://{host}.handler.control.monitor.azure.com"},
            "logsIngestion": {"endpoint": f"https://{host}.ingest.monitor.azure.com"},
            "metricsIngestion": {"endpoint": f"https://{host}.metrics.ingest.monitor.azure.com"},
        }


class DataCollectionRule(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        named = {each.get("name") for kind in DESTINATIONS for each in at(inputs, "destinations", kind) or []}
        for number, flow in enumerate(inputs.get("dataFlows") or []):
            for name in flow.get("destinations") or []:
                if name not in named:
                    message = f"Data flow {number} refers to the destination '{name}', which is not defined."
                    yield ArmError("InvalidPayload", message, f"one of {', '.join(sorted(map(str, named)))}")

    def computed(self, request: Request) -> Properties:
        destinations = dict(request.inputs.get("destinations") or {})
        for kind, (names, adds, output) in DESTINATIONS.items():
            if kind in destinations:
                destinations[kind] = [
                    {**each, adds: found.body.get(output)} if (found := request.cloud.get(str(each[names]))) else each
                    for each in destinations[kind]
                ]
        return {
            "immutableId": kept(request, "immutableId", f"dcr-{_hex(request)}"),
            "provisioningState": "Succeeded",
            "destinations": destinations,
        }


class DataCollectionRuleAssociation(Behaviour):
    fills_in: ClassVar[Properties] = {"provisioningState": "Succeeded"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        if not any(request.inputs.get(each) for each in ("dataCollectionRuleId", "dataCollectionEndpointId")):
            message = "Either a data collection rule or a data collection endpoint must be specified."
            yield ArmError("InvalidPayload", message, "set dataCollectionRuleId")


class PrometheusRuleGroup(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        rules: list[Properties] = inputs.get("rules") or []
        if not 1 <= len(rules) <= PROMETHEUS_RULES:
            message = f"The rule group has {len(rules)} rules."
            yield ArmError("BadRequest", message, f"1 to {PROMETHEUS_RULES}")
        shortest, longest = PROMETHEUS_INTERVAL_SECONDS
        interval = inputs.get("interval")
        if interval is not None and not shortest <= seconds(interval) <= longest:
            yield ArmError("BadRequest", f"The interval {interval} is not supported.", "1 to 15 minutes")
        for rule in rules:
            if bool(rule.get("alert")) == bool(rule.get("record")):
                yield ArmError("BadRequest", "A rule must have either 'alert' or 'record'.", "set one of the two")
        before, now = (_workspaces(each) for each in (request.old.body if request.old else inputs, inputs))
        if not now:
            yield ArmError("BadRequest", "The rule group has no Azure Monitor workspace.", "put its id first in scopes")
        elif before != now:
            message = "The Azure Monitor workspace of a rule group cannot be changed."
            yield ArmError("BadRequest", message, "delete the group, then make it again at the other workspace")


def _workspaces(body: Mapping[str, Any]) -> list[str]:
    return [each.lower() for each in body.get("scopes") or [] if ACCOUNTS in str(each).lower()]


def _hex(request: Request) -> str:
    return guid(request.id, "immutable").replace("-", "")


def _managed(request: Request) -> str:
    region = place(request.inputs.get("location"))
    return f"{'/'.join(request.id.split('/')[:3])}/resourceGroups/MA_{request.name}_{region}_managed"


BEHAVIOURS: Mapping[str, Behaviour] = {
    WORKSPACE: AzureMonitorWorkspace(),
    "azure-native:monitor:DataCollectionEndpoint": DataCollectionEndpoint(),
    "azure-native:monitor:DataCollectionRule": DataCollectionRule(),
    "azure-native:monitor:DataCollectionRuleAssociation": DataCollectionRuleAssociation(),
    "azure-native:alertsmanagement:PrometheusRuleGroup": PrometheusRuleGroup(),
}
