"""The alerts on the cluster: they are valid PromQL, they fire and keep quiet, on series that are collected."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.cluster_telemetry.rules import KEPT, RULES, SETTINGS, settings
from components.cluster_telemetry.spec import RuleSpec
from components.facts.durations import seconds
from stacks.parts.monitoring.routes import SEVERITIES
from tests.harness.compose import Composition
from tests.harness.settings import PROJECT, every_environment
from tests.parts.prometheus_cases import CASES, Case
from tools.go_tools import PROMTOOL

GROUP = "azure-native:alertsmanagement:PrometheusRuleGroup"
EVERY_RULE: Mapping[str, RuleSpec] = {rule.alert: rule for rules in RULES.values() for rule in rules}
DEFAULT = frozenset(Path(__file__).with_name("prometheus_default_series.txt").read_text().split())
"""What managed Prometheus keeps by default (Microsoft: Minimal ingestion profile for Prometheus metrics in Azure
Monitor, 2025-08-25)."""
COLLECTED = DEFAULT | {each for series in KEPT.values() for each in series}
HOUR = 60
"""Minutes."""


def rule_file(folder: Path, rules: Mapping[str, RuleSpec] = EVERY_RULE) -> Path:
    """The rules as Prometheus itself reads them."""
    written = [
        {"alert": each.alert, "expr": each.expression, "for": f"{seconds(each.wait)}s"} for each in rules.values()
    ]
    file = folder / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "cluster", "rules": written}]}))
    return file


def promtool(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Prometheus' own tool for rules."""
    command = [str(PROMTOOL.program()), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def written_out(cases: Mapping[str, Case]) -> Iterator[dict[str, Any]]:
    """For each alert: it fires on what is wrong, and keeps quiet on what is well."""
    for alert, case in cases.items():
        at = f"{case.minutes}m"
        for name, series, fires in (("wrong", case.wrong, True), ("well", case.well, False)):
            yield {
                "name": f"{alert}: {name}",
                "interval": "1m",
                "input_series": [{"series": each, "values": values} for each, values in series.items()],
                "promql_expr_test": [
                    {
                        "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
                        "eval_time": at,
                        "exp_samples": [{"labels": "{}", "value": case.count if fires else 0}],
                    }
                ],
            }


def unit_tests(folder: Path, cases: Mapping[str, Case], rules: Mapping[str, RuleSpec] = EVERY_RULE) -> str:
    """What `promtool test rules` says about these cases; empty: all is well."""
    rule_file(folder, rules)
    content = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": list(written_out(cases))}
    (folder / "tests.yaml").write_text(json.dumps(content))
    done = promtool("test", "rules", "tests.yaml", folder=folder)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_promtool_accepts_every_rule(tmp_path: Path) -> None:
    done = promtool("check", "rules", str(rule_file(tmp_path)), folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(EVERY_RULE)} rules found" in done.stdout


def test_promtool_refuses_what_is_no_promql(tmp_path: Path) -> None:
    broken = RuleSpec("Broken", "sum by (", "PT5M", 3, "nothing", "nowhere")
    assert promtool("check", "rules", str(rule_file(tmp_path, {"Broken": broken})), folder=tmp_path).returncode != 0


def test_every_rule_fires_on_what_is_wrong_and_keeps_quiet_on_what_is_well(tmp_path: Path) -> None:
    assert set(CASES) == set(EVERY_RULE)
    assert unit_tests(tmp_path, CASES) == ""


def test_a_case_that_does_not_hold_is_seen(tmp_path: Path) -> None:
    case = CASES["KubeJobFailed"]
    turned = Case(wrong=case.well, well=case.wrong, minutes=case.minutes)
    assert "KubeJobFailed" in unit_tests(tmp_path, {"KubeJobFailed": turned})


def test_the_phase_that_no_pod_has_never_fires(tmp_path: Path) -> None:
    rule = EVERY_RULE["KubePodFailedState"]
    small = RuleSpec(rule.alert, rule.expression.replace('"Failed"', '"failed"'), rule.wait, 4, "", "")
    cases = {rule.alert: CASES[rule.alert]}
    assert "got: {} 0E+00" in unit_tests(tmp_path, cases, {rule.alert: small})


@pytest.mark.parametrize("alert", sorted(EVERY_RULE))
def test_a_rule_fires_on_series_that_are_collected(alert: str) -> None:
    series = {each.partition("{")[0] for each in (*CASES[alert].wrong, *CASES[alert].well)}
    assert series <= COLLECTED


@pytest.mark.parametrize("series", sorted(each for kept in KEPT.values() for each in kept))
def test_a_series_that_is_kept_besides_is_needed_and_not_kept_anyway(series: str) -> None:
    assert series not in DEFAULT
    assert any(re.search(rf"\b{series}\b", rule.expression) for rule in EVERY_RULE.values())


def test_the_settings_of_the_agents_keep_them() -> None:
    found = settings(("mys-cert-manager",))
    assert found["schema-version"] == "v1"
    assert found["pod-annotation-based-scraping"] == 'podannotationnamespaceregex = "mys-cert-manager"\n'
    kept = dict(line.split(" = ") for line in found["default-targets-metrics-keep-list"].splitlines())
    assert kept.pop("minimalingestionprofile") == "true"
    assert kept == {target: f'"{"|".join(series)}"' for target, series in KEPT.items()}


@every_environment
@pytest.mark.control(28)
def test_every_environment_has_all_rules_in_groups_that_azure_takes(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    groups = composed[stack].of(GROUP)
    rules = [rule for group in groups for rule in group.inputs["rules"]]
    assert {rule["alert"]: rule["expression"] for rule in rules} == {
        alert: rule.expression for alert, rule in EVERY_RULE.items()
    }
    assert len(rules) == len(EVERY_RULE) == 30 + 2
    assert {group.inputs["ruleGroupName"] for group in groups} == {
        f"mys-{stack}-core{level}-prometheus-san" for level in RULES
    }
    cluster = f"mys-{stack}-core-aks-san"
    for group in groups:
        assert len(group.inputs["rules"]) <= 20
        assert group.inputs["clusterName"] == cluster
        assert group.inputs["scopes"] == [
            f"/monitor-workspace/mys-{stack}-core-amw-san",
            f"/kubernetes-cluster/{cluster}",
        ]


@every_environment
def test_an_alert_goes_where_its_severity_goes(stack: str, composed: Mapping[str, Composition]) -> None:
    roles = {"page": "page", "notify": "", "inform": "inform"}
    wanted = {
        severity: f"/action-group/mys-{stack}-core{roles[route]}-ag-glob"
        for route, severities in SEVERITIES.items()
        for severity in severities
    }
    for group in composed[stack].of(GROUP):
        for rule in group.inputs["rules"]:
            assert rule["actions"] == [{"actionGroupId": wanted[rule["severity"]]}]


@every_environment
def test_the_agents_find_their_settings_by_name(stack: str, composed: Mapping[str, Composition]) -> None:
    objects = composed[stack].kubernetes()
    (found,) = (each for each in objects if each.inputs.get("metadata", {}).get("name") == SETTINGS)
    assert (found.inputs["kind"], found.inputs["metadata"]["namespace"]) == ("ConfigMap", "kube-system")
    assert found.inputs["data"] == settings(("mys-cert-manager",))


@pytest.mark.parametrize("alert", sorted(EVERY_RULE))
@pytest.mark.requirement("S1-065")
def test_every_rule_has_a_section_that_says_what_to_do(alert: str) -> None:
    page, _, anchor = EVERY_RULE[alert].runbook.partition("#")
    sections = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", (PROJECT / page).read_text(), re.M | re.S))
    assert anchor == alert.lower()
    words = [line.partition(":")[0] for line in sections[alert].strip().split("\n\n")]
    assert words == ["Meaning", "First look", "Remedy", "Escalation"]


def test_no_section_is_about_a_rule_that_is_not_there() -> None:
    text = (PROJECT / "docs/runbooks/alerts-cluster.md").read_text()
    assert set(re.findall(r"^## (\w+)$", text, re.M)) == set(EVERY_RULE)
