"""The public DNS zone."""

from __future__ import annotations

from components.dns.zone import PublicZone
from stacks.parts.dns.plan import ZONE_SCOPE
from stacks.parts.site import Site


def build_zone(site: Site, domain: str) -> None:
    """Register the zone; entering its name servers at the registrar is up to a person."""
    zone = PublicZone("domain", domain, site.place("dns"), site.around, site.options())
    site.resources.put(ZONE_SCOPE, zone.id)
    site.outputs.put("name_servers", zone.name_servers)
    steps = {
        "registrar": {
            "do": f"enter the name servers of {domain} at the registrar",
            "check": f"dig +short NS {domain}",
            "values": zone.name_servers,
        }
    }
    site.outputs.put("manual_steps", steps)
