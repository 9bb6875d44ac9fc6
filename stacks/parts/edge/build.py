"""The edge: Front Door, its firewall, and what leads to it."""

from __future__ import annotations

from components.cdn.firewall import Firewall
from components.cdn.front_door import FrontDoor
from components.dns.records import Alias, Records, Values
from stacks.parts.edge.plan import EDGE_SCOPE, EdgePlan
from stacks.parts.edge.steps import OUTPUT
from stacks.parts.groups.plan import EDGE_GROUP
from stacks.parts.site import Site
from stacks.parts.zone.domain import domain_of


def build_edge(site: Site, plan: EdgePlan) -> None:
    """Register the edge, and in the zone of the domain what shows whose its domains are and what leads to them."""
    place = site.place(EDGE_GROUP)
    firewall = Firewall("core", plan.spec.firewall, place, site.options())
    origins = [each for group in plan.spec.groups for each in group.origins if each.behind]
    made = FrontDoor(
        "core",
        plan.spec,
        place,
        site.around,
        firewall,
        hosts={each.behind: site.hosts[each.behind] for each in origins if not each.host},
        answering={each.behind: site.answering[each.behind] for each in origins if each.host},
        opts=site.options(),
    )
    linked = [each for group in plan.spec.groups for each in group.origins if each.link]
    links = {each.key: {"target": each.link, "state": made.links[each.key]} for each in linked}
    site.components.put(EDGE_SCOPE, made)
    site.resources.put(EDGE_SCOPE, made.id)
    _register_records(site, plan, made)
    site.outputs.put(OUTPUT, {"host": made.host, "id": made.front_door_id, "domains": made.states, "links": links})


def _register_records(site: Site, plan: EdgePlan, made: FrontDoor) -> None:
    """A token as soon as its domain has one; a name once its route and the firewall are there: until then it would lead
    to nothing, or past the firewall."""
    zone, provider = domain_of(site, plan.domain)
    options = site.options()
    options.provider = provider
    Records("tokens", [(each.token, [made.tokens[each.entrance]]) for each in plan.records], zone, options)
    Records(
        "names",
        [(name, _value(name.type, made)) for each in plan.records for name in each.names],
        zone,
        options,
        after={name.key: made.ready[each.entrance] for each in plan.records for name in each.names},
    )


def _value(kind: str, made: FrontDoor) -> Values | Alias:
    return [made.host] if kind == "CNAME" else Alias(made.endpoint_id)
