"""Building plans and single components under mocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import set_all_config

from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from components.naming.rules import tags_for
from components.placement import Placement
from components.surroundings.locks import Locks
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings
from stacks.build.run import guarded_build
from stacks.parts.site import Site
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition, Registered, compose

PASSWORD = "mystira:postgresqlPassword"


def compose_plan(
    plan: StackPlan,
    composition: Composition | None = None,
    outputs: Callable[[Site], Mapping[str, Any]] = lambda site: site.outputs,
) -> Composition:
    """Build a plan under mocks, logged in to its tenant.

    ``outputs`` picks what of the built site is resolved into ``Composition.outputs``.
    """

    def program() -> Mapping[str, Any]:
        set_all_config({PASSWORD: "Not-a-real-1"}, [PASSWORD])
        return outputs(guarded_build(plan, retries=False))

    return compose(program, composition or Composition(login_tenant=plan.tenant_id))


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

    def wanted(site: Site) -> Mapping[str, Any]:
        return {name: product(value) for name, value in site.products.items() if name.startswith(prefix)}

    return compose_plan(plan, outputs=wanted).outputs


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
