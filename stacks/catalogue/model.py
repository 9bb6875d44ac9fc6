"""The record of a service, and the catalogue with its checks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.names import CORE, name_problems
from stacks.catalogue.needs.base import Need, Variable
from stacks.catalogue.objectives import Objectives

PORT_NAME = r"(?=.{1,15}$)[a-z0-9]([a-z0-9]|-(?!-))*(?<!-)"
PORT_NAMES = "Kubernetes: ContainerPort v1 core (IANA_SVC_NAME)"


class HostKind(StrEnum):
    """What answers at an endpoint, or where a workload runs. A job answers nowhere: it runs in the cluster until it is
    done."""

    APP_SERVICE = "App Service"
    STATIC_SITE = "static site"
    AKS = "AKS"
    JOB = "AKS job"


class Stream(StrEnum):
    """How an answer goes on after it has begun."""

    NONE = "none"
    WEBSOCKET = "websocket"
    SSE = "sse"
    GRPC = "grpc"


EDGE_STREAMS: Mapping[Stream, str] = {
    Stream.SSE: "Front Door buffers an answer: it has no server-sent events",
    Stream.GRPC: "Front Door's gRPC is a preview that no API version offers",
}
"""What a public endpoint cannot stream, and why (Microsoft: WebSocket in Azure Front Door; What is gRPC in Azure Front
Door?)."""


@dataclass(frozen=True)
class Endpoint:
    """Where a service is reached from outside the cluster."""

    name: str
    """Its label in the host, unique in the catalogue: ``api`` in dev.api.mystira.app."""
    kind: HostKind
    """What answers there."""
    probe: str = "/"
    """The path whose answer shows whether it is healthy."""
    port: str = "http"
    """The name of the port of its workload to which the cluster's gateway sends its requests."""
    login_path: str = ""
    """The path to which a browser returns after a login: ``/auth/callback``; empty: nobody logs in there."""
    streams: Stream = Stream.NONE
    """How an answer goes on after it has begun: over the edge as WebSocket only, which lasts four hours at most, five
    minutes of them in silence (docs/edge.md)."""
    internal: bool = False
    """Whether it answers in the network only, at the cluster's gateway: no public name, domain, redirect or monitor."""


class Use(StrEnum):
    """Whom a port is for."""

    CALLERS = "callers"
    """The gateway, and the services that call this one."""
    HEALTH = "health"
    """The probes of the kubelet."""
    PEERS = "peers"
    """The other copies of the same workload."""


@dataclass(frozen=True)
class Port:
    """A port that a workload listens on."""

    name: str
    """Its name, unique in the workload; Kubernetes takes 15 characters."""
    number: int
    """Its number, 1 to 65535."""
    protocol: str = "TCP"
    """TCP or UDP."""
    use: Use = Use.CALLERS
    """Whom it is for: network policies let nobody else in."""


@dataclass(frozen=True)
class Probe:
    """How the kubelet asks a copy how it is: by HTTP, by gRPC's health service, or whether a TCP port is open."""

    port: str
    """The name of a port of the workload."""
    kind: Literal["HTTP", "TCP", "gRPC"] = "HTTP"
    """What is asked."""
    path: str = "/health"
    """Where HTTP is asked."""
    period_seconds: int = 10
    """How often."""
    failures: int = 3
    """How many failures in a row count."""


