"""The static sites of an environment: one for each service that has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.problems import Problem
from components.static_sites.facts import REGIONS
from components.static_sites.spec import StaticSiteSpec
from stacks.catalogue.model import Endpoint, HostKind, Service
from stacks.context import Context
from stacks.parts.hosts.plan import public_hosts
from stacks.parts.origins import Origin
from stacks.parts.part import Part, Step
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/static-sites.md"
PREVIEWED = "dev"
"""The environment in which branches are previewed: its sites hold nothing that is not public."""

STATIC_SITE_GATE = "static-site-gate"
"""The rule that Azure itself closes what answers behind the edge. Its waiver says that a file of the site does."""


@dataclass(frozen=True)
class StaticSitePlan:
    """The static site of a service, in its group."""

    service: str
    endpoint: str
    """The label of its host: ``docs``."""
    group: str
    spec: StaticSiteSpec
    tags: Mapping[str, str]

    @property
    def scope(self) -> str:
        """The site, as the plan refers to it."""
        return scope_of(self.service)


class StaticSites(Part[EnvironmentSettings, tuple[StaticSitePlan, ...]]):
    """The static sites. Releases fill them, with a token that is never in the state."""

    key = "static_sites"
    rules: ClassVar[Mapping[str, str]] = {
        STATIC_SITE_GATE: "Azure itself turns away whoever asks a static site without the edge"
    }

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[StaticSitePlan, ...]:
        settings = context.settings.hosting.static_sites
        hosts = {host.endpoint for host in public_hosts(context, HostKind.STATIC_SITE)}
        return tuple(
            StaticSitePlan(
                service=service.key,
                endpoint=endpoint.name,
                group=service.group,
                spec=StaticSiteSpec(
                    name=context.names.name(service.project, "static-site", region=settings.region),
                    region=settings.region,
                    public=context.settings.edge.enabled and endpoint.name in hosts,
                    previews=context.environment == PREVIEWED,
                ),
                tags=context.tags(service.key),
            )
            for service, endpoint in _sites(context)
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        region = context.settings.hosting.static_sites.region
        if region not in REGIONS:
            path = context.path("hosting.static_sites.region")
            yield Problem(path, "Azure takes no static sites there", region, ", ".join(REGIONS), READ)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if context.settings.edge.enabled and any(public_hosts(context, HostKind.STATIC_SITE)):
            yield STATIC_SITE_GATE

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {scope_of(service.key): "static-site" for service, _ in _sites(context)}

    def origins(self, context: Context[EnvironmentSettings]) -> Iterator[Origin]:
        """Every public host of a static site. Front Door takes no link to one: its own file turns others away."""
        region = context.settings.hosting.static_sites.region
        for host in public_hosts(context, HostKind.STATIC_SITE):
            yield Origin(host.endpoint, region, scope_of(host.service), gate=STATIC_SITE_GATE)

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        if any(_sites(context)):
            yield Step(
                key="site-tokens",
                do="give each release pipeline the deployment token of its static site, or the right to read it "
                f"({context.path('access')}, role website-contributor)",
                check="az staticwebapp environment list --name <site> -o table",
                read=READ,
                values=OUTPUT,
            )


OUTPUT = "static_sites"
"""The stack output with the host and the id of each site."""


def scope_of(service: str) -> str:
    """The static site of a service, as the plan refers to it."""
    return f"static-site/{service}"


def _sites(context: Context[EnvironmentSettings]) -> Iterator[tuple[Service, Endpoint]]:
    """The services with a static site, each with its endpoint."""
    for service in context.catalogue:
        for endpoint in service.endpoints:
            if endpoint.kind is HostKind.STATIC_SITE:
                yield service, endpoint


STATIC_SITES = StaticSites()
