"""Applications: what azuread adds and compares, and what it and Graph refuse."""

from __future__ import annotations

from typing import Any

import pytest

from offline.entra.entitlements import disabled_first, enabled_refusals
from offline.rpc.protocol import UNKNOWN, Change
from offline.world.limits import Directory
from tests.harness.tenant import ELSEWHERE, PERSON, ROLE, SCOPE, Tenant, application, azuread_error

OTHER = "33333333-3333-4333-8333-333333333333"


def scope(value: str, id: str = OTHER, **more: Any) -> dict[str, Any]:
    return {"id": id, "value": value, **more}


def role(value: str, id: str = OTHER, **more: Any) -> dict[str, Any]:
    text = {"displayName": value, "description": value, "allowedMemberTypes": ["User"]}
    return {"id": id, "value": value, **text, **more}


def test_what_is_computed_is_stable_and_maps_values_to_ids(tenant: Tenant) -> None:
    made = tenant.application()
    assert made.id == f"/applications/{made.properties['objectId']}"
    assert made.properties["oauth2PermissionScopeIds"] == {"read": SCOPE}
    assert made.properties["appRoleIds"] == {"Call": ROLE}
    assert made.properties["signInAudience"] == "AzureADMyOrg"
    assert made.properties["api"]["oauth2PermissionScopes"][0]["type"] == "User"
    assert made.properties["appRoles"][0]["enabled"] is True
    again = tenant.update("application", made, **application("api", notes="changed"))
    assert again["clientId"] == made.properties["clientId"]


def test_a_caller_that_is_not_listed_is_no_owner(tenant: Tenant) -> None:
    assert tenant.application().properties["owners"] == [PERSON]
    assert tenant.make("application", displayName="plain").properties["owners"] == []


def test_a_refresh_after_create_and_update_shows_nothing(tenant: Tenant) -> None:
    inputs = application(web={"redirectUris": ["https://b.example/", "https://a.example/"]})
    made = tenant.make("application", **inputs)
    found = tenant.read("application", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (tenant.checked("application", inputs), made.properties)
    assert not tenant.diff("application", made, **inputs).changes
    inputs["notes"] = "changed"
    state = tenant.update("application", made, **inputs)
    found = tenant.read("application", made.id, inputs, state)
    assert (found.inputs, found.properties) == (tenant.checked("application", inputs), state)


def test_an_import_compares_without_difference(tenant: Tenant) -> None:
    made = tenant.application()
    imported = tenant.read("application", made.id)
    assert imported.inputs is not None
    assert {"displayName", "api", "appRoles", "owners"} <= set(imported.inputs)
    assert not tenant.diff("application", imported, **application()).changes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"web": {"redirectUris": ["https://a.example/", "https://b.example/"]}},) * 2,
        ({"owners": [PERSON, ELSEWHERE]},) * 2,
        ({"appRoles": [role("One"), role("Two", ROLE)]},) * 2,
        ({"tags": ["a", "b"]},) * 2,
    ],
    ids=["redirect URIs", "owners", "roles", "tags"],
)
def test_another_order_of_a_set_is_no_difference(tenant: Tenant, before: dict[str, Any], after: dict[str, Any]) -> None:
    made = tenant.application(**before)
    turned = {
        name: list(reversed(value)) if isinstance(value, list) else {k: list(reversed(v)) for k, v in value.items()}
        for name, value in after.items()
    }
    assert not tenant.diff("application", made, **application(**turned)).changes


def test_the_order_of_a_list_is_a_difference(tenant: Tenant) -> None:
    claims = {"accessTokens": [{"name": "email"}, {"name": "groups"}]}
    made = tenant.application(optionalClaims=claims)
    turned = {"accessTokens": list(reversed(claims["accessTokens"]))}
    assert tenant.diff("application", made, **application(optionalClaims=turned)).changes


def test_a_drift_within_a_set_takes_over_only_what_changed(tenant: Tenant) -> None:
    inputs = application(appRoles=[role("One"), role("Two", ROLE)])
    made = tenant.make("application", **inputs)
    found = tenant.world.get(made.id)
    assert found is not None
    found.body["appRoles"][1]["description"] = "drifted"
    found.body["appRoles"].reverse()
    with tenant.world.writing("set", found.token, found.id) as cloud:
        cloud.put(found.id, found.token, found.body)
    seen = tenant.read("application", made.id, inputs, made.properties)
    assert seen.inputs is not None
    by_value = {each["value"]: each["description"] for each in seen.inputs["appRoles"]}
    assert by_value == {"One": "One", "Two": "drifted"}
    assert dict(tenant.diff("application", seen, **inputs).changes) == {"appRoles": Change.UPDATE}


def test_what_entra_fills_in_stays_when_the_program_says_nothing(tenant: Tenant) -> None:
    made = tenant.application(tags=["a"])
    assert not tenant.diff("application", made, **application()).changes
    assert tenant.update("application", made, **application())["tags"] == ["a"]


