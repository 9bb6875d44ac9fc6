"""What may be weaker than a rule when ``mystira:waivers`` names it with a reason, an owner and an end.

A rule is one of a part (``Part.rules``), of the policy pack (``policies/rules``), or of both under one id. The plan
sees what settings break, the pack what resources break; both are answered by the same waiver. What only the pack can
see, an idle waiver of one of its own rules included, only the pack refuses. All else is refused here, and nothing is
registered without a plan: the pack can rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from components.problems import Problem
from policies.rules.every import RULES
from stacks.context import Context
from stacks.parts.part import AnyPart, Notice

ENDS_SOON = timedelta(days=30)
"""For how long before its end a waiver is announced."""

WANTED = "a reason, an owner and the day until which it holds"
READ = "docs/policies.md"


def rules_of(parts: Sequence[AnyPart]) -> Mapping[str, str]:
    """Every rule that the settings of a stack can break, and what it demands."""
    return {rule: what for part in parts for rule, what in part.rules.items()}


def waivable(parts: Sequence[AnyPart]) -> Mapping[str, str]:
    """Every rule that a stack can have a waiver for, and what it demands: those of its parts and of the policy pack."""
    return {**{key: rule.demands for key, rule in RULES.items() if not rule.planned}, **rules_of(parts)}


def waiver_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """A weakness without its waiver, a waiver of no rule, and one that has ended."""
    rules, waivers = waivable(parts), context.settings.waivers
    for rule in sorted(_weaknesses(context, parts) - waivers.keys()):
        what = f"missing: the settings break the rule that {rules[rule]}"
        yield Problem(context.path(f"waivers.{rule}"), what, "", WANTED, READ)
    for rule in sorted(waivers.keys() - rules.keys()):
        yield Problem(context.path(f"waivers.{rule}"), "no such rule", rule, ", ".join(sorted(rules)))
    for rule, waiver in sorted(waivers.items()):
        if rule in rules and waiver.ended(context.today):
            what = f"the waiver has ended; the rule is that {rules[rule]}"
            allowed = f"settings that keep the rule, or a day from {context.today} on, which {waiver.owner} answers for"
            yield Problem(context.path(f"waivers.{rule}.until"), what, str(waiver.until), allowed, READ)


def idle_waiver_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """A waiver without its weakness. Ask when all else is well: a setting that is refused may only seem to keep a rule,
    as high availability does on a tier that has none.

    A live resource that is taken over may break a rule that the settings keep, because Azure takes some things at
    creation only: then the pack sees it, and a waiver is not idle for all that the plan knows.
    """
    kinds = {key.partition("/")[0] for key in context.settings.adopt}
    for rule in sorted(rules_of(parts).keys() & context.settings.waivers.keys() - _weaknesses(context, parts)):
        if rule in RULES and RULES[rule].lasting and not kinds.isdisjoint(RULES[rule].kinds):
            continue
        what = "waives a rule that the settings keep"
        yield Problem(context.path(f"waivers.{rule}"), what, "", "no such entry")


def waiver_notices(context: Context[Any]) -> Iterator[Notice]:
    """Waivers that end within 30 days, soonest first."""
    for rule, waiver in sorted(context.settings.waivers.items(), key=lambda entry: (entry[1].until, entry[0])):
        if not waiver.ended(context.today) and waiver.until <= context.today + ENDS_SOON:
            path = context.path(f"waivers.{rule}")
            yield Notice(
                path,
                waiver.until.isoformat(),
                f"{path}: the waiver ends on {waiver.until}: {waiver.owner} keeps the rule or renews it ({READ})",
            )


def _weaknesses(context: Context[Any], parts: Sequence[AnyPart]) -> set[str]:
    return {rule for part in parts for rule in part.weaknesses(context)}
