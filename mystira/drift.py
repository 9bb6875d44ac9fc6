"""`mystira drift`: what differs between a stack's state and Azure, without what others own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mystira.choosing import Stack
from mystira.ci.engine import Pulumi, PulumiFailed, pulumi_for
from offline.commands.output import FAILED, STALE, AsJson, ended, print_json, say
from offline.engine.drift import lines_of
from stacks.reports.events import name_of

LISTED = ("azure-native:web:WebAppApplicationSettings", "azure-native:web:WebAppApplicationSettingsSlot")
"""What Azure shows to nobody who only reads: a refresh of it asks for `Microsoft.Web/sites/config/list/action`. Who
applies a stack sees it (docs/runbooks/identity.md)."""


class State(StrEnum):
    """What was found."""

    CLEAN = "clean"
    DRIFT = "drift"
    ERROR = "error"


CODES: Mapping[State, int] = {State.CLEAN: 0, State.DRIFT: STALE, State.ERROR: FAILED}


@dataclass(frozen=True)
class Drift:
    """What was found of one stack."""

    stack: str
    state: State
    differences: tuple[str, ...] = ()
    """One line each: resource, property, what was, what is."""
    left_out: tuple[str, ...] = ()
    """The resources that this login cannot look at."""
    error: str = ""
    """Why it could not be looked at."""


def drift(stack: Stack, as_json: AsJson = False) -> None:
    """Report what differs between the state of a stack and Azure; what others own is no drift.

    Nothing is written. Exit code 0 for clean, 3 for drift, 1 for an error. Uses the `pulumi` and the login of this
    machine. Offline: `mystira offline drift`.
    """
    found = look(pulumi_for(stack))
    if as_json:
        print_json(found)
    else:
        for line in text_of(found):
            say(line)
    ended(CODES[found.state])


def look(pulumi: Pulumi) -> Drift:
    """Refresh without writing. What cannot be looked at is an error, never clean."""
    try:
        left_out = tuple(sorted(_unreadable(pulumi)))
        excluded = [argument for urn in left_out for argument in ("--exclude", urn)]
        found = pulumi.json("refresh", "--preview-only", *excluded)
        lines = tuple(line for step in found.get("steps") or [] for line in lines_of(step))
    except (PulumiFailed, ValueError, KeyError, TypeError) as error:
        return Drift(pulumi.stack, State.ERROR, error=str(error))
    return Drift(pulumi.stack, State.DRIFT if lines else State.CLEAN, lines, left_out)


def text_of(found: Drift) -> Iterator[str]:
    """The report for people."""
    yield from found.differences
    if found.error:
        yield found.error
    if found.left_out:
        yield f"not looked at, for want of a right: {', '.join(_names(found.left_out))}"
    what = f"{len(found.differences)} differences" if found.differences else "no drift"
    yield f"{found.stack}: {'could not be looked at' if found.state is State.ERROR else what}"


def _unreadable(pulumi: Pulumi) -> Iterator[str]:
    resources = (json.loads(pulumi.exported()).get("deployment") or {}).get("resources") or []
    return (str(each["urn"]) for each in resources if each["type"] in LISTED)


def _names(urns: Iterable[str]) -> Iterator[str]:
    return map(name_of, urns)
