"""Microsoft.Network/dnsZones: public DNS zones, and the record sets in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from components.dns.facts import ALIAS_SETS, ALIASES, APEX
from offline.azure.behaviour import Behaviour, Request, at, guid
from offline.azure.codes.dns import ALIAS, OVERVIEW
from offline.azure.domain_validation import validate
from offline.azure.errors import ArmError
from offline.azure.services.private_dns import global_only
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

RECORDS = "azure-native:dns:RecordSet"
TEXT = "TXT"
_VALUES: Mapping[str, tuple[str, str]] = {
    "A": ("aRecords", "ipv4Address"),
    "AAAA": ("aaaaRecords", "ipv6Address"),
    "NS": ("nsRecords", "nsdname"),
    "TXT": ("txtRecords", "value"),
}
"""Where a record set holds its values, by its type; a CNAME has exactly one."""


class PublicZone(Behaviour):
    fills_in: ClassVar[Properties] = {"tags": {}, "zoneType": "Public"}
    immutable: ClassVar[Mapping[str, str]] = {"zoneType": "Microsoft: DNS zones and records overview"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)

    def computed(self, request: Request) -> Properties:
        pool = int(guid(request.id, "pool")[:2], 16) % 9 + 1
        servers = [
            f"ns{number}-0{pool}.azure-dns.{top}." for number, top in enumerate(("com", "net", "org", "info"), 1)
        ]
        return {"nameServers": servers, "maxNumberOfRecordSets": 10000}

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        """Its own two, SOA and NS, and those that others have made."""
        return {"numberOfRecordSets": 2 + len(cloud.below(each.id))}


class RecordSet(Behaviour):
    fills_in: ClassVar[Properties] = {"targetResource": {}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        zone, kind, name = request.id.rsplit("/", 2)
        if kind == "CNAME" and name == APEX:
            message = "A CNAME record set cannot be created at the zone apex."
            yield ArmError("BadRequest", message, f"use a name below the zone ({OVERVIEW})")
        for other in request.cloud.below(zone):
            _, theirs, same = other.id.rsplit("/", 2)
            if same.lower() == name.lower() and theirs != kind and "CNAME" in (kind, theirs):
                message = (
                    f"The {kind} record could not be created because another record with the same name already exists "
                    "in this zone."
                )
                yield ArmError("Conflict", message, f"nothing goes next to a CNAME ({OVERVIEW})", status=409)
        yield from _alias(request, kind)

    def computed(self, request: Request) -> Properties:
        zone, kind, name = request.id.rsplit("/", 2)
        domain = zone.rpartition("/")[2]
        return {
            "type": f"Microsoft.Network/dnszones/{kind}",
            "fqdn": f"{domain}." if name == APEX else f"{name}.{domain}.",
        }

    def written(self, request: Request, body: Properties) -> None:
        """Front Door finds the tokens of its domains."""
        kind = request.id.rsplit("/", 2)[1]
        if kind == TEXT:
            validate(request.cloud, str(body["fqdn"]).removesuffix("."), _values(body, kind))


def _alias(request: Request, kind: str) -> Iterator[ArmError]:
    """What is wrong with a set that follows a resource."""
    target = str(at(request.inputs, "targetResource", "id") or "").lower()
    if not target:
        return
    if kind not in ALIASES:
        message = f"Alias record sets of the type {kind} are not supported."
        yield ArmError("BadRequest", message, f"allowed: {', '.join(ALIASES)} ({ALIAS})")
    others = [
        each
        for each in request.cloud.of_type(RECORDS)
        if each.id.lower() != request.id.lower() and str(at(each.body, "targetResource", "id")).lower() == target
    ]
    if len(others) >= ALIAS_SETS:
        message = f"The resource {target} already has {len(others)} alias record sets."
        yield ArmError("BadRequest", message, f"at most {ALIAS_SETS} sets follow one resource ({ALIAS})")


def published(cloud: Writer, name: str, kind: str) -> list[str]:
    """The values of the records with this name and type in the zones of the world; a stand-in for public DNS."""
    return [
        value
        for each in cloud.of_type(RECORDS)
        if each.body.get("fqdn") == f"{name}." and each.id.rsplit("/", 2)[1] == kind
        for value in _values(each.body, kind)
    ]


def _values(body: Properties, kind: str) -> list[str]:
    if kind == "CNAME":
        return [str(at(body, "cnameRecord", "cname"))]
    if kind == "CAA":
        return [f"{each.get('flags')} {each.get('tag')} {each.get('value')}" for each in body.get("caaRecords") or []]
    records, field = _VALUES[kind]
    found: list[Any] = [each.get(field) for each in body.get(records) or []]
    return ["".join(each) if isinstance(each, list) else str(each) for each in found]


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:dns:Zone": PublicZone(),
    RECORDS: RecordSet(),
}
