"""App roles that are assigned, and delegated permissions that are granted."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.entra.facts import DEFAULT_ROLE
from components.entra.graph import ROLES
from offline.azure.services.identity import REPLICATED_AFTER
from offline.entra import provider
from offline.entra.graph import graph
from tests.harness.offline import Cloud
from tests.harness.tenant import ELSEWHERE, PERSON, ROLE, Tenant, application

OTHER = "33333333-3333-4333-8333-333333333333"


def parties(tenant: Tenant, **more: str) -> dict[str, str]:
    """A group, and an application with a role."""
    resource = tenant.principal(tenant.application())
    return {
        "appRoleId": ROLE,
        "principalObjectId": tenant.group().properties["objectId"],
        "resourceObjectId": resource.properties["objectId"],
        **more,
    }


def test_an_assignment_names_its_parties_and_is_read_back(tenant: Tenant) -> None:
    inputs = parties(tenant)
    made = tenant.make("app-role-assignment", **inputs)
    assert made.id.startswith(f"/servicePrincipals/{inputs['resourceObjectId']}/appRoleAssignedTo/")
    assert (made.properties["principalType"], made.properties["principalDisplayName"]) == ("Group", "admins")
    assert made.properties["resourceDisplayName"] == "api"
    found = tenant.read("app-role-assignment", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (inputs, made.properties)
    tenant.delete("app-role-assignment", made.id)
    assert tenant.gone("app-role-assignment", made.id)


@pytest.mark.parametrize("name", ["appRoleId", "principalObjectId", "resourceObjectId"])
def test_any_input_replaces_an_assignment(tenant: Tenant, name: str) -> None:
    inputs = parties(tenant)
    made = tenant.make("app-role-assignment", **inputs)
    assert list(tenant.diff("app-role-assignment", made, **{**inputs, name: OTHER}).replaces) == [name]


def test_a_role_is_assigned_once(tenant: Tenant) -> None:
    inputs = parties(tenant)
    tenant.make("app-role-assignment", **inputs)
    error = tenant.refused("Request_BadRequest", lambda: tenant.make("app-role-assignment", **inputs))
    assert error.message == "Permission being assigned already exists on the object."


def test_unknown_parties(tenant: Tenant) -> None:
    inputs = parties(tenant)
    unknown = {**inputs, "principalObjectId": OTHER}
    error = tenant.refused("Request_BadRequest", lambda: tenant.make("app-role-assignment", **unknown))
    assert error.message == "Not a valid reference update."
    unknown = {**inputs, "resourceObjectId": OTHER}
    tenant.refused("Request_ResourceNotFound", lambda: tenant.make("app-role-assignment", **unknown))
    unknown = {**inputs, "appRoleId": OTHER}
    error = tenant.refused("Request_BadRequest", lambda: tenant.make("app-role-assignment", **unknown))
    assert error.message.startswith("Permission being assigned was not found on application")


def test_a_role_is_for_people_or_for_applications(tenant: Tenant) -> None:
    call = {**application()["appRoles"][0], "allowedMemberTypes": ["Application"]}
    api = tenant.application(appRoles=[call])
    resource = tenant.principal(api).properties["objectId"]
    caller = tenant.principal(tenant.application("ui")).properties["objectId"]
    tenant.make("app-role-assignment", appRoleId=ROLE, principalObjectId=caller, resourceObjectId=resource)
    inputs = {"appRoleId": ROLE, "principalObjectId": tenant.group().properties["objectId"]}
    for who in (inputs, {**inputs, "principalObjectId": PERSON}):
        error = tenant.refused(
            "Request_BadRequest", lambda who=who: tenant.make("app-role-assignment", resourceObjectId=resource, **who)
        )
        assert "roles for User: none" in str(error)


def test_the_default_role_is_that_of_an_application_without_roles(tenant: Tenant) -> None:
    inputs = parties(tenant, appRoleId=DEFAULT_ROLE)
    tenant.refused("Request_BadRequest", lambda: tenant.make("app-role-assignment", **inputs))
    ui = tenant.principal(tenant.application("ui", appRoles=[]))
    inputs["resourceObjectId"] = ui.properties["objectId"]
    tenant.make("app-role-assignment", **inputs)


def test_a_new_identity_is_awaited_until_entra_knows_it(tenant: Tenant, tmp_path: Path) -> None:
    cloud = Cloud(tenant.world)
    identity = cloud.identity("new").properties
    inputs = {
        "appRoleId": ROLES["Group.Create"],
        "principalObjectId": identity["principalId"],
        "resourceObjectId": graph(tenant.id).body["objectId"],
    }
    made = tenant.make("app-role-assignment", **inputs)
    assert (made.properties["principalType"], made.properties["principalDisplayName"]) == ("ServicePrincipal", "new")
    refused = [each for each in tenant.world.refused() if "Request_ResourceNotFound" in each[3]]
    assert len(refused) == REPLICATED_AFTER


def test_azuread_gives_up_after_a_while(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "TRIES", 2)
    identity = Cloud(tenant.world).identity("new").properties
    inputs = {
        "appRoleId": ROLES["Group.Create"],
        "principalObjectId": identity["principalId"],
        "resourceObjectId": graph(tenant.id).body["objectId"],
    }
    tenant.refused("Request_ResourceNotFound", lambda: tenant.make("app-role-assignment", **inputs))


def test_a_managed_identity_is_unknown_in_another_tenant(tenant: Tenant) -> None:
    cloud = Cloud(tenant.world)
    identity = tenant.identity(cloud)
    elsewhere = Tenant(tenant.world, ELSEWHERE)
    inputs = {
        "appRoleId": ROLES["Group.Create"],
        "principalObjectId": identity["principalId"],
        "resourceObjectId": graph(ELSEWHERE).body["objectId"],
    }
    elsewhere.refused("Request_BadRequest", lambda: elsewhere.make("app-role-assignment", **inputs))


def grant(tenant: Tenant) -> dict[str, object]:
    """A grant for a client at an application."""
    api, ui = tenant.principal(tenant.application()), tenant.principal(tenant.application("ui"))
    return {
        "servicePrincipalObjectId": ui.properties["objectId"],
        "resourceServicePrincipalObjectId": api.properties["objectId"],
        "claimValues": ["read", "write"],
    }


def test_a_grant_is_read_back_and_replaced_for_its_parties(tenant: Tenant) -> None:
    inputs = grant(tenant)
    made = tenant.make("delegated-grant", **inputs)
    assert made.id.startswith("/oauth2PermissionGrants/")
    found = tenant.read("delegated-grant", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (inputs, made.properties)
    assert not tenant.diff("delegated-grant", made, **{**inputs, "claimValues": ["write", "read"]}).changes
    for name in ("servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"):
        assert list(tenant.diff("delegated-grant", made, **{**inputs, name: OTHER}).replaces) == [name]
    assert tenant.update("delegated-grant", made, **{**inputs, "claimValues": ["read"]})["claimValues"] == ["read"]


def test_a_grant_exists_once_for_principals_that_exist(tenant: Tenant) -> None:
    inputs = grant(tenant)
    tenant.make("delegated-grant", **inputs)
    error = tenant.refused("Request_MultipleObjectsWithSameKeyValue", lambda: tenant.make("delegated-grant", **inputs))
    assert error.message == "Permission entry already exists."
    at_graph = {**inputs, "resourceServicePrincipalObjectId": graph(tenant.id).body["objectId"]}
    tenant.make("delegated-grant", **{**at_graph, "claimValues": ["openid", "offline_access"]})
    unknown = {**inputs, "servicePrincipalObjectId": OTHER}
    tenant.refused("Request_ResourceNotFound", lambda: tenant.make("delegated-grant", **unknown))
    (failure,) = tenant.failures("delegated-grant", **{**inputs, "claimValues": []})
    assert "requires 1 item minimum" in failure.reason
