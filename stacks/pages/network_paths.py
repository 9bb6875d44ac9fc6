"""docs/network-paths.md: the one network path of every consumer to everything that it reaches."""

from __future__ import annotations

from collections.abc import Iterator

from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.network.plan import NETWORK

INTRODUCTION = """\
Every consumer reaches everything that it needs, in one way: a plan with a pair that has no path, or two, is refused
(`stacks/plan/network_paths.py`). Office ranges in a firewall are doors for people and no path of a service. The
registry has a public side for build agents, waived in `shared`; in the network its name leads to the private
endpoint. Inside a cluster, nodes and pods reach each other whether or not the tag `VirtualNetwork` covers the
pods' range, which no document says.
"""

RULE_HEADING = ("stack", "subnet", "direction", "rule", "access", "from", "to", "ports")
RULES = """\
## Security groups

The rules of each subnet's security group, in the order in which Azure asks them; Azure's own defaults follow.
"""


def paths_page() -> str:
    """The whole page."""
    rows = (
        (stack, each.consumer, each.target, each.kind, each.port, each.via)
        for stack, plan in plans().items()
        for each in plan.paths
    )
    heading = ("stack", "consumer", "target", "path", "ports", "through")
    return page("Network paths", INTRODUCTION, table(heading, rows), RULES, table(RULE_HEADING, _rules()))


def _rules() -> Iterator[tuple[str, ...]]:
    for stack, plan in plans().items():
        network = plan.get(NETWORK)
        for subnet in network.subnets if network else ():
            for rule in sorted(subnet.rules, key=lambda rule: (rule.direction, rule.priority)):
                ports = f"{', '.join(rule.ports)} ({rule.protocol})"
                what = f"{rule.priority} {rule.name}"
                yield stack, subnet.name, rule.direction, what, rule.access, rule.source, rule.destination, ports
