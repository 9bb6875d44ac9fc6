"""What a stack's settings file contains. Every key of ``config`` in the project's namespace is one field here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from components.facts.store_keys import Store
from stacks.settings.ai import Ai
from stacks.settings.aks import Aks
from stacks.settings.alerts import Alerts, SharedAlerts
from stacks.settings.availability import Availability
from stacks.settings.budgets import Budgets, SharedBudgets
from stacks.settings.ci import Ci
from stacks.settings.conditional_access import ConditionalAccess
from stacks.settings.cosmos import Cosmos
from stacks.settings.dns import Dns
from stacks.settings.edge import Edge
from stacks.settings.entra import Entra
from stacks.settings.external_id import ExternalId
from stacks.settings.features import Feature
from stacks.settings.hosting import Hosting
from stacks.settings.ingress import Ingress
from stacks.settings.kubernetes import Kubernetes
from stacks.settings.mail import Mail
from stacks.settings.migration import Migration
from stacks.settings.monitoring import Monitoring
from stacks.settings.network import Network
from stacks.settings.people import People
from stacks.settings.postgresql import Postgresql
from stacks.settings.redis import Redis
from stacks.settings.registry import Registry
from stacks.settings.search import Search
from stacks.settings.section import Section
from stacks.settings.service_bus import ServiceBus
from stacks.settings.services import ServiceSettings
from stacks.settings.state import State
from stacks.settings.storage import Storage
from stacks.settings.subscription import Subscription
from stacks.settings.types import (
    Domain,
    Guid,
    PartKey,
    PhaseName,
    PrincipalType,
    RegionName,
    ResourceKey,
    RoleKey,
    RuleKey,
    ServiceKey,
    Switch,
    TagValue,
    Text,
)
from stacks.settings.vaults import Secrets, Vaults
from stacks.settings.waivers import Waiver


class Azure(Section):
    """Where the resources are. The committed ids are fictitious: a real run needs those of a tenant and
    subscription."""

    tenant_id: Guid
    """The id of the Entra tenant, a GUID."""
    subscription_id: Guid
    """The id of the subscription, a GUID. A login with another one stops the run before the first resource."""
    region: RegionName
    """The region of all resources, such as southafricanorth; its code is part of their names. It cannot change
    later."""
    secondary_region: RegionName
    """The region of replicas and copies: of the registry and Cosmos DB, where these ask for one."""


class Naming(Section):
    """What all names begin with (docs/naming.md)."""

    org: Literal["mys", "nl", "pvc", "tws"] = "mys"
    """The organisation. It cannot change later."""
    instance: Annotated[str, Field(pattern=r"^[a-z0-9]{0,2}$")] = ""
    """Up to two characters after the organisation in names that are unique in all of Azure, so that a second platform
    can exist next to the live one. It cannot change later."""


class Ownership(Section):
    """The owner of the resources, as their tags name it."""

    team: TagValue
    """The tag Team, at most 256 characters."""
    cost_center: TagValue
    """The tag CostCenter, at most 256 characters."""


class DomainSettings(Section):
    """The public domain."""

    name: Domain
    """The domain below which all public hosts are, such as mystira.app."""
    environment_label_in_prod: bool = False
    """Whether hosts of prod begin with prod., as those of the other environments begin with theirs."""


class Access(Section):
    """A role for somebody outside this program: a group, a person, a pipeline."""

    principal_id: Guid
    """The object id in Entra ID, a GUID."""
    principal_type: PrincipalType
    """What that object is; applications and pipelines are a ServicePrincipal."""
    role: RoleKey
    """The role, a key of components/facts/roles."""
    scope: Text
    """The resource of this stack at which it is granted, such as cluster, workspace, registry, telemetry/<service>."""


class Settings(Section):
    """What every stack's file contains."""

    azure: Azure
    """Where the resources are."""
    environment: Literal["shared", "dev", "staging", "prod"] | None = None
    """The environment that this stack belongs to, as its names, tags and hosts have it. Left out: the stack's own
    name."""
    naming: Naming = Naming()
    """What all names begin with."""
    ownership: Ownership
    """The owner of the resources, as their tags name it."""
    domain: DomainSettings
    """The public domain."""
    protection: Switch = "off"
    """Whether resources that hold data also have a lock at Azure, in addition to Pulumi's protect, which they have in
    every stack. Off in prod or shared needs a waiver."""
    people: People
    """The groups of people, and with them what people may do."""
    subscription: Subscription = Subscription()
    """What watches the whole subscription."""
    access: dict[str, Access] = Field(default={})
    """Roles in addition to those of `people` and of the pipelines, each by a name of your choice."""
    adopt: dict[ResourceKey, Text] = Field(default={})
    """Live resources to take over instead of creating them: type/logical name to resource id."""
    adoption: dict[PartKey, PhaseName] = Field(default={})
    """How far each part has taken over what lives: hold, add or done, which is the default. `*` stands for every part
    that is not named (docs/runbooks/adoption.md)."""
    waivers: dict[RuleKey, Waiver] = Field(default={})
    """Rules of ours (docs/policies.md) that these settings break for a while, each with its reason, owner and end."""
    replacements: dict[ResourceKey, Waiver] = Field(default={})
    """What may be replaced or deleted although it holds data or everybody depends on it (docs/runbooks/protection.md):
    type/logical name, such as postgresql-server/core. Until the day has passed it is not protected."""


