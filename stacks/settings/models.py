"""What a stack file may say. Every key of ``config`` in the project's namespace is one field here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.cosmos import Cosmos
from stacks.settings.messaging import ServiceBus
from stacks.settings.postgresql import Postgresql
from stacks.settings.redis import Redis
from stacks.settings.section import Section
from stacks.settings.storage import Storage
from stacks.settings.types import Cidr, Digest, Domain, Email, Guid, PrivateCidr, RegionName, Text
from stacks.settings.vaults import Secrets, Vaults


class Azure(Section):
    """Where resources go. A real run needs the ids of a real tenant and subscription."""

    tenant_id: Guid
    subscription_id: Guid
    region: RegionName
    secondary_region: RegionName = Field(description="takes copies of what can be lost: the registry, Cosmos DB")


class Naming(Section):
    """The first part of every name; `instance` sets a second platform apart (docs/naming.md)."""

    org: Literal["mys", "nl", "pvc", "tws"] = "mys"
    instance: Annotated[str, Field(pattern=r"^[a-z0-9]{0,2}$")] = ""


class Ownership(Section):
    """Who owns what the tags Team and CostCenter say."""

    team: Text
    cost_center: Text


class DomainSettings(Section):
    """The public domain. Production hosts carry no environment label unless asked to."""

    name: Domain
    environment_label_in_prod: bool = False


class NatGateway(Section):
    """Outbound. `zone` empty leaves the zone to Azure; either way one gateway is one zone (a waiver says so)."""

    zone: Literal["", "1", "2", "3"] = ""
    public_ip_count: Annotated[int, Field(ge=1, le=16)] = 1
    idle_timeout_minutes: Annotated[int, Field(ge=4, le=120)] = 4


class Network(Section):
    """The virtual network. `subnets` maps roles (components/facts/subnets) to ranges."""

    address_space: PrivateCidr
    subnets: dict[str, PrivateCidr] = Field(min_length=1)
    subnet_names: dict[str, Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]{0,78}\w$")]] = Field(
        default={}, description="live subnets that keep their names, by role"
    )
    pod_cidr: Cidr = Field(description="addresses of pods, an overlay")
    service_cidr: Cidr = Field(description="addresses of Kubernetes services")
    nat_gateway: NatGateway = NatGateway()


class Window(Section):
    """A weekly window of at least four hours; `start` is HH:MM, local by `utc_offset` (+HH:MM)."""

    day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    hours: Annotated[int, Field(ge=4, le=24)] = 4
    utc_offset: Annotated[str, Field(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")] = "+02:00"


class Pool(Section):
    """A pool of nodes; the autoscaler keeps their number between `minimum` and `maximum`."""

    vm_size: Text
    minimum: Annotated[int, Field(ge=1, le=1000)]
    maximum: Annotated[int, Field(ge=1, le=1000)]
    os_disk_gib: Annotated[int, Field(ge=30, le=2048)]
    ephemeral: bool = Field(default=True, description="OS disk on the machine's own disk, where it fits")
    max_pods: Annotated[int, Field(ge=30, le=250)] = 30


class Aks(Section):
    """The cluster. Pools are `system`, `services` and `chain`.

    `version` is what a cluster is made with; after that the channel moves it. For a new minor version set the version
    and `upgrade_channel: none` in one run, then the channel again (docs/runbooks/aks.md).
    """

    version: Annotated[str, Field(pattern=r"^1\.\d{2}$")]
    tier: Literal["Free", "Standard", "Premium"]
    upgrade_channel: Literal["patch", "stable", "rapid", "node-image", "none"] = "patch"
    upgrades: Window
    node_images: Window
    api: Literal["public", "private"] = Field(default="public", description="private needs a runner in the network")
    runner_in_network: bool = Field(default=False, description="previews and updates run inside the network")
    authorized_ranges: tuple[Cidr, ...] = Field(default=(), strict=False, description="who reaches a public API")
    pools: dict[str, Pool] = Field(description="by key: system, services, chain")


class Access(Section):
    """A role for somebody outside this program: a group, a person, a pipeline."""

    principal_id: Guid
    principal_type: Literal["Group", "ServicePrincipal", "User"]
    role: Text = Field(description="a key of components/facts/roles")
    scope: Text = Field(description="a resource of this stack: cluster, workspace, registry, telemetry/<service>")


class Receiver(Section):
    """One person or list that alerts go to."""

    name: Text
    email: Email


class Logs(Section):
    """The workspace. `retention_days` 30 to 730; `daily_cap_gb` gigabytes a day, none for no cap."""

    retention_days: Annotated[int, Field(ge=30, le=730)]
    daily_cap_gb: Annotated[float, Field(ge=0.023, strict=False)] | None = None


class Monitoring(Logs):
    """Logs, and who is told."""

    action_group_short_name: Annotated[str, Field(min_length=1, max_length=12)]
    receivers: tuple[Receiver, ...] = Field(min_length=1, strict=False)


class Replicas(Section):
    """How many copies of a workload."""

    minimum: Annotated[int, Field(ge=1, le=100)]
    maximum: Annotated[int, Field(ge=1, le=100)]


class Resources(Section):
    """What one copy of a workload asks for: `cpu` in cores, `memory_mib`."""

    cpu: Annotated[float, Field(gt=0, le=64, strict=False)]
    memory_mib: Annotated[int, Field(ge=16, le=262144)]


class ServiceSettings(Section):
    """What an environment says otherwise than the catalogue about one service."""

    replicas: Replicas | None = None
    requests: Resources | None = None
    limits: Resources | None = None
    image_digest: Digest | None = None
    public: bool = Field(default=True, description="whether its endpoints have public hosts")


class Registry(Section):
    """The container registry of all environments."""

    sku: Literal["Basic", "Standard", "Premium"]
    public_access: bool
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    zone_redundant: bool = False
    retention_days: Annotated[int, Field(ge=0, le=365)] | None = None
    replicate: bool = Field(default=False, description="a copy in the secondary region")


class Dns(Section):
    """The public zone: adopted when its id is given, created otherwise."""

    adopt: str | None = None


class Settings(Section):
    """What every stack says."""

    azure: Azure
    naming: Naming = Naming()
    ownership: Ownership
    domain: DomainSettings
    protection: Literal["on", "off"] = Field(
        default="off", description="what holds data cannot be deleted by Pulumi (protect) nor at Azure (a lock)"
    )
    access: dict[str, Access] = Field(
        default={}, description="roles for people and pipelines, by a name of your choice"
    )
    adopt: dict[str, Text] = Field(default={}, description="live resources: type/logical name → resource id")
    waivers: dict[str, Text] = Field(default={}, description="what is weaker than the rule, by rule, and why")


class EnvironmentSettings(Settings):
    """dev, staging, prod."""

    references: dict[Literal["shared"], Text] = Field(description="the stacks that this one reads")
    network: Network
    aks: Aks
    monitoring: Monitoring
    redis: Redis
    service_bus: ServiceBus
    local_auth: Literal["on", "off"] = Field(description="whether keys open what an identity should")
    cosmos: Cosmos
    storage: Storage
    postgresql: Postgresql
    services: dict[str, ServiceSettings] = Field(default={})
    vaults: Vaults = Vaults()
    secrets: Secrets


class SharedSettings(Settings):
    """shared: what all environments use."""

    monitoring: Logs
    registry: Registry
    dns: Dns = Dns()
