"""The plan of a stack: names, ranges and references decided, nothing left to look up. Imports no Pulumi."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.subnets import SubnetRole


@dataclass(frozen=True)
class Group:
    """A resource group; ``key`` is its logical name, ``tier`` 1 core, 2 service, 3 shared (ADR-0017)."""

    key: str
    tier: int
    name: str
    location: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Subnet:
    """A subnet and its security group; its name is its role's key."""

    role: SubnetRole
    cidr: str
    security_group: str


@dataclass(frozen=True)
class Outbound:
    """The NAT gateway, the names of its public addresses, its zone (empty: Azure's choice)."""

    name: str
    public_ips: tuple[str, ...]
    idle_timeout_minutes: int
    zone: str


@dataclass(frozen=True)
class Network:
    """The virtual network and its private DNS; ``link`` is the name of the link in every zone."""

    name: str
    address_space: str
    subnets: tuple[Subnet, ...]
    outbound: Outbound
    zones: tuple[str, ...]
    link: str


@dataclass(frozen=True)
class Monitoring:
    """The workspace and the action group of an environment."""

    workspace: str
    retention_days: int
    daily_cap_gb: float | None
    action_group: str
    short_name: str
    receivers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ServicePlan:
    """What one service gets: its group's key, its identity, its telemetry (empty where it runs nothing)."""

    key: str
    group: str
    identity: str
    telemetry: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Host:
    """A public host of an endpoint and all that follows from it: DNS label, origin, login and CORS, what is watched."""

    service: str
    endpoint: str
    kind: str
    name: str
    record: str
    origin: str
    redirect_uri: str
    cors_origin: str
    monitor_url: str


@dataclass(frozen=True)
class Warning:
    """Something that stops working within the warning time; ``retires_on`` is an ISO date."""

    what: str
    retires_on: str
    replacement: str
    source: str


@dataclass(frozen=True)
class StackPlan:
    """What every stack plans."""

    stack: str
    tenant_id: str
    subscription_id: str
    region: str
    domain: str
    groups: tuple[Group, ...]
    tags: Mapping[str, str]
    warnings: tuple[Warning, ...]


@dataclass(frozen=True)
class EnvironmentPlan(StackPlan):
    """dev, staging, prod."""

    shared_stack: str
    network: Network
    monitoring: Monitoring
    services: tuple[ServicePlan, ...]
    hosts: tuple[Host, ...]
    local_auth: bool


@dataclass(frozen=True)
class RegistryPlan:
    """The registry; ``replicas`` are pairs of region and replication name."""

    name: str
    sku: str
    public_access: bool
    allowed_ranges: tuple[str, ...]
    zone_redundant: bool
    retention_days: int | None
    replicas: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SharedPlan(StackPlan):
    """shared."""

    registry: RegistryPlan
    adopt_zone: str | None
