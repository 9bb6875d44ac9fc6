"""A network that denies what is not named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policies.conditions import every, one_of, present
from policies.model import Rule, Severity
from policies.values import MISSING, UNKNOWN, Resource

EVERYBODY = frozenset({"*", "0.0.0.0/0", "Internet", "any", "::/0"})
MANAGEMENT_PORTS = ("22", "3389")
DNSSEC = "azure-native:dns:DnssecConfig"


def _open(rule: Any) -> bool:
    """Whether a rule of a security group lets everybody in."""
    if not isinstance(rule, Mapping) or (rule.get("direction"), rule.get("access")) != ("Inbound", "Allow"):
        return False
    sources = [rule.get("sourceAddressPrefix"), *(rule.get("sourceAddressPrefixes") or ())]
    return any(source in EVERYBODY for source in sources if isinstance(source, str))


def _open_rules(resource: Resource) -> Iterator[Any]:
    for where, rule in resource.find("securityRules[]"):
        if rule is UNKNOWN:
            yield UNKNOWN
        elif rule is not MISSING and _open(rule):
            yield f"{where} {rule.get('name')}: from everybody"


def _denies(rule: Any, port: str) -> bool:
    if not isinstance(rule, Mapping) or (rule.get("direction"), rule.get("access")) != ("Outbound", "Deny"):
        return False
    ports = [rule.get("destinationPortRange"), *(rule.get("destinationPortRanges") or ())]
    return port in ports or "*" in ports


def _lateral(resource: Resource) -> Iterator[Any]:
    rules = [rule for _, rule in resource.find("securityRules[]")]
    if UNKNOWN in rules:
        yield UNKNOWN
        return
    missing = [port for port in MANAGEMENT_PORTS if not any(_denies(rule, port) for rule in rules)]
    if missing:
        yield f"securityRules: outbound {', '.join(missing)} not denied"


def _outbound(resource: Resource) -> Iterator[Any]:
    """Delegated subnets cannot be private (Microsoft: Default outbound access in Azure, limitations)."""
    for where, subnet in resource.find("subnets[]"):
        if subnet is UNKNOWN:
            yield UNKNOWN
        elif isinstance(subnet, Mapping) and not subnet.get("delegations"):
            found = subnet.get("defaultOutboundAccess")
            if found is not False:
                yield f"{where}.defaultOutboundAccess: {'not set' if found is None else 'true'}"


def _signed(resource: Resource, others: Sequence[Resource]) -> Iterator[Any]:
    if not any(other.type == DNSSEC and resource.urn in other.refers.get("zoneName", ()) for other in others):
        yield "no DNSSEC configuration"


RULES = (
    Rule(
        key="dns-signed",
        severity=Severity.MEDIUM,
        demands="the public zone is signed",
        risk="Who is on the way of a query answers it with an address of its own.",
        fix="Register a DnssecConfig of the zone, and its DS record at the registrar.",
        kinds=("dns-zone",),
        among=_signed,
        answers=("Azure.DNS.DNSSEC", "MCSB NS-10"),
    ),
    Rule(
        key="subnet-security-group",
        severity=Severity.HIGH,
        demands="every subnet has a security group",
        risk="In a subnet without one everything may talk to everything.",
        fix="Give the subnet's role its rules (stacks/parts/network/subnets.py).",
        kinds=("virtual-network",),
        check=present("subnets[].networkSecurityGroup.id"),
        answers=("AZR-000263", "CKV2_AZURE_31", "MCSB NS-1"),
    ),
    Rule(
        key="subnet-private",
        severity=Severity.HIGH,
        demands="no subnet has Azure's default way out",
        risk="Its address belongs to Azure, changes at any time and stands in no firewall.",
        fix="Set defaultOutboundAccess false; the NAT gateway is the way out.",
        kinds=("virtual-network",),
        check=_outbound,
        answers=("AZR-000447", "MCSB NS-1"),
    ),
    Rule(
        key="security-group-open",
        severity=Severity.CRITICAL,
        demands="no security group lets everybody in",
        risk="Whatever listens in the subnet answers the internet as soon as something has an address.",
        fix="Name the range or the service tag that has to come in.",
        kinds=("network-security-group",),
        check=_open_rules,
        answers=("AZR-000137", "CKV_AZURE_77", "MCSB NS-1"),
    ),
    Rule(
        key="security-group-lateral",
        severity=Severity.MEDIUM,
        demands="no subnet opens SSH or RDP to others",
        risk="Who has taken one machine walks on to the next by its management port.",
        fix="Deny outbound 22 and 3389.",
        kinds=("network-security-group",),
        check=_lateral,
        answers=("AZR-000139", "MCSB NS-1"),
    ),
    Rule(
        key="public-ip-standard",
        severity=Severity.MEDIUM,
        demands="the way out has a static Standard address",
        risk="An address that changes locks the platform out of every firewall that names it; Basic ones have retired.",
        fix="Set sku Standard and publicIPAllocationMethod Static.",
        kinds=("public-ip-address",),
        check=every(one_of("sku.name", "Standard", "StandardV2"), one_of("publicIPAllocationMethod", "Static")),
        answers=("AZR-000158", "AZR-000395", "c63b81fb"),
    ),
    Rule(
        key="nat-gateway-sku",
        severity=Severity.LOW,
        demands="the NAT gateway has a supported SKU and an address",
        risk="Without an address nothing gets out.",
        fix="Set sku Standard and publicIpAddresses.",
        kinds=("nat-gateway",),
        check=every(one_of("sku.name", "Standard", "StandardV2"), present("publicIpAddresses")),
    ),
    Rule(
        key="private-endpoint-target",
        severity=Severity.MEDIUM,
        demands="a private endpoint joins a target by name",
        risk="Without its group an endpoint answers for nothing.",
        fix="Set groupIds of the connection.",
        kinds=("private-endpoint",),
        check=every(present("subnet.id"), present("privateLinkServiceConnections[].groupIds")),
        answers=("MCSB NS-2",),
    ),
)
