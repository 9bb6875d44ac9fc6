"""What is weaker than a rule has a waiver with a reason, an owner and an end, and no waiver is idle."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from policies.rules.every import RULES
from stacks.parts.all import parts_of
from stacks.plan.waivers import rules_of
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import (
    GONE,
    TODAY,
    committed_plan,
    context,
    edit,
    every_stack,
    one_problem,
    plan,
    problems,
    waived,
)

MISTAKES = [
    Mistake("dev", {"waivers.other-rule": waived()}, "waivers.other-rule", "no such rule", "aks-tier"),
    Mistake("dev", {"waivers.other-rule": waived()}, "waivers.other-rule", "no such rule", "vault-roles"),
    Mistake("prod", {"waivers.aks-tier": waived()}, "waivers.aks-tier", "waives a rule that the settings keep"),
    Mistake("dev", {"waivers.aks-tier.until": "2026-11-20"}, "waivers.aks-tier.until", "ended", "from 2026-11-21 on"),
    Mistake("dev", {"waivers.aks-tier.until": "2026-11-20"}, "waivers.aks-tier.until", "the API server has an uptime"),
    Mistake("dev", {"waivers.aks-defender.until": "2026-01-01"}, "waivers.aks-defender.until", "ended", "platform"),
    Mistake("dev", {"waivers.aks-tier.until": "soon"}, "waivers.aks-tier.until", "not allowed", "a day in quotes"),
    Mistake("dev", {"waivers.aks-tier.until": date(2027, 5, 31)}, "waivers.aks-tier.until", "not allowed", "in quotes"),
    Mistake("dev", {"waivers.aks-tier.until": GONE}, "waivers.aks-tier.until", "missing"),
    Mistake("dev", {"waivers.aks-tier.owner": GONE}, "waivers.aks-tier.owner", "missing"),
    Mistake("dev", {"waivers.aks-tier.reason": ""}, "waivers.aks-tier.reason", ""),
    Mistake("dev", {"waivers.aks-tier.since": "2026-01-01"}, "waivers.aks-tier.since", ""),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_a_waiver_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


@every_stack
def test_every_waiver_of_a_stack_is_needed(stack: str, folder: Path) -> None:
    """Without its waivers a stack is refused with one problem for each, at its place, with the rule in words. Those of
    the policy pack alone are missed by the pack."""
    rules, waivers = rules_of(parts_of(stack)), context(stack).settings.waivers
    assert waivers
    edit(folder, stack, {"waivers": GONE})
    if rules.keys() & waivers.keys():
        found = problems(folder, stack, {})
        assert {each.path: each.what for each in found} == {
            f"Pulumi.{stack}.yaml: mystira:waivers.{rule}": f"missing: the settings break the rule that {rules[rule]}"
            for rule in waivers.keys() & rules.keys()
        }
    assert waivers.keys() <= rules.keys() | {rule.key for rule in RULES.values() if not rule.planned}


@every_stack
def test_every_waiver_has_an_owner_and_an_end(stack: str) -> None:
    for waiver in committed_plan(stack).waivers.values():
        assert waiver.reason
        assert waiver.owner
        assert TODAY < waiver.until <= TODAY + timedelta(days=366)


@pytest.mark.parametrize(("days", "announced"), [(31, False), (30, True), (0, True)])
def test_a_waiver_is_announced_thirty_days_before_its_end(folder: Path, days: int, announced: bool) -> None:
    end = TODAY + timedelta(days=days)
    edit(folder, "dev", {"waivers.aks-tier.until": end.isoformat(), "waivers.aks-tier.owner": "cluster-team"})
    notices = [each for each in plan("dev", folder).notices if "waivers.aks-tier" in each.subject]
    assert bool(notices) == announced
    for notice in notices:
        assert notice.due == end.isoformat()
        assert notice.subject == "Pulumi.dev.yaml: mystira:waivers.aks-tier"
        assert f"the waiver ends on {end}: cluster-team keeps the rule or renews it" in notice.text


def test_a_waiver_holds_on_its_last_day_and_no_longer(folder: Path) -> None:
    edit(folder, "dev", {"waivers.aks-tier.until": TODAY.isoformat()})
    assert "aks-tier" in plan("dev", folder).waivers
    problem = one_problem(folder, "dev", {}, today=TODAY + timedelta(days=1))
    assert (problem.seen, problem.read) == (TODAY.isoformat(), "docs/policies.md")


def test_what_a_rule_of_the_pack_alone_waives_is_the_packs_to_judge(folder: Path) -> None:
    """The plan sees no resources: whether such a waiver is idle is asked when the stack is complete."""
    edit(folder, "prod", {"waivers.vault-roles": waived()})
    assert "vault-roles" in plan("prod", folder).waivers


def test_a_live_resource_may_break_a_rule_that_the_settings_keep(folder: Path) -> None:
    """A vault keeps the days that it was made with: the pack sees them, and the plan sees only the settings."""
    change = {"waivers.vault-purge-protection": waived()}
    assert "waives a rule that the settings keep" in one_problem(folder, "prod", change).what
    prod = context("prod", folder).settings.azure.subscription_id
    group = f"/subscriptions/{prod}/resourceGroups/mys-prod-core-rg-san"
    network = {"virtual-network/core": f"{group}/providers/Microsoft.Network/virtualNetworks/live"}
    assert "waives a rule that the settings keep" in one_problem(folder, "prod", {"adopt": network}).what
    assert {rule.key for rule in RULES.values() if rule.lasting} <= {
        rule.key for rule in RULES.values() if rule.planned
    }
    vault = {"key-vault/app": f"{group}/providers/Microsoft.KeyVault/vaults/mys-prod-app-kv-san"}
    edit(folder, "prod", {"adopt": vault})
    assert "vault-purge-protection" in plan("prod", folder).waivers


def test_an_idle_waiver_is_only_reported_when_all_else_is_well(folder: Path) -> None:
    changes = {"waivers.aks-tier": waived(), "aks.version": "1.20"}
    (problem,) = problems(folder, "prod", changes)
    assert problem.path.endswith("aks.version")


@pytest.mark.parametrize("environment", ["shared", "prod"])
def test_every_rule_belongs_to_one_part(environment: str) -> None:
    rules = [(rule, what) for part in parts_of(environment) for rule, what in part.rules.items()]
    assert len(rules) == len(rules_of(parts_of(environment)))
    assert all(what for _, what in rules)
