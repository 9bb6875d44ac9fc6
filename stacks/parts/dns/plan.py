"""The public DNS zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import Part
from stacks.settings.models import SharedSettings

ADOPTED_ZONE = "dns-zone/domain"
"""The zone, as `mystira:adopt` refers to it."""

ZONE_SCOPE = "dns-zone"
"""The zone, as the plan refers to it."""

ZONE_ID = "/subscriptions/{subscription}/resourceGroups/<group>/providers/Microsoft.Network/dnsZones/{domain}"


class PublicZone(Part[SharedSettings, str]):
    """The zone of the domain, adopted where the settings give its id. The plan is the domain."""

    key = "dns"

    def plan(self, context: Context[SharedSettings]) -> str:
        return context.names.child("dns-zone", context.settings.domain.name)

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


ZONE = PublicZone()
