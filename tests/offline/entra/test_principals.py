"""Service principals, pre-authorised clients, and what goes with an application."""

from __future__ import annotations

from components.entra.graph import CLIENT_ID, ROLES
from offline.entra.graph import graph
from tests.harness.tenant import ELSEWHERE, PERSON, ROLE, SCOPE, Tenant, application, azuread_error

OTHER = "33333333-3333-4333-8333-333333333333"


def test_a_service_principal_shows_its_application(tenant: Tenant) -> None:
    uri = f"api://{tenant.id}/api"
    api = tenant.application(identifierUris=[uri], web={"redirectUris": ["https://a.example/"]})
    made = tenant.principal(api, appRoleAssignmentRequired=True).properties
    assert (made["displayName"], made["applicationTenantId"], made["type"]) == ("api", tenant.id, "Application")
    assert (made["appRoleIds"], made["oauth2PermissionScopeIds"]) == ({"Call": ROLE}, {"read": SCOPE})
    assert [each["id"] for each in made["appRoles"]] == [ROLE]
    assert (made["servicePrincipalNames"], made["redirectUris"]) == ([uri], ["https://a.example/"])
    assert made["appRoleAssignmentRequired"] is True
    assert made["owners"] == []


def test_a_change_of_the_application_is_seen_at_its_principal(tenant: Tenant) -> None:
    api = tenant.application()
    made = tenant.principal(api)
    tenant.update("application", api, **application("renamed"))
    seen = tenant.read("service-principal", made.id, {"clientId": api.properties["clientId"]}, made.properties)
    assert seen.properties["displayName"] == "renamed"
    assert not tenant.diff("service-principal", seen, clientId=api.properties["clientId"]).changes


