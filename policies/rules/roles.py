"""No wide role, and no role at a wide scope."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from components.facts.roles import PIPELINE_ROLES, TOO_WIDE
from policies.conditions import one_of, that
from policies.model import Rule, Severity
from policies.values import MISSING, UNKNOWN, Resource

WIDE_SCOPE = re.compile(r"/?(subscriptions/[^/]+|providers/Microsoft\.Management/managementGroups/[^/]+)?/?", re.I)
"""A subscription, a management group, or everything."""

OF_PIPELINES = frozenset(role.id for role in PIPELINE_ROLES.values())
"""Roles that pipelines have at the groups of their stack (components/facts/roles)."""

GROUP = re.compile(r"resource-?groups?/[^/]+$", re.I)

GRANTS = ("f58310d9-a9f6-439a-9e8d-f62e7b41a168",)
"""Role Based Access Control Administrator, which gives roles to anybody unless a condition says which."""


def _role_id(resource: Resource) -> Any:
    found = resource.value("roleDefinitionId")
    return found.rpartition("/")[2].lower() if isinstance(found, str) else found


def _wide_role(resource: Resource) -> Iterator[Any]:
    found, scope = _role_id(resource), resource.value("scope")
    if found in OF_PIPELINES and scope is UNKNOWN:
        yield UNKNOWN
    elif found in OF_PIPELINES and GROUP.search(str(scope)):
        return
    elif found in TOO_WIDE:
        yield f"roleDefinitionId: {TOO_WIDE[found]}"
    elif found is MISSING:
        yield "roleDefinitionId: not set"


def _wide_scope(resource: Resource) -> Iterator[Any]:
    scope = resource.value("scope")
    if scope is UNKNOWN:
        yield UNKNOWN
    elif scope is MISSING or WIDE_SCOPE.fullmatch(str(scope)):
        yield f"scope: {scope}"


def _conditional(resource: Resource) -> Iterator[Any]:
    if _role_id(resource) in GRANTS:
        yield from that("condition", lambda condition: bool(condition))(resource)


def _actions(resource: Resource) -> Iterator[Any]:
    for where, action in resource.find("permissions[].actions[]"):
        if action is UNKNOWN:
            yield UNKNOWN
        elif action is not MISSING and str(action) in ("*", "*/write", "Microsoft.Authorization/*"):
            yield f"{where}: {action}"
    for where, scope in resource.find("assignableScopes[]"):
        if isinstance(scope, str) and WIDE_SCOPE.fullmatch(scope):
            yield f"{where}: {scope}"


RULES = (
    Rule(
        key="role-wide",
        severity=Severity.CRITICAL,
        demands="nobody gets a role that opens more than any service or person needs",
        risk="Whoever takes over this one principal owns what is in the scope, and gives itself the rest.",
        fix="Take a role of components/facts/roles at the narrowest scope; pipelines have theirs at groups only.",
        kinds=("role-assignment",),
        check=_wide_role,
        answers=("AZR-000204", "MCSB PA-1", "MCSB PA-7"),
    ),
    Rule(
        key="role-scope",
        severity=Severity.CRITICAL,
        demands="no role holds for a whole subscription or more",
        risk="It holds for everything that anybody ever puts there, in every environment.",
        fix="Grant it at the resource, or at a group of this stack.",
        kinds=("role-assignment",),
        check=_wide_scope,
        answers=("AZR-000205", "AZR-000207", "MCSB PA-7"),
    ),
    Rule(
        key="role-condition",
        severity=Severity.CRITICAL,
        demands="who may give roles may give named ones only",
        risk="The right to grant is every right.",
        fix="Let the plan make the condition (Grant.delegates).",
        kinds=("role-assignment",),
        check=_conditional,
        answers=("MCSB PA-1",),
    ),
    Rule(
        key="role-person",
        severity=Severity.MEDIUM,
        demands="people have roles through their groups",
        risk="A person who has left keeps what was given to the person.",
        fix="Add the person to a group of mystira:people.",
        kinds=("role-assignment",),
        check=one_of("principalType", "Group", "ServicePrincipal"),
        answers=("AZR-000203", "MCSB PA-4"),
    ),
    Rule(
        key="role-own",
        severity=Severity.HIGH,
        demands="a role of our own names its actions and stays in its group",
        risk="A role with a wildcard grows with every release of Azure.",
        fix="Name the actions, and a resource group in assignableScopes.",
        kinds=("role-definition",),
        check=_actions,
        answers=("CKV_AZURE_39", "MCSB PA-7"),
    ),
)
