"""Alerts: every resource is watched by the rules of its type, fast enough, and by nothing that cannot fire."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from datetime import time
from pathlib import Path

import pytest

from components.alerts.facts import METRIC_FREQUENCIES, METRIC_WINDOWS, minutes
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from stacks.pages.alerts import alerts_page
from stacks.parts.alerts.checks import CRITICAL, fast_enough
from stacks.parts.alerts.plan import ALERTS, ANOMALIES, address
from stacks.parts.alerts.quiet import weekly
from stacks.parts.alerts.rule import MetricRule
from stacks.parts.alerts.rules import BY_ID, METRIC_RULES, RULES, WITHOUT
from stacks.parts.subscription.signals import CHANGED, SIGNALS
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.settings.effective import effective
from tests.harness.build import by_name, every
from tests.harness.compose import Composition, Registered
from tests.harness.settings import (
    GONE,
    context,
    edit,
    edited_plan,
    every_environment,
    every_stack,
    one_problem,
    plan,
    waived,
)

AMBA = PROJECT / "stacks/parts/alerts"
DECISIONS = ("taken", "changed", "covered", "waived")


def alerts(composition: Composition, rule: str) -> list[Registered]:
    return [each for each in every(composition, "metric-alert") if each.inputs["ruleName"].split("-")[2].endswith(rule)]


def metric_alerts(composition: Composition) -> list[Registered]:
    """Those about metrics: what asks hosts from outside has another condition."""
    return [each for each in every(composition, "metric-alert") if "allOf" in each.inputs["criteria"]]


def rows(file: str) -> list[dict[str, str]]:
    with (AMBA / file).open() as text:
        return list(csv.DictReader(text, delimiter="\t"))


# Who is watched.


@every_stack
def test_every_resource_of_a_type_with_rules_is_watched_by_each(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    found = composed[stack]
    watched = Counter(
        (each.inputs["criteria"]["allOf"][0]["metricName"], scope)
        for each in metric_alerts(found)
        for scope in each.inputs["scopes"]
    )
    for rule in plans[stack].of(ALERTS).rules:
        row = RESOURCE_TYPES[rule.kind]
        for each in every(found, rule.kind):
            assert watched[rule.spec.metric, f"/{row.key}/{each.inputs[row.name_input]}"] == 1, (rule.id, each.name)


@every_stack
def test_what_holds_or_serves_something_has_a_rule_or_a_reason(stack: str, composed: Mapping[str, Composition]) -> None:
    kinds = {BY_TOKEN[each.type].key for each in composed[stack].azure() if BY_TOKEN[each.type].diagnostics}
    ruled = {rule.kind for rule in METRIC_RULES}
    assert kinds - ruled <= WITHOUT.keys()
    assert not ruled & WITHOUT.keys()


@every_environment
def test_only_vaults_and_postgresql_share_an_alert(stack: str, composed: Mapping[str, Composition]) -> None:
    for each in metric_alerts(composed[stack]):
        several = "MultipleResource" in each.inputs["criteria"]["odataType"]
        kinds = {scope.split("/")[1] for scope in each.inputs["scopes"]}
        assert several == (kinds <= {"key-vault", "postgresql-server"}), each.name
        assert several or len(each.inputs["scopes"]) == 1
        assert ("targetResourceRegion" in each.inputs) == several


@every_stack
@pytest.mark.requirement("S1-070")
def test_an_alert_goes_to_the_group_of_its_severity_and_names_its_page(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    page = (PROJECT / "docs/runbooks/alerts.md").read_text()
    groups = composed[stack].outputs["action_groups"]
    routes = {0: "page", 1: "page", 2: "notify", 3: "inform", 4: "inform"}
    for each in every(composed[stack], "metric-alert"):
        assert [action["actionGroupId"] for action in each.inputs["actions"]] == [
            groups[routes[each.inputs["severity"]]]
        ]
        rule = each.inputs["description"].rpartition("#")[2]
        assert f"\n## {rule}\n" in page
        assert each.inputs["ruleName"].endswith(f"{rule}-alert-glob")


def test_the_runbook_has_a_section_a_rule_and_each_says_what_to_do() -> None:
    page = alerts_page()
    for rule in METRIC_RULES:
        section = page.partition(f"\n## {rule.id}\n")[2].partition("\n## ")[0]
        for part in (rule.means, "First look: ", "Remedy: ", "Escalation: ", rule.source):
            assert part in section, rule.id
    assert address("pgcpu") == "docs/runbooks/alerts.md#pgcpu"


GROUPS_OF = {
    "metric-alert": lambda inputs: [each["actionGroupId"] for each in inputs["actions"]],
    "scheduled-query-rule": lambda inputs: inputs["actions"]["actionGroups"],
    "activity-log-alert": lambda inputs: [each["actionGroupId"] for each in inputs["actions"]["actionGroups"]],
    "smart-detector-alert-rule": lambda inputs: inputs["actionGroups"]["groupIds"],
}
"""By type of alert: the groups that it tells."""


@every_stack
@pytest.mark.requirement("S3-042", "S3-072")
def test_every_alert_of_whatever_kind_tells_a_group_that_writes_to_somebody(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    groups = {
        f"/action-group/{each.inputs['actionGroupName']}": each.inputs["emailReceivers"]
        for each in every(composed[stack], "action-group")
    }
    assert groups
    assert all(groups.values())
    for kind, groups_of in GROUPS_OF.items():
        for each in every(composed[stack], kind):
            told = groups_of(each.inputs)
            assert told, each.name
            assert set(told) <= groups.keys(), each.name


@every_stack
@pytest.mark.requirement("S1-065")
def test_every_alert_of_whatever_kind_leads_to_what_to_do(stack: str, composed: Mapping[str, Composition]) -> None:
    for kind in GROUPS_OF:
        for each in every(composed[stack], kind):
            page, _, anchor = each.inputs["description"].rpartition(" ")[2].partition("#")
            sections = re.split(r"\n###? ", (PROJECT / page).read_text())
            (section,) = (text for text in sections if text.partition("\n")[0] == anchor)
            for words in ("First look:", "Remedy:", "Escalation:"):
                assert words in " ".join(section.split()), (each.name, words)


@every_environment
@pytest.mark.requirement("S1-048", "S2-051", "S2-072", "S2-080", "S2-084")
def test_a_dead_letter_of_any_queue_or_subscription_is_told(stack: str, composed: Mapping[str, Composition]) -> None:
    (found,) = alerts(composed[stack], "deadletters")
    (criterion,) = found.inputs["criteria"]["allOf"]
    assert (criterion["metricName"], criterion["timeAggregation"]) == ("DeadletteredMessages", "Maximum")
    assert (criterion["operator"], criterion["threshold"]) == ("GreaterThan", 0)
    assert criterion["dimensions"] == [{"name": "EntityName", "operator": "Include", "values": ["*"]}]


# The rules.


def test_a_rule_is_one_word_and_there_once() -> None:
    assert len(BY_ID) == len(RULES)
    assert not BY_ID.keys() & {CHANGED, ANOMALIES, *(signal.key for signal in SIGNALS)}
    assert [id for id in BY_ID if not id.isalpha() or not id.islower()] == []
    assert {rule.kind for rule in RULES} <= RESOURCE_TYPES.keys()


@every_stack
@pytest.mark.requirement("S1-074", "S3-183")
def test_whatever_calls_somebody_is_asked_every_five_minutes(stack: str, composed: Mapping[str, Composition]) -> None:
    """Whether of a metric, of logs or of the cluster."""
    asked = [
        (each.name, each.inputs["evaluationFrequency"])
        for kind in ("metric-alert", "scheduled-query-rule")
        for each in every(composed[stack], kind)
        if each.inputs["severity"] <= CRITICAL
    ]
    asked += [
        (rule["alert"], group.inputs["interval"])
        for group in every(composed[stack], "prometheus-rule-group")
        for rule in group.inputs["rules"]
        if rule["severity"] <= CRITICAL
    ]
    assert asked
    assert [name for name, frequency in asked if minutes(frequency) > 5] == []


@every_stack
@pytest.mark.requirement("S1-074", "S1-075")
def test_what_is_critical_is_asked_every_five_minutes_and_noticed_within_ten(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    for each in every(composed[stack], "metric-alert"):
        every_minutes, window = minutes(each.inputs["evaluationFrequency"]), minutes(each.inputs["windowSize"])
        rule = BY_ID.get(each.inputs["description"].rpartition("#")[2])
        limit = (5, 10) if each.inputs["severity"] <= 1 else (30, 90) if rule and rule.slow else (5, 20)
        assert every_minutes <= limit[0], each.name
        assert every_minutes + window <= limit[1], each.name


@pytest.mark.parametrize("rule", METRIC_RULES, ids=lambda rule: rule.id)
def test_what_is_critical_is_noticed_within_ten_minutes_and_the_rest_within_twenty(rule: MetricRule) -> None:
    assert rule.window in METRIC_WINDOWS
    assert rule.frequency in METRIC_FREQUENCIES
    assert fast_enough(rule.severity, rule.window, rule.frequency)
    assert (minutes(rule.window) + minutes(rule.frequency) <= 20) != bool(rule.slow)


@every_environment
@pytest.mark.requirement("S3-160")
def test_the_database_is_asked_for_what_fills_up(stack: str, composed: Mapping[str, Composition]) -> None:
    server = f"/postgresql-server/mys-{stack}-core-pg-san"
    asked = {
        criterion["metricName"]
        for each in metric_alerts(composed[stack])
        if server in each.inputs["scopes"]
        for criterion in each.inputs["criteria"]["allOf"]
    }
    assert {"cpu_percent", "memory_percent", "storage_percent", "active_connections"} <= asked


@every_environment
def test_connections_are_four_fifths_of_what_the_size_allows(stack: str, plans: Mapping[str, StackPlan]) -> None:
    found = {rule.id: rule.spec.threshold for rule in plans[stack].of(ALERTS).rules}
    # B2s has 4 GiB: 429 - 15; the sizes of staging and prod have 16 GiB or more.
    assert found["pgconnections"] == {"dev": 331}.get(stack, found["pgconnections"])
    assert found["pgconnections"] >= 331


def test_what_only_premium_has_is_asked_of_premium_alone(plans: Mapping[str, StackPlan]) -> None:
    assert "buscpu" not in {rule.id for rule in plans["dev"].of(ALERTS).rules}
    assert "buscpu" in {rule.id for rule in plans["prod"].of(ALERTS).rules}


@every_environment
def test_the_signals_of_every_public_host_are_asked_for(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    asked = {
        (criterion["metricName"], criterion["operator"], criterion["threshold"])
        for each in metric_alerts(composed[stack])
        for criterion in each.inputs["criteria"]["allOf"]
    }
    wanted = {(s.metric, s.operator, s.threshold) for host in plans[stack].watched for s in host.signals}
    assert wanted
    assert wanted <= asked


def test_every_row_of_the_baseline_is_decided() -> None:
    """Azure Monitor Baseline Alerts, the visible rows of types in use."""
    baseline, decided = rows("amba.tsv"), {row["id"]: row for row in rows("amba-decisions.tsv")}
    assert len(baseline) == 184
    assert {row["id"] for row in baseline} == decided.keys()
    types = {rule.kind: RESOURCE_TYPES[rule.kind].arm.lower() for rule in METRIC_RULES}
    for row in baseline:
        decision = decided[row["id"]]
        assert decision["decision"] in DECISIONS, row["name"]
        assert (decision["decision"] == "waived") != bool(decision["rule"]), row["name"]
        assert decision["reason"] or decision["decision"] == "taken", row["name"]
        if decision["decision"] in ("taken", "changed"):
            rule = BY_ID[decision["rule"]]
            assert types[rule.kind] == row["type"].lower(), row["name"]
        if decision["rule"]:
            assert decision["rule"] in BY_ID, row["name"]
        if decision["decision"] == "taken":
            rule = BY_ID[decision["rule"]]
            assert rule.metric == row["signal"], row["name"]
            assert rule.threshold == float(row["threshold"]), row["name"]


def test_every_type_of_the_baseline_that_is_in_use_is_in_the_table(composed: Mapping[str, Composition]) -> None:
    used = {BY_TOKEN[each.type].arm.lower() for stack in composed.values() for each in stack.azure()}
    assert {row["type"].lower() for row in rows("amba.tsv")} <= used


# Settings.


def test_a_waiver_turns_a_rule_off(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"waivers.alert-pgcpu": waived(), "waivers.alert-anomalies": waived()})
    assert "pgcpu" not in {rule.id for rule in found.of(ALERTS).rules}
    assert not found.of(ALERTS).anomalies


def test_settings_change_a_rule(folder: Path) -> None:
    change = {"threshold": 95, "window": "PT30M", "frequency": "PT15M", "reason": "Dev is busy at night."}
    found = edited_plan(folder, "dev", {"alerts.changes": {"pgcpu": change}})
    spec = next(rule.spec for rule in found.of(ALERTS).rules if rule.id == "pgcpu")
    assert (spec.threshold, spec.window, spec.frequency, spec.severity) == (95, "PT30M", "PT15M", 2)


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"changes.pgcpus": {"reason": "r"}}, "changes.pgcpus", "no such rule"),
        ({"changes.pgcpu": {"reason": "r", "window": "PT20M"}}, "changes.pgcpu.window", "no such interval"),
        ({"changes.pgcpu": {"reason": "r", "frequency": "PT2H"}}, "changes.pgcpu.frequency", "no such interval"),
        ({"changes.pgcpu": {"reason": "r", "window": "PT1M"}}, "changes.pgcpu", "overlooks"),
        ({"changes.pgdown": {"reason": "r", "window": "PT15M"}}, "changes.pgdown", "within 10 minutes"),
        ({"changes.pgcpu": {"threshold": 3}}, "changes.pgcpu.reason", "missing"),
        (
            {"quiet": [{"from": "2026-11-01 00:00", "until": "2026-11-02 00:00", "reason": "r"}]},
            "quiet.0.until",
            "has passed",
        ),
        (
            {"quiet": [{"from": "2027-11-03 00:00", "until": "2027-11-02 00:00", "reason": "r"}]},
            "quiet.0",
            "ends before it begins",
        ),
        (
            {"quiet": [{"from": "2027-11-01 00:00", "until": "2027-11-02 00:00", "ends": "x", "reason": "r"}]},
            "quiet.0.ends",
            "unknown key",
        ),
        ({"quiet": [{"until": "2027-11-02 00:00", "reason": "r"}]}, "quiet.0.from", "missing"),
        ({"quiet": [{"from": "tomorrow", "until": "2027-11-02 00:00", "reason": "r"}]}, "quiet.0.from", ""),
    ],
)
@pytest.mark.parametrize("stack", ["dev"])
def test_a_bad_setting_is_one_error(
    folder: Path, stack: str, changes: Mapping[str, object], where: str, what: str
) -> None:
    problem = one_problem(folder, stack, {f"alerts.{path}": value for path, value in changes.items()})
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:alerts.{where}"
    assert what in problem.what


# Quiet times.


@every_environment
def test_nobody_is_told_of_what_is_not_critical_while_azure_maintains(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    found = by_name(composed[stack], "alert-processing-rule")
    scopes = [scope.split("/")[1] for each in found.values() for scope in each.inputs["properties"]["scopes"]]
    assert sorted(scopes) == ["kubernetes-cluster", "kubernetes-cluster", "postgresql-server"]
    for each in found.values():
        (condition,) = each.inputs["properties"]["conditions"]
        assert condition == {"field": "Severity", "operator": "Equals", "values": ["Sev2", "Sev3", "Sev4"]}
        assert each.inputs["properties"]["actions"] == [{"actionType": "RemoveAllActionGroups"}]


@pytest.mark.parametrize(
    ("day", "start", "hours", "offset", "found"),
    [
        ("Tuesday", "20:00", 4, "+02:00", (("Tuesday", "18:00:00", "22:00:00"),)),
        ("Monday", "01:00", 4, "+02:00", (("Sunday", "23:00:00", "23:59:59"), ("Monday", "00:00:00", "03:00:00"))),
        ("Sunday", "20:00", 4, "-03:30", (("Sunday", "23:30:00", "23:59:59"), ("Monday", "00:00:00", "03:30:00"))),
        ("Friday", "20:00", 4, "+00:00", (("Friday", "20:00:00", "23:59:59"),)),
        ("Monday", "00:00", 24, "+00:00", (("Monday", "00:00:00", "23:59:59"),)),
    ],
)
def test_a_window_is_told_in_utc_day_by_day(
    day: str, start: str, hours: int, offset: str, found: tuple[tuple[str, str, str], ...]
) -> None:
    assert weekly(day, time.fromisoformat(start), hours, offset) == found


def test_a_quiet_time_of_the_settings_holds_for_the_whole_stack(folder: Path) -> None:
    quiet = [{"from": "2026-12-24 18:00", "until": "2026-12-27 06:00", "reason": "Nobody is there."}]
    for stack in ("shared", "dev"):
        edit(folder, stack, {"alerts.quiet": quiet})
        assert "alerts.quiet.0.from" in effective(context(stack, folder).settings)
        found = next(each for each in plan(stack, folder).of(ALERTS).quiet if not each.scope)
        assert (found.key, found.spec.begins, found.spec.ends) == (
            "quiet-1",
            "2026-12-24T18:00:00",
            "2026-12-27T06:00:00",
        )
        edit(folder, stack, {"alerts": GONE})


# Failure anomalies.


@every_environment
def test_each_component_has_the_rule_that_azure_would_make(stack: str, composed: Mapping[str, Composition]) -> None:
    components = by_name(composed[stack], "application-insights")
    found = by_name(composed[stack], "smart-detector-alert-rule")
    assert found.keys() == components.keys()
    for name, each in found.items():
        physical = components[name].inputs["resourceName"]
        assert each.inputs["alertRuleName"] == f"Failure Anomalies - {physical}"
        assert each.inputs["scope"] == [f"/application-insights/{physical}"]
        assert each.inputs["detector"] == {"id": "FailureAnomaliesDetector"}