def test_a_refresh_shows_nothing(tenant: Tenant) -> None:
    api = tenant.application()
    inputs = {"clientId": api.properties["clientId"], "owners": [ELSEWHERE, PERSON]}
    made = tenant.make("service-principal", **inputs)
    found = tenant.read("service-principal", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (tenant.checked("service-principal", inputs), made.properties)
    turned = {**inputs, "owners": [PERSON, ELSEWHERE]}
    assert not tenant.diff("service-principal", made, **turned).changes
    state = tenant.update("service-principal", made, **{**inputs, "description": "d"})
    assert state["description"] == "d"


def test_another_client_id_replaces(tenant: Tenant) -> None:
    made = tenant.principal(tenant.application())
    assert list(tenant.diff("service-principal", made, clientId=OTHER).replaces) == ["clientId"]


def test_an_application_has_one_principal(tenant: Tenant) -> None:
    api = tenant.application()
    made = tenant.principal(api)
    said = azuread_error(lambda: tenant.principal(api))
    assert f'A resource with the ID "{made.properties["objectId"]}" already exists' in said
    assert "already exists" in azuread_error(lambda: tenant.make("service-principal", clientId=CLIENT_ID))


def test_a_principal_takes_an_application(tenant: Tenant) -> None:
    error = tenant.refused("Request_BadRequest", lambda: tenant.make("service-principal", clientId=OTHER))
    assert f"The appId '{OTHER}' of the service principal does not reference a valid application object" in str(error)
    (failure,) = tenant.failures("service-principal", clientId=OTHER, useExisting=True)
    assert failure.property == "useExisting"
    (failure,) = tenant.failures("service-principal", clientId="api")
    assert "valid UUID" in failure.reason


def test_microsoft_graph_is_in_every_tenant(tenant: Tenant) -> None:
    found = tenant.azuread.invoke("azuread:index/getServicePrincipal:getServicePrincipal", {"clientId": CLIENT_ID})
    assert found["appRoleIds"]["Group.Create"] == ROLES["Group.Create"]
    assert found["objectId"] != graph(ELSEWHERE).body["objectId"]
    api = tenant.application()
    made = tenant.principal(api)
    asked = {"clientId": api.properties["clientId"]}
    found = tenant.azuread.invoke("azuread:index/getServicePrincipal:getServicePrincipal", asked)
    assert (found["id"], found["displayName"]) == (made.id, "api")
    tenant.refused(
        "Request_ResourceNotFound",
        lambda: tenant.azuread.invoke("azuread:index/getServicePrincipal:getServicePrincipal", {"clientId": OTHER}),
    )


def test_a_client_is_pre_authorised_for_scopes_that_exist(tenant: Tenant) -> None:
    api, ui = tenant.application(), tenant.application("ui")
    inputs = {
        "applicationId": api.id,
        "authorizedClientId": ui.properties["clientId"],
        "permissionIds": [SCOPE],
    }
    tenant.refused("InvalidValue", lambda: tenant.make("pre-authorized-client", **{**inputs, "permissionIds": [OTHER]}))
    unknown = {**inputs, "authorizedClientId": OTHER}
    tenant.refused("InvalidAppId", lambda: tenant.make("pre-authorized-client", **unknown))
    gone = {**inputs, "applicationId": f"/applications/{OTHER}"}
    tenant.refused("Request_ResourceNotFound", lambda: tenant.make("pre-authorized-client", **gone))
    made = tenant.make("pre-authorized-client", **inputs)
    object_id, client = api.properties["objectId"], ui.properties["clientId"]
    assert made.id == f"{object_id}/preAuthorizedApplication/{client}"
    assert "already exists" in azuread_error(lambda: tenant.make("pre-authorized-client", **inputs))
    found = tenant.read("pre-authorized-client", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (inputs, made.properties)
    replaced = {**inputs, "applicationId": ui.id, "authorizedClientId": OTHER}
    assert set(tenant.diff("pre-authorized-client", made, **replaced).replaces) == {
        "applicationId",
        "authorizedClientId",
    }


def test_a_scope_that_a_client_is_pre_authorised_for_stays(tenant: Tenant) -> None:
    api, ui = tenant.application(), tenant.application("ui")
    client = ui.properties["clientId"]
    tenant.make("pre-authorized-client", applicationId=api.id, authorizedClientId=client, permissionIds=[SCOPE])
    tenant.refused("InvalidValue", lambda: tenant.update("application", api, **application(api={})))


def test_everything_goes_with_an_application(tenant: Tenant) -> None:
    api, ui = tenant.application(), tenant.application("ui")
    principal, other = tenant.principal(api), tenant.principal(ui)
    group = tenant.group()
    ends = {"resourceObjectId": principal.properties["objectId"], "appRoleId": ROLE}
    made = {
        "service-principal": principal,
        "pre-authorized-client": tenant.make(
            "pre-authorized-client",
            applicationId=api.id,
            authorizedClientId=ui.properties["clientId"],
            permissionIds=[SCOPE],
        ),
        "application-credential": tenant.make(
            "application-credential",
            applicationId=api.id,
            displayName="ci",
            issuer="https://issuer",
            subject="s",
            audiences=["api://AzureADTokenExchange"],
        ),
        "app-role-assignment": tenant.make(
            "app-role-assignment", principalObjectId=group.properties["objectId"], **ends
        ),
        "delegated-grant": tenant.make(
            "delegated-grant",
            servicePrincipalObjectId=other.properties["objectId"],
            resourceServicePrincipalObjectId=principal.properties["objectId"],
            claimValues=["read"],
        ),
    }
    tenant.delete("application", api.id)
    assert [key for key, each in made.items() if not tenant.gone(key, each.id)] == []
    assert not tenant.gone("group", group.id)
    assert not tenant.gone("service-principal", other.id)
    tenant.delete("application", api.id)


def test_what_is_gone_cannot_be_updated(tenant: Tenant) -> None:
    api = tenant.application()
    tenant.delete("application", api.id)
    tenant.refused("Request_ResourceNotFound", lambda: tenant.update("application", api, **application()))
