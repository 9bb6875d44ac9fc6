"""Virtual networks, outbound addresses and private DNS."""

from __future__ import annotations

from components.facts.creation import UNMARKED_LOCATION, documented, listed, marked
from components.facts.duration_sources import APPLY_LOG, STEAMPIPE
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, OwnedElsewhere, ResourceType, Scope

_GROUP = GROUP + "/providers/Microsoft.Network"
_WORD = r"[A-Za-z0-9]([\w.-]*\w)?"

STORAGE = "Microsoft.Storage"
"""The service endpoint to storage accounts. Azure returns it with the region and its pair, whatever was sent
(Azure/terraform-azurerm-avm-res-network-virtualnetwork: Service Endpoints with Locations Example)."""

RESERVED_IN_SUBNET = 5
"""Azure keeps five addresses of every subnet (Microsoft: Azure Virtual Network FAQ)."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="virtual-network",
        token="azure-native:network:VirtualNetwork",
        arm="Microsoft.Network/virtualNetworks",
        id_template=_GROUP + "/virtualNetworks/{virtualNetworkName}",
        name_input="virtualNetworkName",
        naming=Naming.FIVE_PART,
        abbreviation="vnet",
        rule=NameRule(2, 64, _WORD, Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        diagnostics=("allLogs",),
        creation_only=listed("location"),
        duration=Duration(0.15, 20, f"{STEAMPIPE} #824: 8 s; Azure/terraform-azurerm-aks #74: 8 s; {APPLY_LOG}: 5 s"),
    ),
    ResourceType(
        key="network-security-group",
        token="azure-native:network:NetworkSecurityGroup",
        arm="Microsoft.Network/networkSecurityGroups",
        id_template=_GROUP + "/networkSecurityGroups/{networkSecurityGroupName}",
        name_input="networkSecurityGroupName",
        naming=Naming.FIVE_PART,
        abbreviation="nsg",
        rule=NameRule(1, 80, _WORD, Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        diagnostics=("allLogs",),
        creation_only=documented(UNMARKED_LOCATION, "location"),
    ),
    ResourceType(
        key="public-ip-address",
        token="azure-native:network:PublicIPAddress",
        arm="Microsoft.Network/publicIPAddresses",
        id_template=_GROUP + "/publicIPAddresses/{publicIpAddressName}",
        name_input="publicIpAddressName",
        naming=Naming.FIVE_PART,
        abbreviation="pip",
        rule=NameRule(1, 80, _WORD, Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        diagnostics=("allLogs",),
        creation_only=(
            *listed("location", "publicIPAddressVersion", "publicIPPrefix", "sku"),
            *documented("Microsoft: Public IP addresses (zones are chosen at creation)", "zones"),
        ),
        owned_elsewhere=(
            OwnedElsewhere(
                "natGateway",
                "NAT gateway",
                "an address names its gateway as soon as that is attached (tests/evidence/nat-gateway.yaml)",
            ),
        ),
    ),
    ResourceType(
        key="nat-gateway",
        token="azure-native:network:NatGateway",
        arm="Microsoft.Network/natGateways",
        id_template=_GROUP + "/natGateways/{natGatewayName}",
        name_input="natGatewayName",
        naming=Naming.FIVE_PART,
        abbreviation="nat",
        rule=NameRule(1, 80, _WORD, Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        creation_only=(
            *documented(UNMARKED_LOCATION, "location"),
            *documented("Microsoft: NAT gateway and availability zones", "zones"),
        ),
        duration=Duration(0.5, 20),
    ),
    ResourceType(
        key="private-link-service",
        token="azure-native:network:PrivateLinkService",
        arm="Microsoft.Network/privateLinkServices",
        id_template=_GROUP + "/privateLinkServices/{serviceName}",
        name_input="serviceName",
        naming=Naming.FIVE_PART,
        abbreviation="pls",
        rule=NameRule(1, 80, _WORD, Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
    ),
    ResourceType(
        key="private-dns-zone",
        token="azure-native:privatedns:PrivateZone",
        arm="Microsoft.Network/privateDnsZones",
        id_template=_GROUP + "/privateDnsZones/{privateZoneName}",
        name_input="privateZoneName",
        naming=Naming.FIXED,
        rule=NameRule(1, 253, r"[a-z0-9_-]+(\.[a-z0-9_-]+){1,33}", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        creation_only=marked("2024-06-01", "location"),
        duration=Duration(0.6, 20, f"{STEAMPIPE} #824: 35 s; {APPLY_LOG}: 32 s"),
    ),
    ResourceType(
        key="private-dns-zone-link",
        token="azure-native:privatedns:VirtualNetworkLink",
        arm="Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        id_template=_GROUP + "/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
        name_input="virtualNetworkLinkName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 80, _WORD, Scope.PARENT, NAME_RULES),
        taggable=True,
        creation_only=(
            *marked("2024-06-01", "location"),
            *documented("Microsoft: What is a virtual network link?", "virtualNetwork"),
        ),
        duration=Duration(0.6, 20, f"{APPLY_LOG}: 32 s"),
        # learntocloud/networking-lab #8: CannotDeleteResource, "before deleting nested resources".
        holds_parent=True,
    ),
    ResourceType(
        key="private-record-set",
        token="azure-native:privatedns:PrivateRecordSet",
        arm="Microsoft.Network/privateDnsZones/recordSets",
        id_template=_GROUP + "/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}",
        name_input="relativeRecordSetName",
        naming=Naming.FIXED,
        rule=NameRule(
            1, 253, r"@|(\*|[\w-]+)(\.[\w-]+)*", Scope.PARENT, "Microsoft: Private DNS records overview (@ is the zone)"
        ),
    ),
)
