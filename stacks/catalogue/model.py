"""The record of a service, and the catalogue with its checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from components.naming import Project
from components.problems import Problem
from stacks.catalogue.names import CORE, name_problems
from stacks.catalogue.needs import QUEUES, Need


class HostKind(StrEnum):
    """What answers at an endpoint."""

    APP_SERVICE = "App Service"
    STATIC_SITE = "static site"
    AKS = "AKS"


@dataclass(frozen=True)
class Endpoint:
    """A public endpoint: ``name`` is its label in the host; ``probe`` the path that tells its health."""

    name: str
    kind: HostKind
    probe: str = "/"


@dataclass(frozen=True)
class Port:
    """A port of a workload. ``protocol`` is TCP or UDP."""

    name: str
    number: int
    protocol: str = "TCP"


@dataclass(frozen=True)
class Workload:
    """What runs for a service.

    ``requests`` and ``limits`` of one copy are CPU in cores and memory in MiB, ``replicas`` the smallest and largest
    number of copies (estate-platform 1.2). ``pool`` is the node pool of what runs in the cluster.
    """

    kind: HostKind
    ports: tuple[Port, ...]
    requests: tuple[float, int] = (0.1, 256)
    limits: tuple[float, int] = (0.5, 512)
    replicas: tuple[int, int] = (2, 10)
    liveness: str = "/health"
    readiness: str = "/ready"
    pool: str = "services"


@dataclass(frozen=True)
class Service:
    """One service: what is the same everywhere. ``group`` is the project code of its resource group, empty for none."""

    key: str
    project: Project
    group: str
    endpoints: tuple[Endpoint, ...] = ()
    workload: Workload | None = None
    needs: tuple[Need, ...] = ()

    @property
    def identified(self) -> bool:
        """Whether it is somebody to Azure: it runs, or it needs something."""
        return self.workload is not None or bool(self.needs)

    @property
    def parts(self) -> frozenset[str]:
        """The resource types of which it gets one of its own."""
        return frozenset(part for need in self.needs for part in need.parts)

    @property
    def calls(self) -> tuple[str, ...]:
        return tuple(called for need in self.needs for called in need.calls)


@dataclass(frozen=True)
class Catalogue:
    """All services; ``problems`` is everything about them that does not fit together."""

    services: tuple[Service, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Service]:
        return {service.key: service for service in self.services}

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What no setting can heal: a plan of a catalogue with problems is refused."""
        return (*self._unique(), *self._calls(), *self._ownership(), *name_problems(self.projects))

    @property
    def projects(self) -> tuple[tuple[str, Project], ...]:
        """Service key and project of everything that is named, tier 1 first, with an empty key."""
        return (("", CORE), *((service.key, service.project) for service in self.services))

    def __iter__(self) -> Iterator[Service]:
        return iter(self.services)

    @property
    def groups(self) -> tuple[str, ...]:
        """The service groups, in the order of the records."""
        return tuple(dict.fromkeys(service.group for service in self.services if service.group))

    @property
    def zones(self) -> tuple[str, ...]:
        """The private DNS groups that somebody needs."""
        return tuple(sorted({zone for service in self for need in service.needs for zone in need.zones}))

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
        known = {*owned, *(f"queue/{queue}" for queue in QUEUES)}
        for service in self.services:
            for need in service.needs:
                for thing in need.uses:
                    if thing not in known:
                        allowed = ", ".join(sorted(known))
                        yield Problem(f"catalogue: {service.key}: needs", "uses what nobody owns", thing, allowed)


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
