"""What a plan registers, without an engine: ids, what waits for what, and what can be adopted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from components.facts.ids import path_values
from stacks.build.recording import PRINCIPAL, Registration, registrations_of
from stacks.plan.model import StackPlan
from tests.harness.build import everything, recording, registrations
from tests.harness.compose import Composition
from tests.harness.settings import STACKS, every_stack


@pytest.fixture(scope="module")
def registered(plans: Mapping[str, StackPlan]) -> Mapping[str, Sequence[Registration]]:
    return {stack: registrations(plans[stack]) for stack in STACKS}


@every_stack
def test_every_azure_resource_of_the_plan_is_recorded(
    stack: str, registered: Mapping[str, Sequence[Registration]], composed: Mapping[str, Composition]
) -> None:
    assert sorted((each.row.token, each.name) for each in registered[stack]) == sorted(
        (each.type, each.name) for each in composed[stack].azure()
    )


@every_stack
def test_ids_are_unique_and_those_of_their_type(stack: str, registered: Mapping[str, Sequence[Registration]]) -> None:
    ids = [each.id.lower() for each in registered[stack]]
    assert len(ids) == len(set(ids))
    for each in registered[stack]:
        assert path_values(each.row, each.id)[each.row.name_input] == each.physical, each.key


@every_stack
def test_nothing_waits_for_itself_and_what_is_read_is_waited_for(
    stack: str, registered: Mapping[str, Sequence[Registration]]
) -> None:
    for each in registered[stack]:
        assert each.urn not in each.waits_for, each.key
        assert each.reads <= each.waits_for, each.key


def test_a_resource_waits_for_its_parent_and_the_one_before_it(
    registered: Mapping[str, Sequence[Registration]],
) -> None:
    found = {each.key: each for each in registered["dev"]}
    cluster = found["kubernetes-cluster/core"]
    assert cluster.urn in found["agent-pool/core-services"].waits_for
    assert found["agent-pool/core-services"].urn in found["agent-pool/core-chain"].waits_for
    assert found["role-assignment/kubelet-acr-pull-registry"].urn in cluster.waits_for


@every_stack
def test_every_resource_has_a_part_of_its_plan(stack: str, plans: Mapping[str, StackPlan]) -> None:
    assert {each.part for each in everything(plans[stack])} <= plans[stack].parts.keys()


def test_what_roles_are_granted_at_and_who_has_them_are_recorded(plans: Mapping[str, StackPlan]) -> None:
    found = recording(plans["dev"])
    by_key = {each.key: each for each in found.registrations}
    assert found.scopes["cluster"] == by_key["kubernetes-cluster/core"].id
    assert found.principals["identity/app"] == f"{PRINCIPAL}{by_key['user-assigned-identity/app'].physical}"
    assert {each.scope for each in plans["dev"].grants} <= found.scopes.keys()


def test_what_the_engine_ignores_and_protects_is_recorded(plans: Mapping[str, StackPlan]) -> None:
    found = {each.key: each for each in everything(plans["dev"])}
    assert set(found["agent-pool/core-chain"].ignores) == {"count", "orchestratorVersion"}
    protected = {each.row.key for each in found.values() if each.protected}
    assert protected == {each.row.key for each in found.values() if each.row.holds_data}


def test_what_is_named_after_a_principal_cannot_be_adopted(registered: Mapping[str, Sequence[Registration]]) -> None:
    unknown = [each for each in registered["dev"] if not each.adoptable]
    assert unknown
    assert all(each.physical.startswith(PRINCIPAL) for each in unknown)


def test_entries_of_adopt_change_nothing_of_what_is_recorded(
    plans: Mapping[str, StackPlan], registered: Mapping[str, Sequence[Registration]]
) -> None:
    """It is asked for what would be new, to find what can be adopted."""
    adopting = replace(plans["shared"], adopt={"dns-zone/domain": "/subscriptions/s/resourceGroups/old"})
    found = sorted(each.key for each in registrations_of(adopting))
    assert found == sorted(each.key for each in registered["shared"])
