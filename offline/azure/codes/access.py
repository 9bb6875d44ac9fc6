"""Role assignments."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule

RBAC = "Microsoft: Troubleshoot Azure RBAC"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "RoleDefinitionDoesNotExist": (
        Rule("a role that does not exist", "public logs: the specified role definition does not exist"),
    ),
    "RoleAssignmentUpdateNotPermitted": (Rule("another principal or role under the same name", RBAC),),
    "RoleAssignmentExists": (Rule("the same role for the same principal twice", RBAC),),
    "PrincipalNotFound": (Rule("a principal that Entra has not replicated yet", RBAC),),
    "InvalidPrincipalId": (Rule("a principal that is not a GUID", "tests/evidence/role-assignment.yaml"),),
    "UnmatchedPrincipalType": (Rule("a principal of another type", "Azure/azure-dev#3581"),),
}