@dataclass(frozen=True)
class Workload:
    """What runs for a service (estate-platform 1.2). ``services.<key>`` in the settings overrides its numbers."""

    kind: HostKind
    """Where it runs."""
    ports: tuple[Port, ...]
    """The ports that it listens on."""
    requests: tuple[float, int] = (0.1, 256)
    """What each copy is guaranteed: CPU in cores, memory in MiB."""
    limits: tuple[float, int] = (0.5, 512)
    """What each copy may use at most: CPU in cores, memory in MiB."""
    replicas: tuple[int, int] = (0, 1)
    """The fewest and the most copies of a job. For what serves in the cluster each environment says it
    (``services.<key>.replicas``), on App Service ``hosting``."""
    liveness: Probe | None = None
    """What fails when a copy must be restarted."""
    readiness: Probe | None = None
    """What fails while a copy cannot take requests. By HTTP it asks the path that the endpoints' monitors ask."""
    startup: Probe | None = None
    """What answers once a copy has started; the others wait for it."""
    writable: tuple[str, ...] = ()
    """Folders of the container that it may write to, besides the one on its disk; what is in them goes with the pod."""
    variables: tuple[Variable, ...] = ()
    """What it reads from its environment besides what its needs say."""
    pool: str = "services"
    """The node pool, for what runs on AKS: a key of stacks/parts/aks/pools."""

    def port(self, name: str) -> Port | None:
        """The port with this name."""
        return next((each for each in self.ports if each.name == name), None)

    def used_for(self, use: Use) -> tuple[Port, ...]:
        """The ports that are for ``use``."""
        return tuple(each for each in self.ports if each.use is use)

    @property
    def probes(self) -> Mapping[str, Probe]:
        """The probes that it has, by what each is for."""
        named = {"liveness": self.liveness, "readiness": self.readiness, "startup": self.startup}
        return {name: probe for name, probe in named.items() if probe}


@dataclass(frozen=True)
class Service:
    """One service: what is the same in every environment."""

    key: str
    """Its key in the settings and the plan, unique in the catalogue: ``story-generator``."""
    project: Project
    """The project part of its resources' names, with short forms."""
    group: str
    """The project code of its resource group, which services may share; empty: none."""
    endpoints: tuple[Endpoint, ...] = ()
    """Its endpoints, public and internal."""
    workload: Workload | None = None
    """What runs for it; none for static sites."""
    needs: tuple[Need, ...] = ()
    """What it needs of the platform and of other services."""
    repository: str = ""
    """The repository, without its owner, whose main branch pushes its image; empty: it has none."""
    objectives: Objectives | None = None
    """What it promises (docs/slo.md); ``None``: nothing."""

    @property
    def identified(self) -> bool:
        """Whether the service gets a managed identity: it has a workload, or a need for which it logs in."""
        return self.workload is not None or any(need.identity for need in self.needs)

    @property
    def job(self) -> bool:
        """Whether it runs until it is done, instead of serving."""
        return self.workload is not None and self.workload.kind is HostKind.JOB

    @property
    def takes_secrets(self) -> bool:
        """Whether values reach it through a vault. A job needs none: it logs in as its identity, and the addresses of
        the stores are no secrets."""
        return not self.job or "key-vault" in self.parts

    @property
    def parts(self) -> frozenset[str]:
        """The types of resources that it gets for itself."""
        return frozenset(part for need in self.needs for part in need.parts)

    @property
    def calls(self) -> tuple[str, ...]:
        """The keys of the services that it calls."""
        return tuple(called for need in self.needs for called in need.calls)


