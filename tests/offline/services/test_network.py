"""What Azure refuses about networks, outbound addresses, and private DNS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.types import RESOURCE_TYPES
from offline.azure.errors import ArmError
from offline.rpc.protocol import Created
from tests.harness.offline import OTHER_REGION, REGION, REGION_WITHOUT_ZONES, ROOT, Cloud, token_of


class Network(Cloud):
    """A cloud in which networks and what they work with are made by key and name."""

    def inputs(self, key: str, name: str, **more: Any) -> dict[str, Any]:
        return {RESOURCE_TYPES[key].name_input: name, **more}

    def create(self, key: str, name: str, **more: Any) -> Created:
        return self.make(token_of(key), **self.inputs(key, name, **more))

    def change(self, key: str, made: Created, **more: Any) -> Mapping[str, Any]:
        return self.update(token_of(key), made.id, **self.inputs(key, made.id.rpartition("/")[2], **more))


@pytest.fixture
def cloud(tmp_path: Path) -> Network:
    return Network(tmp_path)


def inputs(*subnets: Mapping[str, Any], region: str = REGION) -> dict[str, Any]:
    """The inputs of a network with these subnets."""
    return {"location": region, "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": list(subnets)}


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


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("public-ip-address", {"publicIPAllocationMethod": "Static", "sku": {"name": "Standard"}}),
        ("nat-gateway", {"sku": {"name": "Standard"}}),
    ],
)
def test_zones_exist_and_stay(cloud: Network, kind: str, inputs: Mapping[str, Any]) -> None:
    with pytest.raises(ArmError, match="LocationNotSupportAvailabilityZones"):
        cloud.create(kind, "none", location=REGION_WITHOUT_ZONES, zones=["1"], **inputs)
    made = cloud.create(kind, "one", location=REGION, zones=["1"], **inputs)
    for zones in (["2"], None):
        with pytest.raises(ArmError, match="ResourceAvailabilityZonesCannotBeModified"):
            cloud.change(kind, made, location=REGION, zones=zones, **inputs)
    cloud.change(kind, made, location=REGION, zones=["1"], tags={"a": "b"}, **inputs)
    cloud.create(kind, "two", location=REGION_WITHOUT_ZONES, **inputs)


def test_a_subnet_in_use_stays_as_it_is(cloud: Network) -> None:
    network = cloud.create("virtual-network", "net", **inputs(subnet(), subnet("two", "10.0.1.0/24")))
    cloud.create("private-endpoint", "pe", **endpoint(network, cloud.registry()))
    delegation = {"name": "d", "serviceName": "Microsoft.Web/serverFarms"}
    for code, one in (
        ("InUsePrefixCannotBeDeleted", subnet(prefix="10.0.0.0/25")),
        ("SubnetDelegationsCannotChangeWhenSubnetUsedByResource", subnet(delegations=[delegation])),
        ("InUseSubnetCannotBeDeleted", subnet("three", "10.0.2.0/24")),
    ):
        with pytest.raises(ArmError, match=code):
            cloud.change("virtual-network", network, **inputs(one, subnet("two", "10.0.1.0/24")))
    free = subnet("two", "10.0.1.0/25", delegations=[delegation])
    cloud.change("virtual-network", network, **inputs(subnet(), free))


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
def test_what_is_no_range_is_refused_wherever_it_stands(cloud: Network, code: str, prefix: str) -> None:
    network = f"{ROOT}/providers/Microsoft.Network/virtualNetworks/net"
    good = {"addressPrefixes": ["10.0.0.0/16", "fd00::/48"]}
    bodies = {
        network: {"addressSpace": {"addressPrefixes": ["10.0.0.0/16", prefix]}},
        f"{network}/subnets/two": {"addressSpace": good, "subnets": [subnet(), prefixes("two", "10.0.1.0/24", prefix)]},
        f"{network}/subnets/one": {"addressSpace": good, "subnets": [subnet(prefix=prefix)]},
    }
    for id, body in bodies.items():
        with pytest.raises(ArmError) as caught:
            cloud.create("virtual-network", "net", location=REGION, **body)
        assert caught.value.code == code
        assert f"ddress prefix {prefix} " in str(caught.value)
        assert f" resource {id} " in str(caught.value)


def test_a_range_that_begins_elsewhere_is_told_where(cloud: Network) -> None:
    for prefix, right in (("10.0.0.5/16", "10.0.0.0/16"), ("fd00::1/64", "fd00::/64")):
        with pytest.raises(ArmError, match=f"the address prefix should be {right}[.]"):
            cloud.create("virtual-network", "net", location=REGION, addressSpace={"addressPrefixes": [prefix]})


def test_a_network_of_both_versions(cloud: Network) -> None:
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

    made = cloud.create("virtual-network", "net", **network())
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


def test_a_range_in_use_stays_however_it_is_written(cloud: Network) -> None:
    def network(**one: Any) -> dict[str, Any]:
        both = ["10.0.0.0/16", "fd00:1::/48"]
        return {"location": REGION, "addressSpace": {"addressPrefixes": both}, "subnets": [{"name": "one", **one}]}

    made = cloud.create("virtual-network", "net", **network(addressPrefix="10.0.0.0/24"))
    cloud.create("private-endpoint", "pe", **endpoint(made, cloud.registry()))
    for fits in (["10.0.0.0/24"], ["10.0.0.0/24", "fd00:1::/64"], ["FD00:1:0:0::/64", "10.0.0.0/24"]):
        cloud.change("virtual-network", made, **network(addressPrefixes=fits))
    for gone, left in (("fd00:1::/64", ["10.0.0.0/24"]), ("10.0.0.0/24", ["10.0.1.0/24", "fd00:1::/64"])):
        with pytest.raises(ArmError, match=f"InUsePrefixCannotBeDeleted.*IpPrefix {gone} on Subnet one"):
            cloud.change("virtual-network", made, **network(addressPrefixes=left))


def test_a_network_and_what_it_works_with_share_a_region(cloud: Network) -> None:
    group = cloud.create("network-security-group", "far", location=OTHER_REGION)
    gateway = cloud.create("nat-gateway", "far", location=OTHER_REGION, sku={"name": "Standard"})
    for more in ({"networkSecurityGroup": {"id": group.id}}, {"natGateway": {"id": gateway.id}}):
        with pytest.raises(ArmError, match=r"InvalidResourceReference.*same region"):
            cloud.create("virtual-network", "net", **inputs(subnet(**more)))
        cloud.create("virtual-network", f"net-{len(cloud.world.all())}", **inputs(subnet(**more), region=OTHER_REGION))
    network = cloud.create("virtual-network", "net", **inputs(subnet(), region=OTHER_REGION))
    with pytest.raises(ArmError, match=r"InvalidResourceReference.*same region"):
        cloud.create("private-endpoint", "pe", **endpoint(network, cloud.registry()))


def rule(name: str, priority: int) -> Mapping[str, Any]:
    return {"name": name, "priority": priority, "direction": "Inbound", "access": "Allow", "protocol": "*"}


PUBLIC_IP = {"publicIPAllocationMethod": "Static", "sku": {"name": "Standard"}}
SPACE = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}


@pytest.mark.parametrize(
    ("code", "key", "more"),
    [
        ("NetcfgSubnetRangeOutsideVnet", "virtual-network", {**SPACE, "subnets": [subnet("a", "10.1.0.0/24")]}),
        (
            "NetcfgSubnetRangesOverlap",
            "virtual-network",
            {**SPACE, "subnets": [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.0.128/25")]},
        ),
        ("InvalidRequestFormat", "virtual-network", {}),
        ("InvalidRequestFormat", "virtual-network", inputs(subnet("one"), subnet("One", "10.0.1.0/24"))),
        ("SecurityRuleConflict", "network-security-group", {"securityRules": [rule("a", 100), rule("b", 100)]}),
        ("SecurityRuleInvalidPriority", "network-security-group", {"securityRules": [rule("a", 99)]}),
        (
            "SecurityRuleParameterContainsInvalidPortRanges",
            "network-security-group",
            {"securityRules": [{**rule("a", 100), "destinationPortRanges": ["443", "*"]}]},
        ),
        (
            "SecurityRuleParameterContainsUnsupportedValue",
            "network-security-group",
            {"securityRules": [{**rule("a", 100), "sourceAddressPrefixes": ["10.0.0.0/8", "VirtualNetwork"]}]},
        ),
        ("IPv4BasicSkuPublicIpCountLimitReached", "public-ip-address", {**PUBLIC_IP, "sku": {"name": "Basic"}}),
        (
            "StandardSkuPublicIPAddressesMustBeStatic",
            "public-ip-address",
            {**PUBLIC_IP, "publicIPAllocationMethod": "Dynamic"},
        ),
        ("LocationNotAvailableForResourceType", "private-dns-zone", {"location": REGION}),
    ],
)
def test_azure_refuses(cloud: Network, code: str, key: str, more: Mapping[str, Any]) -> None:
    name = "one.example.net" if key == "private-dns-zone" else "one"
    cloud.refused(code, token_of(key), **cloud.inputs(key, name, **more))


def test_links_are_unique_and_hold_their_zone(cloud: Network) -> None:
    network = cloud.create("virtual-network", "net", **inputs()).id
    for name in ("one.example.net", "two.example.net"):
        cloud.create("private-dns-zone", name, location="global")

    def link(zone: str, name: str, *, registration: bool = False) -> Created:
        return cloud.create(
            "private-dns-zone-link",
            name,
            privateZoneName=zone,
            location="global",
            registrationEnabled=registration,
            virtualNetwork={"id": network},
        )

    first = link("one.example.net", "a", registration=True)
    with pytest.raises(ArmError, match="same virtual network"):
        link("one.example.net", "b")
    with pytest.raises(ArmError, match="one private DNS zone only"):
        link("two.example.net", "c", registration=True)
    zone = first.id.rpartition("/virtualNetworkLinks/")[0]
    cloud.refused_delete("CannotDeleteResource", token_of("private-dns-zone"), zone)
    cloud.delete(token_of("private-dns-zone-link"), first.id)
    cloud.delete(token_of("private-dns-zone"), zone)
    cloud.delete(token_of("private-dns-zone"), zone)
    assert cloud.azure.read("urn", token_of("private-dns-zone"), zone, {}, {}) is None


ADDRESS = {"privateZoneName": "one.example.net", "recordType": "A", "aRecords": [{"ipv4Address": "10.0.0.4"}]}


@pytest.mark.parametrize(
    ("name", "fqdn"), [("@", "one.example.net."), ("api", "api.one.example.net."), ("a.b", "a.b.one.example.net.")]
)
def test_azure_tells_the_domain_name_of_a_record_set(cloud: Network, name: str, fqdn: str) -> None:
    cloud.create("private-dns-zone", "one.example.net", location="global")
    made = cloud.create("private-record-set", name, ttl=300, **ADDRESS)
    assert made.id.endswith(f"/privateDnsZones/one.example.net/A/{name}")
    found = {key: made.properties[key] for key in ("name", "type", "fqdn", "isAutoRegistered", "ttl", "aRecords")}
    assert found == {
        "name": name,
        "type": "Microsoft.Network/privateDnsZones/A",
        "fqdn": fqdn,
        "isAutoRegistered": False,
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.0.0.4"}],
    }


def test_a_record_set_needs_its_zone_and_a_ttl(cloud: Network) -> None:
    with pytest.raises(ArmError, match="ParentResourceNotFound"):
        cloud.create("private-record-set", "@", ttl=300, **ADDRESS)
    cloud.create("private-dns-zone", "one.example.net", location="global")
    with pytest.raises(ArmError, match="BadRequest"):
        cloud.create("private-record-set", "@", **ADDRESS)


def test_a_zone_counts_its_record_sets_and_takes_them_with_it(cloud: Network) -> None:
    """Unlike links, record sets do not hold their zone."""
    token, record_set = token_of("private-dns-zone"), token_of("private-record-set")
    zone = cloud.create("private-dns-zone", "one.example.net", location="global").id
    made = cloud.create("private-record-set", "@", ttl=300, **ADDRESS)
    seen = cloud.azure.read("urn", token, zone, {}, {})
    assert seen is not None
    assert seen.properties["numberOfRecordSets"] == 2
    cloud.delete(token, zone)
    assert cloud.azure.read("urn", record_set, made.id, {}, {}) is None


def test_a_security_group_in_use_stays(cloud: Network) -> None:
    group = cloud.create("network-security-group", "one", location=REGION)
    with_group = inputs(subnet(networkSecurityGroup={"id": group.id}))
    network = cloud.create("virtual-network", "net", **with_group)
    cloud.refused_delete("InUseNetworkSecurityGroupCannotBeDeleted", token_of("network-security-group"), group.id)
    cloud.delete(token_of("virtual-network"), network.id)
    cloud.delete(token_of("network-security-group"), group.id)


def test_zones_of_gateway_and_address_must_agree(cloud: Network) -> None:
    address = cloud.create("public-ip-address", "one", **PUBLIC_IP, zones=["1"])
    gateway = {"sku": {"name": "Standard"}, "publicIpAddresses": [{"id": address.id}]}
    with pytest.raises(ArmError, match="NatGatewayPublicIpZoneMismatch"):
        cloud.create("nat-gateway", "one", **gateway, zones=["2"])
    cloud.create("nat-gateway", "one", **gateway, zones=["1"])
    with pytest.raises(ArmError, match="ResourceAvailabilityZonesCannotBeModified"):
        cloud.change("public-ip-address", address, **PUBLIC_IP, zones=["2"])
