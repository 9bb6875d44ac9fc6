"""The gates of static sites: what the file of each says, so that only the edge of its environment gets an answer.

Front Door takes no private link to a static site, so that each has a public address of its own (Microsoft: Secure your
origin with Private Link in Azure Front Door). The file comes with the releases of the site, not with this program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.static_sites.facts import FRONT_DOOR_HEADER, FRONT_DOOR_TAG
from stacks.catalogue.model import HostKind
from stacks.context import Context
from stacks.parts.hosts.plan import public_hosts
from stacks.parts.part import Part, Step
from stacks.settings.models import EnvironmentSettings

GATES = "static_site_gates"
"""The stack output with what the file of each site says."""

READ = "docs/runbooks/static-sites.md"


@dataclass(frozen=True)
class Gate:
    """Who gets an answer from a static site."""

    site: str
    """The site, as the output `static_sites` names it: ``devhub/docs``."""
    hosts: tuple[str, ...]
    """The public hosts for which the edge asks."""

    def file(self, front_door_id: str) -> Mapping[str, Any]:
        """What its ``staticwebapp.config.json`` says besides what the site itself needs (Microsoft: Configure Azure
        Static Web Apps, networking and forwarding gateway). The service tag admits every Front Door there is, and the
        header only the one with this id."""
        return {
            "networking": {"allowedIpRanges": [FRONT_DOOR_TAG]},
            "forwardingGateway": {
                "requiredHeaders": {FRONT_DOOR_HEADER: front_door_id},
                "allowedForwardedHosts": list(self.hosts),
            },
        }


class StaticSiteGates(Part[EnvironmentSettings, tuple[Gate, ...]]):
    """What the pipelines of static sites need once there is an edge."""

    key = "static_site_gates"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[Gate, ...] | None:
        return tuple(_gates(context)) if context.settings.edge.enabled else None

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        if self.plan(context):
            yield Step(
                key="site-gates",
                do="put the gate of each static site into its staticwebapp.config.json, and release it: until then "
                "anybody who knows the site's own host passes by the firewall",
                check=f"mystira around {context.stack}",
                read=READ,
                values=GATES,
            )


def _gates(context: Context[EnvironmentSettings]) -> Iterator[Gate]:
    """Those of the sites whose host the edge serves. The host of a prepared endpoint is still served by another
    profile, whose id this program does not know."""
    for host in public_hosts(context, HostKind.STATIC_SITE):
        if host.endpoint not in context.settings.edge.prepared:
            yield Gate(f"{host.service}/{host.endpoint}", (host.name,))


STATIC_SITE_GATES = StaticSiteGates()
