"""How a stack is: its last update, what is unfinished, what drifted, what is due."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from components.facts.types import REGISTERED_BY_TOKEN
from components.facts.words import word_of
from stacks.parts.part import Notice
from stacks.parts.secrets.plan import EXPIRY_NOTICE, SECRETS
from stacks.parts.vaults.plan import VAULTS
from stacks.plan.model import StackPlan
from stacks.reports import secrets as ages
from stacks.reports.events import name_of

END_OF_LIFE, WAIVER, SECRET, OTHER = "end of life", "waiver", "secrets", "notice"
TOPICS: Mapping[str, str] = {
    END_OF_LIFE: "ends of life",
    WAIVER: "waivers that end soon",
    SECRET: "dates of secrets",
    OTHER: "to see to",
}
"""What notices are about, and the heading of each."""

ALWAYS = (END_OF_LIFE, WAIVER)
"""The headings that are shown even where there is nothing below them."""

CHANGES = ("create", "update", "replace", "delete", "import")
"""What an update counts, in the order in which it is told; what it left alone is not."""


@dataclass(frozen=True)
class Update:
    """The last operation of a stack, as `pulumi stack history --json` has it."""

    kind: str
    """``update``, ``destroy``, ``refresh``."""
    result: str
    """``succeeded``, ``failed``, ``in-progress``."""
    at: str
    """When it ended, or began where it has not ended: a timestamp in UTC."""
    changes: Mapping[str, int]
    """How many resources by operation."""
    commit: str
    """The commit of the program; empty: not known."""


@dataclass(frozen=True)
class Drift:
    """The last look for drift."""

    at: str
    """When: a timestamp in UTC."""
    differences: tuple[str, ...]
    """What differed, one line each."""
    outdated: bool
    """Whether the stack has been updated since."""


@dataclass(frozen=True)
class Due:
    """A notice of the plan, with what it is about."""

    topic: str
    """A key of :data:`TOPICS`."""
    due: str
    """The day by which to act."""
    text: str


@dataclass(frozen=True)
class Status:
    """All of it."""

    stack: str
    exists: bool
    """Whether the back end has the stack."""
    last_update: Update | None
    """``None`` before the first."""
    resources: int
    """At Azure and Entra; components and providers are not counted."""
    pending: tuple[str, ...]
    """Operations that began and whose end nobody saw: ``creating PostgreSQL server core``."""
    drift: Drift | None
    """``None`` where nobody has looked."""
    secrets_due: tuple[ages.Line, ...]
    """Secrets and keys that are expired, too old, missing, or expire within 30 days."""
    due: tuple[Due, ...]
    """Ends of life, waivers that end soon and whatever else a person should act on, the nearest first."""


def status_of(
    plan: StackPlan,
    deployment: Mapping[str, Any] | None,
    history: Sequence[Mapping[str, Any]],
    today: date,
    drift: Drift | None = None,
) -> Status:
    """The status of the plan's stack.

    ``deployment`` is what `pulumi stack export` has under ``deployment``, ``None`` for a stack that the back end does
    not have; ``history`` what `pulumi stack history --json` prints, the latest first.
    """
    held = (deployment or {}).get("resources") or []
    return Status(
        stack=plan.stack,
        exists=deployment is not None,
        last_update=_update(history[0]) if history else None,
        resources=sum(each.get("type") in REGISTERED_BY_TOKEN for each in held),
        pending=tuple(_operation(each) for each in (deployment or {}).get("pending_operations") or ()),
        drift=drift,
        secrets_due=tuple(_secrets_due(plan, held, today)),
        due=tuple(sorted(map(_due, plan.notices), key=lambda each: each.due)),
    )


def lines_of(status: Status, *, looks: str, recovers: str, brings_up: str) -> Iterator[str]:
    """The status as a person reads it. The commands are those that look for drift, that recover and that bring the
    stack up, as this back end has them."""
    name = status.stack
    if not status.exists:
        yield f"{name}: not there; {brings_up}"
    elif status.last_update is None:
        yield f"{name}: never brought up; {brings_up}"
    else:
        yield f"{name}: {status.resources} resources"
        yield f"  last update: {_told(status.last_update)}"
    if status.exists:
        unfinished = f"{'; '.join(status.pending)}: {recovers}" if status.pending else "none"
        yield f"  pending operations: {unfinished}"
        yield from _drift_lines(status.drift, looks)
        yield from _listed("secrets due", (f"{each.place}: {each.verdict}" for each in status.secrets_due))
    for topic, title in TOPICS.items():
        found = [f"{each.due}: {each.text}" for each in status.due if each.topic == topic]
        if found or topic in ALWAYS:
            yield from _listed(title, found)


def _update(found: Mapping[str, Any]) -> Update:
    return Update(
        kind=str(found.get("kind", "")),
        result=str(found.get("result", "")),
        at=str(found.get("endTime") or found.get("startTime") or ""),
        changes={op: count for op, count in (found.get("resourceChanges") or {}).items() if count},
        commit=str((found.get("environment") or {}).get("git.head", "")),
    )


def _operation(pending: Mapping[str, Any]) -> str:
    resource = pending.get("resource") or {}
    word = word_of(str(resource.get("type", "")))
    return f"{pending.get('type', '')} {word.product} {word.one} {name_of(str(resource.get('urn', '')))}"


def _secrets_due(plan: StackPlan, held: Iterable[Mapping[str, Any]], today: date) -> Iterator[ages.Line]:
    secrets, vaults = plan.get(SECRETS) or (), plan.get(VAULTS)
    state = list(held)
    if not any(each.get("type") == ages.TOKEN for each in state):
        # Nothing of it has been written yet, which the last update tells.
        return
    text = json.dumps({"deployment": {"resources": state}})
    lines = [
        *ages.report(plan.stack, secrets, text, today),
        *(ages.key_report(vaults.vaults, text, today) if vaults else ()),
    ]
    yield from (each for each in lines if each.bad or (each.expires_on and each.expires_on - today <= EXPIRY_NOTICE))


def _due(notice: Notice) -> Due:
    setting = notice.subject.partition(": mystira:")[2]
    topic = OTHER
    if not setting:
        topic = END_OF_LIFE
    elif setting.startswith("waivers."):
        topic = WAIVER
    elif setting.startswith("secrets."):
        topic = SECRET
    return Due(topic, notice.due, notice.text)


def _told(update: Update) -> str:
    changes = Counter(update.changes)
    told = [f"{changes[op]} {op}" for op in CHANGES if changes[op]] or ["nothing changed"]
    commit = [f"commit {update.commit[:12]}"] if update.commit else []
    return f"{update.at}, {update.kind} {update.result}: {', '.join([*told, *commit])}"


def _drift_lines(drift: Drift | None, looks: str) -> Iterator[str]:
    if drift is None:
        yield f"  drift: nobody has looked; {looks}"
        return
    when = f"{drift.at}, before the last update: {looks}" if drift.outdated else drift.at
    yield f"  drift: {len(drift.differences) or 'none'} ({when})"
    yield from (f"    {line}" for line in drift.differences)


def _listed(title: str, entries: Iterable[str]) -> Iterator[str]:
    found = list(entries)
    yield f"  {title}: {'' if found else 'none'}".rstrip()
    yield from (f"    {entry}" for entry in found)
