"""Applications and the clients that they pre-authorise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from components.entra.facts import DELETED_DAYS, MAXIMUM_OWNERS, MAXIMUM_URIS
from offline.azure.behaviour import at
from offline.entra import entitlements, identifier_uris, validation
from offline.entra.behaviour import Behaviour, Request, of_tenant
from offline.entra.errors import GraphError, already_there, not_found
from offline.entra.graph import PRINCIPAL
from offline.entra.objects import APPLICATION, application, object_id
from offline.entra.shape import Shape
from offline.rpc.protocol import CheckFailure, Properties, ProviderError
from offline.world.objects import CloudObject, Writer

CLIENT = "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized"
CREDENTIAL = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"

PERSONAL = ("AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")
MOST_WITH_PERSONAL = 100
"""Redirect URIs of each kind where personal accounts sign in."""
FEATURES = ("customSingleSignOn", "enterprise", "gallery", "hide")
REDIRECTS = ("publicClient.redirectUris", "singlePageApplication.redirectUris", "web.redirectUris")


class Application(Behaviour):
    shape = Shape(
        defaults={
            "preventDuplicateNames": False,
            "signInAudience": "AzureADMyOrg",
            "api": {
                "requestedAccessTokenVersion": 1,
                "oauth2PermissionScopes[]": {"enabled": True, "type": "User"},
            },
            "appRoles[]": {"enabled": True},
        },
        sets=frozenset(
            {
                "api.knownClientApplications",
                "api.oauth2PermissionScopes",
                "appRoles",
                "appRoles[].allowedMemberTypes",
                "groupMembershipClaims",
                "identifierUris",
                "owners",
                "requiredResourceAccesses",
                "tags",
                *REDIRECTS,
            }
        ),
        kept=frozenset({"featureTags", "tags", "templateId"}),
        remade={"appRoles": "appRoleIds", "api": "oauth2PermissionScopeIds", "logoImage": "logoUrl"},
    )
    fills_in: ClassVar[Properties] = {
        "api": {"requestedAccessTokenVersion": 1},
        "identifierUris": [],
        "owners": [],
        "tags": [],
        "templateId": "",
    }
    kept_days: ClassVar[int] = DELETED_DAYS
    seeks_name_at_preview: ClassVar[bool] = True

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        yield from validation.uuids(
            inputs,
            (
                "api.knownClientApplications[]",
                "api.oauth2PermissionScopes[].id",
                "appRoles[].id",
                "owners[]",
                "requiredResourceAccesses[].resourceAccesses[].id",
            ),
        )
        for path in ("appRoles[].value", "api.oauth2PermissionScopes[].value"):
            yield from validation.claim_values(inputs, path)
        yield from validation.too_many(inputs, "owners", MAXIMUM_OWNERS)
        for path in REDIRECTS:
            public = path.startswith("public")
            urn = public or path.startswith("web")
            yield from validation.redirect_uris(inputs, f"{path}[]", urn=urn, any_scheme=public)
            yield from validation.too_many(inputs, path, MAXIMUM_URIS)
        twice = entitlements.duplicate(inputs)
        if twice:
            reason = f"checking for duplicate app roles / OAuth2.0 permission scopes: {twice}"
            yield CheckFailure("appRoles", reason)
        if inputs.get("signInAudience") in PERSONAL:
            yield from _personal_failures(inputs)

    def refusals(self, request: Request) -> Iterator[GraphError]:
        yield from owner_refusals(request)
        yield from identifier_uris.refusals(request)
        yield from entitlements.duplicate_refusals(request.inputs)
        old = request.old.body if request.old else {}
        for entries in (entitlements.roles_of, entitlements.scopes_of):
            first = entitlements.disabled_first(entries(old), entries(request.inputs))
            yield from entitlements.enabled_refusals(entries(old), first)
            yield from entitlements.enabled_refusals(first, entries(request.inputs))
        ids = {each.get("id") for each in entitlements.scopes_of(request.inputs)}
        for client in of_tenant(request.cloud, CLIENT, request.tenant):
            if client.body.get("applicationId") == request.id and set(client.body["permissionIds"]) - ids:
                yield _unknown_scope(f"{client.id} is pre-authorised for a scope that goes: change it first")

    def awaits(self, request: Request) -> Iterator[str]:
        yield from request.inputs.get("owners") or []

    def computed(self, request: Request) -> Properties:
        scopes, roles = entitlements.scopes_of(request.inputs), entitlements.roles_of(request.inputs)
        return {
            "clientId": request.made("client"),
            "disabledByMicrosoft": "",
            "logoUrl": "",
            "publisherDomain": identifier_uris.initial_domain(request.tenant),
            "oauth2PermissionScopeIds": {each["value"]: each["id"] for each in scopes if each.get("value")},
            "appRoleIds": {each["value"]: each["id"] for each in roles if each.get("value")},
            "featureTags": request.inputs.get("featureTags") or [dict.fromkeys(FEATURES, False)],
        }

    def takes_along(self, each: CloudObject, cloud: Writer) -> Iterator[CloudObject]:
        for token in (CLIENT, CREDENTIAL):
            yield from (child for child in cloud.of_type(token) if child.body.get("applicationId") == each.id)
        for principal in cloud.of_type(PRINCIPAL):
            if principal.body.get("clientId") == each.body.get("clientId"):
                yield principal


def _personal_failures(inputs: Properties) -> Iterator[CheckFailure]:
    """What azuread refuses where personal accounts sign in."""
    when = f'when `sign_in_audience` is "{PERSONAL[0]}" or "{PERSONAL[1]}"'
    if at(inputs, "api", "requestedAccessTokenVersion") in (None, 1):
        yield CheckFailure("api.requestedAccessTokenVersion", f"`requested_access_token_version` must be 2 {when}")
    for path in REDIRECTS:
        for where, value in validation.values_at(inputs, path):
            if isinstance(value, list) and len(value) > MOST_WITH_PERSONAL:
                reason = f"`redirect_uris` must have no more than {MOST_WITH_PERSONAL} URIs {when}"
                yield CheckFailure(where, reason)
        for where, value in validation.values_at(inputs, f"{path}[]"):
            if "*" in urlsplit(str(value)).netloc:
                yield CheckFailure(where, f"`redirect_uris` having wildcard hosts are not supported {when}")


def owner_refusals(request: Request) -> Iterator[GraphError]:
    """Owners are people and service principals."""
    for owner in request.inputs.get("owners") or []:
        found = object_id(request.cloud, request.tenant, owner)
        if found is not None and found.token == APPLICATION:
            yield GraphError(
                "Request_BadRequest",
                "Unsupported directory object class 'Application' in resource identifier for reference 'owners'.",
                f"name the service principal of {found.id}, not the application",
            )


class PreAuthorizedClient(Behaviour):
    shape = Shape(sets=frozenset({"permissionIds"}))

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        return validation.uuids(inputs, ("authorizedClientId", "permissionIds[]"))

    def existing(self, request: Request) -> ProviderError | None:
        there = request.cloud.get(request.id) is not None
        return already_there("application_pre_authorized", request.id) if there else None

    def refusals(self, request: Request) -> Iterator[GraphError]:
        api = request.cloud.get(request.inputs["applicationId"])
        if api is None:
            yield not_found(request.inputs["applicationId"])
            return
        client = request.inputs["authorizedClientId"]
        if application(request.cloud, request.tenant, client) is None:
            message = f"Property PreAuthorizedApplication references applications {client} that cannot be found."
            yield GraphError("InvalidAppId", message, "create the client first")
        if set(request.inputs["permissionIds"]) - {each.get("id") for each in entitlements.scopes_of(api.body)}:
            yield _unknown_scope(f"take the ids of scopes that {api.id} has")


def _unknown_scope(advice: str) -> GraphError:
    message = (
        "Property api.preAuthorizedApplications.delegatedPermissionIds has a Permission Id that cannot be found in the "
        "AppPermissions sets."
    )
    return GraphError("InvalidValue", message, advice)


BEHAVIOURS: Mapping[str, Behaviour] = {APPLICATION: Application(), CLIENT: PreAuthorizedClient()}
