"""What a live resource is once its part is done, and which rules that breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from stacks.adopt.staying import staying, weaknesses_of
from stacks.adopt.steps import steps_of
from stacks.build.recording import Registration
from stacks.plan.model import StackPlan
from tests.harness.build import recording

STORAGE, QUEUE, CLUSTER = "storage-account/core", "service-bus-queue/publisher-events", "kubernetes-cluster/core"
RULE = "storage-encryption"
PLAIN = {"location": "South Africa North", "encryption": {"keySource": "Microsoft.Storage", "services": {}}}


@pytest.fixture(scope="module")
def planned(plans: Mapping[str, StackPlan]) -> Mapping[str, Registration]:
    return {each.key: each for each in recording(plans["dev"]).registrations}


def test_what_azure_takes_at_creation_only_is_the_live_ones(planned: Mapping[str, Registration]) -> None:
    found = staying(planned[STORAGE], {**PLAIN, "minimumTlsVersion": "TLS1_0"})
    assert found["encryption"] == PLAIN["encryption"]
    assert found["minimumTlsVersion"] == planned[STORAGE].inputs["minimumTlsVersion"] == "TLS1_2"
    # Where Azure tells nothing, the live one has none.
    assert "isHnsEnabled" not in found
    # Which resource is meant does not change by it.
    assert found["location"] == planned[STORAGE].inputs["location"]


def test_it_is_found_under_properties_and_below_others(planned: Mapping[str, Registration]) -> None:
    assert staying(planned[QUEUE], {"properties": {"requiresSession": True}})["requiresSession"] is True
    cluster = staying(planned[CLUSTER], {"properties": {"networkProfile": {"networkPlugin": "kubenet"}}})
    profile = planned[CLUSTER].inputs["networkProfile"]
    assert cluster["networkProfile"]["networkPlugin"] == "kubenet"
    assert cluster["networkProfile"]["loadBalancerSku"] == profile["loadBalancerSku"]


def test_nothing_stays_of_what_is_not_told(planned: Mapping[str, Registration]) -> None:
    assert staying(planned[STORAGE], {}) == planned[STORAGE].inputs


def test_what_the_live_resource_breaks_needs_a_waiver(
    plans: Mapping[str, StackPlan], planned: Mapping[str, Registration]
) -> None:
    """The plan's own account keeps every rule that is not waived; the live one was made without infrastructure
    encryption."""
    given = plans["dev"].waivers.keys()
    (weak,) = weaknesses_of([planned[STORAGE]], {STORAGE: PLAIN}, given)
    assert (weak.rule, weak.key) == (RULE, STORAGE)
    assert str(weak).startswith(f"mystira:waivers.{RULE}: {STORAGE}: encryption.requireInfrastructureEncryption")
    assert list(weaknesses_of([planned[STORAGE]], {STORAGE: PLAIN}, {RULE, *given})) == []
    assert list(weaknesses_of([planned[STORAGE]], {STORAGE: planned[STORAGE].inputs}, given)) == []
    assert list(weaknesses_of([planned[STORAGE]], {}, ())) == []


def test_secrets_are_not_said_to_be_open(planned: Mapping[str, Registration]) -> None:
    """A recording opens them."""
    secret = next(each for each in planned.values() if each.row.key == "key-vault-secret")
    assert list(weaknesses_of([secret], {secret.key: {"properties": {"contentType": "text"}}}, ())) == []


def test_the_part_that_goes_on_says_so(plans: Mapping[str, StackPlan], planned: Mapping[str, Registration]) -> None:
    stack = replace(plans["dev"], adopt={STORAGE: planned[STORAGE].id})
    found = recording(plans["dev"]).everything

    def of(plan: StackPlan) -> dict[str, list[str]]:
        return {step.part: [weak.rule for weak in step.waivers] for step in steps_of(plan, found, {STORAGE: PLAIN})}

    assert of(stack) == {"*": [], "storage": [RULE]}
    given = {**stack.waivers, RULE: next(iter(stack.waivers.values()))}
    assert of(replace(stack, waivers=given)) == {"*": [], "storage": []}
