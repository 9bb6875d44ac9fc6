"""Capacity: what is proven to fit fits, node by node."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.facts.vm_sizes import VM_SIZES, Room, allocatable
from stacks.parts.aks.capacity import Pod, unplaced

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
