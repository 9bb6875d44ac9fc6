"""The site: what every part makes is where the plan says, once, and what is not there is one clear error."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from components.network.virtual_network import VirtualNetwork
from stacks.build.parts import BUILDERS
from stacks.parts.all import ENVIRONMENT_PARTS, SHARED_PARTS, parts_of
from stacks.parts.part import AnyPart
from stacks.parts.site import Registry, Site
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition
from tests.harness.settings import context, every_stack

# A registry.


def test_a_key_that_is_taken_is_one_clear_error() -> None:
    resources: Registry[str] = Registry("resource")
    resources.put("network", "/one")
    with pytest.raises(ValueError, match="two builders make the resource network"):
        resources.put("network", "/two")
    assert resources["network"] == "/one"


def test_a_key_that_is_missing_is_one_clear_error() -> None:
    resources: Registry[str] = Registry("resource")
    with pytest.raises(KeyError, match="no resource network has been built; known: nothing"):
        resources["network"]
    resources.put("subnet/b", "/b")
    resources.put("subnet/a", "/a")
    with pytest.raises(KeyError, match="no resource network has been built; known: subnet/a, subnet/b"):
        resources["network"]
    assert "network" not in resources
    assert list(resources) == ["subnet/b", "subnet/a"]


# Parts and builders.


def test_every_part_has_a_builder_and_every_builder_a_part() -> None:
    assert set(BUILDERS) == {*SHARED_PARTS, *ENVIRONMENT_PARTS}


@pytest.mark.parametrize("parts", [SHARED_PARTS, ENVIRONMENT_PARTS], ids=["shared", "an environment"])
def test_keys_of_parts_are_unique_in_a_kind_of_stack(parts: tuple[AnyPart, ...]) -> None:
    keys = [part.key for part in parts]
    assert len(keys) == len(set(keys))


# What builders put there.


@pytest.fixture(scope="module")
def sites(composed: Mapping[str, Composition]) -> Mapping[str, Site]:
    """Every stack as its builders left it; its values are outputs of a program that has ended, its keys are what
    counts."""
    return {stack: each.site for stack, each in composed.items() if each.site}


@every_stack
def test_the_scopes_of_the_parts_are_the_resources_that_are_built(stack: str, sites: Mapping[str, Site]) -> None:
    scopes = [scope for part in parts_of(stack) for scope in part.scopes(context(stack))]
    assert sorted(scopes) == sorted(sites[stack].resources)


@every_stack
def test_the_zones_of_the_plan_are_those_that_are_built(
    stack: str, sites: Mapping[str, Site], plans: Mapping[str, StackPlan]
) -> None:
    assert sorted(plans[stack].zones) == sorted(sites[stack].zones)


@every_stack
def test_every_role_s_principal_is_an_identity_that_is_built(
    stack: str, sites: Mapping[str, Site], plans: Mapping[str, StackPlan]
) -> None:
    named = {each.principal for each in plans[stack].grants if "/" in each.principal}
    assert named <= set(sites[stack].principals)


@every_stack
def test_the_products_of_the_parts_are_those_that_are_built(stack: str, sites: Mapping[str, Site]) -> None:
    products = [product for part in parts_of(stack) for product in part.products(context(stack))]
    assert sorted(products) == sorted(sites[stack].products)


@every_stack
def test_every_role_of_the_plan_is_granted(
    stack: str, sites: Mapping[str, Site], plans: Mapping[str, StackPlan]
) -> None:
    assert all(each.key in sites[stack].granted for each in plans[stack].grants)


def test_a_component_of_another_kind_is_one_clear_error(sites: Mapping[str, Site]) -> None:
    with pytest.raises(TypeError, match="cluster is a Cluster, not a VirtualNetwork"):
        sites["dev"].component(VirtualNetwork, "cluster")
