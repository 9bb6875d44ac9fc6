"""Rules about a whole stack, and waivers that nothing needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from components.facts.types import REGISTERED_TYPES, RESOURCE_TYPES
from policies.judge import Judge
from policies.rules.every import RULES
from policies.rules.network import DNSSEC
from policies.rules.protection import LOCKED
from policies.values import UNKNOWN, Resource
from tests.policies.cases import CASES, base


def resource(kind: str, inputs: Mapping[str, Any] | None = None, **refers: str) -> Resource:
    """A resource of a kind, with the URNs of what it refers to."""
    token = REGISTERED_TYPES[kind].token if kind in REGISTERED_TYPES else kind
    found = base(kind) if inputs is None else inputs
    return Resource(f"urn:{kind}", token, "one", found, True, refers={key: (urn,) for key, urn in refers.items()})


def rules(resources: Sequence[Resource], *keys: str) -> set[str]:
    """Those of some rules that a stack of these resources breaks."""
    return {each.rule.key for each in Judge().together(resources)} & set(keys)


@pytest.mark.parametrize("kind", [key for key, row in RESOURCE_TYPES.items() if row.diagnostics])
def test_what_writes_logs_has_a_diagnostic_setting(kind: str) -> None:
    looked_at = resource(kind, {})
    logs = [{"category": each, "enabled": True} for each in RESOURCE_TYPES[kind].diagnostics]
    setting = resource("diagnostic-setting", {"logs": logs}, resourceUri=looked_at.urn)
    assert rules([looked_at], "diagnostics") == {"diagnostics"}
    assert rules([looked_at, setting], "diagnostics") == set()
    assert rules([looked_at, replace(setting, refers={"resourceUri": ("urn:another",)})], "diagnostics")
    off = [{**each, "enabled": False} for each in logs]
    assert rules([looked_at, replace(setting, inputs={"logs": off})], "diagnostics")
    assert rules([looked_at, replace(setting, inputs={"logs": [UNKNOWN]})], "diagnostics") == set()


@pytest.mark.parametrize("kind", LOCKED)
def test_what_holds_data_in_prod_has_a_lock(kind: str) -> None:
    data = resource(kind, {"tags": {"Environment": "prod"}})
    lock = resource("management-lock", {}, scope=data.urn)
    assert rules([data], "protection") == {"protection"}
    assert rules([data, lock], "protection") == set()
    assert rules([resource(kind, {"tags": {"Environment": "dev"}})], "protection") == set()


@pytest.mark.parametrize(
    ("rule", "kind", "beside", "through"),
    [
        ("registry-copy", "container-registry", "registry-replication", "registryName"),
        ("nat-gateway-alerts", "nat-gateway", "metric-alert", "scopes"),
        ("dns-signed", "dns-zone", DNSSEC, "zoneName"),
    ],
)
def test_what_has_to_be_beside_a_resource(rule: str, kind: str, beside: str, through: str) -> None:
    alone = resource(kind, {})
    assert rules([alone], rule) == {rule}
    assert rules([alone, resource(beside, {}, **{through: alone.urn})], rule) == set()


@pytest.mark.parametrize("kind", ["deployment", "stateful-set"])
def test_what_serves_has_a_disruption_budget_of_its_own_pods(kind: str) -> None:
    workload = resource(kind)
    inputs = {"metadata": {"namespace": "mys-prod"}, "spec": {"selector": base(kind)["spec"]["selector"]}}
    budget = resource("pod-disruption-budget", inputs)
    assert rules([workload], "disruption-budget") == {"disruption-budget"}
    assert rules([workload, budget], "disruption-budget") == set()
    elsewhere = {**inputs, "metadata": {"namespace": "mys-gateway"}}
    others = {**inputs, "spec": {"selector": {"matchLabels": {"app.kubernetes.io/name": "app"}}}}
    for wrong in (elsewhere, others):
        assert rules([workload, replace(budget, inputs=wrong)], "disruption-budget") == {"disruption-budget"}
    unknown = replace(workload, inputs={**workload.inputs, "spec": UNKNOWN})
    assert rules([unknown], "disruption-budget") == set()


def test_an_image_in_dev_may_have_a_tag() -> None:
    tagged = next(each for each in CASES if each.rule == "image-digest").breaks()
    in_dev = replace(tagged, inputs={**tagged.inputs, "metadata": {"namespace": "mys-dev"}})
    assert "image-digest" in {each.rule.key for each in Judge().alone(tagged)}
    assert "image-digest" not in {each.rule.key for each in Judge().alone(in_dev)}


def test_every_rule_about_a_stack_has_a_test_here() -> None:
    tested = {"diagnostics", "protection", "registry-copy", "nat-gateway-alerts", "dns-signed", "disruption-budget"}
    assert {key for key, rule in RULES.items() if rule.among} == tested


def test_a_stack_is_judged_by_what_the_run_registered() -> None:
    """Outputs may have other names than inputs; what the run has not registered has nothing else."""
    (case,) = (each for each in CASES if each.rule == "redis-replica")
    judge = Judge(["protection"])
    assert judge.alone(case.keeps()) == []
    assert judge.together([replace(case.keeps(), inputs={})]) == []
    assert "redis-replica" in {each.rule.key for each in Judge().together([replace(case.keeps(), inputs={})])}


def test_a_waiver_of_the_pack_alone_is_idle_where_nothing_breaks_its_rule() -> None:
    """The plan judges those that it shares."""
    (case,) = (each for each in CASES if each.rule == "aks-defender")
    judge = Judge(["aks-defender", "aks-tier", "no-rule"])
    judge.alone(case.keeps())
    assert [each.key for each in judge.idle()] == ["aks-defender"]
    judge.alone(case.breaks())
    assert judge.idle() == []


def test_a_waiver_is_not_idle_while_a_preview_cannot_tell() -> None:
    (case,) = (each for each in CASES if each.rule == "secret-end")
    judge = Judge(["secret-end"])
    judge.alone(replace(case.keeps(), inputs={**case.keeps().inputs, "properties": UNKNOWN}))
    assert judge.idle() == []
