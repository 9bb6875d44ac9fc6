"""What surrounds a resource: locks, diagnostic settings, private endpoints."""

from __future__ import annotations

from components.facts.creation import UNMARKED_LOCATION, documented, listed
from components.facts.duration_sources import AZURERM
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, OwnedElsewhere, ResourceType, Scope

_GROUP = GROUP + "/providers/Microsoft.Network"
_WORD = r"[A-Za-z0-9]([\w.-]*\w)?"

LOGS_ONLY = frozenset({"network-security-group", "redis-database"})
"""Types whose diagnostic setting takes logs and no metrics (Azure/bicep-registry-modules:
`diagnosticSettingLogsOnlyType` of network-security-group and redis-enterprise/database). Every other type with logs
here also exports metrics (Microsoft: Supported metrics with Azure Monitor, column DS Export; for Cosmos DB the tests of
the same modules)."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="management-lock",
        token="azure-native:authorization:ManagementLockByScope",
        arm="Microsoft.Authorization/locks",
        id_template="/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
        name_input="lockName",
        naming=Naming.FIXED,
        rule=NameRule(1, 90, r"[-\w.()]*[-\w()]", Scope.PARENT, NAME_RULES),
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
        creation_only=(
            *listed("subnet"),
            *documented(
                "Microsoft: What is a private endpoint? (it connects to one resource)", "privateLinkServiceConnections"
            ),
            *documented(UNMARKED_LOCATION, "location"),
        ),
        owned_elsewhere=(
            OwnedElsewhere(
                "customDnsConfigs",
                "private DNS zone group",
                "Azure fills in the names of the target, until a zone group takes them over "
                "(tests/evidence/private-endpoint.yaml; azurerm: private_endpoint, custom_dns_configs)",
            ),
        ),
        duration=Duration(1.5, 20, f"assumed; {AZURERM} #33298 (whole acceptance tests in 4 to 5 minutes)"),
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
    ResourceType(
        key="diagnostic-setting",
        token="azure-native:monitor:DiagnosticSetting",
        arm="Microsoft.Insights/diagnosticSettings",
        id_template="/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
        name_input="name",
        naming=Naming.FIXED,
        rule=NameRule(1, 260, r"[^*<>%:&?+/\\]*[^*<>%:&?+/\\ ]", Scope.PARENT, NAME_RULES),
    ),
)
