"""How old each secret is, when it ends, who renews it: the settings held against a stack's state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from components.problems import MystiraError
from stacks.plan import EnvironmentPlan
from stacks.plan.model import SecretSpec
from stacks.plan.secrets import WARNING_TIME

TOKEN = "azure-native:keyvault:Secret"
RUNBOOK = "docs/runbooks/secrets.md"


class UnreadableState(MystiraError):
    """What should be the state of a stack is none, or holds no secret."""


@dataclass(frozen=True)
class Line:
    """One secret: ``age_days`` and ``expires_on`` as the state has them; ``bad`` is what makes the report fail."""

    place: str
    owner: str
    age_days: int | None
    maximum_age_days: int
    expires_on: date | None
    verdict: str
    bad: bool


def report(plan: EnvironmentPlan, state: str, today: date) -> list[Line]:
    """One line for each secret of the plan.

    ``state`` is what `pulumi stack export` prints. Raises :class:`UnreadableState` rather than report nothing.
    """
    written = {_place(each): each for each in _resources(state) if each.get("type") == TOKEN}
    if plan.secrets and not written:
        raise UnreadableState(f"{plan.stack}: the state holds no secret; is the stack up? (pulumi stack export)")
    lines = [_line(spec, written.pop(f"{spec.vault}/{spec.name}".lower(), None), today) for spec in plan.secrets]
    return [*lines, *_left(written)]


def _line(spec: SecretSpec, resource: Mapping[str, Any] | None, today: date) -> Line:
    place, most = f"{spec.vault}/{spec.name}", spec.maximum_age_days
    if resource is None:
        return Line(place, spec.owner, None, most, None, "not written: pulumi up", True)
    attributes = ((resource.get("outputs") or {}).get("properties") or {}).get("attributes") or {}
    updated, expires = _day(attributes.get("updated")), _day(attributes.get("expires"))
    if updated is None or expires is None:
        return Line(place, spec.owner, None, most, expires, "no dates: pulumi refresh", True)
    age = (today - updated).days
    verdict, bad = "good", False
    if expires <= today:
        verdict, bad = f"expired {(today - expires).days} days ago", True
    elif age > most:
        verdict, bad = f"too old: renew it ({RUNBOOK})", True
    elif expires - today <= WARNING_TIME:
        verdict = f"expires in {(expires - today).days} days"
    return Line(place, spec.owner, age, most, expires, verdict, bad)


def _left(written: Mapping[str, Mapping[str, Any]]) -> Iterator[Line]:
    for place in sorted(written):
        yield Line(place, "", None, 0, None, "in the state, not in the settings: pulumi up", True)


def _resources(state: str) -> list[Mapping[str, Any]]:
    try:
        content = json.loads(state)
        return list(content["deployment"]["resources"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableState("not what `pulumi stack export` prints, or the stack holds nothing") from error


def _place(resource: Mapping[str, Any]) -> str:
    inputs = resource.get("inputs") or {}
    return f"{inputs.get('vaultName')}/{inputs.get('secretName')}".lower()


def _day(seconds: Any) -> date | None:
    return datetime.fromtimestamp(seconds, tz=UTC).date() if isinstance(seconds, (int, float)) else None
