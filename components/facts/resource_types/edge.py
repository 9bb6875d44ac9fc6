"""Public DNS."""

from __future__ import annotations

from components.facts.model import NameRule, Naming, ResourceType, Scope
from components.facts.resource_types.governance import NAME_RULES

ROWS = (
    ResourceType(
        key="dns-zone",
        token="azure-native:dns:Zone",
        arm="Microsoft.Network/dnsZones",
        id_template="/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
        "/providers/Microsoft.Network/dnsZones/{zoneName}",
        name_input="zoneName",
        naming=Naming.FIXED,
        rule=NameRule(
            3,
            253,
            r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){1,33}",
            Scope.RESOURCE_GROUP,
            NAME_RULES,
            disagreement="terraform-azurerm-naming and azurecaf limit the whole name to the 63 of one label",
        ),
        taggable=True,
        stateful=True,
        columns=("zoneType",),
    ),
)
