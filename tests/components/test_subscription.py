"""What watches a subscription, made from its spec alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from components.subscription.facts import CATEGORIES
from components.subscription.spec import AnomalySpec, ConditionSpec, SignalSpec, SubscriptionSpec
from components.subscription.watch import SubscriptionWatch
from tests.harness.build import PLACE, WORKSPACE_ID, by_name, every, one
from tests.harness.compose import Composition, compose

SIGNALS = (
    SignalSpec("one", "mys-dev-coreone-activity-glob", "One.", 1, (ConditionSpec("category", ("ServiceHealth",)),)),
    SignalSpec("two", "mys-dev-coretwo-activity-glob", "Two.", 3, (ConditionSpec("status", ("a", "b")),)),
)
ANOMALIES = AnomalySpec(
    "mys-dev-core-anomaly-san",
    "Cost anomalies dev",
    "Unexpected",
    ("a@example.com", "b@example.com"),
    date(2026, 1, 1),
    date(2027, 1, 1),
)
SPEC = SubscriptionSpec("s", "activity-log", SIGNALS, ("x@example.com", "y@example.com"), ANOMALIES)


def made(spec: SubscriptionSpec = SPEC) -> Composition:
    def program() -> None:
        SubscriptionWatch("w", spec, PLACE, workspace_id=WORKSPACE_ID, contacts={1: "/page", 3: "/inform"})

    return compose(program)


def test_the_whole_activity_log_goes_to_the_workspace() -> None:
    found = one(made(), "subscription-diagnostic-setting").inputs
    assert found["workspaceId"] == WORKSPACE_ID
    assert {each["category"] for each in found["logs"] if each["enabled"]} == set(CATEGORIES)


def test_each_signal_is_an_alert_that_tells_the_group_of_its_severity() -> None:
    found = by_name(made(), "activity-log-alert")
    assert {name: each.inputs["actions"]["actionGroups"][0]["actionGroupId"] for name, each in found.items()} == {
        "one": "/page",
        "two": "/inform",
    }
    for each in found.values():
        assert (each.inputs["location"], each.inputs["scopes"]) == ("global", ["/subscriptions/s"])
    assert found["one"].inputs["condition"]["allOf"] == [{"field": "category", "equals": "ServiceHealth"}]
    several = [{"field": "status", "equals": "a"}, {"field": "status", "equals": "b"}]
    assert found["two"].inputs["condition"]["allOf"] == [{"anyOf": several}]


def test_the_contact_has_the_only_name_and_every_address() -> None:
    found = one(made(), "security-contact").inputs
    assert (found["securityContactName"], found["isEnabled"]) == ("default", True)
    assert found["emails"] == "x@example.com;y@example.com"
    assert {each["sourceType"] for each in found["notificationsSources"]} == {"Alert", "AttackPath"}


def test_mails_about_costs_are_replaced_by_every_change() -> None:
    found = one(made(), "cost-anomaly-alert")
    assert found.replaced_on == ("*",)
    assert found.inputs["kind"] == "InsightAlert"
    assert found.inputs["notification"]["to"] == ["a@example.com", "b@example.com"]
    days = {"startDate": "2026-01-01T00:00:00Z", "endDate": "2027-01-01T00:00:00Z"}
    assert found.inputs["schedule"] == {"frequency": "Daily", **days}
    assert every(made(replace(SPEC, anomalies=None)), "cost-anomaly-alert") == []
