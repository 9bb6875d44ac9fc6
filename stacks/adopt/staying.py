"""What a live resource is once its part is done, and which rules of the policy pack it breaks then.

What Azure takes at creation only, and what others own, stays as it is; everything else is the plan's. The pack is asked
of exactly that when the part goes on: what it finds needs a waiver before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.facts.wire import SIGNATURE_KEY as MARK
from policies.judge import Judge
from policies.values import UNKNOWN as NOT_KNOWN
from policies.values import Resource, Secret
from stacks.adopt.effects import Body, told_at
from stacks.build.recording import UNKNOWN, Registration

OPENED = "plain-secret"
"""A rule that is not asked: a recording opens secrets, and the engine sees their marks."""


@dataclass(frozen=True)
class Weak:
    """A rule that a live resource breaks once its part is done, and that no waiver names."""

    rule: str
    key: str
    """The resource, as `mystira:adopt` refers to it."""
    seen: str

    def __str__(self) -> str:
        return f"mystira:waivers.{self.rule}: {self.key}: {self.seen}"


def weaknesses_of(planned: Sequence[Registration], live: Mapping[str, Body], waived: Iterable[str]) -> Iterator[Weak]:
    """What breaks a rule; nothing of what Azure tells nothing of. ``waived`` are the keys of ``mystira:waivers``."""
    judge = Judge(waived, whole=False)
    for each in planned:
        if live.get(each.key):
            for finding in judge.alone(_resource(each, staying(each, live[each.key]))):
                if finding.rule.key == OPENED:
                    continue
                yield Weak(finding.rule.key, each.key, finding.seen)


def staying(planned: Registration, body: Body) -> Mapping[str, Any]:
    """The inputs of a live resource when its part is done. ``body`` is what Azure tells of it."""
    inputs: Any = planned.inputs
    if body:
        for path in (*(each.path for each in planned.row.creation_only if each.kept), *planned.ignores):
            steps = path.replace("[*]", "[]").split(".")
            inputs = _kept(inputs, body, steps)
    return inputs


def _kept(plan: Any, live: Any, steps: list[str]) -> Any:
    """``plan`` with what ``live`` has at a path. Items of lists are told apart by their names."""
    first, *rest = steps
    name = first.removesuffix("[]")
    if not isinstance(plan, Mapping):
        return plan
    there = told_at(live, name) if isinstance(live, Mapping) else None
    if not rest and name == first:
        left = {key: value for key, value in plan.items() if key != name}
        return left if there is None else {**left, name: there}
    if name not in plan:
        return plan
    if name == first:
        return {**plan, name: _kept(plan[name], there, rest)}
    named = {each.get("name"): each for each in there or () if isinstance(each, Mapping)}
    items = [
        _kept(each, named[each.get("name")], rest) if isinstance(each, Mapping) and each.get("name") in named else each
        for each in plan[name]
    ]
    return {**plan, name: items}


def _resource(planned: Registration, inputs: Mapping[str, Any]) -> Resource:
    """As the engine would show it to the pack."""
    found = {name: _marked(value) for name, value in inputs.items()}
    return Resource(planned.urn, planned.row.token, planned.name, found, planned.protected, kept=True)


def _marked(value: Any) -> Any:
    """A recorded value with the pack's own marks."""
    if isinstance(value, Mapping):
        if MARK in value:
            return Secret(_marked(value.get("value")))
        return {name: _marked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_marked(each) for each in value]
    return NOT_KNOWN if value == UNKNOWN else value
