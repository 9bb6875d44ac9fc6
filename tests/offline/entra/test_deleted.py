"""Deleted items: listed, restored with what went along, and purged."""

from __future__ import annotations

import pytest

from offline.entra.deleted import NotDeleted, deleted, purge, restore
from tests.harness.tenant import ELSEWHERE, ROLE, SCOPE, Tenant

OTHER = "33333333-3333-4333-8333-333333333333"


def test_a_deleted_application_comes_back_with_its_principal_and_what_went_along(tenant: Tenant) -> None:
    uri = f"api://{tenant.id}/api"
    api, ui = tenant.application(identifierUris=[uri]), tenant.application("ui")
    principal = tenant.principal(api)
    client = tenant.make(
        "pre-authorized-client",
        applicationId=api.id,
        authorizedClientId=ui.properties["clientId"],
        permissionIds=[SCOPE],
    )
    ends = {"appRoleId": ROLE, "resourceObjectId": principal.properties["objectId"]}
    staying, leaving = tenant.group(), tenant.group("leaving")
    kept, lost = (
        tenant.make("app-role-assignment", principalObjectId=each.properties["objectId"], **ends)
        for each in (staying, leaving)
    )
    tenant.delete("application", api.id)
    tenant.delete("group", leaving.id)
    listed = deleted(tenant.world, tenant.id)
    assert [(each.id, each.name, each.days) for each in listed] == [
        (api.id, "api", 30),
        (principal.id, "", 30),
    ]
    assert not deleted(tenant.world, ELSEWHERE)
    assert restore(tenant.world, tenant.id, api.properties["objectId"]) == [api.id, principal.id]
    assert not deleted(tenant.world, tenant.id)
    assert tenant.read("application", api.id).properties == api.properties
    assert tenant.read("service-principal", principal.id).properties == principal.properties
    assert not tenant.gone("pre-authorized-client", client.id)
    assert not tenant.gone("app-role-assignment", kept.id)
    assert tenant.gone("app-role-assignment", lost.id)


def test_a_principal_is_deleted_and_restored_by_itself_too(tenant: Tenant) -> None:
    principal = tenant.principal(tenant.application())
    tenant.delete("service-principal", principal.id)
    assert [each.id for each in deleted(tenant.world, tenant.id)] == [principal.id]
    assert restore(tenant.world, tenant.id, principal.properties["objectId"]) == [principal.id]


def test_what_is_purged_frees_its_identifier_uris(tenant: Tenant) -> None:
    uri = f"api://{tenant.id}/api"
    api = tenant.application(identifierUris=[uri])
    principal = tenant.principal(api)
    tenant.delete("application", api.id)
    assert purge(tenant.world, tenant.id, api.properties["objectId"]) == [api.id, principal.id]
    assert not tenant.world.kept()
    again = tenant.application(identifierUris=[uri])
    assert again.properties["identifierUris"] == [uri]


def test_an_object_made_again_is_another_one(tenant: Tenant) -> None:
    first = tenant.application()
    tenant.delete("application", first.id)
    second = tenant.application()
    assert first.id != second.id
    assert first.properties["clientId"] != second.properties["clientId"]
    tenant.delete("application", second.id)
    assert len(deleted(tenant.world, tenant.id)) == 2


def test_what_was_not_deleted_is_neither_restored_nor_purged(tenant: Tenant) -> None:
    api = tenant.application()
    tenant.delete("application", api.id)
    for act in (restore, purge):
        with pytest.raises(NotDeleted, match=f"seen: {OTHER}; allowed: {api.properties['objectId']}"):
            act(tenant.world, tenant.id, OTHER)
