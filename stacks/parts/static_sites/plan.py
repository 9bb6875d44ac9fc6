"""The static sites of an environment: one for each service that has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.problems import Problem
from components.static_sites.facts import REGIONS
from components.static_sites.spec import StaticSiteSpec
from stacks.catalogue.model import Endpoint, HostKind, Service
from stacks.context import Context
from stacks.parts.part import Part, Step
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/static-sites.md"
PREVIEWED = "dev"
"""The environment in which branches are previewed: its sites hold nothing that is not public."""


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

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[StaticSitePlan, ...]:
        settings = context.settings.hosting.static_sites
        return tuple(
            StaticSitePlan(
                service=service.key,
                endpoint=endpoint.name,
                group=service.group,
                spec=StaticSiteSpec(
                    name=context.names.name(service.project, "static-site", region=settings.region),
                    region=settings.region,
                    sku=settings.sku,
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

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {scope_of(service.key): "static-site" for service, _ in _sites(context)}

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
