"""The public DNS zone, what it says of mail and certificates, and the records in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.cdn.facts import ISSUER
from components.dns.caa import caa_values
from components.dns.facts import APEX
from components.facts.ids import path_values
from components.facts.types import RESOURCE_TYPES
from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import Part, Step
from stacks.parts.records import Record, below, beneath
from stacks.settings.dns import Dmarc
from stacks.settings.models import SharedSettings

ADOPTED_ZONE = "dns-zone/domain"
"""The zone, as `mystira:adopt` refers to it."""

ZONE_SCOPE = "dns-zone"
"""The zone, as the plan refers to it."""

ZONE_ID = "/subscriptions/{subscription}/resourceGroups/<group>/providers/Microsoft.Network/dnsZones/{domain}"

NAME_SERVERS = "name_servers"
"""The stack output with the zone's name servers."""

TTL = 3600
"""For how many seconds resolvers keep what changes with a decision only."""


@dataclass(frozen=True)
class ZonePlan:
    """The zone of the domain."""

    name: str
    """The domain."""
    group: str
    """The resource group that a live zone stays in; empty: that of the platform's zones."""


class PublicZone(Part[SharedSettings, ZonePlan]):
    """The zone of the domain, adopted where the settings give its id.

    It says what receivers do with mail that only claims to come from the mail domain, and who signs certificates: Front
    Door's authority those of every public host. A name that the cluster's gateway answers has a set of its own, which
    its environment keeps.
    """

    key = "zone"

    def plan(self, context: Context[SharedSettings]) -> ZonePlan:
        live = path_values(RESOURCE_TYPES["dns-zone"], context.settings.dns.adopt or "")
        return ZonePlan(
            name=context.names.child("dns-zone", context.settings.domain.name), group=live.get("resourceGroupName", "")
        )

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        settings = context.settings
        expected = ZONE_ID.format(subscription=str(settings.azure.subscription_id), domain=settings.domain.name)
        pattern = re.escape(expected).replace("<group>", r"[^/]+")
        if settings.dns.adopt is not None and not re.fullmatch(pattern, settings.dns.adopt, re.IGNORECASE):
            yield Problem(context.path("dns.adopt"), "not the id of this zone", settings.dns.adopt, expected)

    def scopes(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return {ZONE_SCOPE: "dns-zone"}

    def adopts(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return {ADOPTED_ZONE: context.settings.dns.adopt} if context.settings.dns.adopt else {}

    def records(self, context: Context[SharedSettings]) -> Iterator[Record]:
        domain, dns = context.settings.domain.name, context.settings.dns
        for value in caa_values(ISSUER, dns.certificate_contact or ""):
            yield Record(APEX, "CAA", TTL, value=value)
        if mail := context.settings.mail.domain:
            yield Record(beneath("_dmarc", below(domain, mail.name)), "TXT", TTL, value=_dmarc(dns.dmarc))

    def steps(self, context: Context[SharedSettings]) -> Iterator[Step]:
        domain, mail, reports = (
            context.settings.domain.name,
            context.settings.mail.domain,
            context.settings.dns.dmarc.reports,
        )
        if mail and reports:
            theirs = reports.partition("@")[2]
            allowed = f"{mail.name}._report._dmarc.{theirs}"
            yield Step(
                key="dmarc-reports",
                do=f'have whoever keeps {theirs} publish the TXT record {allowed} with "v=DMARC1"; else nobody sends '
                f"reports there ({context.path('dns.dmarc.reports')})",
                check=f"dig +short TXT {allowed}",
                read="docs/runbooks/mail.md",
            )
        yield Step(
            key="registrar",
            do=f"enter the name servers of {domain} at the registrar",
            check=f"dig +short NS {domain}",
            read="docs/runbooks/first-deployment.md",
            values=NAME_SERVERS,
        )


class PublicRecords(Part[SharedSettings, bool]):
    """The records that the parts before it ask for."""

    key = "records"

    def plan(self, context: Context[SharedSettings]) -> bool:
        return True


def _dmarc(dmarc: Dmarc) -> str:
    """The policy as a record: SPF and DKIM of Azure's mail are both aligned with the domain (RFC 7489, 6.3)."""
    reports = f"; rua=mailto:{dmarc.reports}" if dmarc.reports else ""
    return f"v=DMARC1; p={dmarc.policy}{reports}"


ZONE = PublicZone()
RECORDS = PublicRecords()
