"""Log Analytics, Application Insights, action groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour, Request, drawn
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

_KEPT = "Microsoft: Workspaces - Delete (recover it: same name, resource group and location)"
STANDALONE, PAY_AS_YOU_GO = "Standalone", "PerGB2018"
KEPT_DAYS = 14
"""Microsoft: Delete and recover an Azure Log Analytics workspace."""


class Workspace(Behaviour):
    """Creating a deleted workspace again, in its group and region, recovers it with its data."""

    fills_in: ClassVar[Properties] = {
        "retentionInDays": 30,
        "features": {"enableLogAccessUsingOnlyResourcePermissions": True},
        "workspaceCapping": {"dailyQuotaGb": -1.0, "dataIngestionStatus": "RespectQuota"},
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        days = request.inputs.get("retentionInDays")
        if days is not None and not 30 <= days <= 730:
            message = f"'RetentionInDays' property doesn't match the SKU limits: {days}."
            yield ArmError("InvalidParameter", message, "choose 30 to 730 days")

    def computed(self, request: Request) -> Properties:
        # Azure sells the retired tiers as the current one.
        sku = request.inputs.get("sku") or {}
        tier = {"name": PAY_AS_YOU_GO} if sku.get("name", STANDALONE) == STANDALONE else {}
        return {"customerId": drawn(request, "customer", "customerId"), "sku": {**sku, **tier}}

    def kept_days(self, body: Properties) -> int:
        return KEPT_DAYS

    def kept_refusal(self, request: Request, gone: CloudObject) -> ArmError | None:
        here = str(request.inputs.get("location", "")).lower()
        if gone.id.lower() == request.id.lower() and str(gone.body.get("location", "")).lower() == here:
            return None
        message = f"The workspace name '{request.name}' is not unique"
        advice = (
            f"{gone.id} was deleted in {gone.body.get('location')} and keeps its name for {KEPT_DAYS} days: create it "
            f"there again, delete it with --force, or set mystira:naming.instance ({_KEPT}; "
            "hashicorp/terraform-provider-azurerm #5465)"
        )
        return ArmError("Conflict", message, advice, status=409)


class Component(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        "kind": "Microsoft: Components - Create Or Update (kind is set at creation)"
    }

    fills_in: ClassVar[Properties] = {
        "tags": {},
        "ingestionMode": "LogAnalytics",
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
        "retentionInDays": 90,
        "ver": "v2",
    }

    def computed(self, request: Request) -> Properties:
        key = drawn(request, "key", "instrumentationKey")
        application = drawn(request, "application", "appId")
        region = request.inputs.get("location", "")
        parts = {
            "InstrumentationKey": key,
            "IngestionEndpoint": f"https://{region}-0.in.applicationinsights.azure.com/",
            "LiveEndpoint": f"https://{region}.livediagnostics.monitor.azure.com/",
            "ApplicationId": application,
        }
        # Without a workspace Azure makes one, in a separate group (tests/evidence/application-insights.yaml).
        group = f"{'/'.join(request.id.split('/')[:3])}/resourceGroups/ai_{request.name}_{application}_managed"
        managed = f"{group}/providers/Microsoft.OperationalInsights/workspaces/managed-{request.name}-ws"
        days = request.inputs.get("retentionInDays")
        return {
            "workspaceResourceId": request.inputs.get("workspaceResourceId") or managed,
            **({"retention": f"P{days}D"} if days else {}),
            "appId": application,
            "applicationId": request.name,
            "name": request.name,
            "instrumentationKey": key,
            "connectionString": ";".join(f"{name}={value}" for name, value in parts.items()),
            "tenantId": request.tenant_id,
        }


ACTION_GROUP_REGIONS = ("global", "southcentralus", "northcentralus", "swedencentral", "germanywestcentral")
"""Global, or one of those that process alerts within their region (Microsoft: Action groups). That Azure has no others
is believed: it matters here that the region of this platform is none of them."""


class ActionGroup(Behaviour):
    fills_in: ClassVar[Properties] = {
        "enabled": True,
        **{
            f"{kind}Receivers": []
            for kind in (
                "armRole",
                "automationRunbook",
                "azureAppPush",
                "azureFunction",
                "email",
                "eventHub",
                "itsm",
                "logicApp",
                "sms",
                "voice",
                "webhook",
            )
        },
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        location = request.inputs.get("location")
        if place(location) not in ACTION_GROUP_REGIONS:
            message = (
                f"The provided location '{location}' is not available for resource type 'microsoft.insights/"
                f"actiongroups'. List of available regions for the resource type is '{','.join(ACTION_GROUP_REGIONS)}'."
            )
            yield ArmError("LocationNotAvailableForResourceType", message, "set location to global")
        short = request.inputs.get("groupShortName", "")
        if len(short) > 12:
            message = (
                f"The action group short name '{short}' is too long. Please specify a short name with '12' or less "
                "characters"
            )
            yield ArmError("GroupShortNameIsTooLong", message, "shorten it")


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:operationalinsights:Workspace": Workspace(),
    "azure-native:applicationinsights:Component": Component(),
    "azure-native:monitor:ActionGroup": ActionGroup(),
}
