"""Virtual networks, outbound addresses, private DNS."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.arm import COMMON
from offline.azure.codes.repositories import AZURERM
from offline.azure.codes.rule import Rule, unconfirmed

LINKS = "Microsoft: What is a virtual network link?"
TTL = "Azure/azure-rest-api-specs#13011, polymind-inc/acmebot#823 (private zones)"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "NetcfgSubnetRangeOutsideVnet": (Rule("a subnet outside its network", "MicrosoftDocs/azure-docs#123869"),),
    "NetcfgSubnetRangesOverlap": (Rule("two subnets that overlap", "MicrosoftDocs/azure-docs#123869"),),
    "InvalidAddressPrefixFormat": (
        Rule(
            "a range of a network or subnet that is not in CIDR notation",
            "Azure/azure-service-operator#997, Azure/avdaccelerator#83",
        ),
    ),
    "InvalidCIDRNotation": (
        Rule(
            "a range of a network or subnet with bits set after its prefix",
            "microsoft/sql-server-samples#492 (message), public logs (code)",
        ),
    ),
    "AddressPrefixStringCannotBeNullOrEmpty": (
        Rule("a subnet without a range", "Azure/NoOpsAccelerator#106, virtual-kubelet/azure-aci#634"),
    ),
    "InvalidRequestFormat": (
        unconfirmed("a network without address space", COMMON),
        unconfirmed("two subnets of one name", "public clients quote the message, without the code"),
    ),
    "InvalidResourceReference": (
        Rule("a reference into another region within Microsoft.Network", "Azure/azure-cli#13614"),
    ),
    "InUseSubnetCannotBeDeleted": (
        Rule("deleting a subnet in use", f"{AZURERM}#4784"),
        Rule("the fault `subnet-in-use`: right after its PostgreSQL server", "Azure/azure-data-labs-modules#268"),
    ),
    "InUsePrefixCannotBeDeleted": (
        Rule("another range for a subnet in use", "public logs: IpPrefix has active allocations"),
    ),
    "SubnetDelegationsCannotChangeWhenSubnetUsedByResource": (
        Rule("another delegation of a subnet in use", "MicrosoftDocs/azure-docs#39112"),
    ),
    "InUseNetworkSecurityGroupCannotBeDeleted": (Rule("deleting a security group in use", f"{AZURERM}#20898"),),
    "SecurityRuleConflict": (Rule("two rules with one priority and direction", "Azure/aks-engine#2106"),),
    "SecurityRuleInvalidPriority": (
        Rule("a priority outside 100 to 4096", "public logs: Security rule has invalid Priority"),
    ),
    "SecurityRuleParameterContainsInvalidPortRanges": (
        Rule(
            "* in a list of ports",
            "public logs of applies; Azure/terraform-azurerm-network-security-group#44",
        ),
    ),
    "SecurityRuleParameterContainsUnsupportedValue": (
        Rule("a service tag or * in a list of ranges", f"{AZURERM}#5617, ansible-collections/azure#639"),
    ),
    "PublicIPAddressCannotBeDeleted": (Rule("deleting an address in use", f"{AZURERM}#688"),),
    "NotFound": (Rule("an address of a prefix that does not exist", "tests/evidence/public-ip-address.yaml"),),
    "IPv4BasicSkuPublicIpCountLimitReached": (Rule("an address of the SKU Basic", "skypilot-org/skypilot#7977"),),
    "StandardSkuPublicIPAddressesMustBeStatic": (
        Rule("a standard address that is not static", "fortinet/azure-templates#43"),
    ),
    "LocationNotSupportAvailabilityZones": (
        Rule("zones in a region without zones", "Azure-Samples/azure-nvidia-robotics-reference-architecture#182"),
    ),
    "ResourceAvailabilityZonesCannotBeModified": (Rule("other zones for an existing resource", "Azure/AzOps#701"),),
    "NatGatewayPublicIpZoneMismatch": (
        unconfirmed("an address of another zone than its gateway", "gardener/gardener-extension-provider-azure#54"),
    ),
    "InUseNatGatewayCannotBeDeleted": (unconfirmed("deleting a gateway in use", "lists of codes in public clients"),),
    "BadRequest": (Rule("a record set without TTL", TTL),),
    "CannotDeleteResource": (Rule("deleting a zone with links", "learntocloud/networking-lab#8"),),
    "Conflict": (unconfirmed("a second link of a network to a zone, or a second zone for its registrations", LINKS),),
}
