"""Microsoft.ContainerRegistry: registries and their replications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.registry.facts import PREMIUM, TIERS
from offline.azure.behaviour import Behaviour, Request, at, completed
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.rpc.protocol import Properties


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
    fills_in: ClassVar[Properties] = {
        "tags": {},
        "adminUserEnabled": False,
        "anonymousPullEnabled": False,
        "dataEndpointEnabled": False,
        "encryption": {"status": "disabled"},
        "networkRuleBypassOptions": "AzureServices",
        "policies": {
            "quarantinePolicy": {"status": "disabled"},
            "trustPolicy": {"type": "Notary", "status": "disabled"},
            "retentionPolicy": {"days": 7, "status": "disabled"},
            "exportPolicy": {"status": "enabled"},
            "azureADAuthenticationAsArmPolicy": {"status": "enabled"},
            "softDeletePolicy": {"retentionDays": 7, "status": "disabled"},
        },
        "privateEndpointConnections": [],
        "publicNetworkAccess": "Enabled",
        "zoneRedundancy": "Disabled",
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        sku = at(inputs, "sku", "name")
        if sku == PREMIUM:
            return
        if inputs.get("publicNetworkAccess") == "Disabled":
            message = f"Disabling public network access is not supported for the SKU {sku}."
            yield ArmError("DisablingPublicNetworkAccessNotSupported", message, f"use Premium ({TIERS})")
        for used, feature in (
            (inputs.get("networkRuleSet"), "network rules"),
            (inputs.get("zoneRedundancy") == "Enabled", "zone redundancy"),
            (inputs.get("dataEndpointEnabled"), "dedicated data endpoints"),
            (at(inputs, "policies", "retentionPolicy", "status") == "enabled", "a retention policy"),
        ):
            if used:
                message = f"The registry {request.name} cannot have {feature}: not supported for the SKU {sku}."
                yield ArmError("FeatureNotSupportedForSku", message, f"use Premium ({TIERS})")

    def computed(self, request: Request) -> Properties:
        sku = request.inputs.get("sku") or {}
        rules = {"networkRuleSet": {"defaultAction": "Allow", "ipRules": []}} if sku.get("name") == PREMIUM else {}
        region = place(request.inputs.get("location"))
        data = [f"{request.name.lower()}.{region}.data.azurecr.io"] if request.inputs.get("dataEndpointEnabled") else []
        return {
            **completed({key: value for key, value in request.inputs.items() if key in rules}, rules),
            "sku": {**sku, "tier": sku.get("name")},
            "loginServer": f"{request.name.lower()}.azurecr.io",
            "dataEndpointHostNames": data,
        }


class Replication(Behaviour):
    fills_in: ClassVar[Properties] = {"tags": {}, "regionEndpointEnabled": True, "zoneRedundancy": "Disabled"}
    settles: ClassVar[Properties] = {"status": {"displayStatus": "Ready"}}
    immutable: ClassVar[Mapping[str, str]] = {
        "zoneRedundancy": "Microsoft: Enable zone redundancy in Azure Container Registry"
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        registry = request.cloud.get(request.id.rpartition("/replications/")[0])
        if registry is None:
            return
        if at(registry.body, "sku", "name") != PREMIUM:
            message = "Geo-replication is not supported for the SKU of the registry."
            yield ArmError("FeatureNotSupportedForSku", message, f"use Premium ({TIERS})")
        if registry.body.get("location") == request.inputs.get("location"):
            message = "The registry already has a replica in its own region."
            yield ArmError("Conflict", message, "choose another region", status=409)


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:containerregistry:Registry": Registry(),
    "azure-native:containerregistry:Replication": Replication(),
}
