"""Every rule on plain data: a resource that keeps it and one that breaks it, and every type under some rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.facts.types import REGISTERED_TYPES
from policies.judge import Judge
from policies.model import Finding
from policies.rules.every import GENERAL, NO_RULE, RULES, TOPICS
from policies.rules.secrets import STACK
from policies.values import UNKNOWN, Resource, Secret
from stacks.parts.all import ENVIRONMENT_PARTS, SHARED_PARTS
from stacks.plan.waivers import rules_of
from tests.harness.build import compose_plan
from tests.harness.settings import committed_plan, context, every_stack
from tests.policies.cases import CASES, Case, base

PLANNED = {**rules_of(SHARED_PARTS), **rules_of(ENVIRONMENT_PARTS)}
MAILED = "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=c29tZXRoaW5nLWxvbmc="


def broken(resource: Resource, *waived: str) -> dict[str, Finding]:
    """The findings about one resource, by rule."""
    return {each.rule.key: each for each in Judge(waived).alone(resource)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.kind} {' '.join(case.bad)}")
def test_a_rule_is_kept_or_broken(case: Case) -> None:
    assert case.rule not in broken(case.keeps())
    found = broken(case.breaks())
    assert case.rule in found
    finding = found[case.rule]
    for part in (f"{case.rule}: ", f"{case.kind} bad", finding.seen, finding.rule.fix):
        assert part in finding.message
    assert finding.seen
    assert case.rule not in broken(case.breaks(), case.rule)


def test_every_rule_has_a_case() -> None:
    """Those among others have theirs in test_stacks, plain secrets below."""
    assert {key for key, rule in RULES.items() if rule.check} - {case.rule for case in CASES} == {"plain-secret"}


def test_every_registered_type_has_rules_of_its_own_or_says_why_not() -> None:
    ruled = {kind for key, rule in RULES.items() if key not in GENERAL for kind in rule.kinds}
    assert ruled & NO_RULE.keys() == set()
    assert (ruled | NO_RULE.keys()) - {STACK} == REGISTERED_TYPES.keys()
    assert all(NO_RULE.values())


def test_a_rule_is_asked_in_one_way_and_says_everything() -> None:
    assert sum(map(len, TOPICS.values())) == len(RULES)
    for rule in RULES.values():
        assert bool(rule.check) != bool(rule.among), rule.key
        assert rule.kinds
        assert rule.risk.endswith(".")
        assert rule.fix.endswith(".")
        assert not rule.demands.endswith(".")


def test_a_rule_of_plan_and_pack_has_one_id() -> None:
    assert {key for key, rule in RULES.items() if rule.planned} == RULES.keys() & PLANNED.keys()


@every_stack
@pytest.mark.requirement("S1-094")
def test_a_stack_keeps_every_rule_that_it_does_not_waive(stack: str) -> None:
    """Secrets apart: the composition opens them; the engine sees their marks."""
    judge = Judge(context(stack).settings.waivers)
    found = [
        finding.message
        for each in compose_plan(committed_plan(stack)).resources
        for finding in judge.alone(Resource(each.name, each.type, each.name, each.inputs, each.protect))
        if finding.rule.key != "plain-secret"
    ]
    assert found == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.kind}")
def test_what_a_preview_does_not_know_breaks_nothing(case: Case) -> None:
    whole = replace(case.breaks(), inputs=dict.fromkeys(case.keeps().inputs, UNKNOWN), protect=True)
    assert case.rule == "name" or case.rule not in broken(whole)


def test_a_name_that_azure_draws_is_none() -> None:
    found = broken(replace(CASES[0].keeps(), inputs={**base("key-vault"), "vaultName": UNKNOWN}))
    assert "not a plain string" in found["name"].seen


def test_what_was_taken_over_keeps_its_name() -> None:
    assert "name" not in broken(replace(CASES[0].breaks(), kept=True))


@pytest.mark.parametrize(
    "text",
    [
        MAILED,
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c29tZXRoaW5nLWxvbmc=",
        "Host=db;Username=me;Password=hunter2-and-more",
        "postgresql://me:hunter2@db:5432/app",
        "https://a.blob.core.windows.net/c?sv=2024&sig=abcdefghijklmnopqrstuvwx",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_a_plain_secret_is_found_wherever_it_is_and_never_repeated(text: str) -> None:
    base_inputs = base("web-app-settings")
    resource = Resource("urn", REGISTERED_TYPES["web-app-settings"].token, "app", base_inputs)
    assert broken(resource) == {}
    plain = replace(resource, inputs={**base_inputs, "properties": {"deep": [{"value": text}]}})
    found = broken(plain)["plain-secret"]
    assert found.seen.startswith("properties.deep[0].value")
    assert text not in found.message
    marked = replace(resource, inputs={**base_inputs, "properties": {"deep": Secret([{"value": text}])}})
    assert broken(marked) == {}


def test_what_a_vault_holds_is_marked_whatever_it_looks_like() -> None:
    inputs = dict(base("key-vault-secret"))
    resource = Resource("urn", REGISTERED_TYPES["key-vault-secret"].token, "app", inputs)
    assert "plain-secret" in broken(resource)
    inputs["properties"] = {**inputs["properties"], "value": Secret("x")}
    assert "plain-secret" not in broken(replace(resource, inputs=inputs))


def test_outputs_are_asked_for_plain_secrets_too() -> None:
    stack = Resource("urn:stack", STACK, "mystira-dev", {"endpoint": "https://x", "bus": MAILED})
    assert [each.rule.key for each in Judge().together([replace(stack, inputs={"endpoint": "https://x"})])] == []
    assert {each.rule.key for each in Judge().together([stack])} == {"plain-secret"}
