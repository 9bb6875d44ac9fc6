"""Microsoft.Network: security groups and their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from offline.azure.behaviour import Behaviour, Request, completed, guid
from offline.azure.errors import ArmError
from offline.azure.services.network import PREFIX, part
from offline.rpc.protocol import Properties


class SecurityGroup(Behaviour):
    blocked_by_use = "InUseNetworkSecurityGroupCannotBeDeleted"
    in_use_status = 400

    def refusals(self, request: Request) -> Iterator[ArmError]:
        seen: dict[tuple[str, int], str] = {}
        for rule in request.inputs.get("securityRules") or []:
            key = (rule["direction"], rule["priority"])
            if not 100 <= rule["priority"] <= 4096:
                message = (
                    f"Security rule has invalid Priority. Value provided: {rule['priority']} Allowed range 100-4096."
                )
                yield ArmError("SecurityRuleInvalidPriority", message, "choose a priority from 100 to 4096")
            if key in seen:
                message = (
                    f"Security rule {rule['name']} conflicts with rule {seen[key]}. "
                    "Rules cannot have the same Priority and Direction."
                )
                yield ArmError("SecurityRuleConflict", message, "change the priority of one of them")
            seen[key] = rule["name"]
            yield from _lists(request.id, rule)

    def computed(self, request: Request) -> Properties:
        return {
            "securityRules": [
                part(request.id, "securityRules", completed(rule, NO_LISTS))
                for rule in request.inputs.get("securityRules") or []
            ],
            "defaultSecurityRules": [part(request.id, "defaultSecurityRules", rule) for rule in DEFAULT_RULES],
            "resourceGuid": guid(request.id, "resource"),
        }


NO_LISTS: Properties = {
    f"{side}{what}": [] for side in ("source", "destination") for what in ("PortRanges", "AddressPrefixes")
}
"""Azure returns the lists of a rule that has none as empty."""


def _default_rule(name: str, description: str, access: str, priority: int, source: str, destination: str) -> Properties:
    return {
        "name": name,
        "description": description,
        "access": access,
        "priority": priority,
        "direction": "Inbound" if name.endswith("InBound") else "Outbound",
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": destination,
        **NO_LISTS,
    }


_NETWORK, _BALANCER, _ANY = "VirtualNetwork", "AzureLoadBalancer", "*"
DEFAULT_RULES = (
    _default_rule("AllowVnetInBound", "Allow inbound traffic from all VMs in VNET", "Allow", 65000, _NETWORK, _NETWORK),
    _default_rule(
        "AllowAzureLoadBalancerInBound",
        "Allow inbound traffic from azure load balancer",
        "Allow",
        65001,
        _BALANCER,
        _ANY,
    ),
    _default_rule("DenyAllInBound", "Deny all inbound traffic", "Deny", 65500, _ANY, _ANY),
    _default_rule(
        "AllowVnetOutBound",
        "Allow outbound traffic from all VMs to all VMs in VNET",
        "Allow",
        65000,
        _NETWORK,
        _NETWORK,
    ),
    _default_rule(
        "AllowInternetOutBound", "Allow outbound traffic from all VMs to Internet", "Allow", 65001, _ANY, "Internet"
    ),
    _default_rule("DenyAllOutBound", "Deny all outbound traffic", "Deny", 65500, _ANY, _ANY),
)
"""The rules that every security group has (tests/evidence/network-security-group.yaml)."""


def _lists(group: str, rule: Properties) -> Iterator[ArmError]:
    """What only the singular of a property takes: every port, and whatever is a word instead of a range.

    The text about ports is assumed; that about prefixes is Azure's (terraform-provider-azurerm#5617).
    """
    where = f"for rule with Id {group}/securityRules/{rule['name']}"
    for side in ("source", "destination"):
        if "*" in (rule.get(f"{side}PortRanges") or []):
            parameter = f"{side.capitalize()}PortRanges"
            message = f"Security rule parameter {parameter} {where} contains invalid port ranges: *."
            advice = f"{side}PortRange takes *"
            yield ArmError("SecurityRuleParameterContainsInvalidPortRanges", message, advice)
        for prefix in rule.get(f"{side}AddressPrefixes") or []:
            if not prefix[0].isdigit():
                parameter = f"{side.capitalize()}AddressPrefix"
                message = (
                    f"Security rule parameter {parameter} {where} cannot specify existing VIRTUALNETWORK, INTERNET, "
                    f"AZURELOADBALANCER, '*' or system tags. Unsupported value used: {prefix}."
                )
                advice = f"{side}AddressPrefix takes one tag, or *"
                yield ArmError("SecurityRuleParameterContainsUnsupportedValue", message, advice)


BEHAVIOURS: Mapping[str, Behaviour] = {PREFIX + "NetworkSecurityGroup": SecurityGroup()}
