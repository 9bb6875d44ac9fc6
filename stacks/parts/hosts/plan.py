"""The one host model: every endpoint in every environment (S0-08)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.problems import Problem
from stacks.catalogue.model import Catalogue, Endpoint, HostKind, Service
from stacks.catalogue.needs.calls import Calls
from stacks.context import Context
from stacks.parts.doors import Target, gateway
from stacks.parts.network.subnets import GATEWAY_PORT
from stacks.parts.part import Part
from stacks.settings.models import EnvironmentSettings

ORIGIN_SUFFIX = "-k8s"
"""The label of the cluster's ingress behind an endpoint (estate-services §7.2)."""


@dataclass(frozen=True)
class Host:
    """The host of an endpoint, and everything that follows from it. An internal endpoint has an origin only."""

    service: str
    endpoint: str
    kind: str
    """A :class:`~stacks.catalogue.model.HostKind`."""
    name: str
    """``dev.api.mystira.app``; empty for an internal endpoint."""
    record: str
    """Its DNS record in the public zone: ``dev.api``; empty for an internal endpoint."""
    origin: str
    """The name of the cluster's ingress behind it; empty elsewhere."""
    redirect_uri: str
    """Where a login returns to; empty where nobody logs in."""
    cors_origin: str
    """The origin that browsers send; empty for an internal endpoint."""
    monitor_url: str
    """What tells whether it is healthy; empty for an internal endpoint."""

    @property
    def internal(self) -> bool:
        """Whether it answers in the network only, under its origin."""
        return not self.name


class Hosts(Part[EnvironmentSettings, tuple[Host, ...]]):
    """The hosts of an environment, and the way to the internal ones: through the cluster's gateway."""

    key = "hosts"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[Host, ...]:
        return hosts_of(context)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        yield from internal_problems(context.catalogue)
        yield from host_problems(hosts_of(context))

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        """Every internal endpoint, in a private zone of its name."""
        door, services = gateway(context.settings.network), context.catalogue
        for endpoint, name in internal_hosts(context).items():
            group = Calls.DOOR.format(endpoint=endpoint)
            users = tuple(service.key for service in services if any(group in need.zones for need in service.needs))
            yield Target(group, group, users, (GATEWAY_PORT,), (door,), door.setting, door.allowed, (name,))

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        """Where each endpoint answers, and from which origins the sites of a service send requests."""
        hosts = hosts_of(context)
        every = {f"host/{service.key}/{each.name}": "" for service in context.catalogue for each in service.endpoints}
        found = {f"host/{host.service}/{host.endpoint}": f"https://{host.name or host.origin}" for host in hosts}
        return {
            **every,
            **found,
            **{f"origins/{service.key}": _origins(hosts, service) for service in context.catalogue},
        }


def _origins(hosts: tuple[Host, ...], service: Service) -> str:
    sites = [host for host in hosts if host.service == service.key and host.kind == HostKind.STATIC_SITE.value]
    return ",".join(host.cors_origin for host in sites)


def hosts_of(context: Context[EnvironmentSettings]) -> tuple[Host, ...]:
    """The hosts of every endpoint: ``{env}.{endpoint}.{domain}``, in prod ``{endpoint}.{domain}``."""
    return tuple(
        _host(context, service, endpoint)
        for service in context.catalogue
        for endpoint in service.endpoints
        if endpoint.internal or _public(context.settings, service)
    )


def record_of(endpoint: str, environment: str, labelled_in_prod: bool) -> str:
    """The name of an endpoint's host below the domain."""
    return f"{environment}.{endpoint}" if environment != "prod" or labelled_in_prod else endpoint


def public_hosts(context: Context[EnvironmentSettings], kind: HostKind) -> Iterator[Host]:
    """The public hosts at which something of a kind answers."""
    return (host for host in hosts_of(context) if not host.internal and host.kind == kind.value)


def internal_hosts(context: Context[EnvironmentSettings]) -> Mapping[str, str]:
    """The name at which each internal endpoint answers over TLS, by endpoint: ``dev.chain-k8s.mystira.app``."""
    return {host.endpoint: host.origin for host in hosts_of(context) if host.internal}


def internal_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Internal endpoints outside the cluster, and calls to internal endpoints that the called service does not have."""
    offered = {service.key: [each for each in service.endpoints if each.internal] for service in catalogue}
    for key, endpoints in offered.items():
        for each in endpoints:
            if each.kind is not HostKind.AKS:
                path, what = f"catalogue: {key}: endpoints", "an internal endpoint answers in the cluster only"
                yield Problem(path, what, f"{each.name}: {each.kind}", f"{each.name}: {HostKind.AKS}")
    for service in catalogue:
        for need in service.needs:
            if isinstance(need, Calls) and need.endpoint:
                names = [each.name for each in offered[need.service]]
                if need.endpoint not in names:
                    path, what = f"catalogue: {service.key}: calls", f"not an internal endpoint of {need.service}"
                    yield Problem(path, what, need.endpoint, ", ".join(names) or "none")


def host_problems(hosts: tuple[Host, ...]) -> Iterator[Problem]:
    """Two endpoints on one host, or on the origin of another."""
    names = Counter(name for host in hosts for name in (host.name, host.origin) if name)
    for name, count in names.items():
        if count > 1:
            who = ", ".join(f"{host.service}/{host.endpoint}" for host in hosts if name in (host.name, host.origin))
            yield Problem("catalogue: endpoints", f"several endpoints are on {name}", who, "one endpoint a host")


def _public(settings: EnvironmentSettings, service: Service) -> bool:
    override = settings.services.get(service.key)
    return override is None or override.public


def _host(context: Context[EnvironmentSettings], service: Service, endpoint: Endpoint) -> Host:
    settings, environment = context.settings, context.environment
    record = record_of(endpoint.name, environment, settings.domain.environment_label_in_prod)
    name = f"{record}.{settings.domain.name}"
    origin = f"{record}{ORIGIN_SUFFIX}.{settings.domain.name}" if endpoint.kind is HostKind.AKS else ""
    if endpoint.internal:
        return Host(service.key, endpoint.name, endpoint.kind.value, "", "", origin, "", "", "")
    return Host(
        service=service.key,
        endpoint=endpoint.name,
        kind=endpoint.kind.value,
        name=name,
        record=record,
        origin=origin,
        redirect_uri=f"https://{name}{endpoint.login_path}" if endpoint.login_path else "",
        cors_origin=f"https://{name}",
        monitor_url=f"https://{name}{endpoint.probe}",
    )


HOSTS = Hosts()
