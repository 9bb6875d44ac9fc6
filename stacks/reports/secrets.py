"""How old each secret and key is, when it expires and who renews it: a plan compared with the stack's state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from components.problems import MystiraError
from components.vaults.spec import SigningKeySpec
from stacks.parts.secrets.plan import EXPIRY_NOTICE, SecretPlan
from stacks.parts.vaults.plan import VaultPlan

TOKEN = "azure-native:keyvault:Secret"
KEY_TOKEN = "azure-native:keyvault:Key"
RUNBOOK = "docs/runbooks/secrets.md"
UNREADABLE = "state: not what `pulumi stack export` prints, or a stack with nothing in it"


class UnreadableState(MystiraError):
    """Input that is not the state of a stack, or a state without secrets."""


@dataclass(frozen=True)
class Line:
    """One secret, or one key, whose dates are those of its newest version."""

    place: str
    """Vault and name: ``mys-dev-app-kv-san/redis-endpoint``."""
    owner: str
    """Who renews it; empty for a key, which Key Vault renews."""
    age_days: int | None
    """Days since its last version was written; ``None`` where the state does not say."""
    maximum_age_days: int
    """The age at which it must be renewed."""
    expires_on: date | None
    """The day on which it expires; ``None`` where the state does not say."""
    verdict: str
    """What a person reads, with what to do."""
    bad: bool
    """Whether it makes the report fail."""


def report(stack: str, secrets: Sequence[SecretPlan], state: str, today: date) -> list[Line]:
    """One line for each secret of the plan, then one for each that only the state has.

    ``state`` is what `pulumi stack export` prints. Raises :class:`UnreadableState` rather than report nothing.
    """
    written = {_place(each): each for each in _resources(state) if each.get("type") == TOKEN}
    if secrets and not written:
        raise UnreadableState(f"{stack}: the state holds no secret; is the stack up? (pulumi stack export)")
    lines = [_line(spec, written.pop(f"{spec.vault}/{spec.name}".lower(), None), today) for spec in secrets]
    return [*lines, *_left(written)]


def key_report(vaults: Sequence[VaultPlan], state: str, today: date) -> list[Line]:
    """One line for each signing key of the plan; raises :class:`UnreadableState` as :func:`report` does."""
    written = {_place(each): each for each in _resources(state) if each.get("type") == KEY_TOKEN}
    return [
        _key_line(f"{vault.spec.name}/{key.name}", key, written.get(f"{vault.spec.name}/{key.name}".lower()), today)
        for vault in vaults
        for key in vault.spec.keys
    ]


def _key_line(place: str, key: SigningKeySpec, resource: Mapping[str, Any] | None, today: date) -> Line:
    attributes = ((resource or {}).get("outputs") or {}).get("attributes") or {}
    created, expires = _day(attributes.get("created")), _day(attributes.get("expires"))
    age, verdict = None if created is None else (today - created).days, "good"
    if resource is None:
        verdict = "not written: pulumi up"
    elif created is None:
        verdict = "no dates: pulumi refresh"
    elif expires is None:
        verdict = f"never expires, and Azure changes no key: use one under another name ({RUNBOOK})"
    elif expires <= today:
        verdict = f"expired {(today - expires).days} days ago: pulumi refresh, then see why it does not rotate"
    elif expires - today <= EXPIRY_NOTICE:
        verdict = f"expires in {(expires - today).days} days: pulumi refresh, then see why it does not rotate"
    return Line(place, "", age, key.rotate_after_days, expires, verdict, verdict != "good")


def _line(spec: SecretPlan, resource: Mapping[str, Any] | None, today: date) -> Line:
    place, most = f"{spec.vault}/{spec.name}", spec.maximum_age_days
    if spec.in_vault:
        return _set_by_owner(spec, place, today)
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
    elif expires - today <= EXPIRY_NOTICE:
        verdict = f"expires in {(expires - today).days} days"
    return Line(place, spec.owner, age, most, expires, verdict, bad)


def _set_by_owner(spec: SecretPlan, place: str, today: date) -> Line:
    """A secret that only its vault knows: what the settings say of it."""
    left = (spec.expires_on - today).days
    verdict = f"set in the vault, ends in {left} days: az keyvault secret show --query attributes" if left > 0 else ""
    verdict = verdict or f"expired {-left} days ago: renew it ({RUNBOOK})"
    return Line(place, spec.owner, None, spec.maximum_age_days, spec.expires_on, verdict, left <= 0)


def _left(written: Mapping[str, Mapping[str, Any]]) -> Iterator[Line]:
    for place in sorted(written):
        yield Line(place, "", None, 0, None, "in the state, not in the settings: pulumi up", True)


def _resources(state: str) -> list[Mapping[str, Any]]:
    try:
        resources = json.loads(state)["deployment"]["resources"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableState(f"{UNREADABLE}; seen: {error!r}") from error
    if not isinstance(resources, list) or not all(isinstance(each, dict) for each in resources):
        raise UnreadableState(UNREADABLE)
    return resources


def _place(resource: Mapping[str, Any]) -> str:
    inputs = resource.get("inputs") or {}
    return f"{inputs.get('vaultName')}/{inputs.get('secretName') or inputs.get('keyName')}".lower()


def _day(seconds: Any) -> date | None:
    return datetime.fromtimestamp(seconds, tz=UTC).date() if isinstance(seconds, (int, float)) else None
