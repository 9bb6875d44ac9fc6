"""Resource groups, logs, telemetry, action groups, identities, the container registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour, Request, at, behaves, guid
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

_TIERS = "Microsoft: Azure Container Registry service tiers"
_KEPT = "Microsoft: Workspaces - Delete (recover it: same name, resource group and location)"
KEPT_DAYS = 14
"""Microsoft: Delete and recover an Azure Log Analytics workspace."""


class Workspace(Behaviour):
    """A deleted workspace comes back, with its data, when it is made again where it was."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        days = request.inputs.get("retentionInDays")
        if days is not None and not 30 <= days <= 730:
            message = f"'RetentionInDays' property doesn't match the SKU limits: {days}."
            yield ArmError("InvalidParameter", message, "choose 30 to 730 days")

    def computed(self, request: Request) -> Properties:
        return {"customerId": guid(request.id, "customer")}

    def kept_days(self, body: Properties) -> int:
        return KEPT_DAYS

    def kept_refusal(self, request: Request, gone: CloudObject) -> ArmError | None:
        here = str(request.inputs.get("location", "")).lower()
        if gone.id.lower() == request.id.lower() and str(gone.body.get("location", "")).lower() == here:
            return None
        message = f"The workspace name '{request.name}' is not unique"
        advice = (
            f"it was deleted as {gone.id} in {gone.body.get('location')} and keeps its name {KEPT_DAYS} days: make it "
            f"again there, delete it with --force, or set mystira:naming.instance ({_KEPT}; "
            "hashicorp/terraform-provider-azurerm #5465)"
        )
        return ArmError("Conflict", message, advice, status=409)


class Component(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        "kind": "Microsoft: Components - Create Or Update (kind is set at creation)"
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        if not request.inputs.get("workspaceResourceId"):
            message = (
                "Region doesn't support Classic resource mode for Application Insights resources. Please use "
                "Workspace-based mode."
            )
            yield ArmError("BadRequest", message, "set workspaceResourceId")

    def computed(self, request: Request) -> Properties:
        key, application = guid(request.id, "key"), guid(request.id, "application")
        region = request.inputs.get("location", "")
        endpoint = f"https://{region}-0.in.applicationinsights.azure.com/"
        return {
            "appId": application,
            "applicationId": request.name,
            "instrumentationKey": key,
            "connectionString": f"InstrumentationKey={key};IngestionEndpoint={endpoint};ApplicationId={application}",
            "tenantId": request.tenant_id,
        }


class ActionGroup(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        short = request.inputs.get("groupShortName", "")
        if len(short) > 12:
            message = (
                f"The action group short name '{short}' is too long. Please specify a short name with '12' or less "
                "characters"
            )
            yield ArmError("GroupShortNameIsTooLong", message, "shorten it")


class Registry(Behaviour):
    taken = (
        "AlreadyInUse",
        "The registry DNS name {name}.azurecr.io is already in use. You can check if the name is already claimed using "
        "following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability",
        409,
    )
    """Azure/azure-cli #13951 (the text); the code is the one of the same API's answer, assumed."""

    immutable: ClassVar[Mapping[str, str]] = {
        "zoneRedundancy": "Microsoft: Enable zone redundancy in Azure Container Registry"
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        sku = at(inputs, "sku", "name")
        if sku == "Premium":
            return
        if inputs.get("publicNetworkAccess") == "Disabled":
            message = f"Disabling public network access is not supported for the SKU {sku}."
            yield ArmError("DisablingPublicNetworkAccessNotSupported", message, f"use Premium ({_TIERS})")
        for used, feature in (
            (inputs.get("networkRuleSet"), "network rules"),
            (inputs.get("zoneRedundancy") == "Enabled", "zone redundancy"),
            (at(inputs, "policies", "retentionPolicy", "status") == "enabled", "a retention policy"),
        ):
            if used:
                message = f"The registry {request.name} cannot have {feature}: not supported for the SKU {sku}."
                yield ArmError("FeatureNotSupportedForSku", message, f"use Premium ({_TIERS})")

    def computed(self, request: Request) -> Properties:
        return {"loginServer": f"{request.name.lower()}.azurecr.io", "status": {"displayStatus": "Ready"}}


class Replication(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        "zoneRedundancy": "Microsoft: Enable zone redundancy in Azure Container Registry"
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        registry = request.cloud.get(request.id.rpartition("/replications/")[0])
        if registry is None:
            return
        if at(registry.body, "sku", "name") != "Premium":
            message = "Geo-replication is not supported for the SKU of the registry."
            yield ArmError("FeatureNotSupportedForSku", message, f"use Premium ({_TIERS})")
        if registry.body.get("location") == request.inputs.get("location"):
            message = "The registry already has a replica in its own region."
            yield ArmError("Conflict", message, "choose another region", status=409)


behaves("azure-native:resources:ResourceGroup", Behaviour())
behaves("azure-native:operationalinsights:Workspace", Workspace())
behaves("azure-native:applicationinsights:Component", Component())
behaves("azure-native:monitor:ActionGroup", ActionGroup())
behaves("azure-native:containerregistry:Registry", Registry())
behaves("azure-native:containerregistry:Replication", Replication())
