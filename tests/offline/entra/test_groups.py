"""Groups."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.harness.tenant import ELSEWHERE, PERSON, Tenant, azuread_error

OTHER = "33333333-3333-4333-8333-333333333333"


def test_the_caller_owns_a_group_without_owners_and_the_nickname_is_drawn(tenant: Tenant) -> None:
    made = tenant.group()
    assert made.id == f"/groups/{made.properties['objectId']}"
    assert made.properties["owners"] == [PERSON]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]", made.properties["mailNickname"])
    assert (made.properties["members"], made.properties["visibility"]) == ([], "")
    state = tenant.update("group", made, displayName="renamed", securityEnabled=True)
    assert state["mailNickname"] == made.properties["mailNickname"]


def test_a_refresh_shows_nothing_and_members_are_kept(tenant: Tenant) -> None:
    inputs = {"displayName": "admins", "securityEnabled": True, "owners": [PERSON, ELSEWHERE]}
    made = tenant.make("group", **inputs)
    found = tenant.read("group", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (tenant.checked("group", inputs), made.properties)
    assert not tenant.diff("group", made, **{**inputs, "owners": [ELSEWHERE, PERSON]}).changes
    there = tenant.world.get(made.id)
    assert there is not None
    with tenant.world.writing("set", there.token, there.id) as cloud:
        cloud.put(there.id, there.token, {**there.body, "members": [ELSEWHERE]})
    joined = tenant.read("group", made.id, inputs, made.properties)
    assert not tenant.diff("group", joined, **inputs).changes
    assert tenant.update("group", joined, **{**inputs, "description": "d"})["members"] == [ELSEWHERE]
    tenant.delete("group", made.id)
    assert tenant.gone("group", made.id)
    assert not tenant.world.kept()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("assignableToRole", True),
        ("mailNickname", "another"),
        ("types", ["DynamicMembership"]),
        ("behaviors", ["WelcomeEmailDisabled"]),
        ("provisioningOptions", ["Team"]),
    ],
)
def test_what_replaces_a_group(tenant: Tenant, name: str, value: Any) -> None:
    made = tenant.group()
    changed = tenant.diff("group", made, displayName="admins", securityEnabled=True, **{name: value})
    assert list(changed.replaces) == [name]


def test_a_second_group_of_one_name_is_refused_only_when_it_is_made(tenant: Tenant) -> None:
    made = tenant.group(preventDuplicateNames=True)
    again = {"displayName": "admins", "securityEnabled": True, "preventDuplicateNames": True}
    tenant.preview("group", **again)
    said = azuread_error(lambda: tenant.make("group", **again))
    assert f'An existing "azuread_group" with name "admins" (ID: "{made.properties["objectId"]}")' in said
    tenant.update("group", made, **again)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "`mail_enabled,security_enabled`"),
        ({"mailEnabled": True, "mailNickname": "n"}, 'must contain "Unified"'),
        ({"securityEnabled": True, "types": ["Unified"]}, "must be true for unified groups"),
        ({"mailEnabled": True, "types": ["Unified"]}, "is required for mail-enabled groups"),
        ({"mailEnabled": False, "assignableToRole": True}, "only be `true` for security-enabled groups"),
        ({"securityEnabled": True, "members": ["me"]}, "valid UUID"),
    ],
)
def test_what_azuread_refuses_at_a_preview(tenant: Tenant, inputs: dict[str, Any], said: str) -> None:
    (failure,) = tenant.failures("group", displayName="g", **inputs)
    assert said in failure.reason


def test_owners_and_members_exist(tenant: Tenant) -> None:
    tenant.refused("Request_ResourceNotFound", lambda: tenant.group(owners=[OTHER]))
    tenant.refused("Request_ResourceNotFound", lambda: tenant.group(members=[OTHER]))
    application = tenant.application().properties["objectId"]
    tenant.refused("Request_BadRequest", lambda: tenant.group(owners=[application]))
