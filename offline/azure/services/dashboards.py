"""Microsoft.Insights: workbooks; Microsoft.OperationalInsights: packs of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour, Request, guid
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties

WORKBOOK = "azure-native:applicationinsights:Workbook"
TITLE_TAG = "hidden-title"


class Workbook(Behaviour):
    """A page for people, found by its title: Azure takes each title once in a subscription, and shows it as a tag."""

    misnamed: ClassVar[tuple[str, str]] = ("BadRequest", "Invalid Workbook resource name: '{name}'")
    fills_in: ClassVar[Properties] = {"kind": "shared", "storageUri": None, "sourceId": None}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        title = str(request.inputs.get("displayName")).lower()
        root = "/".join(request.id.split("/")[:3]).lower() + "/"
        others = (each for each in request.cloud.of_type(WORKBOOK) if each.id.lower() != request.id.lower())
        if any(
            each.id.lower().startswith(root) and str(each.body.get("displayName")).lower() == title for each in others
        ):
            message = "A Workbook with the same name already exists within this subscription."
            yield ArmError("Conflict", message, "another displayName", status=409)

    def computed(self, request: Request) -> Properties:
        return {
            "tags": {**(request.inputs.get("tags") or {}), TITLE_TAG: request.inputs["displayName"]},
            "userId": guid(request.id, "user"),
            "revision": guid(request.id, "revision", str(request.inputs)).replace("-", ""),
        }


class QueryPack(Behaviour):
    fills_in: ClassVar[Properties] = {"tags": {}}

    def computed(self, request: Request) -> Properties:
        return {"queryPackId": guid(request.id, "pack"), "provisioningState": "Succeeded"}


class Query(Behaviour):
    def computed(self, request: Request) -> Properties:
        return {"author": guid(request.tenant_id, "author")}


BEHAVIOURS: Mapping[str, Behaviour] = {
    WORKBOOK: Workbook(),
    "azure-native:operationalinsights:QueryPack": QueryPack(),
    "azure-native:operationalinsights:Query": Query(),
}
