"""Whether the login may do what the stack needs, at every scope where it needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.facts.actions import GROUPS, allowed, role_for, type_of
from mystira.preflight.arm import MISSING, Arm, Refused
from mystira.preflight.report import Finding, Verdict, shortened
from stacks.preflight.rights import Right

CHECK = "rights"
READ = "docs/permissions.md"
VERSION = "2022-04-01"
PERMISSIONS = "/providers/Microsoft.Authorization/permissions"


def check_rights(arm: Arm, rights: Iterable[Right]) -> Iterator[Finding]:
    """One finding for each scope at which something is missing, or one for all."""
    by_scope: dict[str, list[Right]] = {}
    for right in rights:
        by_scope.setdefault(right.scope, []).append(right)
    refused = False
    for scope, needed in by_scope.items():
        roles = permissions(arm, scope)
        if roles is None:
            roles = permissions(arm, wider(scope)) or permissions(arm, subscription_of(scope)) or []
        missing = [right.action for right in needed if not allowed(right.action, roles)]
        if missing:
            refused = True
            what = f"{len(missing)} of {len(needed)} actions are missing at {scope}: {shortened(missing)}"
            yield Finding(CHECK, Verdict.REFUSED, what, _roles(missing, scope), READ, tuple(missing))
    if not refused:
        count = sum(map(len, by_scope.values()))
        yield Finding(CHECK, Verdict.OK, f"{count} actions at {len(by_scope)} scopes")


def _roles(missing: Iterable[str], scope: str) -> str:
    """What would give these actions. At a subscription some roles are always the same."""
    named = ", ".join(sorted({role_for(action, scope) for action in missing} - {""}))
    return f"roles with these actions{', among them ' if named else ''}{named}"


def permissions(arm: Arm, scope: str) -> list[Mapping[str, Any]] | None:
    """The roles of the login at a scope, wider ones included; ``None`` where the scope is not there yet."""
    try:
        return list(arm.every(f"{scope}{PERMISSIONS}", VERSION))
    except Refused as error:
        if error.status == MISSING and scope != subscription_of(scope):
            return None
        raise


def wider(scope: str) -> str:
    """The group of a resource, the subscription of a group."""
    return subscription_of(scope) if type_of(scope) == GROUPS else "/".join(scope.split("/")[:5])


def subscription_of(scope: str) -> str:
    """The subscription of a scope."""
    return "/".join(scope.split("/")[:3])
