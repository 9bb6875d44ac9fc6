"""The guard: what it adds to a registration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pulumi_azure_native as azure_native
import pytest

from components.facts.model import OwnedElsewhere, ResourceType
from components.facts.types import PARENT_OF, REGISTERED_TYPES, RESOURCE_TYPES
from components.guard import guard
from components.guard.guard import Guard, install_guard
from components.guard.waiting import timeouts
from components.naming.rules import tags_for
from tests.harness.compose import Composition, compose

TAGS = tags_for(environment="dev", service="core", team="platform", cost_center="development")
LIVE = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/old-group/providers"
    "/Microsoft.OperationalInsights/workspaces/old-workspace"
)
GUID = "00000000-0000-4000-8000-00000000c001"


def workspace(name: str = "core", **more: Any) -> None:
    azure_native.operationalinsights.Workspace(
        name,
        workspace_name="mys-dev-core-log-san",
        resource_group_name="mys-dev-core-rg-san",
        location="southafricanorth",
        tags=TAGS,
        **more,
    )


def test_an_adopted_resource_takes_everything_from_its_id() -> None:
    guards: list[Guard] = []

    def program() -> None:
        guards.append(install_guard(adopt={"log-analytics-workspace/core": LIVE}, hooks=False))
        workspace()

    (found,) = compose(program).azure()
    assert guards[0].unused() == []
    assert found.inputs["workspaceName"] == "old-workspace"
    assert found.inputs["resourceGroupName"] == "old-group"
    assert found.imported == LIVE


def test_an_entry_that_nothing_answers_to_is_a_problem() -> None:
    guards: list[Guard] = []

    def program() -> None:
        guards.append(install_guard(adopt={"log-analytics-workspace/moon": LIVE}, hooks=False))
        workspace()

    assert compose(program).azure()[0].inputs["workspaceName"] == "mys-dev-core-log-san"
    (problem,) = guards[0].unused()
    assert problem.path == "mystira:adopt.log-analytics-workspace/moon"


def test_what_holds_data_is_protected() -> None:
    def program() -> None:
        install_guard(hooks=False)
        workspace()
        azure_native.managedidentity.UserAssignedIdentity(
            "app",
            resource_name_="mys-dev-app-identity-san",
            resource_group_name="mys-dev-app-rg-san",
            location="southafricanorth",
            tags=TAGS,
        )

    assert {each.name: each.protect for each in compose(program).azure()} == {"core": True, "app": False}


def test_an_operation_fails_at_the_time_limit_of_its_type() -> None:
    assert timeouts(RESOURCE_TYPES["kubernetes-cluster"]).create == "60m"
    assert timeouts(RESOURCE_TYPES["dns-zone"]).create == "20m"


@pytest.mark.parametrize("row", RESOURCE_TYPES.values(), ids=lambda row: row.key)
def test_a_time_limit_is_well_above_the_usual_time(row: ResourceType) -> None:
    assert row.duration.timeout_minutes >= 2 * row.duration.minutes


@pytest.mark.parametrize(("child", "parent"), PARENT_OF.items())
def test_what_goes_one_at_a_time_is_a_child_of_its_parent(child: str, parent: ResourceType) -> None:
    assert RESOURCE_TYPES[child].arm.startswith(f"{parent.arm}/")


def identities(number: int) -> None:
    """An identity with so many credentials, registered side by side."""
    identity = azure_native.managedidentity.UserAssignedIdentity(
        "app",
        resource_name_="mys-dev-app-identity-san",
        resource_group_name="mys-dev-app-rg-san",
        location="southafricanorth",
        tags=TAGS,
    )
    for index in range(number):
        azure_native.managedidentity.FederatedIdentityCredential(
            f"credential-{index}",
            federated_identity_credential_resource_name=f"credential-{index}",
            resource_name_=identity.name,
            resource_group_name="mys-dev-app-rg-san",
            issuer="https://issuer.example",
            subject=f"subject-{index}",
            audiences=["api://AzureADTokenExchange"],
            opts=pulumi.ResourceOptions(parent=identity),
        )


def test_children_of_a_parent_that_takes_one_write_at_a_time_wait_for_each_other() -> None:
    def program() -> None:
        install_guard(hooks=False)
        identities(3)

    waits = {each.name: set(each.dependencies) & {"credential-0", "credential-1"} for each in compose(program).azure()}
    assert waits == {
        "app": set(),
        "credential-0": set(),
        "credential-1": {"credential-0"},
        "credential-2": {"credential-1"},
    }


def test_what_is_inside_a_resource_goes_with_it() -> None:
    def program() -> None:
        install_guard(hooks=False)
        identities(1)
        zone = azure_native.privatedns.PrivateZone(
            "zone",
            private_zone_name="privatelink.azurecr.io",
            resource_group_name="mys-dev-core-rg-san",
            location="global",
            tags=TAGS,
        )
        azure_native.privatedns.VirtualNetworkLink(
            "link",
            virtual_network_link_name="mys-dev-core-vnet-san",
            private_zone_name=zone.name,
            resource_group_name="mys-dev-core-rg-san",
            location="global",
            registration_enabled=False,
            tags=TAGS,
            opts=pulumi.ResourceOptions(parent=zone),
        )

    found = {each.name: each.deleted_with for each in compose(program).azure()}
    # Azure refuses to delete a zone with links.
    assert found == {"app": "", "credential-0": "app", "zone": "", "link": ""}


@pytest.mark.parametrize(("absent", "ignored"), [((), ("retentionInDays",)), (("somebody",), ())])
def test_what_others_own_is_ignored_where_its_owner_is_there(
    absent: tuple[str, ...], ignored: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = RESOURCE_TYPES["log-analytics-workspace"]
    owned = OwnedElsewhere("retentionInDays", "somebody", "a reason")
    monkeypatch.setitem(guard.REGISTERED_BY_TOKEN, row.token, replace(row, owned_elsewhere=(owned,)))

    def program() -> None:
        install_guard(absent_owners=frozenset(absent), hooks=False)
        workspace()

    assert compose(program).azure()[0].ignored == ignored


def test_an_adopted_resource_keeps_what_azure_takes_at_creation_only_but_not_where_and_whose_it_is() -> None:
    kept = {each.path for each in RESOURCE_TYPES["kubernetes-cluster"].creation_only if each.kept}
    assert {"dnsPrefix", "networkProfile.podCidr"} <= kept
    assert "location" not in kept
    assert not any(each.kept for each in RESOURCE_TYPES["role-assignment"].creation_only)


ASSIGNMENT = f"{LIVE}/providers/Microsoft.Authorization/roleAssignments/{GUID}"


@pytest.mark.parametrize(("preview", "ignored"), [(True, ("principalId",)), (False, ())])
@pytest.mark.parametrize("entry", ["role-assignment/app", ""])
def test_an_adopted_role_previews_without_a_replace_while_its_identity_is_updated(
    entry: str, preview: bool, ignored: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Azure draws an identity's principal, which no preview knows while the identity is updated. The update knows it,
    and refuses a role that is another's."""
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: preview)

    def program() -> None:
        install_guard(adopt={entry: ASSIGNMENT} if entry else {}, hooks=False)
        azure_native.authorization.RoleAssignment(
            "app",
            role_assignment_name=GUID,
            scope=LIVE.lstrip("/"),
            principal_id=GUID,
            principal_type="ServicePrincipal",
            role_definition_id=f"{LIVE}/providers/Microsoft.Authorization/roleDefinitions/{GUID}",
        )

    (found,) = compose(program).azure()
    assert found.ignored == (ignored if entry else ())
    assert bool(found.imported) is bool(entry)


