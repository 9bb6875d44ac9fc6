"""What may be weaker than a rule when ``mystira:waivers`` names it with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import AnyPart


def rules_of(parts: Sequence[AnyPart]) -> Mapping[str, str]:
    """Every rule that the settings of a stack can break, and what it demands."""
    return {rule: what for part in parts for rule, what in part.rules.items()}


def waiver_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """A weakness without its waiver, and a waiver of no rule."""
    rules, waivers = rules_of(parts), context.settings.waivers
    for rule in sorted(_weaknesses(context, parts) - waivers.keys()):
        what = f"missing: the settings break the rule that {rules[rule]}"
        yield Problem(context.path(f"waivers.{rule}"), what, "", "a reason")
    for rule in sorted(waivers.keys() - rules.keys()):
        yield Problem(context.path(f"waivers.{rule}"), "no such rule", rule, ", ".join(sorted(rules)))


def idle_waiver_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """A waiver without its weakness. Ask when all else is well: a setting that is refused may only seem to keep a rule,
    as high availability does on a tier that has none."""
    for rule in sorted(rules_of(parts).keys() & context.settings.waivers.keys() - _weaknesses(context, parts)):
        what = "waives a rule that the settings keep"
        yield Problem(context.path(f"waivers.{rule}"), what, "", "no such entry")


def _weaknesses(context: Context[Any], parts: Sequence[AnyPart]) -> set[str]:
    return {rule for part in parts for rule in part.weaknesses(context)}
