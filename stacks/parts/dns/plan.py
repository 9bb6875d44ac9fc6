"""The public DNS zone, and the records in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.facts.ids import path_values
from components.facts.types import RESOURCE_TYPES
from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import Part, Step
from stacks.settings.models import SharedSettings

ADOPTED_ZONE = "dns-zone/domain"
"""The zone, as `mystira:adopt` refers to it."""

ZONE_SCOPE = "dns-zone"
"""The zone, as the plan refers to it."""

ZONE_ID = "/subscriptions/{subscription}/resourceGroups/<group>/providers/Microsoft.Network/dnsZones/{domain}"

NAME_SERVERS = "name_servers"
"""The stack output with the zone's name servers."""


@dataclass(frozen=True)
class ZonePlan:
    """The zone of the domain."""

    name: str
    """The domain."""
    group: str
    """The resource group that a live zone stays in; empty: that of the platform's zones."""


class PublicZone(Part[SharedSettings, ZonePlan]):
    """The zone of the domain, adopted where the settings give its id."""

    key = "dns"

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

    def steps(self, context: Context[SharedSettings]) -> Iterator[Step]:
        domain = context.settings.domain.name
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


ZONE = PublicZone()
RECORDS = PublicRecords()
