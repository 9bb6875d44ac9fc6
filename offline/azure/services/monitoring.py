"""Log Analytics, Application Insights, action groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour, Request, guid
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

_KEPT = "Microsoft: Workspaces - Delete (recover it: same name, resource group and location)"
KEPT_DAYS = 14
"""Microsoft: Delete and recover an Azure Log Analytics workspace."""


class Workspace(Behaviour):
    """Creating a deleted workspace again, in its group and region, recovers it with its data."""

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
            f"{gone.id} was deleted in {gone.body.get('location')} and keeps its name for {KEPT_DAYS} days: create it "
            f"there again, delete it with --force, or set mystira:naming.instance ({_KEPT}; "
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


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:operationalinsights:Workspace": Workspace(),
    "azure-native:applicationinsights:Component": Component(),
    "azure-native:monitor:ActionGroup": ActionGroup(),
}
