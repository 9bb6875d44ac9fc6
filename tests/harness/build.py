"""Building plans and single components under mocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pulumi

from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from components.naming.rules import tags_for
from components.placement import Placement
from components.surroundings.locks import Locks
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings
from stacks.build.recording import Planned, Recording, Registration, recording_of
from stacks.build.run import guarded_build
from stacks.parts.contract.build import planned_zone
from stacks.parts.part import AnyPart
from stacks.parts.secrets.plan import SECRETS
from stacks.plan.model import StackPlan
from tests.harness.compose import CONTRACT, Composition, Registered, compose

T = TypeVar("T")

PASSWORD = "mystira:postgresqlPassword"
PRODUCTS = "products for vaults"
"""Under which name the program exports them here: no output of a stack has it."""


def compose_plan(plan: StackPlan, composition: Composition | None = None) -> Composition:
    """Build a plan under mocks, logged in to its tenant.

    Equal plans share one composition, so a test must not change it; one that the caller brings is always built.
    """
    if composition is not None:
        return _compose_plan(plan, composition)
    return _once(_COMPOSED, plan, lambda: _compose_plan(plan, _composition(plan)))


def _composition(plan: StackPlan) -> Composition:
    """Logged in to the tenant of a plan, with `shared`'s zone where the plan expects it."""
    planned = planned_zone(plan)
    zone = {"zone_id": planned.id} if planned else {}
    return Composition(login_tenant=plan.tenant_id, references={"contract": {**CONTRACT, **zone}})


def compose_up_to(part: AnyPart, plan: StackPlan) -> Composition:
    """Build a plan as :func:`compose_plan` does, up to ``part``: no part needs those after it."""
    known = list(plan.parts)
    return compose_plan(replace(plan, parts={key: plan.parts[key] for key in known[: known.index(part.key) + 1]}))


def registrations(plan: StackPlan) -> Sequence[Registration]:
    """The Azure resources that the program itself records of a plan; equal plans share one recording."""
    return recording(plan).registrations


def everything(plan: StackPlan) -> Sequence[Planned]:
    """All that the program itself records of a plan."""
    return recording(plan).everything


def recording(plan: StackPlan) -> Recording:
    """The whole recording of a plan; equal plans share one."""
    return _once(_RECORDED, plan, lambda: recording_of(plan))


_COMPOSED: list[tuple[StackPlan, Composition]] = []
_RECORDED: list[tuple[StackPlan, Recording]] = []


def forget() -> None:
    """Compose and record anew from here on: what builds a plan is about to change."""
    _COMPOSED.clear()
    _RECORDED.clear()


def _once(known: list[tuple[StackPlan, T]], plan: StackPlan, make: Callable[[], T]) -> T:
    for each, made in known:
        if each == plan:
            return made
    known.append((plan, make()))
    return known[-1][1]


def _compose_plan(plan: StackPlan, composition: Composition) -> Composition:
    def program() -> Mapping[str, Any]:
        site = composition.site = guarded_build(plan, hooks=False)
        return {**site.outputs, PRODUCTS: {name: product(value) for name, value in site.products.items()}}

    compose(program, composition)
    composition.products.update(composition.outputs.pop(PRODUCTS))
    return composition


@dataclass(frozen=True)
class Product:
    """A value for vaults: what it is, and whether Pulumi keeps it secret."""

    value: str
    secret: bool


def product(value: pulumi.Input[str]) -> pulumi.Output[Product]:
    """An output that a program can export to be looked at, even where its value is secret."""
    found = pulumi.Output.from_input(value)
    both = pulumi.Output.all(found, found.is_secret())
    return pulumi.Output.unsecret(both).apply(lambda pair: Product(*pair))


def products(plan: StackPlan, prefix: str = "") -> dict[str, Product]:
    """What the parts of a plan make for vaults, by name; those that begin with ``prefix``."""
    whole = next((composition for each, composition in _COMPOSED if each == plan), None)
    # The writing of secrets comes after all that have any.
    found = (whole or compose_up_to(SECRETS, plan)).products
    return {name: product for name, product in found.items() if name.startswith(prefix)}


def every(composition: Composition, kind: str) -> list[Registered]:
    """The resources of ``kind``, a key of the type table: ``redis-database``."""
    return composition.of(RESOURCE_TYPES[kind].token)


def one(composition: Composition, kind: str, name: str = "") -> Registered:
    """The only resource of ``kind``, or the one that has the logical ``name``."""
    found = [each for each in every(composition, kind) if name in ("", each.name)]
    assert len(found) == 1, f"{len(found)} resources of {kind} {name}"
    return found[0]


def by_name(composition: Composition, kind: str) -> dict[str, Registered]:
    """The resources of ``kind`` by logical name: siblings are registered in any order."""
    return {each.name: each for each in every(composition, kind)}


def waits(found: Registered, kind: str) -> set[str]:
    """The logical names of what a resource waits for, of one kind."""
    return {name for type_, name in found.awaits if type_ == RESOURCE_TYPES[kind].token}


def parents(composition: Composition) -> dict[tuple[str, str], str]:
    """Of every Azure resource, by kind and logical name: the kind of its parent, or the class of its component."""

    def kind(token: str) -> str:
        return BY_TOKEN[token].key if token in BY_TOKEN else token.rpartition(":")[2]

    return {(kind(each.type), each.name): kind(each.parent_type) for each in composition.azure()}


PLACE = Placement(
    "mys-dev-core-rg-san",
    "southafricanorth",
    tags_for(environment="dev", service="core", team="platform", cost_center="mystira"),
)
"""Where components that are tested alone are put."""

WORKSPACE_ID = "/log-analytics-workspace/mys-dev-core-log-san"
SUBNET_ID = "/subnet/private-endpoints"


def surroundings(*, locked: bool = False) -> Surroundings:
    """The surroundings of a component that is tested alone."""
    return Surroundings(WORKSPACE_ID, SUBNET_ID, Locks(locked))


def private_path(name: str, group: str, *zones: str) -> PrivatePath:
    """A private endpoint for a component that is tested alone."""
    return PrivatePath(name, group, {zone: f"/private-dns-zone/{zone}" for zone in zones}, PLACE)
