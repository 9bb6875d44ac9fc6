"""What Azure refuses about budgets."""

from __future__ import annotations

from typing import Any

import pytest

from offline.clock import TODAY_VARIABLE
from tests.harness.offline import SUBSCRIPTION, Cloud, token_of

BUDGET = token_of("budget")
SCOPE = f"/subscriptions/{SUBSCRIPTION}"
NOTIFIED = {"enabled": True, "operator": "GreaterThan", "threshold": 80, "contactEmails": ["a@example.com"]}
GROUPS = {"dimensions": {"name": "ResourceGroupName", "operator": "In", "values": ["a"]}}


def budget(start: str = "2026-11-01T00:00:00Z", **more: Any) -> dict[str, Any]:
    return {
        "scope": SCOPE,
        "budgetName": "mys-dev-core-budget-san",
        "amount": 100,
        "category": "Cost",
        "timeGrain": "Monthly",
        "timePeriod": {"startDate": start},
        "notifications": {"actual80": NOTIFIED},
        **more,
    }


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TODAY_VARIABLE, "2026-11-21")


def test_a_budget_that_names_no_end_lasts_ten_years(cloud: Cloud) -> None:
    made = cloud.make(BUDGET, **budget())
    assert made.id == f"{SCOPE}/providers/Microsoft.Consumption/budgets/mys-dev-core-budget-san"
    assert made.properties["timePeriod"] == {"startDate": "2026-11-01T00:00:00Z", "endDate": "2036-11-01T00:00:00Z"}
    assert made.properties["currentSpend"]["amount"] == 0


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ("2026-11-02T00:00:00Z", "first day of a month"),
        ("2026-10-01T00:00:00Z", "before the current month"),
        ("2027-12-01T00:00:00Z", "more than 12 months ahead"),
    ],
)
def test_a_first_day_that_azure_does_not_take(cloud: Cloud, start: str, text: str) -> None:
    assert text in str(cloud.refused("400", BUDGET, **budget(start)))


def test_a_budget_keeps_its_first_day_and_takes_another_amount(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cloud.make(BUDGET, **budget())
    monkeypatch.setenv(TODAY_VARIABLE, "2026-12-28")
    assert cloud.update(BUDGET, made.id, **budget(amount=200))["amount"] == 200, "a month has passed meanwhile"
    error = cloud.refused_update("400", BUDGET, made.id, **budget("2026-12-01T00:00:00Z"))
    assert "Start date of budgets cannot be updated. Please delete and create a new budget." in str(error)
    cloud.delete(BUDGET, made.id)
    cloud.make(BUDGET, **budget("2026-12-01T00:00:00Z"))


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"filter": {"and": [GROUPS]}}, "needs two conditions"),
        ({"notifications": {f"n{number}": NOTIFIED for number in range(6)}}, "cannot have 6 notifications"),
        ({"notifications": {"a": {**NOTIFIED, "contactEmails": []}}}, "nobody to notify"),
        ({"notifications": {"a": {**NOTIFIED, "threshold": 1001}}}, "out of range"),
    ],
)
def test_conditions_and_notifications(cloud: Cloud, more: dict[str, Any], text: str) -> None:
    assert text in str(cloud.refused("400", BUDGET, **budget(**more)))


def test_a_group_that_is_not_there_cannot_be_notified(cloud: Cloud) -> None:
    group = f"{SCOPE}/resourceGroups/mys-dev-core-rg-san/providers/Microsoft.Insights/actionGroups/none"
    notified = {"a": {**NOTIFIED, "contactGroups": [group]}}
    cloud.refused("InvalidResourceReference", BUDGET, **budget(notifications=notified))
