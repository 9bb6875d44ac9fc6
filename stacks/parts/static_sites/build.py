"""The static sites of an environment."""

from __future__ import annotations

from components.static_sites.static_site import StaticSite
from stacks.parts.site import Site
from stacks.parts.static_sites.plan import OUTPUT, StaticSitePlan


def build_static_sites(site: Site, plans: tuple[StaticSitePlan, ...]) -> None:
    """Register the sites. The edge takes their hosts and ids; it owns the domains."""
    found = {}
    for plan in plans:
        made = StaticSite(plan.service, plan.spec, site.place(plan.group, plan.tags), site.options())
        site.components.put(plan.scope, made)
        site.resources.put(plan.scope, made.id)
        found[f"{plan.service}/{plan.endpoint}"] = {"host": made.host, "id": made.id}
    site.outputs.put(OUTPUT, found)
