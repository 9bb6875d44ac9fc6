"""Who may do what in a tenant: the person everything, an identity what its permissions at Graph say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from components.entra.facts import OWNED
from components.entra.graph import INCLUDED_IN, ROLES
from offline.entra.graph import graph, permissions
from offline.rpc.protocol import Created, Properties, ProviderError
from offline.world.limits import Login
from tests.harness.offline import Cloud
from tests.harness.tenant import ELSEWHERE, PERSON, ROLE, Tenant, application, azuread_error

READ = "Application.Read.All"


@pytest.fixture
def apply(tenant: Tenant) -> Iterator[Properties]:
    """An identity of the tenant, without any permission."""
    yield tenant.identity(Cloud(tenant.world))
    tenant.log_out()


def owned(apply: Properties, name: str = "api", **more: Any) -> Properties:
    return application(name, owners=[apply["principalId"], PERSON], **more)


def test_client_config_is_that_of_the_login(tenant: Tenant, apply: Properties) -> None:
    token = "azuread:index/getClientConfig:getClientConfig"
    assert tenant.azuread.invoke(token, {})["objectId"] == PERSON
    tenant.log_in(apply)
    found = tenant.azuread.invoke(token, {})
    assert (found["clientId"], found["objectId"]) == (apply["clientId"], apply["principalId"])
    assert found["tenantId"] == tenant.id
    # A managed identity has a token of its own tenant, whatever it is asked for.
    assert Tenant(tenant.world, ELSEWHERE).azuread.invoke(token, {})["tenantId"] == tenant.id


def test_an_identity_without_permissions_may_nothing(tenant: Tenant, apply: Properties) -> None:
    made = tenant.application()
    tenant.log_in(apply)
    acts: list[Callable[[], Any]] = [
        lambda: tenant.make("application", **owned(apply, "new")),
        lambda: tenant.update("application", made, **application(notes="n")),
        lambda: tenant.delete("application", made.id),
        lambda: tenant.read("application", made.id),
        lambda: tenant.group(),
    ]
    for act in acts:
        error = tenant.refused("Authorization_RequestDenied", act)
        assert (error.status, error.message) == (403, "Insufficient privileges to complete the operation.")
    tenant.log_out()
    assert not tenant.gone("application", made.id)


def test_owned_applications_are_written_and_foreign_ones_read_only(tenant: Tenant, apply: Properties) -> None:
    foreign = tenant.application("foreign", owners=[PERSON])
    tenant.log_in(apply, OWNED, READ)
    mine = tenant.make("application", **owned(apply, preventDuplicateNames=True))
    tenant.update("application", mine, **owned(apply, web={"redirectUris": ["https://a.example/"]}))
    assert tenant.read("application", foreign.id).id == foreign.id
    for act in (
        lambda: tenant.update("application", foreign, **application("foreign")),
        lambda: tenant.delete("application", foreign.id),
        lambda: tenant.make("pre-authorized-client", **client_of(foreign, mine)),
    ):
        tenant.refused("Authorization_RequestDenied", act)
    tenant.make("pre-authorized-client", **client_of(mine, foreign))
    tenant.delete("application", mine.id)


def client_of(api: Created, client: Created) -> dict[str, Any]:
    scopes = api.properties["oauth2PermissionScopeIds"].values()
    return {
        "applicationId": api.id,
        "authorizedClientId": client.properties["clientId"],
        "permissionIds": list(scopes),
    }


def test_a_caller_that_does_not_list_itself_loses_what_it_made(tenant: Tenant, apply: Properties) -> None:
    tenant.log_in(apply, OWNED)
    made = tenant.application(owners=[PERSON])
    tenant.refused("Authorization_RequestDenied", lambda: tenant.update("application", made, **application()))


def test_a_service_principal_takes_the_ownership_of_both(tenant: Tenant, apply: Properties) -> None:
    foreign = tenant.application("foreign", owners=[PERSON])
    tenant.log_in(apply, OWNED, READ)
    error = tenant.refused("Authorization_RequestDenied", lambda: tenant.principal(foreign))
    assert "the backing application of the service principal" in error.message
    mine = tenant.make("application", **owned(apply))
    lost = tenant.principal(mine, owners=[PERSON])
    inputs = {"clientId": mine.properties["clientId"], "owners": [PERSON]}
    tenant.refused("Authorization_RequestDenied", lambda: tenant.update("service-principal", lost, **inputs))


def test_what_it_owns_an_identity_may_read(tenant: Tenant, apply: Properties) -> None:
    tenant.log_in(apply, OWNED)
    made = tenant.make("application", **owned(apply))
    assert tenant.read("application", made.id).id == made.id
    # Looking for a name is listing all of them.
    tenant.refused(
        "Authorization_RequestDenied",
        lambda: tenant.make("application", **owned(apply, "other", preventDuplicateNames=True)),
    )


def test_groups_take_their_own_permission_and_ownership(tenant: Tenant, apply: Properties) -> None:
    foreign = tenant.group("foreign")
    tenant.log_in(apply, "Group.Create", "Group.Read.All")
    mine = tenant.group(owners=[apply["principalId"]])
    tenant.update("group", mine, displayName="renamed", securityEnabled=True, owners=[apply["principalId"]])
    tenant.refused("Authorization_RequestDenied", lambda: tenant.delete("group", foreign.id))
    tenant.delete("group", mine.id)


def test_owners_of_a_group_must_be_readable(tenant: Tenant, apply: Properties) -> None:
    owners = [apply["principalId"], PERSON]
    tenant.log_in(apply, "Group.Create")
    error = tenant.refused("Authorization_RequestDenied", lambda: tenant.group(owners=owners))
    assert "the login lacks User.Read.All" in str(error)
    tenant.log_out()
    tenant.log_in(apply, "User.Read.All")
    tenant.group(owners=owners)


def test_assignments_take_their_own_permission(tenant: Tenant, apply: Properties) -> None:
    resource = tenant.principal(tenant.application()).properties["objectId"]
    inputs = {
        "appRoleId": ROLE,
        "principalObjectId": tenant.group().properties["objectId"],
        "resourceObjectId": resource,
    }
    tenant.log_in(apply, OWNED, READ)
    tenant.refused("Authorization_RequestDenied", lambda: tenant.make("app-role-assignment", **inputs))
    tenant.log_out()
    tenant.log_in(apply, "AppRoleAssignment.ReadWrite.All")
    tenant.make("app-role-assignment", **inputs)


def test_policies_are_refused_with_a_code_of_their_own(tenant: Tenant, apply: Properties) -> None:
    inputs: dict[str, Any] = {
        "displayName": "block",
        "state": "disabled",
        "conditions": {
            "applications": {"includedApplications": ["All"]},
            "clientAppTypes": ["all"],
            "users": {"includedUsers": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    tenant.log_in(apply, READ)
    error = tenant.refused("AccessDenied", lambda: tenant.make("conditional-access-policy", **inputs))
    assert "required scopes are missing in the token" in error.message
    tenant.log_out()
    tenant.log_in(apply, "Policy.Read.All", "Policy.ReadWrite.ConditionalAccess")
    made = tenant.make("conditional-access-policy", **inputs)
    assert tenant.read("conditional-access-policy", made.id).id == made.id


def test_a_larger_permission_includes_the_smaller_ones(tenant: Tenant, apply: Properties) -> None:
    foreign = tenant.application("foreign", owners=[PERSON])
    tenant.log_in(apply, "Application.ReadWrite.All")
    tenant.update("application", foreign, **application("foreign", notes="n"))
    with tenant.world.reading() as cloud:
        has = permissions(cloud, tenant.id, apply["principalId"])
    assert has == {"Application.ReadWrite.All", OWNED, READ}
    assert {name for names in INCLUDED_IN.values() for name in names} <= set(ROLES)


def test_an_assignment_to_another_application_is_no_permission_at_graph(tenant: Tenant, apply: Properties) -> None:
    role = {**application()["appRoles"][0], "id": ROLES["Group.Create"], "allowedMemberTypes": ["Application"]}
    resource = tenant.principal(tenant.application(appRoles=[role])).properties["objectId"]
    tenant.make(
        "app-role-assignment",
        appRoleId=ROLES["Group.Create"],
        principalObjectId=apply["principalId"],
        resourceObjectId=resource,
    )
    with tenant.world.reading() as cloud:
        assert not permissions(cloud, tenant.id, apply["principalId"])


def test_a_managed_identity_has_no_token_of_another_tenant(tenant: Tenant, apply: Properties) -> None:
    tenant.log_in(apply, OWNED)
    elsewhere = Tenant(tenant.world, ELSEWHERE)
    said = azuread_error(lambda: elsewhere.application())
    assert f"is of tenant {tenant.id}, not of {ELSEWHERE}" in said


def test_an_application_of_the_other_tenant_logs_in_there(tenant: Tenant, apply: Properties) -> None:
    elsewhere = Tenant(tenant.world, ELSEWHERE)
    ci = elsewhere.principal(elsewhere.application("ci"))
    client = ci.properties["clientId"]
    elsewhere.make(
        "app-role-assignment",
        appRoleId=ROLES[OWNED],
        principalObjectId=ci.properties["objectId"],
        resourceObjectId=graph(ELSEWHERE).body["objectId"],
    )
    tenant.log_in(apply)
    there = Tenant(tenant.world, ELSEWHERE, client)
    found = there.azuread.invoke("azuread:index/getClientConfig:getClientConfig", {})
    assert (found["clientId"], found["objectId"], found["tenantId"]) == (client, ci.properties["objectId"], ELSEWHERE)
    there.application("made", owners=[ci.properties["objectId"]])
    unknown = Tenant(tenant.world, ELSEWHERE, ROLE)
    assert "AADSTS700016" in azuread_error(lambda: unknown.application("made"))


def test_an_expired_login_has_no_token(tenant: Tenant) -> None:
    with tenant.world.limits() as limits:
        limits.set_login(Login(expired=True))
    assert "AADSTS700082" in azuread_error(lambda: tenant.application())


def test_a_deleted_identity_has_no_token(tenant: Tenant, apply: Properties) -> None:
    tenant.log_in(apply)
    with tenant.world.limits() as limits:
        limits.set_login(Login(service=True, client_id=ROLE, object_id=ROLE))
    with pytest.raises(ProviderError, match="AADSTS700016"):
        tenant.application()
