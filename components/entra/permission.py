"""What an identity or an application may do at another one."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_azuread as azuread


def app_role(
    name: str,
    *,
    role: str,
    principal_id: pulumi.Input[str],
    resource_id: pulumi.Input[str],
    options: pulumi.ResourceOptions,
) -> azuread.AppRoleAssignment:
    """Give somebody, by object id, a role (by its id) at an application, by the object id of its service principal."""
    return azuread.AppRoleAssignment(
        name,
        app_role_id=role,
        principal_object_id=principal_id,
        resource_object_id=resource_id,
        opts=options,
    )


def consent(
    name: str,
    *,
    scopes: Sequence[str],
    client_id: pulumi.Input[str],
    resource_id: pulumi.Input[str],
    options: pulumi.ResourceOptions,
) -> azuread.ServicePrincipalDelegatedPermissionGrant:
    """Consent, for everybody in the tenant, to what a client does through another application on behalf of who has
    signed in. Both are object ids of service principals; ``scopes`` are values such as ``openid``."""
    return azuread.ServicePrincipalDelegatedPermissionGrant(
        name,
        claim_values=list(scopes),
        service_principal_object_id=client_id,
        resource_service_principal_object_id=resource_id,
        opts=options,
    )
