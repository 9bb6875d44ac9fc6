"""How long a stack takes at Azure: the program adds next to nothing to what Azure itself asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from components.facts.types import RESOURCE_TYPES
from stacks.build.recording import Registration
from stacks.plan.model import StackPlan
from tests.harness.build import everything
from tests.harness.settings import STACKS, every_stack
from tools.bench.critical_path import Times, times_of

ROOT = "/subscriptions/s/resourceGroups/g"


@pytest.fixture(scope="module")
def times(plans: Mapping[str, StackPlan]) -> Mapping[str, Times]:
    return {stack: times_of(everything(plans[stack])) for stack in STACKS}


@every_stack
@pytest.mark.requirement("S1-013", "S3-176")
def test_the_program_waits_only_for_what_azure_asks_for(stack: str, times: Mapping[str, Times]) -> None:
    assert times[stack].ratio <= 1.05
    assert times[stack].minutes < 30
    assert times[stack].work > times[stack].minutes


def test_the_longest_chain_goes_through_the_cluster(times: Mapping[str, Times]) -> None:
    path = [step.key.partition("/")[0] for step in times["prod"].path]
    assert path[0] == "resource-group"
    assert path.index("virtual-network") < path.index("role-assignment") < path.index("kubernetes-cluster")
    assert [step.start for step in times["prod"].path] == sorted(step.start for step in times["prod"].path)


def registration(kind: str, name: str, id: str, *waits_for: str, reads: tuple[str, ...] = ()) -> Registration:
    row = RESOURCE_TYPES[kind]
    waits = frozenset((*waits_for, *reads))
    return Registration(
        row=row, name=name, physical=name, id=id, urn=name, inputs={}, waits_for=waits, reads=frozenset(reads)
    )


def test_a_wait_without_need_makes_the_chain_longer() -> None:
    group = registration("resource-group", "group", ROOT)
    cluster = registration("kubernetes-cluster", "cluster", f"{ROOT}/providers/Microsoft.X/clusters/c", "group")
    server = registration("postgresql-server", "server", f"{ROOT}/providers/Microsoft.X/servers/s", "group")
    free = times_of([group, cluster, server])
    assert free.ratio == 1
    bound = times_of([group, cluster, replace(server, waits_for=frozenset({"group", "cluster"}))])
    assert bound.ratio > 1.4
    assert [step.key for step in bound.path] == [
        "resource-group/group",
        "kubernetes-cluster/cluster",
        "postgresql-server/server",
    ]
    read = times_of([group, cluster, replace(server, waits_for=frozenset({"cluster"}), reads=frozenset({"cluster"}))])
    assert read.ratio == 1


def test_children_that_azure_writes_one_at_a_time_cannot_be_faster() -> None:
    server = registration("postgresql-server", "server", f"{ROOT}/providers/Microsoft.X/servers/s")
    kind = "postgresql-configuration"
    parameters = [
        registration(kind, "first", f"{server.id}/configurations/first", "server"),
        registration(kind, "second", f"{server.id}/configurations/second", "server", "first"),
        registration(kind, "third", f"{server.id}/configurations/third", "server", "second"),
    ]
    assert times_of([server, *parameters]).ratio == 1


def test_the_roles_of_an_identity_come_before_what_runs_as_it() -> None:
    identity = registration("user-assigned-identity", "me", f"{ROOT}/providers/Microsoft.X/identities/me")
    subnet = registration("virtual-network", "net", f"{ROOT}/providers/Microsoft.X/networks/n")
    role_id = f"{subnet.id}/providers/Microsoft.Authorization/roleAssignments/r"
    role = registration("role-assignment", "role", role_id, reads=("me", "net"))
    cluster = registration(
        "kubernetes-cluster", "cluster", f"{ROOT}/providers/Microsoft.X/clusters/c", "role", reads=("me",)
    )
    assert times_of([identity, subnet, role, cluster]).ratio == 1
