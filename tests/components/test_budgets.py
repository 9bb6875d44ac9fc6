"""A budget, made from its spec alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from components.budgets.budget import Budget
from components.budgets.facts import START
from components.budgets.spec import BudgetSpec, Threshold
from tests.harness.build import one
from tests.harness.compose import Registered, compose

SPEC = BudgetSpec(
    key="all",
    name="mys-dev-core-budget-san",
    amount=12.5,
    start=date(2026, 11, 1),
    groups=("one", "two"),
    nodes=True,
    tags={},
    thresholds=(Threshold("Actual", 80, 3), Threshold("Forecasted", 100, 2)),
)
CONTACTS = {3: "/action-group/inform", 2: "/action-group/notify"}


def made(spec: BudgetSpec, *node_groups: str) -> Registered:
    def program() -> None:
        Budget("all", spec, subscription_id="s", node_groups=node_groups, contacts=CONTACTS)

    return one(compose(program), "budget")


def test_a_budget_counts_its_groups_and_those_of_nodes() -> None:
    found = made(SPEC, "nodes").inputs
    assert (found["scope"], found["amount"], found["timeGrain"]) == ("/subscriptions/s", 12.5, "Monthly")
    dimensions = {"name": "ResourceGroupName", "operator": "In", "values": ["one", "two", "nodes"]}
    assert found["filter"] == {"dimensions": dimensions}
    assert found["timePeriod"] == {"startDate": "2026-11-01T00:00:00Z"}


def test_a_tag_and_the_groups_are_one_condition() -> None:
    found = made(replace(SPEC, tags={"CostCategory": "database"})).inputs["filter"]
    assert [list(part) for part in found["and"]] == [["dimensions"], ["tags"]]
    assert found["and"][1]["tags"] == {"name": "CostCategory", "operator": "In", "values": ["database"]}


@pytest.mark.parametrize(
    ("key", "kind", "percent", "group"),
    [("actual80", "Actual", 80, "/action-group/inform"), ("forecasted100", "Forecasted", 100, "/action-group/notify")],
)
def test_each_threshold_tells_the_group_of_its_severity(key: str, kind: str, percent: int, group: str) -> None:
    found = made(SPEC).inputs["notifications"]
    assert set(found) == {"actual80", "forecasted100"}
    assert (found[key]["thresholdType"], found[key]["threshold"]) == (kind, percent)
    assert (found[key]["contactGroups"], found[key]["enabled"]) == ([group], True)


def test_its_first_day_is_chosen_once() -> None:
    assert START == "timePeriod.startDate"
    assert START.partition(".")[0] in made(SPEC).inputs
