"""Capacity: what is proven to fit fits, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.facts.vm_sizes import AGENTS, VM_SIZES, Room, allocatable
from stacks.parts.aks.pools import NODE_POOLS
from stacks.plan.capacity import Pod, largest, smallest, unplaced
from stacks.plan.model import StackPlan
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, every_environment, one_problem

PODS = st.lists(
    st.builds(Pod, st.sampled_from("abc"), st.integers(1, 2000), st.integers(16, 8192)), min_size=0, max_size=30
)


def test_a_node_keeps_something_for_itself() -> None:
    """Microsoft's own example: 30 pods on 8 GiB reserve 650 MB, and 100 MB are the eviction threshold."""
    room = allocatable(VM_SIZES["Standard_D2ds_v5"], 30)
    assert room.memory_mib == 8192 - 650 - 100 - 800
    assert room.millicores == 2000 - 100 - 500
    assert room.pods == 20
    assert allocatable(VM_SIZES["Standard_B2s"], 250).memory_mib == 4096 - 1024 - 100 - 800


def test_an_agent_on_every_node_takes_its_room_there() -> None:
    without, room = (allocatable(VM_SIZES["Standard_D2ds_v5"], 30, agents) for agents in ((), tuple(AGENTS)))
    assert (room.millicores, room.memory_mib, room.pods) == (
        without.millicores - 70 - 170,
        without.memory_mib - 180 - 600,
        without.pods - 2,
    )


@given(pods=PODS, nodes=st.integers(0, 8))
def test_what_is_placed_fits_and_a_node_for_each_pod_is_enough(pods: list[Pod], nodes: int) -> None:
    room = Room(4000, 8192, 10)
    left = unplaced(pods, room, nodes)
    taken = list(pods)
    for pod in left:
        taken.remove(pod)
    assert len(taken) <= nodes * room.pods
    assert sum(pod.millicores for pod in taken) <= nodes * room.millicores
    assert sum(pod.memory_mib for pod in taken) <= nodes * room.memory_mib
    assert unplaced(pods, room, len(pods)) == []


def test_a_pod_larger_than_a_node_has_no_place_on_any_number_of_nodes() -> None:
    """Estate R3: a replica of 4 GiB on a node of 4 GiB."""
    room = allocatable(VM_SIZES["Standard_B2s"], 30)
    assert unplaced([Pod("chain", 500, 4096)], room, 100) == [Pod("chain", 500, 4096)]


def test_pods_that_keep_apart_take_a_node_each() -> None:
    pods = [Pod("chain", 100, 100, apart=True)] * 3 + [Pod("other", 100, 100)]
    assert unplaced(pods, Room(4000, 8192, 10), 2) == [Pod("chain", 100, 100, apart=True)]
    assert unplaced(pods, Room(4000, 8192, 10), 3) == []


@every_environment
@pytest.mark.requirement("S1-103")
def test_capacity_counts_services_jobs_and_what_azure_runs(stack: str, plans: Mapping[str, StackPlan]) -> None:
    counted = {each.name: each for each in plans[stack].pods}
    in_cluster = {
        "admin-api",
        "story-generator",
        "publisher",
        "chain",
        "data-migration",
        "analytics",
        "training-export",
    }
    assert set(counted) >= {*in_cluster, "db-migrator", "AKS' own"}
    assert counted["AKS' own"].tolerates == NODE_POOLS["system"].taints
    assert counted["chain"].tolerates == NODE_POOLS["chain"].taints
    assert (counted["chain"].surge, counted["chain"].apart) == (0, True)
    publisher = counted["publisher"]
    assert len(smallest([publisher])) == publisher.minimum
    assert len(largest([publisher])) == publisher.maximum + 1


@pytest.mark.requirement("S1-103", "S3-155")
def test_how_many_copies_run_is_a_decision_of_each_environment(folder: Path) -> None:
    problem = one_problem(folder, "staging", {"services.publisher.replicas": GONE})
    assert problem.path == "Pulumi.staging.yaml: mystira:services.publisher.replicas"
    assert problem.what.startswith("missing")
    assert problem.read == "docs/capacity.md"


MISTAKES = [
    Mistake(
        "dev",
        {"services.publisher.requests": {"cpu": 3.5, "memory_mib": 128}, "services.publisher.limits.cpu": 4},
        "services.publisher.requests",
        "no node of the pool services has as much",
        "at most 3.12 cores",
    ),
    Mistake(
        "prod",
        {"services.chain.replicas": {"minimum": 4, "maximum": 4}},
        "aks.pools.chain.minimum",
        "the pool cannot hold what runs on it",
        "room for chain: 1 pods",
    ),
    Mistake(
        "dev",
        {"services.story-generator.replicas.maximum": 20, "services.story-generator.requests.cpu": 0.8},
        "aks.pools.services.maximum",
        "the pool cannot hold what runs on it",
        "room for",
    ),
]


@each_mistake(MISTAKES)
def test_what_does_not_fit_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
