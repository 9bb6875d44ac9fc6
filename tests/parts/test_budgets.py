"""What an environment may cost, who hears of it, and what a month changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from components.budgets.facts import MAXIMUM_NOTIFICATIONS
from stacks.parts.budgets.plan import BUDGETS
from tests.harness.build import by_name, compose_plan, every, one
from tests.harness.compose import Composition, Registered
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, TODAY, context, edited_plan, every_environment, plan

A_MONTH_LATER = date(2026, 12, 28)
DATABASES = {"postgresql-server", "cosmos-account", "redis"}
TAG = ("CostCategory", "database")


def groups(budget: Registered) -> list[str]:
    condition = budget.inputs["filter"]
    part = condition["and"][0] if "and" in condition else condition
    return part["dimensions"]["values"]


@every_environment
@pytest.mark.requirement("S1-072", "S3-195")
def test_an_environment_has_the_budgets_of_its_settings(stack: str, composed: Mapping[str, Composition]) -> None:
    found, amounts = by_name(composed[stack], "budget"), context(stack).settings.budgets
    wanted = {"all": amounts.all, "database": amounts.database, **({"app": amounts.app} if amounts.app else {})}
    assert {name: each.inputs["amount"] for name, each in found.items()} == wanted
    assert {each.inputs["scope"] for each in found.values()} == {f"/subscriptions/{plan(stack).subscription_id}"}


@every_environment
@pytest.mark.requirement("S1-072")
def test_the_whole_counts_every_group_of_the_stack_and_the_nodes(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    own = {each.inputs["resourceGroupName"] for each in every(composed[stack], "resource-group")}
    nodes = one(composed[stack], "kubernetes-cluster").inputs["nodeResourceGroup"]
    found = by_name(composed[stack], "budget")
    assert set(groups(found["all"])) == {*own, nodes}
    assert set(groups(found["database"])) == own


def test_the_app_of_prod_has_one_of_its_own_as_before(composed: Mapping[str, Composition]) -> None:
    found = by_name(composed["prod"], "budget")["app"]
    assert (found.inputs["amount"], groups(found)) == (500, ["mys-prod-app-rg-san"])
    assert "app" not in by_name(composed["dev"], "budget")


@every_environment
@pytest.mark.requirement("S2-087")
def test_databases_have_the_tag_that_their_budget_counts(stack: str, composed: Mapping[str, Composition]) -> None:
    budget = by_name(composed[stack], "budget")["database"].inputs["filter"]["and"][1]["tags"]
    assert (budget["name"], budget["values"]) == (TAG[0], [TAG[1]])
    for key in DATABASES:
        assert all(TAG in each.inputs["tags"].items() for each in every(composed[stack], key)), key
    tagged = {each.type for each in composed[stack].azure() if TAG in each.inputs.get("tags", {}).items()}
    assert not any(word in kind for kind in tagged for word in ("network", "keyvault", "web:"))


@every_environment
@pytest.mark.requirement("S1-072")
def test_people_hear_of_what_is_spent_and_of_what_is_expected(stack: str, composed: Mapping[str, Composition]) -> None:
    for budget in every(composed[stack], "budget"):
        found = budget.inputs["notifications"].values()
        assert len(found) <= MAXIMUM_NOTIFICATIONS
        assert sorted(each["threshold"] for each in found if each["thresholdType"] == "Actual") == [50, 80, 100, 120]
        assert [each["threshold"] for each in found if each["thresholdType"] == "Forecasted"] == [100]
        known = {f"/action-group/{each.inputs['actionGroupName']}" for each in every(composed[stack], "action-group")}
        assert {id for each in found for id in each["contactGroups"]} <= known
        assert all(each["contactGroups"] for each in found)


def without(inputs: Mapping[str, Any], ignored: tuple[str, ...]) -> dict[str, Any]:
    """Inputs without what Pulumi ignores, a level below the top included."""
    return {
        name: {key: item for key, item in value.items() if f"{name}.{key}" not in ignored}
        if isinstance(value, dict)
        else value
        for name, value in inputs.items()
        if name not in ignored
    }


@pytest.mark.requirement("S1-072")
def test_a_month_later_nothing_changes(composed: Mapping[str, Composition]) -> None:
    """The program asks for another month, and for nothing else."""
    now, later = composed["prod"], compose_plan(plan("prod", today=A_MONTH_LATER))
    starts = {each.inputs["timePeriod"]["startDate"] for each in every(later, "budget")}
    assert starts == {"2026-12-01T00:00:00Z"} != {f"{TODAY.replace(day=1)}T00:00:00Z"}
    before = {(each.type, each.name): without(each.inputs, each.ignored) for each in now.azure()}
    assert {(each.type, each.name): without(each.inputs, each.ignored) for each in later.azure()} == before


@pytest.mark.requirement("S1-072")
def test_shared_has_one_for_its_own_groups(composed: Mapping[str, Composition]) -> None:
    found = one(composed["shared"], "budget")
    own = {each.inputs["resourceGroupName"] for each in every(composed["shared"], "resource-group")}
    assert (found.name, set(groups(found))) == ("all", own)
    assert found.inputs["budgetName"] == "mys-shared-acr-budget-san"


def test_a_part_that_is_left_out_has_no_budget(folder: Path) -> None:
    specs = edited_plan(folder, "prod", {"budgets.app": GONE}).of(BUDGETS)
    assert [each.key for each in specs] == ["all", "database"]


@each_mistake(
    [
        Mistake("prod", {"budgets": GONE}, "budgets", "missing"),
        Mistake("dev", {"budgets.all": GONE}, "budgets.all", "missing"),
        Mistake("dev", {"budgets.database": GONE}, "budgets.database", "missing"),
        Mistake("dev", {"budgets.all": 0}, "budgets.all", "not allowed"),
        Mistake("prod", {"budgets.app": -500}, "budgets.app", "not allowed"),
        Mistake("dev", {"budgets.storage": 5}, "budgets.storage", "unknown"),
    ]
)
def test_mistakes(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_the_budget_from_before_is_deleted_by_hand() -> None:
    steps = {each.key: each for each in plan("prod").steps}
    assert "mys-prod-budget" in steps["former-budget"].do
    assert plan("prod").subscription_id in steps["budget-rights"].check
