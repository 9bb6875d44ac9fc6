"""The record of a service, and the catalogue with its checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.names import CORE, name_problems
from stacks.catalogue.needs.base import Need


class HostKind(StrEnum):
    """What answers at an endpoint, or where a workload runs. A job answers nowhere: it runs in the cluster until it is
    done."""

    APP_SERVICE = "App Service"
    STATIC_SITE = "static site"
    AKS = "AKS"
    JOB = "AKS job"


@dataclass(frozen=True)
class Endpoint:
    """Where a service is reached from outside the cluster."""

    name: str
    """Its label in the host, unique in the catalogue: ``api`` in dev.api.mystira.app."""
    kind: HostKind
    """What answers there."""
    probe: str = "/"
    """The path whose answer shows whether it is healthy."""
    login_path: str = ""
    """The path to which a browser returns after a login: ``/auth/callback``; empty: nobody logs in there."""
    internal: bool = False
    """Whether it answers in the network only, at the cluster's gateway: no public name, domain, redirect or monitor."""


@dataclass(frozen=True)
class Port:
    """A port that a workload listens on."""

    name: str
    """Its name, unique in the workload."""
    number: int
    """Its number, 1 to 65535."""
    protocol: str = "TCP"
    """TCP or UDP."""


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
    replicas: tuple[int, int] = (2, 10)
    """The fewest and the most copies; a job that is not always running has none at the fewest."""
    liveness: str = "/health"
    """The path that fails when a copy must be restarted."""
    readiness: str = "/ready"
    """The path that fails while a copy cannot take requests."""
    pool: str = "services"
    """The node pool, for what runs on AKS: a key of stacks/parts/aks/pools."""


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
        return (*self._unique(), *self._calls(), *self._ownership(), *name_problems(self.projects))

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


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
