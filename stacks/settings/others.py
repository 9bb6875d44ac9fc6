"""What a stack reads of another stack's settings file: the fields that it depends on, and nothing else.

A mistake anywhere else in that file is reported when its own stack is checked, and stops no other stack.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from stacks.settings.migration import Phase
from stacks.settings.types import Cidr, PrivateCidr


class _Excerpt(BaseModel):
    """Part of a file: keys that are not listed are that stack's own business."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class OtherNetwork(_Excerpt):
    """The network of an environment."""

    address_space: PrivateCidr
    """Its range, which must not overlap any range of another stack."""
    pod_cidr: Cidr | None = None
    """The range of its pods, for which the same holds."""
    service_cidr: Cidr | None = None
    """The range of its Kubernetes services, for which the same holds."""


class OtherRegistry(_Excerpt):
    """The container registry of ``shared``."""

    sku: str
    """Its SKU. Environments pull through a private endpoint, which only Premium offers."""


class OtherMigration(_Excerpt):
    """How far the data of an environment has moved."""

    phase: Phase = "CosmosOnly"
    """Its phase: no environment may be ahead of the one before it."""


class OtherAzure(_Excerpt):
    """Where the resources of a stack are."""

    subscription_id: str = ""
    """The id of its subscription, whose quotas all of its stacks share."""
    region: str = ""
    """Its region: every quota is one of a region."""


class OtherDeployment(_Excerpt):
    """A model that another stack deploys."""

    model: str = ""
    """Azure's name of the model."""
    sku: str = "GlobalStandard"
    """How it is deployed."""
    capacity: int = 0
    """What it takes of the quota, in thousands of tokens a minute."""


class OtherAi(_Excerpt):
    """The models of an environment."""

    deployments: dict[str, OtherDeployment] = {}
    """By name."""


class OtherState(_Excerpt):
    """The state store of ``shared``."""

    further_stacks: tuple[str, ...] = Field(default=(), strict=False)
    """Stacks with a key, and pipelines, in addition to the four."""


class OtherCi(_Excerpt):
    """The pipelines of ``shared``."""

    owner: str = ""
    """The owner of the repositories."""
    owner_id: int | None = None
    """Its number."""
    repository: str = ""
    """The repository whose workflows bring the stacks up."""
    repository_ids: dict[str, int] = {}
    """The numbers of repositories, by name."""
    pull_requests: tuple[str, ...] = Field(default=(), strict=False)
    """The stacks that pull requests preview."""
    directory_rights: tuple[str, ...] = Field(default=(), strict=False)
    """The stacks whose pipelines write in the directory what a person writes elsewhere."""


class OtherProvider(_Excerpt):
    """An identity provider of customers. It has a client secret."""


class OtherExternalId(_Excerpt):
    """The external tenant of an environment."""

    google: OtherProvider | None = None
    """Sign-in with Google."""
    discord: OtherProvider | None = None
    """Sign-in with Discord."""


class OtherTerms(_Excerpt):
    """The terms of a secret."""

    in_vault: bool = False
    """Whether its owner sets it in the vault, so that no state holds it."""


class OtherSecrets(_Excerpt):
    """The secrets of an environment."""

    overrides: dict[str, OtherTerms] = {}
    """By service/secret."""


class OtherDns(_Excerpt):
    """The public DNS zone of ``shared``."""

    adopt: str = ""
    """The id of a live zone, which stays in its resource group."""
    certificate_contact: str = ""
    """The mail address that authorities tell of certificates they refused to sign."""


class OtherDomain(_Excerpt):
    """The public domain of an environment."""

    name: str = ""
    """The domain below which its hosts are."""
    environment_label_in_prod: bool = False
    """Whether hosts of prod begin with prod."""


class OtherEdge(_Excerpt):
    """The edge of an environment."""

    enabled: bool = True
    """Whether there is one."""
    prepared: tuple[str, ...] = Field(default=(), strict=False)
    """The endpoints whose hosts it does not serve yet."""
    redirects: dict[str, str] = {}
    """Further names that it serves, to endpoint."""


class OtherService(_Excerpt):
    """A service of an environment."""

    public: bool = True
    """Whether its endpoints have public hosts."""


class OtherMailDomain(_Excerpt):
    """The domain that mail comes from."""

    name: str
    """The domain."""


class OtherMail(_Excerpt):
    """The mail of ``shared``."""

    domain: OtherMailDomain | None = None
    """The platform's own domain to send from."""


class OtherSubscription(_Excerpt):
    """What watches the subscription of a stack."""

    owner: bool = False
    """Whether that stack does."""


class OtherNaming(_Excerpt):
    """What the names of a stack begin with."""

    org: str = "mys"
    """The organisation."""
    instance: str = ""
    """What follows it in names that are unique in all of Azure."""


class OtherStack(_Excerpt):
    """The settings of another stack, as far as some stack depends on them."""

    azure: OtherAzure = OtherAzure()
    """Its subscription and its region."""
    environment: str = ""
    """The environment that it belongs to; empty: that of its own name."""
    naming: OtherNaming = OtherNaming()
    """What its names begin with."""
    subscription: OtherSubscription = OtherSubscription()
    """Whether it watches its subscription."""
    domain: OtherDomain = OtherDomain()
    """Its public domain."""
    edge: OtherEdge = OtherEdge()
    """Its edge, where it is an environment."""
    services: dict[str, OtherService] = {}
    """Its services that the settings override, where it is an environment."""
    mail: OtherMail = OtherMail()
    """Its mail, where it is ``shared``."""
    ai: OtherAi = OtherAi()
    """Its models, where it is an environment."""
    network: OtherNetwork | None = None
    """Its network, where it is an environment."""
    migration: OtherMigration = OtherMigration()
    """How far its data has moved, where it is an environment."""
    registry: OtherRegistry | None = None
    """Its registry, where it is ``shared``."""
    state: OtherState = OtherState()
    """Its state store, where it is ``shared``."""
    dns: OtherDns = OtherDns()
    """Its public zone, where it is ``shared``."""
    ci: OtherCi | None = None
    """Its pipelines, where it is ``shared``."""
    local_auth: tuple[str, ...] = Field(default=(), strict=False)
    """Its stores that accept keys, where it is an environment."""
    external_id: OtherExternalId | None = None
    """Its external tenant, where it is an environment and has one."""
    secrets: OtherSecrets = OtherSecrets()
    """The terms of its secrets, where it is an environment."""
