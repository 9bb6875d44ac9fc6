"""What a plan is made from, in one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from components.facts.regions import REGIONS
from components.naming.builder import Names
from components.naming.rules import tags_for
from stacks.catalogue.model import Catalogue
from stacks.parts.doors import NetworkPath
from stacks.parts.origins import Origin
from stacks.parts.pods import Pods
from stacks.parts.watched import Watched
from stacks.settings.loading import NAMESPACE, environment_of, file_name
from stacks.settings.models import Settings
from stacks.settings.others import OtherStack

S_co = TypeVar("S_co", bound=Settings, covariant=True)


@dataclass(frozen=True)
class Context(Generic[S_co]):
    """Everything that a plan depends on; plain data."""

    stack: str
    """The stack's name: files and references take it."""
    environment: str
    """dev, staging, prod or shared: names, tags, hosts and namespaces take it. Several stacks may be one environment in
    several regions."""
    settings: S_co
    """The settings of the stack, checked field by field."""
    catalogue: Catalogue
    """The services, with the needs that this stack serves."""
    names: Names
    """The physical names of the environment in its region."""
    today: date
    """The day from which ends of life and expiry dates are seen."""
    others: Mapping[str, OtherStack]
    """By stack: what this stack depends on in the settings of the others."""
    known: Mapping[str, str] = field(default_factory=dict)
    """What the parts decide and services read, by reference (``Part.known``); filled in before anything is planned."""
    paths: tuple[NetworkPath, ...] = ()
    """The one way of every consumer to everything that it needs, once it is proven: parts plan with it."""
    origins: tuple[Origin, ...] = ()
    """What answers behind public hosts, in the order of the parts; filled in before anything is planned."""
    pods: tuple[Pods, ...] = ()
    """Everything that runs in the cluster, in the order of the parts; filled in before anything is planned."""
    watched: tuple[Watched, ...] = ()
    """Every public host; filled in once the checks have passed: alerts plan with it."""

    def path(self, setting: str) -> str:
        """How errors name a setting: ``redis.sku`` becomes ``Pulumi.dev.yaml: mystira:redis.sku``."""
        return f"{file_name(self.stack)}: {NAMESPACE}:{setting}"

    def tags(self, service: str) -> Mapping[str, str]:
        """The tags of what belongs to ``service``, a key of the catalogue or of a resource group."""
        owner = self.settings.ownership
        return tags_for(environment=self.environment, service=service, team=owner.team, cost_center=owner.cost_center)

    @property
    def place(self) -> str:
        """What makes GUIDs of this stack differ from those of every other: ``mys-prod``.

        Role assignments have names that are unique in the tenant. A further stack of an environment adds its region.
        """
        naming = self.settings.naming
        first = f"{naming.org}{naming.instance}-{self.environment}"
        return first if self.stack == self.environment else f"{first}-{REGIONS[self.settings.azure.region].code}"


def context_of(
    stack: str, settings: S_co, catalogue: Catalogue, *, today: date, others: Mapping[str, OtherStack] | None = None
) -> Context[S_co]:
    """The context of ``stack``. Raises :class:`~components.problems.InvalidInput` where no name can be made in it."""
    environment = environment_of(stack, settings)
    names = Names(settings.naming.org, environment, settings.azure.region, settings.naming.instance)
    return Context(stack, environment, settings, catalogue, names, today, others or {})
