"""The static sites of an environment, and what their files say of the edge."""

from __future__ import annotations

from components.cdn.front_door import FrontDoor
from components.static_sites.static_site import StaticSite
from stacks.parts.edge.plan import EDGE_SCOPE
from stacks.parts.site import Site
from stacks.parts.static_sites.gates import GATES, Gate
from stacks.parts.static_sites.plan import OUTPUT, StaticSitePlan


def build_static_sites(site: Site, plans: tuple[StaticSitePlan, ...]) -> None:
    """Register the sites. The edge takes their hosts and ids; it owns the domains."""
    found = {}
    for plan in plans:
        made = StaticSite(plan.service, plan.spec, site.place(plan.group, plan.tags), site.options())
        site.components.put(plan.scope, made)
        site.resources.put(plan.scope, made.id)
        site.hosts.put(plan.scope, made.host)
        found[f"{plan.service}/{plan.endpoint}"] = {"host": made.host, "id": made.id}
    site.outputs.put(OUTPUT, found)


def build_static_site_gates(site: Site, gates: tuple[Gate, ...]) -> None:
    """Export what the file of each site says: the pipelines of the sites put it there."""
    front_door = site.component(FrontDoor, EDGE_SCOPE).front_door_id
    site.outputs.put(GATES, {gate.site: front_door.apply(gate.file) for gate in gates})