def test_only_another_template_replaces(tenant: Tenant) -> None:
    made = tenant.application()
    changed = tenant.diff("application", made, **application("renamed", notes="n"))
    assert (sorted(changed.changes), list(changed.replaces)) == (["displayName", "notes"], [])
    assert list(tenant.diff("application", made, **application(templateId=OTHER)).replaces) == ["templateId"]


def test_a_preview_knows_all_but_what_a_change_makes_anew(tenant: Tenant) -> None:
    assert tenant.preview("application", **application())["clientId"] is UNKNOWN
    made = tenant.application()
    same = tenant.update("application", made, preview=True, **application(notes="n"))
    assert same["clientId"] == made.properties["clientId"]
    assert same["appRoleIds"] == {"Call": ROLE}
    changed = tenant.update("application", made, preview=True, **application(appRoles=[role("New")]))
    assert changed["appRoleIds"] is UNKNOWN
    assert changed["oauth2PermissionScopeIds"] == {"read": SCOPE}


def test_a_second_application_of_one_name_is_refused_in_a_preview_too(tenant: Tenant) -> None:
    made = tenant.application(preventDuplicateNames=True)
    object_id = made.properties["objectId"]
    for act in (tenant.preview, tenant.make):
        said = azuread_error(lambda act=act: act("application", **application(preventDuplicateNames=True)))
        assert f'An existing "azuread_application" with name "api" (ID: "{object_id}") was found' in said
        assert f"application/<logical name>: {made.id}" in said
    tenant.application()
    tenant.update("application", tenant.application("other"), **application("other", preventDuplicateNames=True))
    other = tenant.application("third", preventDuplicateNames=True)
    renamed = application(preventDuplicateNames=True)
    assert "was found" in azuread_error(lambda: tenant.update("application", other, **renamed))


def test_entra_itself_lets_two_have_one_name(tenant: Tenant) -> None:
    first, second = tenant.application(), tenant.application()
    assert first.id != second.id
    assert first.properties["clientId"] != second.properties["clientId"]


def test_an_application_of_another_tenant_is_another_one(tenant: Tenant) -> None:
    made = tenant.application(preventDuplicateNames=True)
    elsewhere = Tenant(tenant.world, ELSEWHERE)
    assert elsewhere.application(preventDuplicateNames=True).id != made.id
    assert elsewhere.gone("application", made.id)


def test_an_identifier_uri_is_taken_once_by_deleted_applications_too(tenant: Tenant) -> None:
    uri = f"api://{tenant.id}/one"
    made = tenant.application(identifierUris=[uri])
    tenant.update("application", made, **application(identifierUris=[uri], notes="n"))
    error = tenant.refused("Request_BadRequest", lambda: tenant.application("two", identifierUris=[uri.upper()]))
    assert "same value for property identifierUris already exists" in error.message
    tenant.delete("application", made.id)
    error = tenant.refused("Request_BadRequest", lambda: tenant.application("two", identifierUris=[uri]))
    assert "mystira deleted" in str(error)


V1 = {"api": {}, "appRoles": []}


def test_v1_tokens_take_safe_identifier_uris_only(tenant: Tenant) -> None:
    unsafe = {**V1, "identifierUris": ["api://mystira"]}
    error = tenant.refused("InvalidUniqueTenantIdentifierAsPerAppPolicy", lambda: tenant.application("v1", **unsafe))
    assert "Failed to add identifier URI api://mystira." in error.message
    made = tenant.application("tenant", **{**V1, "identifierUris": [f"api://{tenant.id}/v1"]})
    own = [f"api://{tenant.id}/v1", f"api://{made.properties['clientId']}"]
    tenant.update("application", made, **application("tenant", **{**V1, "identifierUris": own}))
    tenant.application("v2", identifierUris=["api://mystira"])


def test_without_the_policy_v1_tokens_take_any_name(tenant: Tenant) -> None:
    with tenant.world.limits() as limits:
        limits.set_directory(tenant.id, Directory(uri_policy=False))
    tenant.application("v1", **{**V1, "identifierUris": ["api://mystira"]})


def test_a_domain_must_be_verified(tenant: Tenant) -> None:
    foreign = {"identifierUris": ["https://mystira.example/api"]}
    tenant.refused("HostNameNotOnVerifiedDomain", lambda: tenant.application(**foreign))
    tenant.application(identifierUris=[f"https://{tenant.id}.onmicrosoft.com/api"])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"appRoles": [role("One"), role("One", ROLE)]}, 'duplicate value found: "One"'),
        ({"appRoles": [role("One"), role("Two")]}, f'duplicate ID found: "{OTHER}"'),
        ({"appRoles": [role("read")]}, 'duplicate value found: "read"'),
    ],
    ids=["value", "id", "role and scope"],
)
def test_azuread_refuses_duplicates_at_a_preview_and_graph_at_the_request(
    tenant: Tenant, more: dict[str, Any], said: str
) -> None:
    (failure,) = tenant.failures("application", **application(**more))
    assert failure.reason.endswith(said)
    token = "azuread:index/application:Application"
    inputs = application(**more)
    tenant.refused("DuplicateValue", lambda: tenant.azuread.create("urn", token, inputs, preview=False, timeout=0))


