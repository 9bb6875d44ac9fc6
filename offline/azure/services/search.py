"""Microsoft.Search: search services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.types import RESOURCE_TYPES
from components.search.facts import CAPACITY, PARTITIONS, SEARCH_SKUS, SEARCH_UNITS
from offline.azure.behaviour import Behaviour, Function, Request, at, guid
from offline.azure.errors import ArmError
from offline.azure.services.identity import own_identity
from offline.rpc.protocol import Properties
from offline.world.store import World

SERVICE = RESOURCE_TYPES["search-service"].token


class Service(Behaviour):
    """A search service. How it refuses counts is believed: no public text shows it."""

    taken = ("ServiceNameUnavailable", "The service name {name} is not available.", 409)
    fills_in: ClassVar[Properties] = {
        "disableLocalAuth": False,
        "encryptionWithCmk": {"enforcement": "Unspecified", "encryptionComplianceStatus": "Compliant"},
        "hostingMode": "default",
        "networkRuleSet": {"bypass": "None", "ipRules": []},
        "partitionCount": 1,
        "privateEndpointConnections": [],
        "publicNetworkAccess": "Enabled",
        "replicaCount": 1,
        "semanticSearch": "disabled",
        "sharedPrivateLinkResources": [],
        "tags": {},
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        if inputs.get("disableLocalAuth") and inputs.get("authOptions"):
            message = "AuthOptions must be null if DisableLocalAuth is true"
            yield ArmError("BadRequest", message, "leave authOptions out (public logs)")
        sku = SEARCH_SKUS.get(str(at(inputs, "sku", "name")))
        replicas, partitions = (int(inputs.get(name) or 1) for name in ("replicaCount", "partitionCount"))
        if sku is None:
            return
        if partitions not in PARTITIONS or replicas * partitions > SEARCH_UNITS:
            message = f"A service cannot have {replicas} replicas and {partitions} partitions."
            advice = f"partitions are one of {PARTITIONS}; at most {SEARCH_UNITS} search units ({CAPACITY})"
            yield ArmError("BadRequest", message, advice)
        for count, most, what in (
            (replicas, sku.replicas, "replicas"),
            (partitions, sku.partitions, "partitions"),
        ):
            if count > most:
                message = f"The SKU '{sku.name}' has at most {most} {what}."
                yield ArmError("BadRequest", message, f"fewer, or a larger SKU ({CAPACITY})")

    def computed(self, request: Request) -> Properties:
        access = str(request.inputs.get("publicNetworkAccess") or "Enabled").capitalize()
        keys = {} if request.inputs.get("disableLocalAuth") else {"authOptions": {"apiKeyOnly": {}}}
        sent = request.inputs.get("authOptions")
        return {
            # Recorded in lower case, whatever the SDK sends.
            "hostingMode": "highDensity" if request.inputs.get("hostingMode") == "HighDensity" else "default",
            "endpoint": f"https://{request.name}.search.windows.net/",
            "provisioningState": "succeeded",
            "publicNetworkAccess": access,
            "status": "running",
            "statusDetails": "",
            **({"authOptions": sent} if sent else keys),
            **own_identity(request),
        }


def list_keys(args: Properties, world: World, subscription: str) -> Properties:
    """The two keys that administer a service."""
    id = (
        f"/subscriptions/{subscription}/resourceGroups/{args['resourceGroupName']}/providers"
        f"/Microsoft.Search/searchServices/{args['searchServiceName']}"
    )
    if world.get(id) is None:
        message = f"The Resource '{id}' was not found."
        raise ArmError("ResourceNotFound", message, "create the service first, or depend on it", status=404)
    return {f"{which}Key": guid(id, which).replace("-", "") for which in ("primary", "secondary")}


BEHAVIOURS: Mapping[str, Behaviour] = {SERVICE: Service()}

FUNCTIONS: Mapping[str, Function] = {"azure-native:search:listAdminKey": list_keys}
