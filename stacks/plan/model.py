"""The plan of a stack: names, ranges and references decided, nothing left to look up. Imports no Pulumi."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from components.access.spec import RoleAssignmentSpec
from components.guard.phases import Phase
from components.problems import Problem
from stacks.parts.doors import NetworkPath
from stacks.parts.part import AppRole, Notice, Part, Step, Tenant
from stacks.parts.pods import Pods
from stacks.parts.records import RecordSet
from stacks.parts.watched import Watched
from stacks.settings.waivers import Waiver

P = TypeVar("P")


@dataclass(frozen=True)
class StackPlan:
    """What spans the parts of a stack, and the plan of each part."""

    stack: str
    environment: str
    tenant_id: str
    subscription_id: str
    region: str
    domain: str
    parts: Mapping[str, Any]
    """By key of a part: its plan. Parts that the settings have removed are not there."""
    tenants: tuple[Tenant, ...]
    """The Entra tenants in which the stack makes objects, one a provider."""
    grants: tuple[RoleAssignmentSpec, ...]
    """Every role assignment."""
    app_roles: tuple[AppRole, ...]
    """Every role and permission at an application of a tenant."""
    zones: tuple[str, ...]
    """The private DNS zones of everything that is reached privately."""
    paths: tuple[NetworkPath, ...]
    """The one way of every consumer to everything that it needs."""
    pods: tuple[Pods, ...]
    """Everything that runs in the cluster."""
    records: tuple[RecordSet, ...]
    """What is in the public DNS zone."""
    watched: tuple[Watched, ...]
    """Every public host, with what tells alerts that it is not well."""
    steps: tuple[Step, ...]
    """What only a person can do."""
    waivers: Mapping[str, Waiver]
    """The rules that the settings break for a while."""
    notices: tuple[Notice, ...]
    """What a person should act on."""
    protection: bool
    """Whether what holds data is protected and locked."""
    adopt: Mapping[str, str]
    """Live resources that are taken over: type/logical name to id."""
    phases: Mapping[str, Phase]
    """How far each part has taken over what lives: by key of a part, or ``*``; a part that is not there is done."""
    live_subnets: frozenset[str]
    """The names of subnets that an adopted network has already."""
    unowned: frozenset[str]
    """Owners of properties (components/facts) that own nothing in this stack."""
    replacements: Mapping[str, Waiver]
    """What may be replaced or deleted although it is kept: type/logical name to who answers for it, and until when."""
    fictitious: tuple[Problem, ...]
    """Settings that only serve the offline cloud: a real run is refused until they are replaced."""

    def of(self, part: Part[Any, P]) -> P:
        """The plan of a part. Raises ``KeyError`` where this stack does not have it."""
        return self.parts[part.key]

    def get(self, part: Part[Any, P]) -> P | None:
        """The plan of a part, ``None`` where this stack does not have it."""
        return self.parts.get(part.key)
