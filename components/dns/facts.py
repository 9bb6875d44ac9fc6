"""Public DNS zones."""

from __future__ import annotations

from components.facts.creation import documented, marked
from components.facts.model import GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

RECORD_TYPES = ("A", "AAAA", "CAA", "CNAME", "NS", "TXT")
"""The types of records that this platform keeps in its zone; NS below the zone itself, where another zone begins."""

APEX = "@"
"""The name of the zone itself, as a record has it."""

ALIASES = ("A", "AAAA", "CNAME")
"""The types of records that can follow a resource instead of having values (Microsoft: Azure DNS alias records
overview)."""

ALIAS_SETS = 20
"""How many record sets can follow one resource (StackExchange/dnscontrol: AZURE_ALIAS, after Microsoft)."""

TEXT_LIMIT = 255
"""Characters of one string of a TXT record (RFC 1035)."""

_ZONE = GROUP + "/providers/Microsoft.Network/dnsZones/{zoneName}"
_LABEL = r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
_RECORD = rf"@|(\*|{_LABEL})(\.{_LABEL})*"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="dns-zone",
        token="azure-native:dns:Zone",
        arm="Microsoft.Network/dnsZones",
        id_template=_ZONE,
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
        holds_data=True,
        creation_only=(
            *marked("2023-07-01-preview", "location"),
            *documented("Microsoft: DNS zones and records overview", "zoneType"),
        ),
    ),
    ResourceType(
        key="dns-record-set",
        token="azure-native:dns:RecordSet",
        arm="Microsoft.Network/dnsZones/recordSets",
        id_template=_ZONE + "/{recordType}/{relativeRecordSetName}",
        name_input="relativeRecordSetName",
        naming=Naming.FIXED,
        rule=NameRule(1, 253, _RECORD, Scope.PARENT, NAME_RULES),
    ),
)
