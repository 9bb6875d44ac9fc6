"""Applications, groups and policies of an Entra tenant, and what azuread says of them.

Permissions are the least that Graph asks of an application; those of a person are directory roles
(docs/permissions.md).
"""

from __future__ import annotations

from components.facts.creation import replaced
from components.facts.model import DirectoryType, Duration, OwnedElsewhere

AZUREAD = "hashicorp/terraform-provider-azuread at f0169e0"
PAGES = "pulumi/pulumi-azuread at b830e04: API Permissions"
APPLY_LOG = "two public apply logs of applications with service principals"

OWNED = "Application.ReadWrite.OwnedBy"
"""Writes the applications and service principals of which the caller is an owner, and creates further ones."""
READ = "Application.Read.All"
ASSIGN = "AppRoleAssignment.ReadWrite.All"
POLICIES = ("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess")
GRAPH_DOCS = "microsoftgraph/microsoft-graph-docs-contrib: api-reference/v1.0"

DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"
"""The role of an application that has none: who has it may sign in where assignment is required (Microsoft Graph:
appRoleAssignment)."""
MAXIMUM_OWNERS = 100
"""Owners of one application (Microsoft: Entra service limits and restrictions)."""
MAXIMUM_CREDENTIALS = 20
"""Federated credentials of one application (Microsoft: Workload identity federation considerations)."""
MAXIMUM_URIS = 256
"""Redirect URIs of each kind of one application (azuread: application_resource.go)."""
MAXIMUM_URI = 256
"""Characters of a redirect URI (Microsoft: Redirect URI outline and restrictions)."""
DELETED_DAYS = 30
"""For how many days a deleted application can be restored (Microsoft: Delete and recover applications FAQ)."""

_CHILD = Duration(0.1, 5)
"""azuread itself gives up after five minutes."""

ROWS: tuple[DirectoryType, ...] = (
    DirectoryType(
        key="application",
        token="azuread:index/application:Application",
        import_id="/applications/{objectId}",
        identified_by=("displayName",),
        unique_name=True,
        creation_only=replaced("templateId"),
        duration=Duration(0.2, 10, f"{APPLY_LOG}: 12 s"),
        replacement_cost="its client id changes, and nobody can sign in until every client has the new one",
        read=(READ,),
        write=(OWNED,),
        source=PAGES,
    ),
    DirectoryType(
        key="service-principal",
        token="azuread:index/servicePrincipal:ServicePrincipal",
        import_id="/servicePrincipals/{objectId}",
        identified_by=("clientId",),
        creation_only=replaced("clientId"),
        duration=Duration(0.22, 10, f"{APPLY_LOG}: 12 to 13 s"),
        replacement_cost="everybody who was assigned to it has to be assigned again",
        read=(READ,),
        write=(OWNED,),
        source=PAGES,
    ),
    DirectoryType(
        key="group",
        token="azuread:index/group:Group",
        import_id="/groups/{objectId}",
        identified_by=("displayName",),
        unique_name=True,
        creation_only=replaced("assignableToRole", "behaviors", "mailNickname", "provisioningOptions", "types"),
        duration=Duration(0.3, 30),
        replacement_cost="its members have to be added again",
        owned_elsewhere=(
            OwnedElsewhere("members", "access review", "people join and leave a group without a deployment"),
        ),
        read=("Group.Read.All",),
        write=("Group.Create",),
        source=f"{PAGES}; Group.Create suffices for a group whose owner the caller is. Owners that are people take "
        "User.Read.All besides, others Application.Read.All",
    ),
    DirectoryType(
        key="app-role-assignment",
        token="azuread:index/appRoleAssignment:AppRoleAssignment",
        import_id="/servicePrincipals/{resourceObjectId}/appRoleAssignedTo/{id}",
        identified_by=("appRoleId", "principalObjectId", "resourceObjectId"),
        creation_only=replaced("appRoleId", "principalObjectId", "resourceObjectId"),
        duration=_CHILD,
        read=(READ,),
        write=(ASSIGN, READ),
        source=f"{GRAPH_DOCS}/api/serviceprincipal-post-approleassignedto.md: both, and {PAGES}",
    ),
    DirectoryType(
        key="pre-authorized-client",
        token="azuread:index/applicationPreAuthorized:ApplicationPreAuthorized",
        import_id="{applicationObjectId}/preAuthorizedApplication/{clientId}",
        identified_by=("applicationId", "authorizedClientId"),
        creation_only=replaced("applicationId", "authorizedClientId"),
        duration=_CHILD,
        read=(READ,),
        write=(OWNED,),
        source=PAGES,
    ),
    DirectoryType(
        key="delegated-grant",
        token="azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
        import_id="/oauth2PermissionGrants/{id}",
        identified_by=("resourceServicePrincipalObjectId", "servicePrincipalObjectId", "userObjectId"),
        creation_only=replaced("resourceServicePrincipalObjectId", "servicePrincipalObjectId", "userObjectId"),
        duration=_CHILD,
        read=("Directory.Read.All",),
        write=("DelegatedPermissionGrant.ReadWrite.All", READ),
        source="Microsoft Graph: Create oAuth2PermissionGrant; azuread reads both service principals first, and asks "
        "for Directory.ReadWrite.All on its page",
    ),
    DirectoryType(
        key="application-credential",
        token="azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
        import_id="{applicationObjectId}/federatedIdentityCredential/{credentialId}",
        identified_by=("applicationId", "displayName"),
        creation_only=replaced("applicationId", "displayName"),
        duration=_CHILD,
        read=(READ,),
        write=(OWNED,),
        source=PAGES,
    ),
    DirectoryType(
        key="conditional-access-policy",
        token="azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy",
        import_id="/identity/conditionalAccess/policies/{objectId}",
        identified_by=("displayName",),
        duration=Duration(0.2, 15),
        read=("Policy.Read.All",),
        write=(*POLICIES, READ),
        source=f"{GRAPH_DOCS}/api/conditionalaccessroot-post-policies.md: all three; {PAGES} names the first two",
    ),
    DirectoryType(
        key="named-location",
        token="azuread:index/namedLocation:NamedLocation",
        import_id="/identity/conditionalAccess/namedLocations/{objectId}",
        identified_by=("displayName",),
        creation_only=replaced("country", "ip"),
        duration=Duration(0.25, 5, f"{AZUREAD}: named_location_resource.go waits 15 s"),
        read=("Policy.Read.All",),
        write=POLICIES,
        source=PAGES,
    ),
)