class EnvironmentSettings(Settings):
    """The settings of an environment: dev, staging, prod."""

    network: Network
    """The virtual network."""
    aks: Aks
    """The Kubernetes cluster."""
    monitoring: Monitoring
    """The Log Analytics workspace, and who receives alerts."""
    budgets: Budgets
    """What may be spent in a month before somebody is notified."""
    alerts: Alerts = Alerts()
    """What is noticed, and who hears of it."""
    availability: Availability = Availability()
    """How every public host is asked from outside whether it answers."""
    redis: Redis
    """Azure Managed Redis."""
    service_bus: ServiceBus
    """The Service Bus namespace."""
    local_auth: tuple[Store, ...] = Field(default=(), strict=False)
    """The stores that accept keys or passwords in addition to managed identities, such as [cosmos, storage]; any needs
    a waiver. Left out: none."""
    cosmos: Cosmos
    """The Cosmos DB account."""
    storage: Storage
    """The storage account."""
    postgresql: Postgresql
    """The PostgreSQL server."""
    ai: Ai
    """The AI account and its models."""
    search: Search = Search()
    """The search service."""
    external_id: ExternalId | None = None
    """The external tenant, in which customers sign in. Left out: nothing of it is made."""
    services: dict[ServiceKey, ServiceSettings] = Field(default={})
    """Overrides of the catalogue, by service."""
    ingress: Ingress
    """The way into the cluster."""
    kubernetes: Kubernetes = Kubernetes()
    """What runs in the cluster besides the services."""
    hosting: Hosting = Hosting()
    """What hosts apps and sites outside the cluster."""
    edge: Edge = Edge()
    """Front Door: the one public way to every host."""
    migration: Migration = Migration()
    """How far data has moved from Cosmos DB to PostgreSQL."""
    features: dict[Feature, bool] = Field(default={})
    """Feature flags of the services: flag to whether it is on. ChainGrpc: the app calls chain over gRPC. Left out:
    off."""
    vaults: Vaults = Vaults()
    """The key vaults."""
    secrets: Secrets
    """How long secrets are valid, and who renews them."""
    entra: Entra = Entra()
    """Who owns the applications of the Entra tenant, and who has their roles."""
    conditional_access: ConditionalAccess = ConditionalAccess()
    """What a sign-in to the administration takes besides a password."""

    def accepts_keys(self, store: Store) -> bool:
        """Whether a store accepts keys or passwords in addition to managed identities."""
        return store in self.local_auth


class SharedSettings(Settings):
    """The settings of shared, which all environments use."""

    monitoring: Monitoring
    """The Log Analytics workspace, and who receives alerts."""
    budgets: SharedBudgets
    """What may be spent in a month before somebody is notified."""
    alerts: SharedAlerts = SharedAlerts()
    """What is noticed, and when nobody hears of it."""
    registry: Registry
    """The container registry."""
    dns: Dns = Dns()
    """The public DNS zone."""
    state: State = State()
    """Where Pulumi keeps the state of every stack."""
    ci: Ci | None = None
    """Which pipelines log in. Left out: there are no identities for pipelines, and people bring the stacks up."""
    mail: Mail = Mail()
    """Sending mail."""