@dataclass(frozen=True)
class Catalogue:
    """All services of the platform."""

    services: tuple[Service, ...]
    """Their records."""
    queues: tuple[str, ...] = ()
    """The queues that services may send to and receive from."""
    events: tuple[str, ...] = ()
    """The events that services may publish and subscribe to."""

    @cached_property
    def by_key(self) -> Mapping[str, Service]:
        """The services by their keys."""
        return {service.key: service for service in self.services}

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What does not fit together, which no setting can repair: such a catalogue has no plan."""
        return (
            *self._unique(),
            *self._calls(),
            *self._ownership(),
            *workload_problems(self.services),
            *_stream_problems(self.services),
            *name_problems(self.projects),
        )

    @property
    def projects(self) -> tuple[tuple[str, Project], ...]:
        """The service key and project of everything that is named: first tier 1, with an empty key."""
        return (("", CORE), *((service.key, service.project) for service in self.services))

    def __iter__(self) -> Iterator[Service]:
        return iter(self.services)

    @property
    def groups(self) -> tuple[str, ...]:
        """The service groups, in the order of the records."""
        return tuple(dict.fromkeys(service.group for service in self.services if service.group))

    @property
    def repositories(self) -> tuple[str, ...]:
        """The repositories that push images, each once."""
        return tuple(dict.fromkeys(service.repository for service in self if service.repository))

    @property
    def zones(self) -> tuple[str, ...]:
        """The private DNS groups that some service needs."""
        return tuple(sorted({zone for service in self for need in service.needs for zone in need.zones}))

    def needing(self, kind: type[Need]) -> tuple[str, ...]:
        """The keys of the services with a need of a kind, in the order of the records."""
        return tuple(service.key for service in self if any(isinstance(need, kind) for need in service.needs))

    def _unique(self) -> Iterator[Problem]:
        for what, seen in (
            ("key", [service.key for service in self.services]),
            ("project code", [service.project.code for service in self.services]),
            ("endpoint", [endpoint.name for service in self.services for endpoint in service.endpoints]),
        ):
            for value in _twice(seen):
                yield Problem(f"catalogue: {what} {value}", "used twice", "", f"one {what} each")

    def _calls(self) -> Iterator[Problem]:
        for service in self.services:
            for called in service.calls:
                if called not in self.by_key:
                    allowed = ", ".join(self.by_key)
                    yield Problem(f"catalogue: {service.key}: calls", "calls an unknown service", called, allowed)

    def _ownership(self) -> Iterator[Problem]:
        owners = [(thing, service.key) for service in self for need in service.needs for thing in need.owns]
        owned = [thing for thing, _ in owners]
        for thing in _twice(owned):
            seen = ", ".join(key for mine, key in owners if mine == thing)
            yield Problem(f"catalogue: {thing}", "has two owners", seen, "one service that owns it")
        known = {*owned, *(f"queue/{queue}" for queue in self.queues)}
        for service in self.services:
            for need in service.needs:
                for thing in need.uses:
                    if thing not in known:
                        allowed = ", ".join(sorted(known))
                        yield Problem(f"catalogue: {service.key}: needs", "uses what nobody owns", thing, allowed)


def workload_problems(services: Iterable[Service]) -> Iterator[Problem]:
    """Ports that are used twice, and probes and endpoints that do not fit the ports."""
    for service, workload in ((service, service.workload) for service in services if service.workload):
        path = f"catalogue: {service.key}"
        yield from _port_problems(path, workload)
        names = [port.name for port in workload.ports]
        allowed = ", ".join(names) or "none: it listens on no port"
        for what, probe in workload.probes.items():
            if probe.port not in names:
                yield Problem(f"{path}: {what}", "asks an unknown port", probe.port, allowed)
        for endpoint in service.endpoints:
            if endpoint.kind is workload.kind:
                yield from _endpoint_problems(path, endpoint, workload, allowed)


def _stream_problems(services: Iterable[Service]) -> Iterator[Problem]:
    for service in services:
        for endpoint in service.endpoints:
            if not endpoint.internal and (why := EDGE_STREAMS.get(endpoint.streams)):
                path = f"catalogue: {service.key}: endpoint {endpoint.name}: streams"
                yield Problem(path, why, endpoint.streams, "none, websocket", "docs/edge.md")


def _port_problems(path: str, workload: Workload) -> Iterator[Problem]:
    numbers = [f"{port.number}/{port.protocol}" for port in workload.ports]
    for what, seen in (("number", numbers), ("name", [port.name for port in workload.ports])):
        for value in _twice(seen):
            yield Problem(f"{path}: ports", f"a {what} is used twice", value, f"one port with each {what}")
    for port in workload.ports:
        if not re.fullmatch(PORT_NAME, port.name) or not re.search("[a-z]", port.name):
            allowed = "up to 15 lower-case letters, digits and single hyphens, a letter among them"
            yield Problem(f"{path}: ports", "not a name that Kubernetes takes", port.name, allowed, PORT_NAMES)


def _endpoint_problems(path: str, endpoint: Endpoint, workload: Workload, allowed: str) -> Iterator[Problem]:
    if workload.port(endpoint.port) is None:
        yield Problem(f"{path}: endpoint {endpoint.name}", "answers at an unknown port", endpoint.port, allowed)
    probe = workload.readiness
    if probe and probe.kind == "HTTP" and not endpoint.internal and probe.path != endpoint.probe:
        what = f"its monitors do not ask what says that a copy takes requests, {probe.path}"
        yield Problem(f"{path}: endpoint {endpoint.name}", what, endpoint.probe, probe.path)


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