def test_the_role_of_an_account_is_looked_at_alike() -> None:
    drawn = {key: {each.path for each in row.creation_only if each.drawn} for key, row in REGISTERED_TYPES.items()}
    assert {key: paths for key, paths in drawn.items() if paths} == {
        "role-assignment": {"principalId"},
        "cosmos-role-assignment": {"principalId"},
    }


@pytest.mark.parametrize(
    ("live", "asked", "warned"),
    [
        ("1.36.3", "1.36", False),
        ("1.36", "1.36", False),
        ("1.36.3", "1.37", True),
        ("1.360", "1.36", True),
        ("1.36.3", None, False),
    ],
)
def test_a_setting_that_has_no_effect_is_a_warning(
    live: str, asked: str | None, warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    row = RESOURCE_TYPES["log-analytics-workspace"]
    owned = OwnedElsewhere("tags.Version", "upgrade channel", "a reason", instead="another way")
    monkeypatch.setitem(guard.REGISTERED_BY_TOKEN, row.token, replace(row, owned_elsewhere=(owned,)))

    class Azure(Composition):
        def new_resource(self, args: Any) -> tuple[str, dict[str, Any]]:
            id, outputs = super().new_resource(args)
            return id, {**outputs, "tags": {"Version": live}}

    def program() -> None:
        found = install_guard(hooks=False)
        azure_native.operationalinsights.Workspace(
            "core",
            workspace_name="mys-dev-core-log-san",
            resource_group_name="mys-dev-core-rg-san",
            tags={**TAGS, **({"Version": asked} if asked else {})},
        )
        found.warn_without_effect()

    compose(program, Azure())
    assert said == [
        f"log-analytics-workspace core: tags.Version stays {live}, although the settings ask for {asked}: it belongs "
        "to the upgrade channel; allowed: another way"
    ] * (1 if warned else 0)


def test_bad_registrations_are_still_refused_when_adopted() -> None:
    def program() -> None:
        install_guard(adopt={"log-analytics-workspace/core": LIVE}, hooks=False)
        workspace("other", retention_in_days=30)
        azure_native.operationalinsights.Workspace("rogue", workspace_name="rogue", resource_group_name="g")

    with pytest.raises(pulumi.RunError, match="rogue"):
        compose(program, Composition())
