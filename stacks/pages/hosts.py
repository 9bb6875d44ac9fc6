"""docs/hosts.md: every public host of every environment."""

from __future__ import annotations

from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.hosts.plan import HOSTS


def hosts_page() -> str:
    """The whole page."""
    rows = (
        (stack, host.service, host.endpoint, host.kind, host.name, host.origin)
        for stack, plan in plans().items()
        for host in plan.get(HOSTS) or ()
    )
    return page("Hosts", table(("stack", "service", "endpoint", "kind", "host", "origin"), rows))
