"""Applications and groups of a tenant, made from their specs alone, and the guard over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_azuread as azuread
import pytest

from components.entra.application import Application
from components.entra.facts import DEFAULT_ROLE
from components.entra.group import security_group
from components.entra.spec import ApplicationSpec, GroupSpec, RoleSpec, ScopeSpec
from components.facts.ids import is_import_id
from components.facts.types import (
    DIRECTORY_TYPES,
    KUBERNETES_TYPES,
    REGISTERED_BY_TOKEN,
    REGISTERED_TYPES,
    RESOURCE_TYPES,
)
from components.guard.guard import install_guard
from tests.harness.compose import Composition, Registered, compose

TENANT = "00000000-0000-4000-8000-00000000c001"
OWNER = "00000000-0000-4000-8000-00000000b001"
CLIENT = "00000000-0000-4000-8000-00000000d001"
READ = ScopeSpec("00000000-0000-4000-8000-00000000e001", "Things.Read", "Read things", "Reads all things.")
ADMIN = RoleSpec("00000000-0000-4000-8000-00000000e002", "Admin", "Admin", "Does everything.")
SPEC = ApplicationSpec(
    display_name="Mystira Things (dev)",
    owners=(OWNER,),
    identifier_uri=f"api://{TENANT}/mystira-things-dev",
    scopes=(READ,),
    roles=(ADMIN,),
    redirect_uris=("https://things.mystira.app/back",),
    access_claims=("email",),
    id_claims=("email", "given_name"),
)
LATER = pulumi.Output.from_input("a")
GROUP = GroupSpec("mystira-dev-admins", "Does everything.", (OWNER,))


def options() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=azuread.Provider("entra", tenant_id=TENANT))


def composed(program: Callable[[], None], **guard: object) -> Composition:
    def guarded() -> None:
        install_guard(hooks=False, **guard)
        program()

    return compose(guarded)


def the(composition: Composition, kind: str) -> Registered:
    (found,) = composition.of(DIRECTORY_TYPES[kind].token)
    return found


def test_an_application_takes_tokens_of_version_two_of_its_own_tenant_and_has_no_password() -> None:
    found = the(composed(lambda: Application("things", SPEC, options()) and None), "application")
    assert found.inputs == {
        "displayName": "Mystira Things (dev)",
        "preventDuplicateNames": True,
        "signInAudience": "AzureADMyOrg",
        "identifierUris": [SPEC.identifier_uri],
        "owners": [OWNER],
        "api": {
            "requestedAccessTokenVersion": 2,
            "oauth2PermissionScopes": [
                {
                    "id": READ.id,
                    "value": "Things.Read",
                    "type": "Admin",
                    "enabled": True,
                    "adminConsentDisplayName": "Read things",
                    "adminConsentDescription": "Reads all things.",
                }
            ],
        },
        "appRoles": [
            {
                "id": ADMIN.id,
                "value": "Admin",
                "displayName": "Admin",
                "description": "Does everything.",
                "allowedMemberTypes": ["User"],
                "enabled": True,
            }
        ],
        "singlePageApplication": {"redirectUris": ["https://things.mystira.app/back"]},
        "optionalClaims": {
            "accessTokens": [{"name": "email"}],
            "idTokens": [{"name": "email"}, {"name": "given_name"}],
        },
    }


def test_only_who_was_assigned_gets_a_token() -> None:
    found = the(composed(lambda: Application("things", SPEC, options()) and None), "service-principal")
    assert found.inputs["appRoleAssignmentRequired"] is True
    assert found.inputs["owners"] == [OWNER]
    assert found.parent == "things"


def test_a_scope_that_people_consent_to_tells_them_what_for() -> None:
    spec = replace(SPEC, scopes=(replace(READ, consent="User"),))
    found = the(composed(lambda: Application("things", spec, options()) and None), "application")
    (scope,) = found.inputs["api"]["oauth2PermissionScopes"]
    assert (scope["userConsentDisplayName"], scope["userConsentDescription"]) == ("Read things", "Reads all things.")


def test_a_page_asks_for_scopes_and_is_authorized_for_them_without_consent() -> None:
    def program() -> None:
        provider = options()
        api = Application("api", SPEC, provider)
        page = replace(SPEC, display_name="Mystira Page (dev)", identifier_uri="", scopes=(), roles=())
        client = Application("page", page, provider, requires=[(api.client_id, {READ.value: READ.id})])
        api.pre_authorize("api-page", client.client_id, [READ.id])
        client.assign("page-admins", DEFAULT_ROLE, OWNER)

    found = composed(program)
    api, page = sorted(found.of(DIRECTORY_TYPES["application"].token), key=lambda each: each.name)
    (asked,) = page.inputs["requiredResourceAccesses"]
    assert asked["resourceAccesses"] == [{"id": READ.id, "type": "Scope"}]
    authorized = the(found, "pre-authorized-client")
    assert authorized.inputs["permissionIds"] == [READ.id]
    assert authorized.inputs["applicationId"].startswith("/applications/")
    assert asked["resourceAppId"] != authorized.inputs["authorizedClientId"]
    assert (api.name, authorized.parent) == ("api", "api")
    assignment = the(found, "app-role-assignment")
    assert (assignment.inputs["appRoleId"], assignment.inputs["principalObjectId"]) == (DEFAULT_ROLE, OWNER)


def test_a_group_has_no_mail_and_its_members_are_left_to_people() -> None:
    found = the(composed(lambda: security_group("admins", GROUP, [], options()) and None), "group")
    assert found.inputs == {
        "displayName": "mystira-dev-admins",
        "description": "Does everything.",
        "securityEnabled": True,
        "preventDuplicateNames": True,
        "owners": [OWNER],
    }
    assert found.ignored == ("members",)


@pytest.mark.parametrize("protect", [False, True])
def test_what_is_protected_is_protected_as_a_whole(protect: bool) -> None:
    def program() -> None:
        provider = options()
        Application("things", replace(SPEC, protect=protect), provider)
        security_group("admins", replace(GROUP, protect=protect), [], provider)

    found = composed(program).entra()
    assert {each.protect for each in found} == {protect}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("inputs", "what"),
    [
        (
            {"display_name": pulumi.Output.from_input("a"), "prevent_duplicate_names": True},
            "displayName: the name must be",
        ),
        ({"display_name": "a"}, "preventDuplicateNames: two may get one name"),
    ],
)
def test_the_guard_refuses_a_name_that_is_unknown_or_may_be_taken(inputs: dict[str, Any], what: str) -> None:
    with pytest.raises(pulumi.RunError, match=what):
        composed(lambda: azuread.Group("a", security_enabled=True, opts=options(), **inputs) and None)


def test_the_guard_refuses_a_type_without_a_row() -> None:
    with pytest.raises(pulumi.RunError, match="this type is not in components/facts/types"):
        composed(
            lambda: azuread.User("a", display_name="a", user_principal_name="a@b.example", opts=options()) and None
        )


def test_a_live_object_is_taken_over_with_the_inputs_of_the_program() -> None:
    id = f"/groups/{CLIENT}"
    found = the(
        composed(lambda: security_group("admins", GROUP, [], options()) and None, adopt={"group/admins": id}), "group"
    )
    assert found.imported == id
    assert found.inputs["displayName"] == "mystira-dev-admins"
    assert {"mailNickname", "members"} <= set(found.ignored)


def test_keys_and_tokens_of_the_tables_are_unique() -> None:
    tables = (RESOURCE_TYPES, DIRECTORY_TYPES, KUBERNETES_TYPES)
    assert len(REGISTERED_TYPES) == len(REGISTERED_BY_TOKEN) == sum(map(len, tables))


@pytest.mark.parametrize(
    ("kind", "id", "good"),
    [
        ("application", f"/applications/{CLIENT}", True),
        ("application", CLIENT, False),
        ("service-principal", f"/applications/{CLIENT}", False),
        ("app-role-assignment", f"/servicePrincipals/{CLIENT}/appRoleAssignedTo/{OWNER}", True),
        ("pre-authorized-client", f"{CLIENT}/preAuthorizedApplication/{OWNER}", True),
        ("pre-authorized-client", f"/applications/{CLIENT}/preAuthorizedApplication/{OWNER}", False),
    ],
)
def test_an_object_is_taken_over_by_the_id_that_azuread_reads(kind: str, id: str, good: bool) -> None:
    assert is_import_id(DIRECTORY_TYPES[kind], id) is good
