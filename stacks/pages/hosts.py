"""docs/hosts.md: every host of every environment."""

from __future__ import annotations

from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.hosts.plan import HOSTS

INTRODUCTION = """\
An endpoint without a host is internal: it answers in the network only, at its origin, which a private zone of exactly
that name leads to the cluster's gateway.
"""


def hosts_page() -> str:
    """The whole page."""
    rows = (
        (stack, host.service, host.endpoint, host.kind, host.name, host.origin)
        for stack, plan in plans().items()
        for host in plan.get(HOSTS) or ()
    )
    return page("Hosts", INTRODUCTION, table(("stack", "service", "endpoint", "kind", "host", "origin"), rows))
