"""What every part of the platform answers. Code that spans parts loops over them, asks this, and names none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.catalogue.needs.base import Need
from stacks.context import Context
from stacks.parts.doors import Consumer, Target
from stacks.parts.origins import Origin
from stacks.parts.pods import Pods
from stacks.parts.records import Record
from stacks.parts.watched import Watched
from stacks.settings.models import Settings

S_contra = TypeVar("S_contra", bound=Settings, contravariant=True)
P_co = TypeVar("P_co", covariant=True)

SERVICE_PRINCIPAL = "ServicePrincipal"


@dataclass(frozen=True)
class Grant:
    """A role that a part asks for."""

    role: str
    """A key of components/facts/roles."""
    principal: str
    """A key such as ``identity/app``, or the object id of somebody outside this program."""
    scope: str
    """A resource as the plan refers to it: ``topic/AccountCreated``. Some part lists it in :meth:`Part.scopes`."""
    principal_type: str = SERVICE_PRINCIPAL
    """ServicePrincipal, Group or User."""
    key: str = ""
    """Its logical name; empty: made from the other fields."""
    who: str = ""
    """The principal as people call it: ``people/platform``; empty: its key."""
    condition: str = ""
    """When it holds (components/access/conditions); empty: always."""
    delegates: bool = False
    """Whether it is the right to grant what else this stack grants: the plan makes the condition that says so."""
    reserved: bool = False
    """Whether only a person may grant it: no pipeline gets the right to."""


@dataclass(frozen=True)
class Wish:
    """A product that a part takes from whichever part makes it."""

    product: str
    path: str
    """Who wants it, for errors."""


@dataclass(frozen=True)
class Step:
    """Something that only a person can do, and that stays to be done until the settings or the world say otherwise."""

    key: str
    """Its name in the stack output ``manual_steps``, unique in the stack."""
    do: str
    """What to do."""
    check: str
    """The command that shows whether it has been done."""
    read: str
    """The runbook."""
    values: str = ""
    """The stack output that holds what the person needs for it; empty: nothing."""


@dataclass(frozen=True)
class Notice:
    """Something that a person should act on, although it stops nothing yet."""

    subject: str
    """What it is about: a version, or the path of a setting."""
    due: str
    """The day by which to act, an ISO date."""
    text: str
    """What a person reads."""


@dataclass(frozen=True)
class AppRole:
    """A role or a permission at an application of a tenant, as the role matrix tells it."""

    who: str
    """Who has it: ``identity/app``, ``group/admins``, ``pipeline/dev-apply``."""
    role: str
    """What a token names: ``Call``, ``Application.Read.All``; ``sign-in`` where the application has no roles."""
    application: str
    """The application's display name: ``Mystira Chain (dev)``, ``Microsoft Graph``."""


@dataclass(frozen=True)
class Tenant:
    """An Entra tenant in which a part makes objects."""

    key: str
    """The key of its provider: ``entra``."""
    id: str
    """The tenant's id, a GUID."""
    path: str
    """The setting that holds the id, for errors."""
    client_id: str = ""
    """The application that a pipeline logs in as, by a federated token; empty: the login of Azure."""


class Part(Generic[S_contra, P_co]):
    """A part of the platform: what it asks of the settings, what it offers to the others, what it becomes.

    A part is stateless and knows no Pulumi; ``stacks/build/parts.py`` names its builder. Every question has a default
    answer.
    """

    key: ClassVar[str]
    """Its name in the plan."""
    rules: ClassVar[Mapping[str, str]] = {}
    """The platform's rules that its settings may break if ``mystira:waivers`` gives a reason, and what each demands."""

    def plan(self, context: Context[S_contra]) -> P_co | None:
        """What it becomes, as plain data, once all checks have passed; ``None`` where this stack does not have it."""
        return None

    def problems(self, context: Context[S_contra]) -> Iterable[Problem]:
        """What Azure or a rule of this platform refuses about its settings."""
        return ()

    def weaknesses(self, context: Context[S_contra]) -> Iterable[str]:
        """The keys of :attr:`rules` that the settings break."""
        return ()

    def scopes(self, context: Context[S_contra]) -> Mapping[str, str]:
        """Its resources at which a role can be granted, with their types: ``{"topic/X": "service-bus-topic"}``."""
        return {}

    def products(self, context: Context[S_contra]) -> Iterable[str]:
        """The values that it makes for vaults: ``redis/endpoint/app``."""
        return ()

    def wants(self, context: Context[S_contra]) -> Iterable[Wish]:
        """The products that it takes."""
        return ()

    def app_roles(self, context: Context[S_contra]) -> Iterable[AppRole]:
        """Roles and permissions that it gives at applications of Entra tenants."""
        return ()

    def tenants(self, context: Context[S_contra]) -> Iterable[Tenant]:
        """The Entra tenants in which it makes objects. Several parts may name the same one."""
        return ()

    def records(self, context: Context[S_contra]) -> Iterable[Record]:
        """What it needs in the public DNS zone. Only the stack that holds the zone asks."""
        return ()

    def steps(self, context: Context[S_contra]) -> Iterable[Step]:
        """What only a person can do about it."""
        return ()

    def targets(self, context: Context[S_contra]) -> Iterable[Target]:
        """What answers over the network, and its doors."""
        return ()

    def origins(self, context: Context[S_contra]) -> Iterable[Origin]:
        """What of it answers behind a public host, for the edge."""
        return ()

    def watched(self, context: Context[S_contra]) -> Iterable[Watched]:
        """The public hosts that it serves, for alerts."""
        return ()

    def consumers(self, context: Context[S_contra]) -> Iterable[Consumer]:
        """What of it reaches out to targets, in addition to the services."""
        return ()

    def pods(self, context: Context[S_contra]) -> Iterable[Pods]:
        """What of it runs in the cluster, and takes room there."""
        return ()

    def grants(self, context: Context[S_contra]) -> Iterable[Grant]:
        """Roles that it needs or that its settings give, in addition to those of the services' needs."""
        return ()

    def versions(self, context: Context[S_contra]) -> Iterable[tuple[str, str]]:
        """The rows of the end-of-life table (what, version) that it runs on."""
        return ()

    def notices(self, context: Context[S_contra]) -> Iterable[Notice]:
        """What a person should act on soon, ends of life apart."""
        return ()

    def serves(self, context: Context[S_contra], service: Service, need: Need) -> Need | None:
        """What becomes of a service's need: itself, less or more of it, or ``None`` once it is removed."""
        return need

    def places(self, context: Context[S_contra], service: Service) -> Service:
        """What becomes of a service's record: where its workload runs and what answers at its endpoints."""
        return service

    def known(self, context: Context[S_contra]) -> Mapping[str, str]:
        """Values that it decides and services read, by reference: ``{"cosmos/database": "MystiraAppDb"}``. An empty one
        says that there is none: the variables that would hold it are left out."""
        return {}

    def adopts(self, context: Context[S_contra]) -> Mapping[str, str]:
        """Live resources that it takes over (type/logical name to id), in addition to ``mystira:adopt``."""
        return {}

    def unowned(self, context: Context[S_contra]) -> Iterable[str]:
        """Owners of components/facts (``OwnedElsewhere.owner``) that own nothing here, so that the settings decide."""
        return ()


AnyPart = Part[Any, Any]
