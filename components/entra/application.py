"""An application and its service principal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_azuread as azuread

from components.entra.permission import app_role
from components.entra.spec import ORGANISATION, ApplicationSpec, RoleSpec, ScopeSpec
from components.identity.identity import AUDIENCE


class Application(pulumi.ComponentResource):
    """An application of one tenant, and what stands for it there when tokens are issued (S3-087).

    ``id`` is what its children name, ``client_id`` what a login names, ``principal_id`` what is assigned and assigned
    to. ``requires`` says which scopes it asks for, by the client id of the application that offers them.
    """

    TOKEN = "mystira:entra:Application"
    id: pulumi.Output[str]
    client_id: pulumi.Output[str]
    principal_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        spec: ApplicationSpec,
        opts: pulumi.ResourceOptions | None = None,
        *,
        owners: Sequence[pulumi.Input[str]] = (),
        requires: Sequence[tuple[pulumi.Input[str], Mapping[str, str]]] = (),
    ) -> None:
        """``owners`` are further ones, which only a deployment knows. ``requires`` has scopes by value, with their
        ids."""
        super().__init__(self.TOKEN, name, None, opts)
        everybody = [*spec.owners, *owners]
        child = pulumi.ResourceOptions(parent=self, protect=spec.protect)
        application = azuread.Application(
            name,
            display_name=spec.display_name,
            prevent_duplicate_names=True,
            sign_in_audience=ORGANISATION,
            identifier_uris=[spec.identifier_uri] if spec.identifier_uri else None,
            owners=everybody,
            api=azuread.ApplicationApiArgs(
                requested_access_token_version=2,
                oauth2_permission_scopes=[_scope(each) for each in spec.scopes] or None,
            ),
            app_roles=[_role(each) for each in spec.roles] or None,
            single_page_application=(
                azuread.ApplicationSinglePageApplicationArgs(redirect_uris=list(spec.redirect_uris))
                if spec.redirect_uris
                else None
            ),
            optional_claims=_claims(spec),
            required_resource_accesses=[_required(client, scopes) for client, scopes in requires] or None,
            opts=child,
        )
        principal = azuread.ServicePrincipal(
            name,
            client_id=application.client_id,
            app_role_assignment_required=spec.assignment_required,
            owners=everybody,
            opts=child,
        )
        self.id = application.id
        self.client_id = application.client_id
        self.principal_id = principal.object_id
        self.register_outputs({"clientId": self.client_id})

    def pre_authorize(self, name: str, client_id: pulumi.Input[str], scopes: Sequence[str]) -> None:
        """Let a client of ours ask for these scopes, given by their ids, without anybody's consent."""
        azuread.ApplicationPreAuthorized(
            name,
            application_id=self.id,
            authorized_client_id=client_id,
            permission_ids=list(scopes),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def assign(self, name: str, role: str, principal_id: pulumi.Input[str]) -> None:
        """Assign somebody, by object id, to a role of this application, by its id."""
        own = pulumi.ResourceOptions(parent=self)
        app_role(name, role=role, principal_id=principal_id, resource_id=self.principal_id, options=own)

    def trust(self, name: str, issuer: str, subject: str) -> None:
        """Let the bearer of a token of ``issuer`` for ``subject`` be this application, without a password."""
        azuread.ApplicationFederatedIdentityCredential(
            name,
            application_id=self.id,
            display_name=name,
            issuer=issuer,
            subject=subject,
            audiences=[AUDIENCE],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _scope(each: ScopeSpec) -> azuread.ApplicationApiOauth2PermissionScopeArgs:
    return azuread.ApplicationApiOauth2PermissionScopeArgs(
        id=each.id,
        value=each.value,
        type=each.consent,
        enabled=True,
        admin_consent_display_name=each.title,
        admin_consent_description=each.description,
        user_consent_display_name=each.title if each.consent == "User" else None,
        user_consent_description=each.description if each.consent == "User" else None,
    )


def _role(each: RoleSpec) -> azuread.ApplicationAppRoleArgs:
    return azuread.ApplicationAppRoleArgs(
        id=each.id,
        value=each.value,
        display_name=each.title,
        description=each.description,
        allowed_member_types=list(each.members),
        enabled=True,
    )


def _claims(spec: ApplicationSpec) -> azuread.ApplicationOptionalClaimsArgs | None:
    if not spec.access_claims and not spec.id_claims:
        return None
    return azuread.ApplicationOptionalClaimsArgs(
        access_tokens=[azuread.ApplicationOptionalClaimsAccessTokenArgs(name=each) for each in spec.access_claims],
        id_tokens=[azuread.ApplicationOptionalClaimsIdTokenArgs(name=each) for each in spec.id_claims],
    )


def _required(client: pulumi.Input[str], scopes: Mapping[str, str]) -> azuread.ApplicationRequiredResourceAccessArgs:
    return azuread.ApplicationRequiredResourceAccessArgs(
        resource_app_id=client,
        resource_accesses=[
            azuread.ApplicationRequiredResourceAccessResourceAccessArgs(id=id, type="Scope") for id in scopes.values()
        ],
    )
