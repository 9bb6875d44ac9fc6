"""Microsoft.Network: private DNS zones, their links and their records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour, Request, at, guid
from offline.azure.codes.network import LINKS, TTL
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
LINK = "azure-native:privatedns:VirtualNetworkLink"
RECORD_SET = "azure-native:privatedns:PrivateRecordSet"


class PrivateZone(Behaviour):
    blocked_by_children = "CannotDeleteResource"
    fills_in: ClassVar[Properties] = {
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
    }

    def computed(self, request: Request) -> Properties:
        return {"internalId": guid(request.id, "internal")}

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        below = cloud.below(each.id)
        links = [link for link in below if link.token == LINK]
        sets = [record for record in below if record.token == RECORD_SET]
        return {
            "numberOfRecordSets": 1 + len(records_in(each.id, cloud)) + len(sets),
            "numberOfVirtualNetworkLinks": len(links),
            "numberOfVirtualNetworkLinksWithRegistration": sum(
                bool(link.body.get("registrationEnabled")) for link in links
            ),
        }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)


class ZoneLink(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {"virtualNetwork": LINKS}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)
        network = str(at(request.inputs, "virtualNetwork", "id")).lower()
        zone = request.id.rpartition("/virtualNetworkLinks/")[0]
        for other in request.cloud.below(zone):
            if (
                other.id.lower() != request.id.lower()
                and str(at(other.body, "virtualNetwork", "id")).lower() == network
            ):
                message = f"A link to the same virtual network already exists in zone {zone.rpartition('/')[2]}."
                yield ArmError("Conflict", message, f"keep {other.id} or delete it", status=409)
        if request.inputs.get("registrationEnabled"):
            for other in request.cloud.of_type(LINK):
                taken = other.id.lower() != request.id.lower() and other.body.get("registrationEnabled")
                if taken and str(at(other.body, "virtualNetwork", "id")).lower() == network:
                    message = "A virtual network can register with one private DNS zone only."
                    yield ArmError("Conflict", message, f"disable registration in {other.id}", status=409)

    def computed(self, request: Request) -> Properties:
        return {"virtualNetworkLinkState": "Completed"}


class RecordSet(Behaviour):
    """Records of one name and one type. They go with their zone (the API's specification: PrivateZones_Delete)."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        if request.inputs.get("ttl") is None:
            yield ArmError("BadRequest", "The request was invalid.", f"set ttl ({TTL})")

    def computed(self, request: Request) -> Properties:
        zone, kind = request.inputs["privateZoneName"], request.inputs["recordType"]
        domain = f"{zone}." if request.name == "@" else f"{request.name}.{zone}."
        return {"fqdn": domain, "isAutoRegistered": False, "type": f"Microsoft.Network/privateDnsZones/{kind}"}


def records_in(zone: str, cloud: Writer) -> set[str]:
    """The names of the records that zone groups of private endpoints keep in a zone."""
    return {
        record["recordSetName"]
        for group in cloud.of_type(ZONE_GROUP)
        for configuration in group.body.get("privateDnsZoneConfigs") or []
        if str(configuration.get("privateDnsZoneId")).lower() == zone.lower()
        for record in configuration.get("recordSets") or []
    }


def global_only(request: Request) -> Iterator[ArmError]:
    """A DNS zone or its link belongs to no region."""
    if str(request.inputs.get("location", "")).lower() != "global":
        message = (
            f"The provided location '{request.inputs.get('location')}' is not available for resource type "
            f"'{request.row.arm}'. List of available regions for the resource type is 'global'."
        )
        yield ArmError("LocationNotAvailableForResourceType", message, "set location to global")


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:privatedns:PrivateZone": PrivateZone(),
    LINK: ZoneLink(),
    RECORD_SET: RecordSet(),
}
