"""The one host model: every endpoint in every environment (S0-08)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from components.problems import Problem
from stacks.catalogue.model import Endpoint, HostKind, Service
from stacks.context import Context
from stacks.parts.part import Part
from stacks.settings.models import EnvironmentSettings

ORIGIN_SUFFIX = "-k8s"
"""The label of the cluster's ingress behind an endpoint (estate-services §7.2)."""


@dataclass(frozen=True)
class Host:
    """A public host of an endpoint, and everything that follows from it."""

    service: str
    endpoint: str
    kind: str
    """A :class:`~stacks.catalogue.model.HostKind`."""
    name: str
    """``dev.api.mystira.app``."""
    record: str
    """Its DNS record in the public zone: ``dev.api``."""
    origin: str
    """The name of the cluster's ingress behind it; empty elsewhere."""
    redirect_uri: str
    """Where a login returns to."""
    cors_origin: str
    """The origin that browsers send."""
    monitor_url: str
    """What tells whether it is healthy."""


class Hosts(Part[EnvironmentSettings, tuple[Host, ...]]):
    """The public hosts of an environment."""

    key = "hosts"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[Host, ...]:
        return hosts_of(context)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return host_problems(hosts_of(context))


def hosts_of(context: Context[EnvironmentSettings]) -> tuple[Host, ...]:
    """The hosts of every public endpoint: ``{env}.{endpoint}.{domain}``, in prod ``{endpoint}.{domain}``."""
    return tuple(
        _host(context, service, endpoint)
        for service in context.catalogue
        if _public(context.settings, service)
        for endpoint in service.endpoints
    )


def host_problems(hosts: tuple[Host, ...]) -> Iterator[Problem]:
    """Two endpoints on one host, or on the origin of another."""
    names = Counter(host.name for host in hosts) + Counter(host.origin for host in hosts if host.origin)
    for name, count in names.items():
        if count > 1:
            who = ", ".join(f"{host.service}/{host.endpoint}" for host in hosts if name in (host.name, host.origin))
            yield Problem("catalogue: endpoints", f"several endpoints are on {name}", who, "one endpoint a host")


def _public(settings: EnvironmentSettings, service: Service) -> bool:
    override = settings.services.get(service.key)
    return override is None or override.public


def _host(context: Context[EnvironmentSettings], service: Service, endpoint: Endpoint) -> Host:
    settings, environment = context.settings, context.environment
    labelled = environment != "prod" or settings.domain.environment_label_in_prod
    record = f"{environment}.{endpoint.name}" if labelled else endpoint.name
    name = f"{record}.{settings.domain.name}"
    origin = f"{record}{ORIGIN_SUFFIX}.{settings.domain.name}" if endpoint.kind is HostKind.AKS else ""
    return Host(
        service=service.key,
        endpoint=endpoint.name,
        kind=endpoint.kind.value,
        name=name,
        record=record,
        origin=origin,
        redirect_uri=f"https://{name}/authentication/login-callback",
        cors_origin=f"https://{name}",
        monitor_url=f"https://{name}{endpoint.probe}",
    )


HOSTS = Hosts()
