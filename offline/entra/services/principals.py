"""Service principals: what an application is in a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.entra.facts import DELETED_DAYS
from offline.azure.behaviour import at
from offline.entra.behaviour import TENANT, Behaviour, Request, of_tenant
from offline.entra.errors import GraphError, already_there, not_found
from offline.entra.graph import ASSIGNMENT, PRINCIPAL, graph
from offline.entra.objects import application
from offline.entra.services.applications import FEATURES, REDIRECTS, owner_refusals
from offline.entra.services.grants import GRANT
from offline.entra.shape import Shape
from offline.entra.validation import uuids
from offline.rpc.protocol import CheckFailure, Properties, ProviderError
from offline.world.objects import CloudObject, Writer


class ServicePrincipal(Behaviour):
    shape = Shape(
        defaults={"accountEnabled": True},
        sets=frozenset({"alternativeNames", "notificationEmailAddresses", "owners", "tags"}),
        kept=frozenset({"featureTags", "features", "tags"}),
    )
    fills_in: ClassVar[Properties] = {
        "accountEnabled": True,
        "appRoleAssignmentRequired": False,
        "owners": [],
        "tags": [],
    }
    kept_days: ClassVar[int] = DELETED_DAYS

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        yield from uuids(inputs, ("clientId", "owners[]"))
        if inputs.get("useExisting"):
            reason = "the offline tenants know no service principals but those of the program: take getServicePrincipal"
            yield CheckFailure("useExisting", reason)

    def existing(self, request: Request) -> ProviderError | None:
        known = (graph(request.tenant), *of_tenant(request.cloud, PRINCIPAL, request.tenant))
        found = next((each for each in known if each.body["clientId"] == request.inputs["clientId"]), None)
        return already_there("service_principal", found.body["objectId"]) if found else None

    def refusals(self, request: Request) -> Iterator[GraphError]:
        client = request.inputs["clientId"]
        if application(request.cloud, request.tenant, client) is None:
            message = f"The appId '{client}' of the service principal does not reference a valid application object."
            yield GraphError("Request_BadRequest", message, "NoBackingApplicationObject: create the application first")
        yield from owner_refusals(request)

    def awaits(self, request: Request) -> Iterator[str]:
        yield from request.inputs.get("owners") or []

    def computed(self, request: Request) -> Properties:
        return {
            "applicationTenantId": request.tenant,
            "type": "Application",
            "samlMetadataUrl": "",
            "featureTags": request.inputs.get("featureTags") or [dict.fromkeys(FEATURES, False)],
        }

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        """Entra copies an application to its service principal in the same tenant (Microsoft: Application and service
        principal objects)."""
        found = application(cloud, str(each.body.get(TENANT)), str(each.body.get("clientId")))
        body = found.body if found else {}
        return {
            "displayName": body.get("displayName", ""),
            "appRoles": body.get("appRoles", []),
            "appRoleIds": body.get("appRoleIds", {}),
            "homepageUrl": at(body, "web", "homepageUrl") or "",
            "logoutUrl": at(body, "web", "logoutUrl") or "",
            "oauth2PermissionScopes": at(body, "api", "oauth2PermissionScopes") or [],
            "oauth2PermissionScopeIds": body.get("oauth2PermissionScopeIds", {}),
            "redirectUris": [uri for path in REDIRECTS for uri in at(body, *path.split(".")) or []],
            # azuread leaves the client id out of what Graph returns.
            "servicePrincipalNames": body.get("identifierUris") or [],
            "signInAudience": body.get("signInAudience", ""),
        }

    def takes_along(self, each: CloudObject, cloud: Writer) -> Iterator[CloudObject]:
        id = each.body.get("objectId")
        for token, ends in (
            (ASSIGNMENT, ("principalObjectId", "resourceObjectId")),
            (GRANT, ("servicePrincipalObjectId", "resourceServicePrincipalObjectId")),
        ):
            yield from (one for one in cloud.of_type(token) if id in (one.body.get(end) for end in ends))


def get_principal(args: Properties, cloud: Writer, tenant: str) -> Properties:
    """azuread's ``getServicePrincipal``. Raises its error where the tenant has none with this client id."""
    client = args.get("clientId")
    known = (graph(tenant), *of_tenant(cloud, PRINCIPAL, tenant))
    found = next((each for each in known if each.body.get("clientId") == client), None)
    if found is None:
        raise not_found(str(client))
    seen = {**found.body, **(ServicePrincipal().observed(found, cloud) if cloud.get(found.id) else {})}
    return {**{key: value for key, value in seen.items() if key != TENANT}, "id": found.id}


BEHAVIOURS: Mapping[str, Behaviour] = {PRINCIPAL: ServicePrincipal()}
FUNCTIONS = {"azuread:index/getServicePrincipal:getServicePrincipal": get_principal}
