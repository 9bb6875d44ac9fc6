"""How every type is paid for, and what the tables of prices hold."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from components.cdn.facts import PREMIUM, STANDARD
from components.facts.prices import HOURS, LISTED, PRICES, VIRTUAL_MACHINES
from components.facts.pricing import _FREE, _HOURS, _USE, PRICING, usage_of
from components.facts.regions import REGIONS
from components.facts.types import REGISTERED_TYPES
from components.facts.vm_sizes import VM_SIZES


def test_it_is_known_how_every_type_is_paid_for() -> None:
    assert PRICING.keys() == REGISTERED_TYPES.keys()
    assert len(PRICING) == len(_HOURS) + len(_USE) + len(_FREE), "a type is in two tables"


def test_every_price_has_a_region_a_source_and_a_day() -> None:
    assert len(LISTED) == len(PRICES)
    for row in PRICES:
        assert row.region in REGIONS
        assert row.dollars > 0
        assert len(row.source) > 20
        assert row.unit in ("1 Hour", "1/Month")


def test_every_size_of_a_node_pool_has_a_price() -> None:
    """A pull request that changes the size of a pool is the most common one about money."""
    assert [size for size in VM_SIZES if ("southafricanorth", VIRTUAL_MACHINES, size) not in LISTED] == []


@pytest.mark.parametrize("family", ["Standard_D{}ds_v5", "Standard_D{}s_v5", "Standard_E{}ds_v5"])
def test_twice_the_cores_cost_twice_as_much(family: str) -> None:
    """As everywhere in a series of one operating system: a row of Windows among those of Linux would stand out."""
    rows = [LISTED.get(("southafricanorth", VIRTUAL_MACHINES, family.format(cores))) for cores in (2, 4, 8, 16)]
    found = [row.dollars for row in rows if row]
    assert len(found) > 1
    assert [2 * small for small, _ in pairwise(found)] == pytest.approx([large for _, large in pairwise(found)])


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"),
    [
        (
            "kubernetes-cluster",
            {"agentPoolProfiles": [{"vmSize": "A", "count": 2.0, "minCount": 2.0, "maxCount": 4.0}]},
            [("A", 2 * HOURS, 4 * HOURS)],
        ),
        (
            "kubernetes-cluster",
            {"sku": {"name": "Base", "tier": "Standard"}, "agentPoolProfiles": []},
            [("Standard", HOURS, HOURS)],
        ),
        ("agent-pool", {"vmSize": "B", "count": 3}, [("B", 3 * HOURS, 3 * HOURS)]),
        ("app-service-plan", {"sku": {"name": "P1v3", "capacity": 2.0}}, [("P1v3", 2 * HOURS, 2 * HOURS)]),
        ("app-service-plan", {"sku": {"name": "B1"}}, [("B1", HOURS, HOURS)]),
        (
            "postgresql-server",
            {"sku": {"name": "C"}, "highAvailability": {"mode": "ZoneRedundant"}},
            [("C", 2 * HOURS, 2 * HOURS)],
        ),
        (
            "postgresql-server",
            {"sku": {"name": "C"}, "highAvailability": {"mode": "Disabled"}},
            [("C", HOURS, HOURS)],
        ),
        ("redis", {"sku": {"name": "Balanced_B1"}}, [("Balanced_B1", HOURS, HOURS)]),
        ("virtual-network", {"location": "westeurope"}, []),
        ("front-door-endpoint", {"location": "Global"}, []),
    ],
)
def test_what_runs_follows_from_the_inputs(kind: str, inputs: dict[str, Any], expected: list[Any]) -> None:
    found = usage_of(kind, inputs, "southafricanorth")
    assert [(each.size, each.least, each.most) for each in found] == expected
    assert {each.region for each in found} <= {"southafricanorth"}


def test_the_base_fee_of_front_door_is_that_of_its_tier_and_of_no_region() -> None:
    (found,) = usage_of("front-door-profile", {"sku": {"name": PREMIUM}, "location": "Global"}, "southafricanorth")
    price = LISTED[found.region, found.service, found.size]
    assert found.least * price.dollars == found.most * price.dollars == pytest.approx(330)
    (found,) = usage_of("front-door-profile", {"sku": {"name": STANDARD}, "location": "Global"}, "southafricanorth")
    assert (found.region, found.service, found.size) not in LISTED


def test_what_runs_elsewhere_is_priced_there() -> None:
    (found,) = usage_of("redis", {"sku": {"name": "A"}, "location": "westeurope"}, "southafricanorth")
    assert found.region == "westeurope"
