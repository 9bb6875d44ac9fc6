"""Who signs in to the administration, who has its roles, and which service may call which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from components.entra.facts import DEFAULT_ROLE
from components.facts.types import DIRECTORY_TYPES
from stacks.catalogue.model import Catalogue, Endpoint, HostKind
from stacks.catalogue.needs.base import Need
from stacks.catalogue.needs.sign_in import SignsIn, TakesCalls, TakesTokens
from stacks.parts.entra.checks import entra_problems, sign_in_problems
from stacks.parts.entra.plan import ENTRA
from stacks.plan.model import StackPlan
from tests.harness.build import compose_up_to
from tests.harness.compose import TENANT, Composition, Registered
from tests.harness.settings import GONE, context, edited_plan, every_environment, one_problem
from tests.platform.catalogue import CATALOGUE

CALLS = {
    "app": {"chain"},
    "admin-api": {"chain", "publisher", "story-generator"},
    "publisher": {"chain", "story-generator"},
}
"""Who may call whom, written out."""
GROUP = "00000000-0000-4000-8000-00000000a101"
OTHER = "00000000-0000-4000-8000-00000000a102"


def of(composition: Composition, kind: str) -> Mapping[str, Registered]:
    return {each.name: each for each in composition.of(DIRECTORY_TYPES[kind].token)}


@every_environment
@pytest.mark.requirement("S3-087", "S3-090", "S3-092", "S3-094")
def test_both_applications_exist_in_every_environment(stack: str, composed: Mapping[str, Composition]) -> None:
    applications, principals = (of(composed[stack], kind) for kind in ("application", "service-principal"))
    names = {key: applications[key].inputs["displayName"] for key in ("admin-api", "admin-ui")}
    assert names == {"admin-api": f"Mystira Admin API ({stack})", "admin-ui": f"Mystira Admin UI ({stack})"}
    assert principals.keys() == applications.keys()
    for key in names:
        assert applications[key].inputs["signInAudience"] == "AzureADMyOrg"
        assert applications[key].inputs["api"]["requestedAccessTokenVersion"] == 2
        assert not applications[key].inputs.get("password")
        assert principals[key].inputs["appRoleAssignmentRequired"] is True
    assert applications["admin-api"].inputs["identifierUris"] == [f"api://{TENANT}/mystira-admin-api-{stack}"]


@every_environment
@pytest.mark.requirement("S3-088", "S3-089")
def test_the_api_has_four_roles_for_people_and_four_scopes(stack: str, composed: Mapping[str, Composition]) -> None:
    api = of(composed[stack], "application")["admin-api"].inputs
    assert [each["value"] for each in api["appRoles"]] == ["Admin", "SuperAdmin", "Moderator", "Viewer"]
    assert all(each["allowedMemberTypes"] == ["User"] and each["enabled"] for each in api["appRoles"])
    scopes = api["api"]["oauth2PermissionScopes"]
    assert [each["value"] for each in scopes] == ["Admin.Read", "Admin.Write", "Users.Manage", "Content.Moderate"]
    assert {each["type"] for each in scopes} == {"Admin"}
    ids = [each["id"] for each in (*api["appRoles"], *scopes)]
    assert len({UUID(id) for id in ids}) == 8


def test_ids_of_scopes_and_roles_differ_by_environment_and_not_by_run(composed: Mapping[str, Composition]) -> None:
    found = {}
    for stack in ("dev", "staging", "prod"):
        api = of(composed[stack], "application")["admin-api"].inputs
        found |= {each["id"]: stack for each in (*api["appRoles"], *api["api"]["oauth2PermissionScopes"])}
    assert Counter(found.values()) == {"dev": 8, "staging": 8, "prod": 8}
    # Written out: another id would be another scope to everybody who was granted it.
    assert found["5db07c38-22e2-5219-87de-e3e1a2d8d030"] == "dev"


@pytest.mark.requirement("S3-093", "S3-097")
@pytest.mark.parametrize(
    ("stack", "uris"),
    [
        (
            "dev",
            [
                "http://localhost:3000/auth/callback",
                "http://localhost:7001/auth/callback",
                "https://dev.admin.mystira.app/auth/callback",
            ],
        ),
        ("staging", ["https://staging.admin.mystira.app/auth/callback"]),
        ("prod", ["https://admin.mystira.app/auth/callback"]),
    ],
)
def test_the_page_returns_to_its_own_host(stack: str, uris: list[str], composed: Mapping[str, Composition]) -> None:
    applications = of(composed[stack], "application")
    assert applications["admin-ui"].inputs["singlePageApplication"] == {"redirectUris": uris}
    assert not any("singlePageApplication" in applications[key].inputs for key in applications if key != "admin-ui")


@every_environment
@pytest.mark.requirement("S3-097")
def test_the_page_asks_for_the_scopes_of_the_api_and_five_of_graph(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    applications = of(composed[stack], "application")
    scopes = [each["id"] for each in applications["admin-api"].inputs["api"]["oauth2PermissionScopes"]]
    api, graph = applications["admin-ui"].inputs["requiredResourceAccesses"]
    assert [each["id"] for each in api["resourceAccesses"]] == scopes
    assert graph["resourceAppId"] == "00000003-0000-0000-c000-000000000000"
    assert [each["id"] for each in graph["resourceAccesses"]] == [
        "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
        "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
        "14dad69e-099b-42c9-810b-d002981feec1",
        "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
        "37f7f235-527c-4136-accd-4a02d197296e",
    ]
    (authorized,) = of(composed[stack], "pre-authorized-client").values()
    assert authorized.inputs["permissionIds"] == scopes
    # No consent for the whole tenant: nobody but the page gets the scopes, and it only for who has signed in.
    assert not of(composed[stack], "delegated-grant")


@every_environment
@pytest.mark.requirement("S3-095")
def test_a_group_has_each_role_and_is_let_in_at_the_page(stack: str, composed: Mapping[str, Composition]) -> None:
    groups = of(composed[stack], "group")
    assert {each.inputs["displayName"] for each in groups.values()} == {
        f"mystira-{stack}-{role}" for role in ("admins", "superadmins", "moderators", "viewers")
    }
    roles = {each["value"]: each["id"] for each in of(composed[stack], "application")["admin-api"].inputs["appRoles"]}
    assigned = of(composed[stack], "app-role-assignment")
    for value, group in (
        ("Admin", "admins"),
        ("SuperAdmin", "superadmins"),
        ("Moderator", "moderators"),
        ("Viewer", "viewers"),
    ):
        object_id = composed[stack].outputs["role_groups"][group]
        at_api, at_page = assigned[f"admin-api-{group}"].inputs, assigned[f"admin-ui-{group}"].inputs
        assert (at_api["appRoleId"], at_api["principalObjectId"]) == (roles[value], object_id)
        assert (at_page["appRoleId"], at_page["principalObjectId"]) == (DEFAULT_ROLE, object_id)
        assert at_api["resourceObjectId"] != at_page["resourceObjectId"]


@every_environment
@pytest.mark.requirement("S1-030")
def test_a_service_gets_a_token_for_what_it_calls_and_nothing_else(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    assigned = {
        (each.principal.removeprefix("identity/"), each.application)
        for each in plans[stack].of(ENTRA).assignments
        if each.principal.startswith("identity/")
    }
    assert assigned == {(caller, called) for caller, all_called in CALLS.items() for called in all_called}
    applications, principals = (of(composed[stack], kind) for kind in ("application", "service-principal"))
    for key in ("chain", "publisher", "story-generator"):
        (role,) = applications[key].inputs["appRoles"]
        assert (role["value"], role["allowedMemberTypes"]) == ("Call", ["Application"])
        assert principals[key].inputs["appRoleAssignmentRequired"] is True
        assert applications[key].inputs["identifierUris"] == [f"api://{TENANT}/mystira-{key}-{stack}"]
        for caller in (caller for caller, all_called in CALLS.items() if key in all_called):
            made = of(composed[stack], "app-role-assignment")[f"{key}-{caller}"]
            assert made.inputs["appRoleId"] == role["id"]
            assert made.parent == key


@every_environment
@pytest.mark.requirement("S3-091", "S3-131")
def test_ids_are_in_the_vault_of_the_api(stack: str, composed: Mapping[str, Composition]) -> None:
    secrets = {
        each.name: each.inputs["properties"]["value"]
        for each in composed[stack].of("azure-native:keyvault:Secret")
        if (each.name.startswith("admin-api-a") and "client-id" in each.name) or each.name.endswith("tenant-id")
    }
    clients = composed[stack].outputs["sign_in"]["applications"]
    assert secrets == {
        "admin-api-azure-ad-tenant-id": TENANT,
        "admin-api-azure-ad-client-id": clients["admin-api"]["client_id"],
        "admin-api-admin-ui-client-id": clients["admin-ui"]["client_id"],
    }


def test_objects_are_protected_in_prod_only(composed: Mapping[str, Composition]) -> None:
    for stack, kept in (("dev", False), ("staging", False), ("prod", True)):
        for kind in ("application", "service-principal", "group"):
            assert {each.protect for each in of(composed[stack], kind).values()} == {kept}, (stack, kind)


def test_the_pipeline_of_the_stack_owns_what_it_changes(composed: Mapping[str, Composition]) -> None:
    for kind in ("application", "service-principal", "group"):
        for each in of(composed["dev"], kind).values():
            assert len(each.inputs["owners"]) == 2, each.name
            assert each.inputs["owners"][0] == "00000000-0000-4000-8000-00000000b001"


def test_a_live_group_has_a_role_instead_of_a_new_one(folder: Path) -> None:
    composition = compose_up_to(ENTRA, edited_plan(folder, "dev", {"entra.role_groups": {"Admin": GROUP}}))
    assert set(of(composition, "group")) == {"superadmins", "moderators", "viewers"}
    assert of(composition, "app-role-assignment")["admin-api-admins"].inputs["principalObjectId"] == GROUP
    assert composition.outputs["role_groups"]["admins"] == GROUP


def test_an_adopted_application_keeps_its_ids(folder: Path) -> None:
    ids = {"admin-api/Admin.Read": GROUP, "admin-api/Viewer": OTHER}
    composition = compose_up_to(ENTRA, edited_plan(folder, "dev", {"entra.ids": ids}))
    api = of(composition, "application")["admin-api"].inputs
    assert api["api"]["oauth2PermissionScopes"][0]["id"] == GROUP
    assert api["appRoles"][3]["id"] == OTHER


@pytest.mark.parametrize(
    ("changes", "path", "what"),
    [
        ({"entra.owners": []}, "entra.owners", "nobody could change the applications"),
        ({"entra": GONE}, "entra.owners", "nobody could change the applications"),
        ({"entra.role_groups": {"Owner": GROUP}}, "entra.role_groups.Owner", "no such role"),
        (
            {"entra.role_groups": {"Admin": GROUP, "Viewer": GROUP}},
            "entra.role_groups.Viewer",
            "the group of Admin too",
        ),
        ({"entra.ids": {"admin-api/Ghost": GROUP}}, "entra.ids.admin-api/Ghost", "no such scope or role"),
        (
            {"entra.ids": {"admin-api/Admin": GROUP, "admin-api/Viewer": GROUP}},
            "entra.ids.admin-api/Viewer",
            "the id of admin-api/Admin too",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_one_error(changes: dict[str, Any], path: str, what: str, folder: Path) -> None:
    problem = one_problem(folder, "dev", changes)
    assert problem.path == f"Pulumi.dev.yaml: mystira:{path}"
    assert what in problem.what


def test_localhost_is_for_dev(folder: Path) -> None:
    problem = one_problem(folder, "staging", {"entra.localhost_ports": [3000]})
    assert problem.path == "Pulumi.staging.yaml: mystira:entra.localhost_ports"


def test_a_port_is_given_once(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"entra.localhost_ports": [3000, 3000]})
    assert problem.path == "Pulumi.dev.yaml: mystira:entra.localhost_ports"
    assert problem.what == "a port is named twice"


def changed(key: str, change: Mapping[type[Need], Mapping[str, Any]], **fields: Any) -> Catalogue:
    """The catalogue with needs of one service changed."""

    def need(each: Need) -> Need:
        return replace(each, **change[type(each)]) if type(each) in change else each

    services = tuple(
        replace(service, needs=tuple(map(need, service.needs)), **fields) if service.key == key else service
        for service in CATALOGUE
    )
    return replace(CATALOGUE, services=services)


SCOPES = next(need.scopes for need in CATALOGUE.by_key["admin-api"].needs if isinstance(need, TakesTokens))


@pytest.mark.parametrize(
    ("catalogue", "what"),
    [
        (changed("admin-api", {TakesTokens: {"scopes": (*SCOPES, SCOPES[0])}}), "used twice"),
        (changed("admin-ui", {SignsIn: {"api": "publisher"}}), "calls an API that takes no tokens"),
        (changed("admin-ui", {SignsIn: {"graph": ("Mail.Send",)}}), "no such permission at Microsoft Graph"),
        (changed("admin-ui", {SignsIn: {"endpoint": "ghost"}}), "not an endpoint of the service with a login path"),
        (
            changed("admin-ui", {}, endpoints=(Endpoint("admin", HostKind.STATIC_SITE, login_path="/auth/*"),)),
            "not a path that a login can return to",
        ),
        (
            changed("admin-ui", {}, endpoints=(Endpoint("admin", HostKind.STATIC_SITE, login_path="https://a/"),)),
            "not a path that a login can return to",
        ),
    ],
)
def test_a_mistake_in_the_catalogue_is_one_error(catalogue: Catalogue, what: str) -> None:
    (problem,) = sign_in_problems(catalogue)
    assert what in problem.what


def test_who_is_called_takes_calls(folder: Path) -> None:
    chain = CATALOGUE.by_key["chain"]
    without = replace(chain, needs=tuple(need for need in chain.needs if not isinstance(need, TakesCalls)))
    services = tuple(without if service is chain else service for service in CATALOGUE)
    found = list(entra_problems(context("dev", folder, catalogue=replace(CATALOGUE, services=services))))
    assert [each.path for each in found] == [f"catalogue: {caller}: calls" for caller in CALLS]
    assert {each.what for each in found} == {"the service takes no calls"}
