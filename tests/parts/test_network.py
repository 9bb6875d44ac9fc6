"""The virtual network: its subnets, its way out, and ranges that must not meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from stacks.parts.network.checks import gateway_problems
from stacks.parts.network.plan import NETWORK
from stacks.parts.network.subnets import ROLES
from stacks.plan.model import StackPlan
from stacks.settings.network import NatGateway
from tests.harness.compose import Composition, Registered
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.offline import REGION_WITHOUT_ZONES
from tests.harness.settings import ENVIRONMENTS, GONE, context, edited_plan, every_environment

VIRTUAL_NETWORK = "azure-native:network:VirtualNetwork"
SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"
ZONE_LINK = "azure-native:privatedns:VirtualNetworkLink"
RECORD_SET = "azure-native:privatedns:PrivateRecordSet"


@every_environment
def test_every_subnet_is_closed_by_default(stack: str, composed: Mapping[str, Composition]) -> None:
    (network,) = composed[stack].of(VIRTUAL_NETWORK)
    for subnet in network.inputs["subnets"]:
        assert subnet.get("defaultOutboundAccess") is (None if "delegations" in subnet else False)
        assert subnet["networkSecurityGroup"]["id"].startswith("/network-security-group/")
    for group in composed[stack].of(SECURITY_GROUP):
        last = max(group.inputs["securityRules"], key=lambda rule: rule["priority"])
        assert (last["access"], last["direction"], last["priority"]) == ("Deny", "Inbound", 4096)
        (lateral,) = [each for each in group.inputs["securityRules"] if each["name"] == "DenyLateralTraversal"]
        assert (lateral["direction"], lateral["destinationPortRanges"]) == ("Outbound", ["22", "3389"])


@every_environment
def test_nodes_and_pods_are_admitted_by_their_ranges(stack: str, composed: Mapping[str, Composition]) -> None:
    """AKS asks for these pairs next to a rule that denies; of nodes and pods one document names one direction, one the
    other (Microsoft: Azure CNI Overlay networking in AKS; Networking concepts for AKS)."""
    network = context(stack).settings.network
    nodes, pods = str(network.subnets["aks-nodes"]), str(network.pod_cidr)
    (group,) = [each for each in composed[stack].of(SECURITY_GROUP) if each.name == "core-aks-nodes"]
    for direction in ("Inbound", "Outbound"):
        found = {
            (rule["sourceAddressPrefix"], rule["destinationAddressPrefix"])
            for rule in group.inputs["securityRules"]
            if (rule["direction"], rule["access"], rule["protocol"]) == (direction, "Allow", "*")
            and rule["destinationPortRange"] == "*"
            and rule["sourceAddressPrefix"] != "AzureLoadBalancer"
        }
        assert found == {(nodes, nodes), (nodes, pods), (pods, nodes), (pods, pods)}


def host_record(composition: Composition) -> Registered:
    """The address of the one host that has a private zone."""
    (found,) = [each for each in composition.of(RECORD_SET) if each.inputs["recordType"] == "A"]
    return found


@every_environment
@pytest.mark.requirement("S1-031")
def test_a_private_link_service_and_the_gateway_have_a_subnet(stack: str, composed: Mapping[str, Composition]) -> None:
    """The nodes' group sees the gateway's address behind its load balancer, which has floating IP on."""
    (network,) = composed[stack].of(VIRTUAL_NETWORK)
    policies = {each["name"]: each["privateLinkServiceNetworkPolicies"] for each in network.inputs["subnets"]}
    assert {name for name, policy in policies.items() if policy == "Disabled"} == {"private-link"}
    record = host_record(composed[stack])
    address = record.inputs["aRecords"][0]["ipv4Address"]
    subnets = {each["name"]: each["addressPrefix"] for each in network.inputs["subnets"]}
    assert subnets["private-link"] == f"{address.removesuffix('.14')}.0/28"
    (group,) = [each for each in composed[stack].of(SECURITY_GROUP) if each.name == "core-aks-nodes"]
    allowed = [rule for rule in group.inputs["securityRules"] if rule["access"] == "Allow"]
    entrances = {
        (rule["sourceAddressPrefix"], rule["protocol"], *rule["destinationPortRanges"])
        for rule in allowed
        if rule["destinationAddressPrefix"] == address
    }
    assert entrances == {(subnets[role], "Tcp", "443") for role in ("app-service", "private-link")}
    assert {rule["sourceAddressPrefix"] for rule in allowed}.isdisjoint({"VirtualNetwork", "*"})


@every_environment
def test_a_zone_of_exactly_the_host_leads_to_the_gateway(stack: str, composed: Mapping[str, Composition]) -> None:
    record = host_record(composed[stack])
    label = "" if stack == "prod" else f"{stack}."
    assert record.inputs["privateZoneName"] == f"{label}chain-k8s.mystira.app"
    assert record.inputs["relativeRecordSetName"] == "@"
    linked = {each.inputs["privateZoneName"] for each in composed[stack].of(ZONE_LINK)}
    assert record.inputs["privateZoneName"] in linked


@every_environment
def test_postgresql_archives_its_log_over_the_service_endpoint(stack: str, composed: Mapping[str, Composition]) -> None:
    """Azure adds the endpoint with the server, so leaving it out would be a difference that a later write acts on."""
    (network,) = composed[stack].of(VIRTUAL_NETWORK)
    found = {each["name"]: each.get("serviceEndpoints") for each in network.inputs["subnets"]}
    storage = {"service": "Microsoft.Storage", "locations": ["southafricanorth", "southafricawest"]}
    assert {name for name, endpoints in found.items() if endpoints} == {"postgresql"}
    assert found["postgresql"] == [storage]


@every_environment
def test_no_rule_waits_for_an_entrance_that_does_not_exist(stack: str, composed: Mapping[str, Composition]) -> None:
    """The tag of Front Door with a private destination matches nothing: the load balancer keeps its public address as
    the destination (Azure/AKS #674)."""
    rules = [rule for group in composed[stack].of(SECURITY_GROUP) for rule in group.inputs["securityRules"]]
    assert not any("FrontDoor" in rule["sourceAddressPrefix"] for rule in rules)


@every_environment
def test_what_may_go_out_goes_through_the_nat_gateway(stack: str, composed: Mapping[str, Composition]) -> None:
    (network,) = composed[stack].of(VIRTUAL_NETWORK)
    gateway = f"/nat-gateway/mys-{stack}-core-nat-san"
    found = {each["name"]: each.get("natGateway") for each in network.inputs["subnets"]}
    assert found == {key: {"id": gateway} if role.outbound else None for key, role in ROLES.items()}


@every_environment
def test_the_network_resolves_through_every_private_zone(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    links = composed[stack].of(ZONE_LINK)
    assert {each.inputs["privateZoneName"] for each in links} == set(plans[stack].zones)
    networks = {each.inputs["virtualNetwork"]["id"] for each in links}
    assert networks == {f"/virtual-network/mys-{stack}-core-vnet-san"}
    assert not any(each.inputs["registrationEnabled"] for each in links)


@pytest.mark.requirement("S1-005")
def test_the_ranges_of_environments_do_not_meet() -> None:
    networks = [context(stack).settings.network for stack in ENVIRONMENTS]
    ranges = [each for net in networks for each in (net.address_space, net.pod_cidr, net.service_cidr)]
    assert not any(one.overlaps(two) for one, two in combinations(ranges, 2))


def test_a_live_subnet_keeps_its_name_when_it_is_listed(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"network.subnet_names": {"aks-nodes": "aks-subnet"}})
    assert {each.key: each.name for each in found.of(NETWORK).subnets}["aks-nodes"] == "aks-subnet"


# What the settings may say.

SUBNETS = "network.subnets"
MISTAKES = [
    Mistake("dev", {f"{SUBNETS}.private-endpoints": "10.0.8.0/24"}, f"{SUBNETS}.private-endpoints", "overlaps aks-"),
    Mistake(
        "dev",
        {f"{SUBNETS}.private-endpoints": "10.9.4.0/24"},
        f"{SUBNETS}.private-endpoints",
        "outside the network",
        "a range within 10.0.0.0/16",
    ),
    Mistake("dev", {f"{SUBNETS}.app-service": "10.0.5.0/29"}, f"{SUBNETS}.app-service", "too small", "/28 or larger"),
    *(
        Mistake("dev", {f"{SUBNETS}.private-link": f"10.0.6.0/{length}"}, f"{SUBNETS}.private-link", "too small", "/28")
        for length in (29, 30, 31, 32)
    ),
    Mistake("dev", {f"{SUBNETS}.bastion": "10.0.7.0/26"}, f"{SUBNETS}.bastion", "unknown role", "aks-nodes"),
    Mistake(
        "dev",
        {"network.subnet_names": {"aks-nodes": "PostgreSQL"}},
        "network.subnet_names.postgresql",
        "the name of aks-nodes as well",
    ),
    Mistake("dev", {"network.subnet_names": {"moon": "a-b"}}, "network.subnet_names.moon", "no such subnet"),
    Mistake("dev", {"network.pod_cidr": "10.0.0.0/16"}, "network.pod_cidr", "overlaps the network"),
    Mistake("dev", {"network.service_cidr": "10.0.128.0/20"}, "network.service_cidr", "overlaps the network"),
    Mistake("dev", {"network.service_cidr": "192.168.0.0/20"}, "network.service_cidr", "overlaps the pods"),
    Mistake("dev", {"network.pod_cidr": "192.168.64.0/18"}, "network.pod_cidr", "overlaps the pods of staging"),
    Mistake(
        "dev", {"network.pod_cidr": "10.1.0.0/16"}, "network.pod_cidr", "overlaps staging", "10.1.0.0/16 of staging"
    ),
    Mistake("prod", {"network.service_cidr": "172.16.0.0/20"}, "network.service_cidr", "overlaps the services of dev"),
    Mistake(
        "dev",
        {"network.service_cidr": "172.30.0.0/20"},
        "network.service_cidr",
        "overlaps 172.30.0.0/16, which AKS keeps",
        "a range that does not overlap 169.254.0.0/16",
    ),
    Mistake(
        "dev",
        {
            "network.address_space": "10.1.0.0/16",
            SUBNETS: {
                "aks-nodes": "10.1.8.0/22",
                "postgresql": "10.1.3.0/24",
                "private-endpoints": "10.1.4.0/24",
                "app-service": "10.1.5.0/26",
                "private-link": "10.1.6.0/28",
            },
        },
        "network.address_space",
        "overlaps staging",
        "10.1.0.0/16 of staging",
    ),
    Mistake("prod", {"waivers.nat-gateway-zone": GONE}, "waivers.nat-gateway-zone", "missing: the settings break"),
]


def test_a_region_without_zones_has_none_for_the_gateway() -> None:
    dev = context("dev")
    azure = dev.settings.azure.model_copy(update={"region": REGION_WITHOUT_ZONES})
    network = dev.settings.network.model_copy(update={"nat_gateway": NatGateway(zone="1")})
    elsewhere = dev.settings.model_copy(update={"azure": azure, "network": network})
    (problem,) = gateway_problems(replace(dev, settings=elsewhere))
    assert problem.path.endswith("network.nat_gateway.zone")
    assert (problem.seen, problem.allowed) == ("1", "none: the region has no zones")
    here = dev.settings.model_copy(update={"network": network})
    assert list(gateway_problems(replace(dev, settings=here))) == []


@each_mistake(MISTAKES)
def test_a_mistake_about_the_network_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
