"""The plan of a stack: names, ranges and references decided, nothing left to look up. Imports no Pulumi."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.roles import Role
from components.facts.store_keys import StoreKey
from components.facts.subnets import SubnetRole
from stacks.plan.network_paths import NetworkPath
from stacks.plan.stores.model import Stores


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
    """A subnet and its security group; its name is its role's key, unless a live one keeps its own."""

    role: SubnetRole
    name: str
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
class Logs:
    """A Log Analytics workspace."""

    workspace: str
    retention_days: int
    daily_cap_gb: float | None


@dataclass(frozen=True)
class Monitoring(Logs):
    """The workspace and the action group of an environment."""

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
class WorkloadPlan:
    """What runs in the cluster for one service: one record gives namespace, service account and federated subject.

    ``millicores`` and ``memory_mib`` are what one copy asks for, ``minimum`` and ``maximum`` the number of copies.
    """

    service: str
    pool: str
    namespace: str
    service_account: str
    subject: str
    millicores: int
    memory_mib: int
    minimum: int
    maximum: int


@dataclass(frozen=True)
class WindowPlan:
    """A weekly window for upgrades."""

    day: str
    start: str
    hours: int
    utc_offset: str


@dataclass(frozen=True)
class PoolPlan:
    """A node pool; ``initial`` is the one that is made with the cluster."""

    name: str
    mode: str
    initial: bool
    vm_size: str
    minimum: int
    maximum: int
    zones: tuple[str, ...]
    os_disk_gib: int
    ephemeral: bool
    max_pods: int
    labels: Mapping[str, str]
    taints: tuple[str, ...]


@dataclass(frozen=True)
class ClusterPlan:
    """The cluster; ``control_plane`` and ``kubelet`` are the names of its two identities."""

    name: str
    dns_prefix: str
    node_group: str
    control_plane: str
    kubelet: str
    version: str
    tier: str
    upgrade_channel: str
    upgrades: WindowPlan
    node_images: WindowPlan
    private: bool
    authorized_ranges: tuple[str, ...]
    pod_cidr: str
    service_cidr: str
    dns_service_ip: str
    pools: tuple[PoolPlan, ...]
    manage_initial_pool: bool


@dataclass(frozen=True)
class GrantPlan:
    """One role assignment on plain keys (stacks/plan/grants); ``kind`` is the resource type of ``scope``."""

    key: str
    name: str
    role: Role
    principal: str
    principal_type: str
    scope: str
    kind: str


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
class SecretSpec:
    """A secret in the vault of a service: what it is, where its value comes from, who reads it, its terms.

    ``value`` refers to what produces it; ``literal`` is the value itself where the plan knows it, which is then no
    secret. ``expires_on`` is an ISO date. ``written`` is off while the vault is being recovered.
    """

    service: str
    vault: str
    name: str
    content_type: str
    reader: str
    value: str
    literal: str
    expires_on: str
    maximum_age_days: int
    owner: str
    written: bool

    @property
    def key(self) -> str:
        """Its logical name."""
        return f"{self.service}-{self.name}"


@dataclass(frozen=True)
class Tokens:
    """Who signs the platform's tokens: ``key`` is ``service/name`` of a key in a vault; issuer and audience are hosts.

    None of it is secret: the private half never leaves the vault.
    """

    issuer: str
    audience: str
    key: str


@dataclass(frozen=True)
class Warning:
    """Something that stops working within the warning time; ``retires_on`` is an ISO date.

    ``said`` are the words of a warning that is not about the end of a version.
    """

    what: str
    retires_on: str
    replacement: str
    source: str
    said: str = ""

    @property
    def text(self) -> str:
        """What a person reads."""
        return self.said or f"{self.what} retires on {self.retires_on}: move to {self.replacement}"


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
    protection: bool
    adopt: Mapping[str, str]
    grants: tuple[GrantPlan, ...]


@dataclass(frozen=True)
class EnvironmentPlan(StackPlan):
    """dev, staging, prod."""

    shared_stack: str
    network: Network
    registry_endpoint: str
    monitoring: Monitoring
    cluster: ClusterPlan
    workloads: tuple[WorkloadPlan, ...]
    services: tuple[ServicePlan, ...]
    hosts: tuple[Host, ...]
    local_auth: bool
    store_key: StoreKey
    stores: Stores
    secrets: tuple[SecretSpec, ...]
    tokens: tuple[Tokens, ...]
    paths: tuple[NetworkPath, ...]


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

    logs: Logs
    registry: RegistryPlan
