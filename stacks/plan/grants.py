"""Who may do what: every role assignment of a stack, on plain keys.

Scopes and principals are keys that the build resolves: ``cluster``, ``registry``, ``subnet/aks-nodes``,
``identity/kubelet``. Nothing is granted wider than the resource it is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.access.spec import RoleAssignmentSpec
from components.facts.roles import ROLES, TOO_WIDE
from components.naming.guid import role_assignment_name
from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import AnyPart, Grant

WIDER = frozenset({"subscription", "resource-group", "management-group", "tenant"})
READ = "components/facts/roles.py"


def scopes_of(context: Context[Any], parts: Sequence[AnyPart]) -> Mapping[str, str]:
    """Every resource at which a role can be granted, and its type."""
    return {scope: kind for part in parts for scope, kind in part.scopes(context).items()}


def grant_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """Unknown roles and scopes, roles at what they are not for, and what is wider than a resource."""
    scopes = scopes_of(context, parts)
    for key, access in context.settings.access.items():
        role, kind = ROLES.get(access.role), scopes.get(access.scope)
        if role is None:
            wide = access.role in TOO_WIDE or access.role.lower() in {name.lower() for name in TOO_WIDE.values()}
            what = "grants more than anybody needs" if wide else "unknown role"
            yield Problem(context.path(f"access.{key}.role"), what, access.role, ", ".join(ROLES), READ)
        path = context.path(f"access.{key}.scope")
        if kind is None:
            wide = access.scope.split("/")[0] in WIDER or access.scope.startswith("/")
            what = "wider than a resource" if wide else "no such resource"
            yield Problem(path, what, access.scope, ", ".join(sorted(scopes)), READ)
        if role and kind and kind not in role.kinds:
            what = f"{role.key} cannot be granted at a {kind}"
            yield Problem(path, what, access.scope, ", ".join(role.kinds), READ)


def grants_of(context: Context[Any], parts: Sequence[AnyPart]) -> tuple[RoleAssignmentSpec, ...]:
    """Every role assignment: what parts ask for, in their order."""
    scopes, place = scopes_of(context, parts), context.place

    def made(grant: Grant) -> RoleAssignmentSpec:
        name = role_assignment_name(
            scope=f"{place}/{grant.scope}", role=grant.role, principal=f"{place}/{grant.principal}"
        )
        return RoleAssignmentSpec(
            key=grant.key or f"{grant.principal.partition('/')[2]}-{grant.role}-{grant.scope.replace('/', '-')}",
            name=name,
            role=ROLES[grant.role],
            principal=grant.principal,
            principal_type=grant.principal_type,
            scope=grant.scope,
            kind=scopes[grant.scope],
        )

    return tuple(made(grant) for part in parts for grant in part.grants(context))
