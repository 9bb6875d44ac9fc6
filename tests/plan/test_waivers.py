"""What is weaker than a rule has a waiver with a reason, and no waiver is idle."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.parts.all import parts_of
from stacks.plan.waivers import rules_of
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, context, edit, every_stack, problems

MISTAKES = [
    Mistake("dev", {"waivers.other-rule": "a reason"}, "waivers.other-rule", "no such rule", "aks-tier"),
    Mistake("prod", {"waivers.aks-tier": "a reason"}, "waivers.aks-tier", "waives a rule that the settings keep"),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_a_waiver_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


@every_stack
def test_every_waiver_of_a_stack_is_needed(stack: str, folder: Path) -> None:
    """Without its waivers a stack is refused with one problem for each, at its place, with the rule in words."""
    rules, waivers = rules_of(parts_of(stack)), context(stack).settings.waivers
    assert waivers
    edit(folder, stack, {"waivers": GONE})
    found = problems(folder, stack, {})
    assert {each.path: each.what for each in found} == {
        f"Pulumi.{stack}.yaml: mystira:waivers.{rule}": f"missing: the settings break the rule that {rules[rule]}"
        for rule in waivers
    }


def test_an_idle_waiver_is_only_reported_when_all_else_is_well(folder: Path) -> None:
    changes = {"waivers.aks-tier": "a reason", "aks.version": "1.20"}
    (problem,) = problems(folder, "prod", changes)
    assert problem.path.endswith("aks.version")


@pytest.mark.parametrize("environment", ["shared", "prod"])
def test_every_rule_belongs_to_one_part(environment: str) -> None:
    rules = [(rule, what) for part in parts_of(environment) for rule, what in part.rules.items()]
    assert len(rules) == len(rules_of(parts_of(environment)))
    assert all(what for _, what in rules)
