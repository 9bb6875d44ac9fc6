"""A virtual network and its private DNS, made from their specs alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.network.private_dns import PrivateDns
from components.network.spec import NatGatewaySpec, NetworkSpec, SecurityRule, SubnetSpec
from components.network.virtual_network import VirtualNetwork
from tests.harness.build import PLACE, surroundings
from tests.harness.compose import Composition, compose

NETWORK = "azure-native:network:VirtualNetwork"
ADDRESS = "azure-native:network:PublicIPAddress"
GATEWAY = "azure-native:network:NatGateway"
GROUP = "azure-native:network:NetworkSecurityGroup"
ZONES = ("a.example", "privatelink.example")
HOST = {"a.example": "10.0.6.14"}

RULE = SecurityRule("AllowHttps", 100, "Inbound", "Allow", "Tcp", "VirtualNetwork", "*", ("443", "8443"), "A reason")
NODES = SubnetSpec("nodes", "aks-nodes", "10.0.8.0/22", "mys-dev-corenodes-nsg-san", (RULE,), "", True, False, True, {})
SITES = replace(
    NODES,
    key="sites",
    name="app-service",
    cidr="10.0.5.0/26",
    security_group="mys-dev-coresites-nsg-san",
    delegation="Microsoft.Web/serverFarms",
    outbound=False,
    endpoint_policies=True,
    link_policies=False,
    service_endpoints={"Microsoft.Storage": ("southafricanorth", "southafricawest")},
)
SPEC = NetworkSpec(
    name="mys-dev-core-vnet-san",
    address_space="10.0.0.0/16",
    subnets=(NODES, SITES),
    nat_gateway=NatGatewaySpec("mys-dev-core-nat-san", ("mys-dev-coreoutbound1-pip-san",), 4, ""),
    addresses={},
    zone_link="mys-dev-core-vnet-san",
)


def made(spec: NetworkSpec = SPEC) -> Composition:
    def program() -> dict[str, Any]:
        network = VirtualNetwork("core", spec, PLACE, surroundings())
        return {"id": network.id, "subnets": dict(network.subnet_ids), "outbound": list(network.outbound_ips)}

    return compose(program)


def test_subnets_are_part_of_the_network_and_closed() -> None:
    (network,) = made().of(NETWORK)
    assert network.inputs["addressSpace"] == {"addressPrefixes": ["10.0.0.0/16"]}
    nodes, sites = network.inputs["subnets"]
    assert nodes == {
        "name": "aks-nodes",
        "addressPrefix": "10.0.8.0/22",
        "defaultOutboundAccess": False,
        "natGateway": {"id": "/nat-gateway/mys-dev-core-nat-san"},
        "networkSecurityGroup": {"id": "/network-security-group/mys-dev-corenodes-nsg-san"},
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    }
    assert "natGateway" not in sites
    assert sites["serviceEndpoints"] == [
        {"service": "Microsoft.Storage", "locations": ["southafricanorth", "southafricawest"]}
    ]
    assert "defaultOutboundAccess" not in sites, "Azure knows no private subnet that is delegated"
    assert sites["delegations"] == [{"name": "delegation", "serviceName": "Microsoft.Web/serverFarms"}]
    assert sites["privateEndpointNetworkPolicies"] == "Enabled"
    assert sites["privateLinkServiceNetworkPolicies"] == "Disabled"


def test_a_security_group_has_the_rules_of_its_subnet() -> None:
    groups = {each.name: each.inputs for each in made().of(GROUP)}
    assert set(groups) == {"core-nodes", "core-sites"}
    assert groups["core-nodes"]["securityRules"] == [
        {
            "name": "AllowHttps",
            "priority": 100,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "sourceAddressPrefix": "VirtualNetwork",
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRanges": ["443", "8443"],
            "description": "A reason",
        }
    ]


def test_every_port_is_a_word_of_its_own() -> None:
    """Azure refuses * in a list: SecurityRuleParameterContainsInvalidPortRanges."""
    (nodes, *others) = SPEC.subnets
    every_port = replace(nodes, rules=(replace(nodes.rules[0], ports=("*",)),))
    groups = {each.name: each.inputs for each in made(replace(SPEC, subnets=(every_port, *others))).of(GROUP)}
    (rule,) = groups["core-nodes"]["securityRules"]
    assert rule["destinationPortRange"] == "*"
    assert "destinationPortRanges" not in rule


@pytest.mark.parametrize(("zone", "zones"), [("", None), ("2", ["2"])])
def test_the_gateway_and_its_addresses_are_in_one_zone(zone: str, zones: list[str] | None) -> None:
    names = ("mys-dev-coreoutbound1-pip-san", "mys-dev-coreoutbound2-pip-san")
    found = made(replace(SPEC, nat_gateway=NatGatewaySpec("mys-dev-core-nat-san", names, 10, zone)))
    (gateway,) = found.of(GATEWAY)
    assert gateway.inputs["publicIpAddresses"] == [{"id": f"/public-ip-address/{name}"} for name in names]
    assert gateway.inputs["idleTimeoutInMinutes"] == 10
    assert gateway.inputs.get("zones") == zones
    addresses = found.of(ADDRESS)
    assert {each.name for each in addresses} == {"core-outbound-0", "core-outbound-1"}
    assert all(each.inputs.get("zones") == zones for each in addresses)
    assert {each.inputs["publicIPAllocationMethod"] for each in addresses} == {"Static"}
    assert len(found.outputs["outbound"]) == 2


def test_subnet_ids_follow_from_the_network_s() -> None:
    outputs = made().outputs
    assert outputs["subnets"] == {
        "nodes": f"{outputs['id']}/subnets/aks-nodes",
        "sites": f"{outputs['id']}/subnets/app-service",
    }


def test_every_zone_is_linked_before_anybody_uses_it_and_that_of_one_host_has_its_address() -> None:
    def program() -> dict[str, Any]:
        zones = PrivateDns("core", ZONES, PLACE, link="vnet", network_id="/virtual-network/x", addresses=HOST)
        return dict(zones.zone_ids)

    found = compose(program)
    assert found.outputs == {name: f"/private-dns-zone/{name}" for name in ZONES}
    links = found.of("azure-native:privatedns:VirtualNetworkLink")
    assert {each.inputs["privateZoneName"] for each in links} == set(ZONES)
    for link in links:
        assert link.parent == link.inputs["privateZoneName"]
        assert link.inputs["virtualNetwork"] == {"id": "/virtual-network/x"}
        assert link.inputs["registrationEnabled"] is False
    policies = {each.inputs["privateZoneName"]: each.inputs.get("resolutionPolicy") for each in links}
    assert policies == {"a.example": None, "privatelink.example": "NxDomainRedirect"}
    (record,) = found.of("azure-native:privatedns:PrivateRecordSet")
    assert (record.parent, record.inputs["privateZoneName"]) == ("a.example", "a.example")
    assert (record.inputs["relativeRecordSetName"], record.inputs["recordType"]) == ("@", "A")
    assert (record.inputs["aRecords"], record.inputs["ttl"]) == ([{"ipv4Address": "10.0.6.14"}], 300)
