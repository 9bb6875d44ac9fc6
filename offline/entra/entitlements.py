"""The scopes and roles of an application: what azuread checks, what Graph refuses, and how azuread gets past it
(hashicorp/terraform-provider-azuread: internal/services/applications/applications.go)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from offline.entra.errors import GraphError
from offline.entra.shape import without_zeros
from offline.rpc.protocol import UNKNOWN, Properties

Entitlement = Properties
"""A scope or a role: ``id``, ``value``, ``enabled`` and what describes it."""

_SAME = ("displayName", "description", "enabled", "value")


def scopes_of(body: Properties) -> list[Entitlement]:
    """The scopes of an application; none where they are not known yet."""
    api = body.get("api")
    return _known(api.get("oauth2PermissionScopes") if isinstance(api, dict) else None)


def roles_of(body: Properties) -> list[Entitlement]:
    """The roles of an application; none where they are not known yet."""
    return _known(body.get("appRoles"))


def duplicate(body: Properties) -> str:
    """What azuread says at a preview of ids and values that are there twice; empty for none."""
    seen: list[tuple[str, str, tuple[object, ...]]] = []
    for each, display, text in (
        *((role, "displayName", "description") for role in roles_of(body)),
        *((scope, "adminConsentDisplayName", "adminConsentDescription") for scope in scopes_of(body)),
    ):
        id, value = each.get("id"), each.get("value")
        if not id or not value or UNKNOWN in (id, value):
            continue
        rest = (each.get(display), each.get(text), each.get("enabled", True))
        for other_id, other_value, other_rest in seen:
            if id == other_id and value != other_value:
                return f'validation failed: duplicate ID found: "{id}"'
            if value == other_value and id != other_id:
                return f'validation failed: duplicate value found: "{value}"'
            if (id, value) == (other_id, other_value) and rest != other_rest:
                return f"validation failed: {', '.join(_SAME)} must match for the two entries with identifier '{id}'"
        seen.append((id, value, rest))
    return ""


def duplicate_refusals(body: Properties) -> Iterator[GraphError]:
    """What Graph itself refuses: two roles, or two scopes, with one id or value."""
    message = "Request contains a property with duplicate values."
    for target, entries in (("appRoles", roles_of(body)), ("api.oauth2PermissionScopes", scopes_of(body))):
        for name in ("id", "value"):
            values = [str(each[name]) for each in entries if each.get(name)]
            twice = sorted({each for each in values if values.count(each) > 1})
            if twice:
                yield GraphError("DuplicateValue", message, f"{target} has the {name} {twice[0]} twice")
    shared = {str(each["value"]): each.get("id") for each in roles_of(body) if each.get("value")}
    for scope in scopes_of(body):
        if scope.get("value") in shared and scope.get("id") != shared[scope["value"]]:
            advice = f"a role and a scope share the value {scope['value']}: they are in one namespace"
            yield GraphError("DuplicateValue", message, advice)


def disabled_first(old: Sequence[Entitlement], new: Sequence[Entitlement]) -> list[Entitlement]:
    """What azuread sends before an update: the old entries, with those switched off that change or go."""
    wanted = {each.get("id"): each for each in new}
    return [{**each, "enabled": False} if _differs(each, wanted.get(each.get("id"))) else each for each in old]


def enabled_refusals(old: Sequence[Entitlement], new: Sequence[Entitlement]) -> Iterator[GraphError]:
    """What Graph refuses of one request: changing or removing an entry that is enabled."""
    wanted = {each.get("id"): each for each in new}
    for each in old:
        if each.get("enabled", True) and _differs(each, wanted.get(each.get("id"))):
            yield GraphError(
                "CannotDeleteOrUpdateEnabledEntitlement",
                "Permission (scope or role) cannot be deleted or updated unless disabled first.",
                f"disable {each.get('value')} in a request of its own first",
            )


def _differs(old: Entitlement, new: Entitlement | None) -> bool:
    """Whether an entry goes, or changes in anything but being enabled."""
    if new is None:
        return True
    left, right = ({k: v for k, v in without_zeros(each).items() if k != "enabled"} for each in (old, new))
    return {k: sorted(v) if isinstance(v, list) else v for k, v in left.items()} != {
        k: sorted(v) if isinstance(v, list) else v for k, v in right.items()
    }


def _known(entries: object) -> list[Entitlement]:
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
