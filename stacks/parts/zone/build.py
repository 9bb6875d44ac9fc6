"""The public DNS zone, and the records in it."""

from __future__ import annotations

from dataclasses import replace

from components.dns.records import Records
from components.dns.zone import PublicZone
from stacks.parts.site import Site
from stacks.parts.zone.plan import NAME_SERVERS, ZONE_SCOPE, ZonePlan


def build_zone(site: Site, plan: ZonePlan) -> None:
    """Register the zone; entering its name servers at the registrar is up to a person."""
    place = site.place("dns")
    if plan.group:
        place = replace(place, resource_group=plan.group)
    zone = PublicZone("domain", plan.name, place, site.around, site.options())
    site.components.put(ZONE_SCOPE, zone)
    site.resources.put(ZONE_SCOPE, zone.id)
    site.outputs.put(NAME_SERVERS, zone.name_servers)


def build_records(site: Site, _: bool) -> None:
    """Register every record set; references are resolved here."""
    sets = [
        (each.spec, [record.value or site.products[record.reference] for record in each.records])
        for each in site.plan.records
    ]
    if sets:
        Records("records", sets, site.component(PublicZone, ZONE_SCOPE), site.options())
