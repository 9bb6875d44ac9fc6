"""Who may do what: every role assignment of a stack, on plain keys.

Scopes and principals are keys that the build resolves: ``cluster``, ``registry``, ``subnet/aks-nodes``,
``identity/kubelet``. Nothing is granted wider than the resource it is for, with two exceptions of which the settings
say nothing here: pipelines have roles at the resource groups of their own stack, and the cluster has one at the group
in which it makes a private link service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.access.conditions import delegation
from components.access.spec import RoleAssignmentSpec
from components.facts.roles import CUSTOM_ROLES, PIPELINE_ROLES, ROLES, TOO_WIDE, CustomRole, Role, known_role
from components.naming.guid import role_assignment_name, role_definition_id
from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import AnyPart, Grant

RESOURCE_GROUP = "resource-group"
WIDER = frozenset({"subscription", RESOURCE_GROUP, "management-group", "tenant"})
READ = "components/facts/roles.py"
REFUSED = frozenset(each.lower() for each in (*TOO_WIDE, *TOO_WIDE.values(), *PIPELINE_ROLES, *CUSTOM_ROLES))
"""Roles that the settings give to nobody, by id, name or key."""


def scopes_of(context: Context[Any], parts: Sequence[AnyPart]) -> Mapping[str, str]:
    """Every resource at which a role can be granted, and its type."""
    return {scope: kind for part in parts for scope, kind in part.scopes(context).items()}


def grant_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """Unknown roles and scopes, roles at what they are not for, what is wider than a resource or given twice."""
    scopes = {scope: kind for scope, kind in scopes_of(context, parts).items() if kind != RESOURCE_GROUP}
    for key, access in context.settings.access.items():
        role, kind = ROLES.get(access.role), scopes.get(access.scope)
        if role is None:
            what = "grants more than anybody needs" if access.role.lower() in REFUSED else "unknown role"
            yield Problem(context.path(f"access.{key}.role"), what, access.role, ", ".join(ROLES), READ)
        path = context.path(f"access.{key}.scope")
        if kind is None:
            wide = access.scope.split("/")[0] in WIDER or access.scope.startswith("/")
            what = "wider than a resource" if wide else "no such resource"
            yield Problem(path, what, access.scope, ", ".join(sorted(scopes)), READ)
        if role and kind and kind not in role.kinds:
            what = f"{role.key} cannot be granted at a {kind}"
            yield Problem(path, what, access.scope, ", ".join(role.kinds), READ)
    yield from _repeated(context, parts)


def _repeated(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """What the settings give to somebody who has it already: Azure refuses the second role assignment."""
    first: dict[tuple[str, str, str], str] = {}
    for grant in (grant for part in parts for grant in part.grants(context)):
        what, who = (grant.role, grant.principal, grant.scope), grant.who or grant.principal
        if what in first and grant.key in context.settings.access:
            path = context.path(f"access.{grant.key}")
            yield Problem(path, f"{first[what]} has this role there already", grant.role, "no such entry", READ)
        first.setdefault(what, who)


def grants_of(context: Context[Any], parts: Sequence[AnyPart]) -> tuple[RoleAssignmentSpec, ...]:
    """Every role assignment: what parts ask for, in their order."""
    scopes = scopes_of(context, parts)
    grants = [grant for part in parts for grant in part.grants(context)]
    made = [_made(context.place, grant, scopes[grant.scope]) for grant in grants]
    granted = _delegation(spec for grant, spec in zip(grants, made, strict=True) if not grant.reserved)
    return tuple(
        replace(spec, condition=granted) if grant.delegates else spec for grant, spec in zip(grants, made, strict=True)
    )


def _made(place: str, grant: Grant, kind: str) -> RoleAssignmentSpec:
    name = role_assignment_name(scope=f"{place}/{grant.scope}", role=grant.role, principal=f"{place}/{grant.principal}")
    who = grant.who or grant.principal
    return RoleAssignmentSpec(
        key=grant.key or f"{who.partition('/')[2]}-{grant.role}-{grant.scope.replace('/', '-')}",
        name=name,
        role=_role(place, grant.role),
        principal=grant.principal,
        principal_type=grant.principal_type,
        scope=grant.scope,
        kind=kind,
        who=who,
        condition=grant.condition,
    )


def _role(place: str, key: str) -> Role:
    """A built-in role, or one of our own with the id that it has on this platform."""
    role = known_role(key)
    return role.role(role_definition_id(place=place, role=key)) if isinstance(role, CustomRole) else role


def _delegation(granted: Iterable[RoleAssignmentSpec]) -> str:
    """The condition that allows to grant these roles to the types of principals that have them, and nothing else."""
    roles: dict[str, set[str]] = {}
    for each in granted:
        roles.setdefault(each.principal_type, set()).add(each.role.id)
    return delegation(roles)
