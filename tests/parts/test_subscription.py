"""Who watches a subscription, what of it is told, and to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from components.facts.actions import allowed, role_for
from offline.azure.role_definitions import BUILT_IN
from stacks.parts.subscription.plan import SUBSCRIPTION
from stacks.parts.subscription.signals import CHANGED, CHANGES, SIGNALS, changes_query
from stacks.plan.load import PROJECT
from stacks.preflight.rights import rights_of
from tests.harness.build import by_name, every, one, recording
from tests.harness.compose import CONTRACT, Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, context, edit, edited_plan, every_environment, one_problem, plan

PERSON = "00000000-0000-4000-8000-00000000d001"


@every_environment
@pytest.mark.requirement("S1-093")
def test_the_owner_sends_the_activity_log_to_its_workspace(stack: str, composed: Mapping[str, Composition]) -> None:
    found = one(composed[stack], "subscription-diagnostic-setting").inputs
    workspace = one(composed[stack], "log-analytics-workspace").inputs["workspaceName"]
    assert found["workspaceId"].endswith(f"/{workspace}")


@every_environment
@pytest.mark.requirement("S1-093")
def test_the_owner_is_told_of_health_and_deletions(stack: str, composed: Mapping[str, Composition]) -> None:
    found = by_name(composed[stack], "activity-log-alert")
    assert set(found) == {signal.key for signal in SIGNALS}
    values = {
        leaf.get("equals")
        for each in found.values()
        for condition in each.inputs["condition"]["allOf"]
        for leaf in condition.get("anyOf", [condition])
    }
    assert {"Incident", "Maintenance", "ActionRequired", "Security"} <= values, "four kinds of service health"
    assert {"ResourceHealth", "Degraded", "Unavailable"} <= values
    kinds = ("Microsoft.KeyVault/vaults", "Microsoft.Authorization/locks", "Microsoft.Insights/diagnosticSettings")
    assert {f"{kind}/delete" for kind in kinds} <= values
    for key, each in found.items():
        assert each.inputs["activityLogAlertName"] == f"mys-{stack}-core{key}-activity-glob"
        assert each.inputs["scopes"] == [f"/subscriptions/{plan(stack).subscription_id}"]


@every_environment
@pytest.mark.requirement("S1-093")
def test_defender_writes_to_the_contacts_of_the_settings(stack: str, composed: Mapping[str, Composition]) -> None:
    found = one(composed[stack], "security-contact").inputs
    assert (found["emails"], found["isEnabled"]) == ("security@mystira.example", True)


def test_a_stack_that_does_not_own_its_subscription_has_nothing_of_it(composed: Mapping[str, Composition]) -> None:
    assert plan("shared").subscription_id == plan("prod").subscription_id
    assert plan("shared").get(SUBSCRIPTION) is None
    for kind in ("subscription-diagnostic-setting", "activity-log-alert", "security-contact", "cost-anomaly-alert"):
        assert every(composed["shared"], kind) == []


def test_no_plan_of_defender_is_created(composed: Mapping[str, Composition]) -> None:
    assert not any(each.type.endswith(":Pricing") for stack in composed.values() for each in stack.azure())


def test_mails_about_costs_end_when_the_settings_say(composed: Mapping[str, Composition]) -> None:
    found = one(composed["prod"], "cost-anomaly-alert").inputs
    assert found["schedule"]["endDate"] == "2027-09-30T00:00:00Z"
    assert found["schedule"]["startDate"] == "2026-09-30T00:00:00Z", "a year before, on whichever day it is made"
    assert len(found["displayName"]) <= 25
    assert every(composed["dev"], "cost-anomaly-alert") == []


@pytest.mark.parametrize(("today", "warned"), [(date(2027, 8, 30), False), (date(2027, 8, 31), True)])
def test_people_are_warned_a_month_before_the_mails_end(today: date, warned: bool) -> None:
    notices = list(SUBSCRIPTION.notices(context("prod", today=today)))
    assert bool(notices) is warned
    assert all("subscription.anomaly_until" in each.text and each.due == "2027-09-30" for each in notices)


def test_deployers_are_the_people_and_pipelines_of_the_subscription() -> None:
    found = plan("prod").of(SUBSCRIPTION)
    assert found.deployers == (PERSON,)
    assert found.pipelines == ("prod-apply", "shared-apply")
    assert plan("dev").of(SUBSCRIPTION).pipelines == ("dev-apply",)


def test_the_query_asks_for_changes_by_others() -> None:
    query = changes_query((PERSON,), ("mys-dev-corenodes-rg-san",))
    assert all(f"'{operation}'" in query for operation in CHANGES)
    assert f"By !in~ ('{PERSON}')" in query
    assert "ResourceGroup !in~ ('mys-dev-corenodes-rg-san')" in query
    assert "ResourceGroup !in~" not in changes_query((PERSON,), ())
    for kind in ("roleAssignments", "networkSecurityGroups", "firewallRules", "databaseAccounts"):
        assert any(kind in operation for operation in CHANGES), kind


@every_environment
@pytest.mark.requirement("S1-093")
def test_changes_by_others_are_told(stack: str, composed: Mapping[str, Composition]) -> None:
    found = one(composed[stack], "scheduled-query-rule", CHANGED)
    assert found.inputs["ruleName"] == f"mys-{stack}-corechanges-query-san"
    assert found.replaced_on == ("scopes",)
    (condition,) = found.inputs["criteria"]["allOf"]
    known = [CONTRACT["pipelines"][key] for key in plan(stack).of(SUBSCRIPTION).pipelines]
    assert condition["query"] == changes_query((PERSON, *known), (f"mys-{stack}-corenodes-rg-san",))
    assert (condition["operator"], condition["threshold"]) == ("GreaterThan", 0)
    assert found.inputs["actions"]["actionGroups"] == [f"/action-group/mys-{stack}-core-ag-glob"]
    assert found.inputs["skipQueryValidation"] is True


def test_a_person_gives_the_rights_and_switches_defender_on(folder: Path) -> None:
    steps = {
        each.key: each for each in edited_plan(folder, "prod", {"subscription.defender_plans": ["KeyVaults"]}).steps
    }
    for role in ("Monitoring Contributor", "Security Admin"):
        assert role in steps["subscription-rights"].do
    assert "KeyVaults" in steps["defender-plans"].do
    assert "defender-plans" not in {each.key for each in plan("prod").steps}
    assert "subscription-rights" not in {each.key for each in plan("shared").steps}


AT_THE_SUBSCRIPTION = ("Monitoring Contributor", "Cost Management Contributor", "Security Admin")


def missing(roles: tuple[str, ...]) -> set[str]:
    """The actions at the subscription that prod needs and these roles do not have."""
    whole = plan("prod")
    root = f"/subscriptions/{whole.subscription_id}"
    found = rights_of(recording(whole), whole.subscription_id)
    outside = {each.action for each in found if each.scope == root and "Microsoft.Resources/" not in each.action}
    permissions = [row for role in roles for row in BUILT_IN[role].permissions]
    return {action for action in outside if not allowed(action, permissions)}


@pytest.mark.requirement("S1-093")
def test_the_rights_of_the_manual_steps_suffice_and_none_is_too_many() -> None:
    """What lies outside the groups, in which a pipeline has its roles."""
    assert missing(AT_THE_SUBSCRIPTION) == set()
    for role in AT_THE_SUBSCRIPTION:
        left = missing(tuple(each for each in AT_THE_SUBSCRIPTION if each != role))
        assert any(action.endswith("/write") for action in left), role
        # Where a run or `mystira preflight` lacks one of them, they name this role and no other.
        assert {role_for(action, "/subscriptions/0") for action in left} == {role}
    told = "".join(each.do for each in plan("prod").steps)
    assert all(role in told for role in AT_THE_SUBSCRIPTION)


@each_mistake(
    [
        Mistake("prod", {"subscription.owner": False}, "subscription.owner", "has no owner"),
        Mistake("prod", {"subscription": GONE}, "subscription.owner", "has no owner"),
        Mistake("dev", {"subscription.owner": False}, "subscription.owner", "has no owner"),
        Mistake("prod", {"subscription.deployers": []}, "subscription.deployers", "knows nobody"),
        Mistake("prod", {"subscription.security_contacts": GONE}, "subscription.security_contacts", "nobody to write"),
        Mistake("prod", {"subscription.anomaly_until": "2026-11-20"}, "subscription.anomaly_until", "coming year"),
        Mistake("prod", {"subscription.anomaly_until": "2027-11-22"}, "subscription.anomaly_until", "coming year"),
        Mistake(
            "prod", {"subscription.defender_plans": ["Vaults"]}, "subscription.defender_plans.0", "no such", "KeyVaults"
        ),
    ]
)
def test_mistakes(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_a_subscription_has_one_owner(folder: Path) -> None:
    edit(folder, "shared", {"subscription.owner": True})
    problem = one_problem(folder, "prod", {})
    assert problem.path == "Pulumi.prod.yaml: mystira:subscription.owner"
    assert (problem.what, problem.seen) == ("the subscription has another owner", "shared")


def test_every_signal_has_a_section_that_says_what_to_do(composed: Mapping[str, Composition]) -> None:
    page = (PROJECT / "docs/runbooks/subscription.md").read_text()
    sections = {text.partition("\n")[0]: text for text in page.split("\n### ")[1:]}
    assert set(sections) == {CHANGED, *(signal.key for signal in SIGNALS)}
    for signal in SIGNALS:
        text = sections[signal.key]
        assert f"Severity {signal.severity}." in text
        assert all(word in text for word in ("First look:", "Remedy:", "Escalation:")), signal.key
        description = by_name(composed["prod"], "activity-log-alert")[signal.key].inputs["description"]
        assert description.endswith(f"docs/runbooks/subscription.md#{signal.key}")
