"""Microsoft Graph in a tenant of the offline cloud, and the permissions that somebody has at it."""

from __future__ import annotations

from components.entra.graph import CLIENT_ID, INCLUDED_IN, ROLES, SCOPES
from offline.azure.behaviour import guid
from offline.entra.behaviour import TENANT, of_tenant
from offline.world.objects import CloudObject, Writer

PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal"
ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment"
CREATOR_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""The tenant in which Microsoft registers its own applications (Microsoft: Verify first-party Microsoft applications
in sign-in reports)."""


def graph(tenant: str) -> CloudObject:
    """Microsoft Graph, which every tenant has."""
    object_id = guid(tenant, CLIENT_ID)
    body = {
        "clientId": CLIENT_ID,
        "objectId": object_id,
        "displayName": "Microsoft Graph",
        "accountEnabled": True,
        "applicationTenantId": CREATOR_TENANT,
        "signInAudience": "AzureADMultipleOrgs",
        "type": "Application",
        "appRoleIds": dict(ROLES),
        "appRoles": [
            {"id": id, "value": value, "allowedMemberTypes": ["Application"], "enabled": True}
            for value, id in ROLES.items()
        ],
        "oauth2PermissionScopeIds": dict(SCOPES),
        "oauth2PermissionScopes": [{"id": id, "value": value, "enabled": True} for value, id in SCOPES.items()],
        TENANT: tenant,
    }
    return CloudObject(f"/servicePrincipals/{object_id}", PRINCIPAL, body)


def permissions(cloud: Writer, tenant: str, object_id: str) -> frozenset[str]:
    """The application permissions that a principal has at Graph, and everything that they include."""
    names = {id: name for name, id in ROLES.items()}
    at = graph(tenant).body["objectId"]
    given = {
        names[each.body["appRoleId"]]
        for each in of_tenant(cloud, ASSIGNMENT, tenant)
        if each.body.get("principalObjectId") == object_id
        and each.body.get("resourceObjectId") == at
        and each.body.get("appRoleId") in names
    }
    return frozenset(given | {small for small, large in INCLUDED_IN.items() if large & given})
