"""Microsoft.Network: virtual networks, NAT gateways, public addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import combinations, product
from typing import Any, ClassVar

from components.facts.regions import REGIONS
from offline.azure.behaviour import Behaviour, Request, at, completed, guid
from offline.azure.errors import ArmError
from offline.azure.ranges import Range, prefixes_of, range_of, ranges
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

PREFIX = "azure-native:network:"
ENDPOINT = PREFIX + "PrivateEndpoint"
NAT = PREFIX + "NatGateway"
JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
SUBNET: Properties = {
    "privateEndpointNetworkPolicies": "Disabled",
    "privateLinkServiceNetworkPolicies": "Enabled",
}
"""What Azure fills in for a subnet."""


class VirtualNetwork(Behaviour):
    """Subnets are part of the network's body; their ids start with its own."""

    blocked_by_use = "InUseSubnetCannotBeDeleted"
    in_use_status = 400
    fills_in: ClassVar[Properties] = {"enableDdosProtection": False, "privateEndpointVNetPolicies": "Disabled"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        spaces = at(request.inputs, "addressSpace", "addressPrefixes") or []
        if not spaces:
            yield ArmError(
                "InvalidRequestFormat", f"{request.name} has no address space", "set addressSpace.addressPrefixes"
            )
        yield from _malformed(request.id, spaces)
        subnets: list[Properties] = request.inputs.get("subnets") or []
        for each in subnets:
            id = f"{request.id}/subnets/{each['name']}"
            if not prefixes_of(each) and not each.get("ipamPoolPrefixAllocations"):
                message = f"Address prefix string for resource {id} cannot be null or empty."
                advice = "set addressPrefix, addressPrefixes or ipamPoolPrefixAllocations"
                yield ArmError("AddressPrefixStringCannotBeNullOrEmpty", message, advice)
            yield from _malformed(id, prefixes_of(each))
        yield from self._places(
            request, ranges(spaces), {str(each["name"]): ranges(prefixes_of(each)) for each in subnets}
        )
        for name, count in Counter(str(each["name"]).lower() for each in subnets).items():
            if count > 1:
                message = f"Resource {request.id} has two child resources with the same name ({name})."
                yield ArmError("InvalidRequestFormat", message, "give every subnet a name of its own")
        for each in subnets:
            for other in ("networkSecurityGroup", "natGateway"):
                yield from same_region(request, at(each, other, "id"))
        if request.old is not None:
            yield from self._in_use(request, request.old.body.get("subnets") or [])

    @staticmethod
    def _places(request: Request, spaces: list[Range], subnets: Mapping[str, list[Range]]) -> Iterator[ArmError]:
        """Every range of a subnet lies within a range of the network and overlaps with no other subnet."""
        for name, found in subnets.items():
            if not all(any(_within(each, space) for space in spaces) for each in found):
                message = (
                    f"Subnet '{name}' is not valid because its IP address range is outside the IP address range of "
                    f"virtual network '{request.name}'."
                )
                advice = f"choose a range within {', '.join(map(str, spaces))}"
                yield ArmError("NetcfgSubnetRangeOutsideVnet", message, advice)
        for (one, first), (two, second) in combinations(subnets.items(), 2):
            for there, here in product(first, second):
                if _within(here, there) or _within(there, here):
                    message = f"Subnet '{two}' is not valid because its IP address range overlaps with that of '{one}'."
                    yield ArmError("NetcfgSubnetRangesOverlap", message, f"choose a range outside {there}")

    @staticmethod
    def _in_use(request: Request, before: list[Properties]) -> Iterator[ArmError]:
        """A subnet in use cannot be deleted and keeps its ranges and its delegations."""
        now = {str(each["name"]): each for each in request.inputs.get("subnets") or []}
        for old in before:
            users = [each for each in request.cloud.referring(old["id"]) if each.id.lower() != request.id.lower()]
            if not users:
                continue
            name, new = old["name"], now.get(str(old["name"]))
            if new is None:
                message = f"Subnet {name} is in use by {users[0].id} and cannot be deleted."
                yield ArmError("InUseSubnetCannotBeDeleted", message, "delete what is in the subnet first")
                continue
            kept = ranges(prefixes_of(new))
            for gone in (each for each in ranges(prefixes_of(old)) if each not in kept):
                message = f"IpPrefix {gone} on Subnet {name} has active allocations and cannot be deleted."
                yield ArmError("InUsePrefixCannotBeDeleted", message, "add a subnet and move the resources of this one")
            was, will = _delegations(old), _delegations(new)
            if was != will:
                message = (
                    f"Delegations of subnet {old['id']} cannot be changed from {was} to {will} because it is being "
                    f"used by the resource {users[0].id}."
                )
                code = "SubnetDelegationsCannotChangeWhenSubnetUsedByResource"
                yield ArmError(code, message, "keep it, or empty the subnet first")

    def computed(self, request: Request) -> Properties:
        region = request.inputs.get("location")
        # Peerings are separate resources: a network that is written without them keeps them.
        peerings = (request.old.body if request.old else request.inputs).get("virtualNetworkPeerings") or []
        return {
            "subnets": [_subnet(request.id, each, region) for each in request.inputs.get("subnets") or []],
            "virtualNetworkPeerings": request.inputs.get("virtualNetworkPeerings") or peerings,
            "resourceGuid": guid(request.id, "resource"),
        }

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        endpoints = cloud.of_type(ENDPOINT)
        return {"subnets": [{**subnet, **_used(subnet["id"], endpoints)} for subnet in each.body.get("subnets") or []]}


def _subnet(network: str, subnet: Properties, region: Any) -> Properties:
    """A subnet as Azure keeps it. Service endpoints serve the region of the network (tests/evidence; azure-docs)."""
    id = f"{network}/subnets/{subnet['name']}"
    delegations = [part(id, "delegations", each) | {"actions": [JOIN]} for each in subnet.get("delegations") or []]
    filled = part(network, "subnets", completed(subnet, SUBNET)) | {"delegations": delegations}
    if subnet.get("serviceEndpoints"):
        services = [
            {"locations": [region], **each, "provisioningState": "Succeeded"} for each in subnet["serviceEndpoints"]
        ]
        filled["serviceEndpoints"] = services
    return filled


def part(parent: str, kind: str, part: Properties) -> Properties:
    """A part of a resource's body that has its own id and type."""
    # The type of a part ends in its kind; the ids before it alternate kinds and names.
    kinds = "/".join(parent.partition("/providers/")[2].split("/")[1::2])
    return {
        **part,
        "id": f"{parent}/{kind}/{part['name']}",
        "type": f"Microsoft.Network/{kinds}/{kind}",
        "provisioningState": "Succeeded",
    }


def _used(subnet: str, endpoints: list[CloudObject]) -> Properties:
    """The private endpoints of a subnet and the addresses of their network interfaces, as a subnet lists them."""
    inside = [each for each in endpoints if str(at(each.body, "subnet", "id")).lower() == subnet.lower()]
    if not inside:
        return {}
    configurations = [
        f"{interface['id']}/ipConfigurations/privateEndpointIpConfig.{guid(each.id, 'configuration')}"
        for each in inside
        for interface in each.body.get("networkInterfaces") or ()
    ]
    return {
        "privateEndpoints": [{"id": each.id} for each in inside],
        "ipConfigurations": [{"id": each} for each in configurations],
    }


def _malformed(id: str, prefixes: Iterable[str]) -> Iterator[ArmError]:
    for prefix in prefixes:
        found = range_of(prefix)
        if found is None:
            message = (
                f"Address prefix {prefix} of resource {id} is not formatted correctly. It should follow CIDR notation, "
                "for example 10.0.0.0/24."
            )
            yield ArmError(
                "InvalidAddressPrefixFormat",
                message,
                "write an address, a slash and a prefix length",
            )
        elif ip_address(prefix.partition("/")[0]) != found.network_address:
            message = (
                f"The address prefix {prefix} in resource {id} has an invalid CIDR notation. For the given prefix "
                f"length, the address prefix should be {found}."
            )
            yield ArmError("InvalidCIDRNotation", message, f"write {found}, or a longer prefix")


def _within(one: Range, other: Range) -> bool:
    """Whether a range lies within another one of the same IP version."""
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.subnet_of(other)
    return isinstance(other, IPv6Network) and one.subnet_of(other)


def _delegations(subnet: Properties) -> list[str]:
    return sorted(str(each.get("serviceName")) for each in subnet.get("delegations") or [])


class PublicIp(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        "sku": "Microsoft: Public IP addresses (the SKU is changed by an upgrade, not by a new value)",
    }
    blocked_by_use = "PublicIPAddressCannotBeDeleted"
    in_use_status = 400
    fills_in: ClassVar[Properties] = {
        "publicIPAddressVersion": "IPv4",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
        "ddosSettings": {"protectionMode": "VirtualNetworkInherited"},
        "sku": {"tier": "Regional"},
    }
    missing_references: ClassVar[Mapping[str, tuple[str, str, int]]] = {
        "publicIPPrefix": ("NotFound", "Resource {id} not found.", 404),
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        if at(request.inputs, "sku", "name") == "Basic":
            message = (
                "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region."
            )
            code = "IPv4BasicSkuPublicIpCountLimitReached"
            yield ArmError(code, message, "use the Standard SKU (Basic retired on 2025-09-30)")
        if request.inputs.get("publicIPAllocationMethod") != "Static":
            message = f"Standard sku publicIp {request.name} must have AllocationMethod set to Static."
            yield ArmError("StandardSkuPublicIPAddressesMustBeStatic", message, "set the allocation method to Static")
        yield from _zones(request)

    def computed(self, request: Request) -> Properties:
        number = int(guid(request.id, "address")[:8], 16)
        # 203.0.113.0/24 is reserved for documentation (RFC 5737): the offline cloud hands out no real address.
        return {"ipAddress": f"203.0.113.{number % 254 + 1}", "resourceGuid": guid(request.id, "resource")}

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        for gateway in cloud.of_type(NAT):
            if each.id.lower() in {one["id"].lower() for one in gateway.body.get("publicIpAddresses") or []}:
                return {"natGateway": {"id": gateway.id}}
        return {}


class NatGateway(Behaviour):
    blocked_by_use = "InUseNatGatewayCannotBeDeleted"
    in_use_status = 400
    fills_in: ClassVar[Properties] = {"idleTimeoutInMinutes": 4, "sku": {"tier": "Regional"}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from _zones(request)
        zones = request.inputs.get("zones")
        for each in request.inputs.get("publicIpAddresses") or []:
            address = request.cloud.get(each["id"])
            if address and address.body.get("zones") and zones and address.body["zones"] != zones:
                message = f"Public IP {each['id']} is not in the zone of NAT gateway {request.name}."
                yield ArmError("NatGatewayPublicIpZoneMismatch", message, "put both into the same zone, or into none")

    def computed(self, request: Request) -> Properties:
        return {"resourceGuid": guid(request.id, "resource")}


def same_region(request: Request, id: str | None) -> Iterator[ArmError]:
    """A network and what it refers to lie in one region: Microsoft.Network does not find resources of another."""
    other = request.cloud.get(id) if id else None
    here, there = request.inputs.get("location"), other.body.get("location") if other else None
    if here and there and here != there:
        message = (
            f"Resource {id} referenced by resource {request.id} was not found. Please make sure that the referenced "
            "resource exists, and that both resources are in the same region."
        )
        yield ArmError("InvalidResourceReference", message, f"it is in {there}, this is in {here}")


def _zones(request: Request) -> Iterator[ArmError]:
    region, zones = str(request.inputs.get("location", "")).lower(), request.inputs.get("zones") or []
    if zones and region in REGIONS and not REGIONS[region].zones:
        message = f"The resource '{request.id}' does not support availability zones at location '{region}'."
        yield ArmError("LocationNotSupportAvailabilityZones", message, "omit zones, or choose another region")
    before = (request.old.body.get("zones") or []) if request.old else zones
    if sorted(before) != sorted(zones):
        was, will = (", ".join(each) or "NoZone" for each in (before, zones))
        message = (
            f"Resource {request.id} has an existing availability zone constraint {was} and the request has "
            f"availability zone constraint {will}, which do not match. Zones cannot be added/updated/removed once the "
            "resource is created. The resource cannot be updated from regional to zonal or vice-versa."
        )
        yield ArmError("ResourceAvailabilityZonesCannotBeModified", message, "keep them, or replace the resource")


BEHAVIOURS: Mapping[str, Behaviour] = {
    PREFIX + "VirtualNetwork": VirtualNetwork(),
    PREFIX + "PublicIPAddress": PublicIp(),
    NAT: NatGateway(),
}
