"""The bill of a stack."""

from __future__ import annotations

import pytest

from components.facts.prices import HOURS
from components.facts.pricing import PRICING, Pricing
from stacks.reports.cost import Priced, bill_of
from tests.harness.build import everything
from tests.harness.settings import every_stack, plan

REGION = "southafricanorth"


@every_stack
def test_every_resource_of_a_stack_is_paid_for_in_a_known_way(stack: str) -> None:
    found = everything(plan(stack))
    assert {each.row.key for each in found} <= PRICING.keys()
    bill = bill_of((Priced(each.row.key, each.name, each.inputs) for each in found), REGION)
    assert len(bill.lines) >= sum(PRICING[each.row.key] is Pricing.HOURS for each in found)
    assert all(line.usage.least <= line.usage.most for line in bill.lines)
    assert bill.by_use


def test_a_bill_adds_what_has_a_price_and_names_the_rest() -> None:
    bill = bill_of(
        (
            Priced("agent-pool", "core", {"vmSize": "Standard_D2ds_v5", "minCount": 1, "maxCount": 2}),
            Priced("redis", "core", {"sku": {"name": "Balanced_B1"}}),
            Priced("storage-account", "core", {}),
            Priced("resource-group", "core", {}),
        ),
        REGION,
    )
    assert (bill.least, bill.most) == (pytest.approx(0.15 * HOURS), pytest.approx(0.3 * HOURS))
    assert [line.resource for line in bill.unpriced] == ["Redis cluster core"]
    assert bill.by_use == {"Storage": "account"}


def test_a_price_is_that_of_the_region_or_none() -> None:
    pool = {"vmSize": "Standard_D2ds_v5", "count": 1, "location": "westeurope"}
    assert bill_of([Priced("agent-pool", "core", pool)], REGION).unpriced
