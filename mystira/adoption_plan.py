"""`mystira adopt STACK --plan`: the way from what lives to what the plan says, one run after another."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from components.facts.model import ResourceType
from components.facts.phases import EVERY
from components.facts.words import WORDS
from components.problems import InvalidInput, Problem
from mystira.api_versions import api_version
from mystira.preflight.arm import Arm
from mystira.preflight.login import credential
from mystira.preflight.offline_cloud import offline_arm
from mystira.preflight.preflight import is_offline
from offline.commands.output import FAILED, ended, print_json, say
from offline.engine.home import Home
from offline.world.store import World
from stacks.adopt.effects import Body, Effect
from stacks.adopt.steps import Step, steps_of
from stacks.build.recording import Planned, recording_of
from stacks.plan.model import StackPlan
from stacks.settings.loading import file_name

READ = "docs/runbooks/adoption.md"
SHOWN = (Effect.REPLACES, Effect.CLOSES, Effect.ONE_WAY, Effect.ALONE, Effect.DOWNTIME)
"""What is always told, also where there is none."""


def plan_adoption(plan: StackPlan, *, as_json: bool = False, arm: Arm | None = None) -> None:
    """Print the steps; exit code 1 where one would replace something. ``arm`` answers in place of Azure.

    Raises :class:`~components.problems.InvalidInput` where the settings adopt nothing, or something that is gone.
    """
    everything = recording_of(plan).everything
    if not plan.adopt:
        where = f"{file_name(plan.stack)}: mystira:adopt"
        raise InvalidInput([Problem(where, "adopts nothing", "", "mystira adopt STACK --from … first", READ)])
    steps = steps_of(plan, everything, told(plan, everything, arm or _arm(plan)))
    if as_json:
        print_json([_plain(step) for step in steps])
    else:
        for number, step in enumerate(steps, 1):
            _show(number, step)
    ended(FAILED if any(step.of(Effect.REPLACES) for step in steps) else 0)


def told(plan: StackPlan, everything: tuple[Planned, ...], arm: Arm) -> Mapping[str, Body]:
    """What Azure tells of everything that is adopted, by key. Raises ``InvalidInput`` for what is gone."""
    found: dict[str, Body] = {}
    gone: list[Problem] = []
    for each in everything:
        id = plan.adopt.get(each.key)
        if id is None or not isinstance(each.row, ResourceType):
            continue
        body = arm.found(id, api_version(each.row.token))
        if body is None:
            where = f"{file_name(plan.stack)}: mystira:adopt.{each.key}"
            gone.append(Problem(where, "is not there", id, "the id of a live resource, or no entry", READ))
        else:
            found[each.key] = body
    if gone:
        raise InvalidInput(gone)
    return found


def _arm(plan: StackPlan) -> Arm:
    if is_offline(plan):
        return offline_arm(World(Home.default().cloud), plan.tenant_id, plan.subscription_id)
    return Arm(credential(plan.tenant_id, plan.subscription_id, os.environ))


def _show(number: int, step: Step) -> None:
    who = "all parts" if step.part == EVERY else step.part
    say(f"{number}. {step.phase}: {who}   {step.setting}", style="bold")
    say(
        f"   imports {step.imports}, creates {sum((step.creates or {}).values())}{_counted(step.creates)}; deletes none"
    )
    for why, count in sorted((step.waits or {}).items()) if step.part == EVERY else ():
        say(f"   waits: {count}, {why}")
    for effect in SHOWN:
        found = step.of(effect)
        if not found:
            say(f"   {effect}: none")
        for change in found:
            say(f"   {effect}: {change}")
    for weak in step.waivers:
        say(f"   needs a waiver: {weak}")
    others: dict[str, list[str]] = {}
    for change in step.of(Effect.OTHER):
        others.setdefault(change.key, []).append(change.path + f" ({change.what})" * bool(change.what))
    for key, paths in others.items():
        say(f"   {Effect.OTHER}: {key}: {', '.join(paths)}")
    say(f"   way back: {step.back}")


def _counted(creates: Mapping[str, int] | None) -> str:
    words = [f"{WORDS[key].product} {WORDS[key].counted(count)}" for key, count in (creates or {}).items()]
    return f" ({', '.join(words)})" if words else ""


def _plain(step: Step) -> dict[str, Any]:
    return {
        "phase": step.phase,
        "part": step.part,
        "setting": step.setting,
        "imports": step.imports,
        "creates": step.creates,
        "waits": step.waits,
        "changes": [vars(change) for change in step.changes],
        "waivers": [vars(weak) for weak in step.waivers],
        "back": step.back,
    }