def test_azuread_disables_a_role_or_scope_before_it_changes(tenant: Tenant) -> None:
    made = tenant.application()
    changed = application(appRoles=[role("Renamed", ROLE)], api={"oauth2PermissionScopes": [scope("new")]})
    state = tenant.update("application", made, **changed)
    assert state["appRoleIds"] == {"Renamed": ROLE}
    assert state["oauth2PermissionScopeIds"] == {"new": OTHER}


def test_an_owner_exists_and_is_no_application(tenant: Tenant) -> None:
    tenant.refused("Request_ResourceNotFound", lambda: tenant.application(owners=[OTHER]))
    made = tenant.application()
    error = tenant.refused(
        "Request_BadRequest", lambda: tenant.application("other", owners=[made.properties["objectId"]])
    )
    assert "Unsupported directory object class 'Application'" in error.message
    tenant.refused(
        "Request_ResourceNotFound", lambda: tenant.update("application", made, **application(owners=[OTHER]))
    )


@pytest.mark.parametrize(
    ("uri", "platform", "said"),
    [
        ("https://host", "web", "URI must have a trailing slash when there is no path segment"),
        ("custom://host/", "singlePageApplication", "unexpected URI scheme"),
        ("host/path", "web", "URI has no host"),
        ("", "web", "URI must not be empty"),
        ("urn:ietf:wg:oauth:2.0:oob", "singlePageApplication", "URI has no host"),
        (f"https://host/{'a' * 256}", "web", "URI must be 256 characters or less"),
    ],
)
def test_redirect_uris_that_azuread_does_not_send(tenant: Tenant, uri: str, platform: str, said: str) -> None:
    (failure,) = tenant.failures("application", **application(**{platform: {"redirectUris": [uri]}}))
    assert failure.property == f"{platform}.redirectUris[0]"
    assert said in failure.reason


def test_redirect_uris_that_azuread_sends(tenant: Tenant) -> None:
    uris = ["http://localhost:3000/", "https://*.example/", "urn:ietf:wg:oauth:2.0:oob"]
    assert not tenant.failures("application", **application(web={"redirectUris": uris}))
    assert not tenant.failures("application", **application(publicClient={"redirectUris": ["custom://host"]}))


def test_there_is_a_most_of_redirect_uris_and_owners(tenant: Tenant) -> None:
    uris = [f"https://host/{number}" for number in range(257)]
    (failure,) = tenant.failures("application", **application(web={"redirectUris": uris}))
    assert "supports 256 item maximum, but config has 257 declared" in failure.reason
    owners = [f"00000000-0000-4000-8000-{number:012}" for number in range(101)]
    (failure,) = tenant.failures("application", **application(owners=owners))
    assert "supports 100 item maximum" in failure.reason


def test_personal_accounts_take_less(tenant: Tenant) -> None:
    more = {
        "signInAudience": "AzureADandPersonalMicrosoftAccount",
        "api": {},
        "web": {"redirectUris": ["https://*.example/", *(f"https://host/{each}" for each in range(100))]},
    }
    said = [each.reason for each in tenant.failures("application", **application(**more))]
    assert [text.partition(" when")[0] for text in said] == [
        "`requested_access_token_version` must be 2",
        "`redirect_uris` must have no more than 100 URIs",
        "`redirect_uris` having wildcard hosts are not supported",
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [("a" * 250, "between 0-249 characters"), (".a", "begin with a period"), ("a b", "must be alphanumeric")],
)
def test_values_that_no_token_carries(tenant: Tenant, value: str, said: str) -> None:
    (failure,) = tenant.failures("application", **application(appRoles=[role(value)]))
    assert said in failure.reason


def test_ids_are_uuids(tenant: Tenant) -> None:
    (failure,) = tenant.failures("application", **application(owners=["me"]))
    assert failure.reason == 'expected "owners[0]" to be a valid UUID, got me'


def test_what_graph_takes_of_scopes_and_roles() -> None:

    old, new = [role("One")], [role("Two")]
    assert [each.code for each in enabled_refusals(old, new)] == ["CannotDeleteOrUpdateEnabledEntitlement"]
    assert [each.code for each in enabled_refusals(old, [])] == ["CannotDeleteOrUpdateEnabledEntitlement"]
    first = disabled_first(old, new)
    assert not [*enabled_refusals(old, first), *enabled_refusals(first, new)]
    assert not [*enabled_refusals(old, [{**role("One"), "enabled": False}])]
