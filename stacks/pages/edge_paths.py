"""docs/edge-paths.md: the one way of every host through the edge, and all that the internet reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.cdn.signals import METRICS
from components.cdn.spec import OriginSpec
from components.problems import MystiraError
from stacks.catalogue.records import CATALOGUE
from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.edge.plan import EDGE
from stacks.parts.static_sites.plan import STATIC_SITES
from stacks.plan.exposed import exposed
from stacks.plan.model import StackPlan

INTRODUCTION = """\
Every public host has exactly one way: its domain at the edge, the firewall that the domain is listed in, the origin
that its route leads to, and the door that lets in nobody but the edge. A redirect has the origin of its target, which
it never reaches. `mystira around STACK` asks each origin itself and expects to be refused.
"""

REACHED = """\
## What the internet reaches

All of it, by name. What answers the internet and is not in this list fails `tests/build/test_exposure.py`, which reads
everything that the committed settings register.
"""

WATCHED = """\
## What alerts ask

Of each of these hosts, redirects included (`StackPlan.watched`): that it answers, at the path of its probe; that its
certificate is good for `mystira:availability.certificate_days` days more; and of its profile these metrics.
"""

LINK = "private link to {target}"
HEADING = ("stack", "host", "domain", "firewall", "origin", "door")
Row = tuple[str, ...]


def edge_paths_page() -> str:
    """The whole page."""
    rows = [row for stack, plan in plans().items() for row in edge_paths(stack, plan)]
    reached = ((each.key, ", ".join(each.stacks), each.who, each.why) for each in exposed(CATALOGUE))
    asked = ((each.name, each.by, f"{each.operator} {each.threshold} {each.unit}", each.source) for each in METRICS)
    ways, listed = table(HEADING, rows), table(("what", "stacks", "who", "why"), reached)
    metrics = table(("metric", "of each", "alert", "source"), asked)
    return page("Ways through the edge", INTRODUCTION, ways, REACHED, listed, WATCHED, metrics)


def edge_paths(stack: str, plan: StackPlan) -> Iterator[Row]:
    """The ways of a stack, one row a host and origin."""
    edge = plan.get(EDGE)
    if edge is None:
        return
    groups = {group.name: group for group in edge.spec.groups}
    hosts = _own_hosts(plan)
    for entrance in edge.spec.entrances:
        for origin in groups[entrance.group].origins:
            name = origin.host or hosts[origin.behind]
            yield stack, entrance.host, entrance.domain, edge.spec.firewall.name, f"{origin.name}: {name}", door(origin)


def _own_hosts(plan: StackPlan) -> Mapping[str, str]:
    """By the component that answers: the name that Azure gives it, which only the deployment knows."""
    sites = {f"site/{app.service}": app.spec.name for app in plan.get(APP_HOSTING) or ()}
    static = {site.scope: site.spec.name for site in plan.get(STATIC_SITES) or ()}
    return {behind: f"Azure's name of {name}" for behind, name in {**sites, **static}.items()}


def door(origin: OriginSpec) -> str:
    """Who keeps everybody else out. Raises ``MystiraError`` where nobody does."""
    if origin.link:
        group = f", {origin.group}" if origin.group else ""
        return LINK.format(target=origin.link.rpartition("/")[2]) + group
    if origin.gate:
        return f"file of the site ({origin.gate})"
    raise MystiraError(f"{origin.key}: nobody keeps this origin closed; allowed: a private link or a gate")
