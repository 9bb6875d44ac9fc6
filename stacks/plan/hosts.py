"""The one host model: every endpoint in every environment (S0-08)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from components.problems import Problem
from stacks.catalogue import Catalogue, Endpoint, HostKind, Service
from stacks.plan.model import Host
from stacks.settings import EnvironmentSettings

ORIGIN_SUFFIX = "-k8s"
"""The label of the cluster's ingress behind an endpoint (estate-services §7.2)."""


def hosts_of(stack: str, settings: EnvironmentSettings, catalogue: Catalogue) -> tuple[Host, ...]:
    """The hosts of every public endpoint: ``{env}.{endpoint}.{domain}``, in prod ``{endpoint}.{domain}``."""
    return tuple(
        _host(stack, settings, service, endpoint)
        for service in catalogue
        if _public(settings, service)
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


def _host(stack: str, settings: EnvironmentSettings, service: Service, endpoint: Endpoint) -> Host:
    labelled = stack != "prod" or settings.domain.environment_label_in_prod
    record = f"{stack}.{endpoint.name}" if labelled else endpoint.name
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
