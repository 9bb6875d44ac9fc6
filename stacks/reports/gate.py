"""The stateful gate: what holds data, AKS, vaults and identities are not replaced or deleted in passing.

A policy pack sees resources and no operations, so the gate reads the preview. It refuses unless the same change names
the resource in ``mystira:replacements``, with a reason, an owner and a last day. Pulumi's ``protect`` stops most of it
too, in the middle of a run; ``--ignore-protect`` and ``--target`` would pass both, and no workflow uses them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from components.facts.keeping import KEPT
from stacks.reports.events import Action, Change, Run
from stacks.settings.waivers import Waiver

READ = "docs/runbooks/protection.md"
SETTING = "mystira:replacements"


@dataclass(frozen=True)
class Refusal:
    """Why a preview does not pass."""

    key: str
    """The resource as the settings name it: ``postgresql-server/core``; empty where it is about the whole preview."""
    text: str
    """What a person reads."""


@dataclass(frozen=True)
class Verdict:
    """What the gate says about a preview."""

    refusals: tuple[Refusal, ...]
    waived: tuple[Change, ...]
    """What goes although it is kept, because the settings say so."""
    idle: tuple[str, ...]
    """Entries of the setting for which nothing goes in this preview."""

    @property
    def passes(self) -> bool:
        """Whether nothing is refused."""
        return not self.refusals


def kept(run: Run) -> tuple[Change, ...]:
    """The replacements and deletions of what is kept, in the order of the preview."""
    return tuple(each for each in run.changes if each.action in (Action.REPLACE, Action.DELETE) and each.kind in KEPT)


def judge(run: Run, replacements: Mapping[str, Waiver], today: date) -> Verdict:
    """What the gate says. ``replacements`` are those of the settings."""
    found = kept(run)
    allowed = {key for key, waiver in replacements.items() if not waiver.ended(today)}
    return Verdict(
        refusals=tuple(_refusals(run, found, allowed, replacements)),
        waived=tuple(each for each in found if each.key in allowed),
        idle=tuple(sorted(replacements.keys() - {each.key for each in found})),
    )


def _refusals(
    run: Run, found: tuple[Change, ...], allowed: set[str], replacements: Mapping[str, Waiver]
) -> Iterator[Refusal]:
    if not run.succeeded:
        yield Refusal("", "the preview failed: nobody knows what else it would replace or delete")
    for each in found:
        if each.key in allowed:
            continue
        ended = each.key in replacements
        wanted = f"{SETTING}.{each.key}: {{reason, owner, until}} in the same change"
        why = f"its waiver ended on {replacements[each.key].until}" if ended else f"allowed: {wanted}"
        yield Refusal(each.key, f"{said(each)}: {KEPT[each.kind]}; {why}; read: {READ}")


def said(change: Change) -> str:
    """What happens to a resource, in which order, and why: ``postgresql-server core is replaced (location), …``."""
    causes = f" ({', '.join(change.causes)})" if change.causes else ""
    if change.action is Action.DELETE:
        left = ", and left at Azure" if change.retained else ""
        return f"{change.kind or change.token} {change.name} is deleted{left}"
    order = ": deleted first, then created again" if change.delete_first else ": created anew, then the old one deleted"
    return f"{change.kind or change.token} {change.name} is replaced{causes}{order}"
