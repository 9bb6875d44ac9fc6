"""Role assignments, and roles of a customer."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

RBAC = "Microsoft: Troubleshoot Azure RBAC"
CONDITIONS = "Microsoft: FAQ for Azure role assignment conditions"
CUSTOM_ROLES = "Microsoft: Azure custom roles"
FORMAT = "Microsoft: Azure role assignment condition format and syntax"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "RoleDefinitionDoesNotExist": (
        Rule("a role that does not exist", "public logs: the specified role definition does not exist"),
    ),
    "RoleAssignmentUpdateNotPermitted": (Rule("another principal or role under the same name", RBAC),),
    "RoleAssignmentExists": (Rule("the same role for the same principal twice", RBAC),),
    "PrincipalNotFound": (Rule("a principal that Entra has not replicated yet", RBAC),),
    "InvalidPrincipalId": (Rule("a principal that is not a GUID", "tests/evidence/role-assignment.yaml"),),
    "InvalidRoleAssignmentCondition": (
        unconfirmed(
            "a condition of another version or format, or on a role without actions that take one; the message is "
            "documented, its code is not",
            "Microsoft: Troubleshoot Azure role assignment conditions; MicrosoftDocs/azure-docs#119449",
        ),
        unconfirmed("a condition of more than 8 KB", CONDITIONS),
    ),
    "RoleDefinitionWithSameNameExists": (
        Rule("a second role with a name", "Azure/azure-sdk-for-net (Authorization.Tests: 409)"),
    ),
    "RoleDefinitionHasAssignments": (Rule("a role that somebody has", RBAC),),
    "UnmatchedPrincipalType": (Rule("a principal of another type", "Azure/azure-dev#3581"),),
}
