"""What ARM refuses to change in place, and to put together across regions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.resource_types import RESOURCE_TYPES
from offline.azure.errors import ArmError
from offline.azure.provider import AzureProvider
from offline.rpc.protocol import Created
from offline.world.store import World
from tests.harness.compose import schema

REGION, OTHER, NO_ZONES = "southafricanorth", "westeurope", "westus"
ROOT = "/subscriptions/s/resourceGroups/g"


class Cloud:
    """A provider on an empty world that knows types by their key."""

    def __init__(self, path: Path) -> None:
        self.world = World(path / "cloud.db")
        self.azure = AzureProvider(self.world, schema(), "3.29.0")
        self.azure.configure({"subscriptionId": "s", "tenantId": "t"})
        self.make("resource-group", "g", location=REGION)

    def inputs(self, kind: str, name: str, **more: Any) -> dict[str, Any]:
        return {"resourceGroupName": "g", RESOURCE_TYPES[kind].name_input: name, **more}

    def make(self, kind: str, name: str, **more: Any) -> Created:
        token = RESOURCE_TYPES[kind].token
        return self.azure.create("urn", token, self.inputs(kind, name, **more), preview=False, timeout=0)

    def change(self, kind: str, made: Created, **more: Any) -> Mapping[str, Any]:
        inputs = self.inputs(kind, made.id.rpartition("/")[2], **more)
        token = RESOURCE_TYPES[kind].token
        return self.azure.update("urn", token, made.id, {}, inputs, preview=False, timeout=0, ignore_changes=[])

    def network(self, *subnets: Mapping[str, Any], region: str = REGION) -> dict[str, Any]:
        return {"location": region, "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": list(subnets)}


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def subnet(name: str = "one", prefix: str = "10.0.0.0/24", **more: Any) -> dict[str, Any]:
    return {"name": name, "addressPrefix": prefix, **more}


def prefixes(name: str, *ranges: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "addressPrefixes": list(ranges), **more}


def endpoint(network: Created, target: Created, **more: Any) -> dict[str, Any]:
    connection = {"name": "c", "privateLinkServiceId": target.id, "groupIds": ["registry"], **more}
    return {
        "location": REGION,
        "subnet": {"id": f"{network.id}/subnets/one"},
        "privateLinkServiceConnections": [connection],
    }


def registry(cloud: Cloud, name: str = "mysone") -> Created:
    return cloud.make("container-registry", name, sku={"name": "Premium"}, location=REGION)


def test_a_location_stays(cloud: Cloud) -> None:
    made = cloud.make("network-security-group", "one", location=REGION)
    with pytest.raises(ArmError, match="InvalidResourceLocation") as caught:
        cloud.change("network-security-group", made, location=OTHER)
    assert f"already exists in location '{REGION}'" in str(caught.value)
    cloud.change("network-security-group", made, location="South Africa North".replace(" ", "").upper())


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("public-ip-address", {"publicIPAllocationMethod": "Static", "sku": {"name": "Standard"}}),
        ("nat-gateway", {"sku": {"name": "Standard"}}),
    ],
)
def test_zones_exist_and_stay(cloud: Cloud, kind: str, inputs: Mapping[str, Any]) -> None:
    with pytest.raises(ArmError, match="LocationNotSupportAvailabilityZones"):
        cloud.make(kind, "none", location=NO_ZONES, zones=["1"], **inputs)
    made = cloud.make(kind, "one", location=REGION, zones=["1"], **inputs)
    for zones in (["2"], None):
        with pytest.raises(ArmError, match="ResourceAvailabilityZonesCannotBeModified"):
            cloud.change(kind, made, location=REGION, zones=zones, **inputs)
    cloud.change(kind, made, location=REGION, zones=["1"], tags={"a": "b"}, **inputs)
    cloud.make(kind, "two", location=NO_ZONES, **inputs)


def test_a_subnet_in_use_stays_as_it_is(cloud: Cloud) -> None:
    network = cloud.make("virtual-network", "net", **cloud.network(subnet(), subnet("two", "10.0.1.0/24")))
    cloud.make("private-endpoint", "pe", **endpoint(network, registry(cloud)))
    delegation = {"name": "d", "serviceName": "Microsoft.Web/serverFarms"}
    for code, one in (
        ("InUsePrefixCannotBeDeleted", subnet(prefix="10.0.0.0/25")),
        ("SubnetDelegationsCannotChangeWhenSubnetUsedByResource", subnet(delegations=[delegation])),
        ("InUseSubnetCannotBeDeleted", subnet("three", "10.0.2.0/24")),
    ):
        with pytest.raises(ArmError, match=code):
            cloud.change("virtual-network", network, **cloud.network(one, subnet("two", "10.0.1.0/24")))
    free = subnet("two", "10.0.1.0/25", delegations=[delegation])
    cloud.change("virtual-network", network, **cloud.network(subnet(), free))


FORMAT, NOTATION = "InvalidAddressPrefixFormat", "InvalidCIDRNotation"


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        (FORMAT, "10.0.0.0/33"),
        (FORMAT, "10.0.0.0"),
        (FORMAT, "10.0.0.0/"),
        (FORMAT, "10.0.0.0/255.255.0.0"),
        (FORMAT, "10.0.0.0/-1"),
        (FORMAT, "10.0.0.256/24"),
        (FORMAT, "10.0.0.0/24/24"),
        (FORMAT, "fd00::/129"),
        (FORMAT, "fd00::1::/64"),
        (FORMAT, "network"),
        (NOTATION, "10.0.0.5/16"),
        (NOTATION, "fd00::1/64"),
    ],
)
def test_what_is_no_range_is_refused_wherever_it_stands(cloud: Cloud, code: str, prefix: str) -> None:
    network = f"{ROOT}/providers/Microsoft.Network/virtualNetworks/net"
    good = {"addressPrefixes": ["10.0.0.0/16", "fd00::/48"]}
    bodies = {
        network: {"addressSpace": {"addressPrefixes": ["10.0.0.0/16", prefix]}},
        f"{network}/subnets/two": {"addressSpace": good, "subnets": [subnet(), prefixes("two", "10.0.1.0/24", prefix)]},
        f"{network}/subnets/one": {"addressSpace": good, "subnets": [subnet(prefix=prefix)]},
    }
    for id, body in bodies.items():
        with pytest.raises(ArmError) as caught:
            cloud.make("virtual-network", "net", location=REGION, **body)
        assert caught.value.code == code
        assert f"ddress prefix {prefix} " in str(caught.value)
        assert f" resource {id} " in str(caught.value)


def test_a_range_that_begins_elsewhere_is_told_where(cloud: Cloud) -> None:
    for prefix, right in (("10.0.0.5/16", "10.0.0.0/16"), ("fd00::1/64", "fd00::/64")):
        with pytest.raises(ArmError, match=f"the address prefix should be {right}[.]"):
            cloud.make("virtual-network", "net", location=REGION, addressSpace={"addressPrefixes": [prefix]})


def test_a_network_of_both_versions(cloud: Cloud) -> None:
    """Ranges are within and apart by version; 10.2.0.0 written in IPv6 is another address."""
    good = [
        prefixes("both", "10.0.0.0/24", "fd00:1::/64"),
        prefixes("several", "10.0.1.0/24", "10.2.0.0/24"),
        prefixes("six", "fd00:1:0:1::/64"),
        subnet("four", "10.0.2.0/24"),
        {"name": "pool", "ipamPoolPrefixAllocations": [{"numberOfIpAddresses": "64"}]},
        # addressPrefix is what counts where both are given.
        subnet("said-twice", "10.0.3.0/24", addressPrefixes=["10.9.0.0/24"]),
    ]
    spaces = ["10.0.0.0/16", "10.2.0.0/16", "fd00:1::/48"]

    def network(*more: Mapping[str, Any]) -> dict[str, Any]:
        subnets = [*good, *more]
        return {"location": REGION, "addressSpace": {"addressPrefixes": spaces}, "subnets": subnets}

    made = cloud.make("virtual-network", "net", **network())
    assert [each["name"] for each in made.properties["subnets"]] == [each["name"] for each in good]
    assert made.properties["subnets"][0]["addressPrefixes"] == ["10.0.0.0/24", "fd00:1::/64"]
    for code, one in (
        ("NetcfgSubnetRangeOutsideVnet", prefixes("new", "10.0.9.0/24", "fd00:2::/64")),
        ("NetcfgSubnetRangeOutsideVnet", prefixes("new", "10.3.0.0/24", "fd00:1:0:9::/64")),
        ("NetcfgSubnetRangeOutsideVnet", prefixes("new", "::a02:0/112")),
        ("NetcfgSubnetRangesOverlap", prefixes("new", "10.0.9.0/24", "fd00:1::/65")),
        ("NetcfgSubnetRangesOverlap", prefixes("new", "10.2.0.0/20", "fd00:1:0:9::/64")),
        ("AddressPrefixStringCannotBeNullOrEmpty", {"name": "new"}),
        ("AddressPrefixStringCannotBeNullOrEmpty", prefixes("new")),
        ("AddressPrefixStringCannotBeNullOrEmpty", subnet("new", "")),
    ):
        with pytest.raises(ArmError, match=f'Code="{code}"'):
            cloud.change("virtual-network", made, **network(one))
    cloud.change("virtual-network", made, **network(prefixes("new", "10.0.9.0/24", "fd00:1:0:9::/64")))


def test_a_range_in_use_stays_however_it_is_written(cloud: Cloud) -> None:
    def network(**one: Any) -> dict[str, Any]:
        both = ["10.0.0.0/16", "fd00:1::/48"]
        return {"location": REGION, "addressSpace": {"addressPrefixes": both}, "subnets": [{"name": "one", **one}]}

    made = cloud.make("virtual-network", "net", **network(addressPrefix="10.0.0.0/24"))
    cloud.make("private-endpoint", "pe", **endpoint(made, registry(cloud)))
    for fits in (["10.0.0.0/24"], ["10.0.0.0/24", "fd00:1::/64"], ["FD00:1:0:0::/64", "10.0.0.0/24"]):
        cloud.change("virtual-network", made, **network(addressPrefixes=fits))
    for gone, left in (("fd00:1::/64", ["10.0.0.0/24"]), ("10.0.0.0/24", ["10.0.1.0/24", "fd00:1::/64"])):
        with pytest.raises(ArmError, match=f"InUsePrefixCannotBeDeleted.*IpPrefix {gone} on Subnet one"):
            cloud.change("virtual-network", made, **network(addressPrefixes=left))


def test_a_network_and_what_it_works_with_share_a_region(cloud: Cloud) -> None:
    group = cloud.make("network-security-group", "far", location=OTHER)
    gateway = cloud.make("nat-gateway", "far", location=OTHER, sku={"name": "Standard"})
    for more in ({"networkSecurityGroup": {"id": group.id}}, {"natGateway": {"id": gateway.id}}):
        with pytest.raises(ArmError, match=r"InvalidResourceReference.*same region"):
            cloud.make("virtual-network", "net", **cloud.network(subnet(**more)))
        cloud.make("virtual-network", f"net-{len(cloud.world.all())}", **cloud.network(subnet(**more), region=OTHER))
    network = cloud.make("virtual-network", "net", **cloud.network(subnet(), region=OTHER))
    with pytest.raises(ArmError, match=r"InvalidResourceReference.*same region"):
        cloud.make("private-endpoint", "pe", **endpoint(network, registry(cloud)))


def test_an_endpoint_is_for_one_resource_and_one_part_of_it(cloud: Cloud) -> None:
    network = cloud.make("virtual-network", "net", **cloud.network(subnet()))
    one, two = registry(cloud), registry(cloud, "mystwo")
    with pytest.raises(ArmError, match="MissingParameterOnPrivateLinkServiceConnection"):
        cloud.make("private-endpoint", "pe", **endpoint(network, one, groupIds=[]))
    made = cloud.make("private-endpoint", "pe", **endpoint(network, one))
    with pytest.raises(ArmError, match="CannotChangePrivateLinkConnectionOnPrivateEndpoint"):
        cloud.change("private-endpoint", made, **endpoint(network, two))
