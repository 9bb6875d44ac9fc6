"""What only a person can do about the edge: whoever owns an origin lets Front Door in, and hosts move one by one."""

from __future__ import annotations

from collections.abc import Iterator

from components.dns.facts import APEX
from stacks.context import Context
from stacks.parts.edge.found import found_origins
from stacks.parts.part import Step
from stacks.settings.models import EnvironmentSettings

OUTPUT = "edge"
"""The stack output with the names of the edge, and how far its domains and links are."""

READ = "docs/runbooks/edge.md"

LINKS = "mystira links {stack}"
"""What asks the targets of private links how far these are: no origin says it reliably."""


def edge_steps(context: Context[EnvironmentSettings]) -> Iterator[Step]:
    """The links to approve, the domain itself, and the hosts that are still elsewhere."""
    settings = context.settings.edge
    if not settings.enabled:
        return
    for link, endpoints in sorted(_links(context).items()):
        target = link.rpartition("/")[2]
        yield Step(
            key=f"approve-link-{target}",
            do=f"approve the connection of Front Door to {target}, behind which {', '.join(endpoints)} answer: Azure "
            "gives it a name only then, so that no program can ask for it",
            check=LINKS.format(stack=context.stack),
            read=READ,
            values=OUTPUT,
        )
    if APEX in settings.redirects:
        domain = context.settings.domain.name
        yield Step(
            key="apex-certificate",
            do=f"validate {domain} again each time its certificate is about to end: Azure renews by itself what is "
            "behind a CNAME, and the domain itself cannot have one",
            check=f"dig +short TXT _dnsauth.{domain}",
            read=READ,
            values=OUTPUT,
        )
    for endpoint in settings.prepared:
        yield Step(
            key=f"move-host-{endpoint}",
            do=f"move the host of {endpoint} here: approve its link, take its domain out of the profile that serves "
            f"it, then take it off {context.path('edge.prepared')}",
            check=f"mystira around {context.stack}",
            read=READ,
            values=OUTPUT,
        )


def _links(context: Context[EnvironmentSettings]) -> dict[str, list[str]]:
    """By target of a private link: the endpoints behind it. All origins of one target share one connection."""
    found: dict[str, list[str]] = {}
    for endpoint, origins in found_origins(context).items():
        for origin, _ in origins:
            if origin.link:
                found.setdefault(origin.link, []).append(endpoint)
    return found
