"""The engine's event stream: what a preview found, as plain data.

``pulumi preview --event-log FILE`` writes one JSON object a line (pulumi/pulumi: sdk/go/common/apitype/events.go; read
at 3.259.0). The flag is there when ``PULUMI_DEBUG_COMMANDS`` is true. The engine hides secrets before it writes.
``preview --json`` is another format, without the results of policies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from components.facts.types import REGISTERED_BY_TOKEN
from components.problems import MystiraError

READ = "docs/runbooks/review.md"
WANTED = "PULUMI_DEBUG_COMMANDS=true pulumi preview --event-log FILE"

COMPONENT = "mystira:"
"""What the token of a component of this program begins with."""

_NO_RESOURCES = (COMPONENT, "pulumi:")
"""Tokens of what groups or configures resources, and is none."""

_COLOR = re.compile(r"<\{%[^%]*%\}>")
"""Marks of colour in messages whose ``color`` is raw."""


class BrokenStream(MystiraError):
    """The text is not the event stream of a run that came to its end."""


class Action(StrEnum):
    """What happens to a resource, the most serious first."""

    REPLACE = "replace"
    DELETE = "delete"
    UPDATE = "update"
    IMPORT = "import"
    CREATE = "create"


_ACTIONS: Mapping[str, Action | None] = {
    "replace": Action.REPLACE,
    "create-replacement": Action.REPLACE,
    "delete-replaced": Action.REPLACE,
    "import-replacement": Action.REPLACE,
    "delete": Action.DELETE,
    "remove-pending-replace": Action.DELETE,
    "update": Action.UPDATE,
    "import": Action.IMPORT,
    "create": Action.CREATE,
    "same": None,
    "read": None,
    "read-replacement": None,
    "discard": None,
    "discard-replaced": None,
    "refresh": None,
    "diff": None,
    "extend-parameterize": None,
}
"""By the engine's operation (pulumi/pulumi: pkg/resource/deploy/step.go). ``None`` changes nothing at Azure."""


_NOTHING = frozenset({"same", "read"})
"""Operations that the engine counts although they are none."""

STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Change:
    """What a run does to one resource."""

    action: Action
    urn: str
    token: str
    """Pulumi's type token."""
    causes: tuple[str, ...] = ()
    """The properties whose change makes it necessary, by wire name."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The inputs that the state has; empty for what is new."""
    after: Mapping[str, Any] = field(default_factory=dict)
    """The inputs that the program asks for; empty for what goes."""
    delete_first: bool = False
    """Whether a replacement deletes the old resource before the new one is there."""
    retained: bool = False
    """Whether a deletion leaves the resource at Azure and only forgets it."""
    component: str = ""
    """The component that it belongs to: ``Postgresql core``; empty outside any."""

    @property
    def name(self) -> str:
        """Its logical name."""
        return name_of(self.urn)

    @property
    def kind(self) -> str:
        """The key of its type; empty for one that this program does not know."""
        row = REGISTERED_BY_TOKEN.get(self.token)
        return row.key if row else ""

    @property
    def key(self) -> str:
        """How settings refer to it: ``postgresql-server/core``."""
        return f"{self.kind or self.token}/{self.name}"


@dataclass(frozen=True)
class Message:
    """Something that the engine, the program or a provider said."""

    severity: str
    """error, warning or info."""
    text: str
    urn: str = ""
    """The resource that it is about; empty for the whole run."""


@dataclass(frozen=True)
class Violation:
    """A policy that a resource breaks."""

    policy: str
    pack: str
    level: str
    """mandatory stops the run, advisory does not (the engine calls that one warning)."""
    severity: str
    """low, medium, high, critical; empty where the policy has none."""
    text: str
    urn: str = ""
    """The resource; empty where it is about the whole stack."""


