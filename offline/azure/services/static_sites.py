"""Microsoft.Web/staticSites: Static Web Apps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.static_sites.facts import REGIONS
from offline.azure.behaviour import Behaviour, Request, at, guid, kept
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.rpc.protocol import Properties

REGIONS_SEEN = "Azure/static-web-apps #443"
_FIRST = ("gentle", "purple", "brave", "happy", "calm", "wonderful", "green", "white")
_SECOND = ("wave", "sea", "rock", "field", "mushroom", "river", "stone", "tree")


class StaticSite(Behaviour):
    fills_in: ClassVar[Properties] = {
        "tags": {},
        "allowConfigFileUpdates": True,
        "customDomains": [],
        "keyVaultReferenceIdentity": "SystemAssigned",
        "privateEndpointConnections": [],
        "stagingEnvironmentPolicy": "Enabled",
        "userProvidedFunctionApps": [],
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        location = request.inputs.get("location")
        if place(location) not in REGIONS:
            message = (
                f"The provided location '{location}' is not available for resource type 'Microsoft.Web/staticSites'. "
                f"List of available regions for the resource type is '{','.join(REGIONS)}'."
            )
            yield ArmError("LocationNotAvailableForResourceType", message, f"choose one of them ({REGIONS_SEEN})")

    def computed(self, request: Request) -> Properties:
        sku = request.inputs.get("sku") or {}
        number = guid(request.id, "host").replace("-", "")
        partition = int(number[0], 16) % 7 + 1
        host = f"{_FIRST[int(number[1], 16) % 8]}-{_SECOND[int(number[2], 16) % 8]}-0{number[3:11]}"
        return {
            "defaultHostname": kept(request, "defaultHostname", f"{host}.{partition}.azurestaticapps.net"),
            "contentDistributionEndpoint": f"https://content-{number[11:14]}.infrastructure.{partition}.azurestaticapps.net",
            "sku": {**sku, "tier": at(sku, "tier") or sku.get("name")},
        }


BEHAVIOURS: Mapping[str, Behaviour] = {"azure-native:web:StaticSite": StaticSite()}
