"""Networks, private DNS, private endpoints."""

from __future__ import annotations

from components.facts.model import GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

_GROUP = GROUP + "/providers/Microsoft.Network"
_WORD = r"[A-Za-z0-9]([\w.-]*\w)?"

ROWS = (
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
        columns=("addressSpace.addressPrefixes", "location"),
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
        columns=("sku.name", "zones"),
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
        columns=("sku.name", "zones", "idleTimeoutInMinutes"),
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
    ),
    ResourceType(
        key="private-endpoint",
        token="azure-native:network:PrivateEndpoint",
        arm="Microsoft.Network/privateEndpoints",
        id_template=_GROUP + "/privateEndpoints/{privateEndpointName}",
        name_input="privateEndpointName",
        naming=Naming.FIVE_PART,
        abbreviation="pe",
        rule=NameRule(
            2, 64, _WORD, Scope.RESOURCE_GROUP, NAME_RULES, disagreement="terraform-azurerm-naming says 1-80"
        ),
        taggable=True,
        columns=("privateLinkServiceConnections[0].groupIds", "subnet.id"),
    ),
    ResourceType(
        key="private-dns-zone-group",
        token="azure-native:network:PrivateDnsZoneGroup",
        arm="Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        id_template=_GROUP + "/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        name_input="privateDnsZoneGroupName",
        naming=Naming.FIXED,
        rule=NameRule(1, 80, _WORD, Scope.PARENT, NAME_RULES),
    ),
)