@dataclass(frozen=True)
class Run:
    """What the engine said about one preview or update."""

    changes: tuple[Change, ...]
    """One a resource, in the order in which the engine came to them."""
    messages: tuple[Message, ...]
    violations: tuple[Violation, ...]
    counts: Mapping[str, int]
    """Resources by operation, as the engine counts them."""
    packs: Mapping[str, str]
    """The policy packs that ran, with their versions. The engine adds where one lies (``name|local|folder``)."""
    succeeded: bool
    preview: bool
    outputs_change: bool = False
    """Whether the stack's outputs become others."""

    @property
    def does_nothing(self) -> bool:
        """Whether neither a resource nor a component nor an output changes."""
        return not self.outputs_change and not any(count for op, count in self.counts.items() if op not in _NOTHING)

    @property
    def errors(self) -> tuple[Message, ...]:
        """What made it fail, each once."""
        return tuple(dict.fromkeys(each for each in self.messages if each.severity == "error"))

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What it warned of, each once."""
        return tuple(dict.fromkeys(each for each in self.messages if each.severity == "warning"))


def name_of(urn: str) -> str:
    """The logical name in a URN."""
    return urn.rpartition("::")[2]


def read_events(text: str, source: str) -> Run:
    """What the engine wrote. ``source`` names the file, for errors. Raises :class:`BrokenStream`."""
    events = list(_events(text, source))
    summary = next((event["summaryEvent"] for event in reversed(events) if "summaryEvent" in event), None)
    if not isinstance(summary, dict):
        seen = f"{len(events)} events and no summaryEvent"
        raise _broken(source, "the event stream is cut off", seen)
    try:
        return _run(events, summary, source)
    except (KeyError, TypeError, AttributeError) as error:
        raise _broken(source, "not an event stream", repr(error)) from error


def _events(text: str, source: str) -> Iterator[dict[str, Any]]:
    lines = text.splitlines()
    if not any(line.strip() for line in lines):
        raise _broken(source, "no events", "an empty file")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError as error:
            what = "the event stream is cut off" if number == len(lines) and number > 1 else "not an event stream"
            seen = f"line {number}: {line[:40]!r}"
            raise _broken(source, what, seen) from error
        if not isinstance(event, dict) or "sequence" not in event:
            seen = f"line {number}: {line[:40]!r}"
            raise _broken(source, "not an event stream", seen)
        yield event


def _broken(source: str, what: str, seen: str, allowed: str = WANTED) -> BrokenStream:
    return BrokenStream(f"{source}: {what}; seen: {seen}; allowed: {allowed}; read: {READ}")


def _run(events: list[dict[str, Any]], summary: Mapping[str, Any], source: str) -> Run:
    steps: dict[str, list[Mapping[str, Any]]] = {}
    parents: dict[str, str] = {}
    messages, violations = list[Message](), list[Violation]()
    outputs_change = False
    for event in events:
        if "resourcePreEvent" in event:
            step = event["resourcePreEvent"]["metadata"]
            if step["op"] not in _ACTIONS:
                raise _broken(source, "unknown operation", step["op"], ", ".join(_ACTIONS))
            steps.setdefault(step["urn"], []).append(step)
            parents[step["urn"]] = str((step.get("new") or step.get("old") or {}).get("parent") or "")
        elif "diagnosticEvent" in event:
            said = event["diagnosticEvent"]
            if said["severity"] != "debug" and not said.get("ephemeral"):
                messages.append(Message(said["severity"], _plain(said["message"]), said.get("urn", "")))
        elif "resOutputsEvent" in event:
            step = event["resOutputsEvent"]["metadata"]
            if step["type"] == STACK:
                was, now = ((step.get(key) or {}).get("outputs") or {} for key in ("old", "new"))
                outputs_change |= was != now
        elif "policyEvent" in event:
            violations.append(_violation(event["policyEvent"]))
        elif "errorEvent" in event:
            messages.append(Message("error", _plain(event["errorEvent"]["error"])))
    changes = (_change(urn, of_one, parents) for urn, of_one in steps.items())
    return Run(
        changes=tuple(each for each in changes if each is not None),
        messages=tuple(messages),
        violations=tuple(dict.fromkeys(violations)),
        counts=dict(summary.get("resourceChanges") or {}),
        packs={pack.partition("|")[0]: version for pack, version in (summary.get("PolicyPacks") or {}).items()},
        succeeded=summary["result"] == "succeeded",
        preview=bool(summary["isPreview"]),
        outputs_change=outputs_change,
    )


def _change(urn: str, steps: list[Mapping[str, Any]], parents: Mapping[str, str]) -> Change | None:
    """What the steps of one resource come to; ``None`` where they change nothing at Azure or in a directory."""
    if _token(urn).startswith(_NO_RESOURCES):
        return None
    actions = [action for action in (_ACTIONS[step["op"]] for step in steps) if action is not None]
    if not actions:
        return None
    action = min(actions, key=list(Action).index)
    operations = [step["op"] for step in steps]
    old = next((step["old"] for step in steps if step.get("old")), None) or {}
    new = next((step["new"] for step in steps if step.get("new")), None) or {}
    first = ("delete-replaced", "create-replacement")
    gone, made = (operations.index(each) if each in operations else -1 for each in first)
    causes = dict.fromkeys(cause for step in steps for cause in _causes(step))
    return Change(
        action=action,
        urn=urn,
        token=str(steps[0]["type"]),
        causes=tuple(causes),
        before=old.get("inputs") or {},
        after=(new.get("inputs") or {}) if action is not Action.DELETE else {},
        delete_first=action is Action.REPLACE and -1 < gone < made,
        retained=action is Action.DELETE and bool(old.get("retainOnDelete")),
        component=_component(urn, parents),
    )


def _causes(step: Mapping[str, Any]) -> Iterator[str]:
    """Properties: what replaces, before what is only different; with a path where the provider says one."""
    detailed = step.get("detailedDiff") or {}
    replacing = [path for path, each in detailed.items() if str(each.get("diffKind", "")).endswith("-replace")]
    yield from replacing or detailed or step.get("keys") or step.get("diffs") or ()


def _component(urn: str, parents: Mapping[str, str]) -> str:
    """The nearest component above a resource."""
    above = parents.get(urn, "")
    while above and not _token(above).startswith(COMPONENT):
        above = parents.get(above, "")
    return f"{_token(above).rpartition(':')[2]} {name_of(above)}" if above else ""


def _token(urn: str) -> str:
    """The type token in a URN, without those of what it is a child of."""
    return urn.rpartition("::")[0].rpartition("::")[2].rpartition("$")[2]


def _violation(event: Mapping[str, Any]) -> Violation:
    level = "advisory" if event["enforcementLevel"] == "warning" else str(event["enforcementLevel"])
    return Violation(
        policy=str(event["policyName"]),
        pack=str(event["policyPackName"]),
        level=level,
        severity=str(event.get("severity") or ""),
        text=_plain(event["message"]),
        urn=str(event.get("resourceUrn") or ""),
    )


def _plain(text: str) -> str:
    """A message without marks of colour and the line end."""
    return _COLOR.sub("", text).strip()
