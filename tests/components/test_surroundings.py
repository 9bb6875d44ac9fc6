"""What belongs around a resource: diagnostics, a private path, and a lock that comes after everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_azure_native import authorization, keyvault, resources

from components.surroundings.locks import Locks
from components.surroundings.private_path import private_path as register_private_path
from components.surroundings.surround import Surroundings, surround
from tests.harness.build import PLACE, SUBNET_ID, WORKSPACE_ID, private_path, surroundings
from tests.harness.compose import TENANT, Composition, compose

DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
LOCK = "azure-native:authorization:ManagementLockByScope"

ZONES = ("privatelink.vaultcore.azure.net",)


class Owner(pulumi.ComponentResource):
    """Any component."""

    def __init__(self) -> None:
        super().__init__("mystira:test:Owner", "owner")


def vault() -> keyvault.Vault:
    return keyvault.Vault(
        "app",
        vault_name="mys-dev-app-kv-san",
        resource_group_name=PLACE.resource_group,
        location=PLACE.location,
        properties={"tenant_id": TENANT, "sku": {"family": "A", "name": "standard"}},
        tags=PLACE.tags,
    )


def composed(program: Callable[[], Any]) -> Composition:
    def run() -> None:
        program()

    return compose(run)


def test_the_logs_of_a_resource_go_to_the_workspace_by_group() -> None:
    (setting,) = composed(lambda: surround(Owner(), vault(), "key-vault", surroundings())).of(DIAGNOSTICS)
    assert (setting.name, setting.parent) == ("key-vault-app", "owner")
    assert setting.inputs["resourceUri"] == "/key-vault/mys-dev-app-kv-san"
    assert setting.inputs["workspaceId"] == WORKSPACE_ID
    assert setting.inputs["logs"] == [{"enabled": True, "categoryGroup": "allLogs"}]
    assert setting.inputs["metrics"] == [{"enabled": True, "category": "AllMetrics"}]


def test_what_has_no_logs_has_no_setting() -> None:
    def program() -> None:
        group = resources.ResourceGroup("app", resource_group_name="mys-dev-app-rg-san", location="southafricanorth")
        surround(Owner(), group, "resource-group", surroundings())

    assert composed(program).of(DIAGNOSTICS) == []


def test_a_private_path_is_an_endpoint_with_all_zones_of_the_product() -> None:
    path = private_path("mys-dev-app-pe-san", "vault", *ZONES, "privatelink.second.example")
    found = composed(lambda: surround(Owner(), vault(), "key-vault", surroundings(), private=path))
    (endpoint,), (group,) = found.of(ENDPOINT), found.of(ZONE_GROUP)
    assert endpoint.inputs["subnet"]["id"] == SUBNET_ID
    assert endpoint.inputs["privateLinkServiceConnections"] == [
        {
            "name": "mys-dev-app-pe-san",
            "privateLinkServiceId": "/key-vault/mys-dev-app-kv-san",
            "groupIds": ["vault"],
        }
    ]
    assert group.parent == endpoint.name == "key-vault-app"
    assert {each["privateDnsZoneId"] for each in group.inputs["privateDnsZoneConfigs"]} == {
        "/private-dns-zone/privatelink.vaultcore.azure.net",
        "/private-dns-zone/privatelink.second.example",
    }


def test_a_group_that_the_type_does_not_have_is_one_clear_error() -> None:
    path = private_path("mys-dev-app-pe-san", "blob", *ZONES)
    with pytest.raises(ValueError, match="key-vault has no private link group blob; allowed: vault"):
        composed(lambda: surround(Owner(), vault(), "key-vault", surroundings(), private=path))


def test_a_private_path_without_a_subnet_is_one_clear_error() -> None:
    path = private_path("mys-dev-app-pe-san", "vault", *ZONES)
    around = Surroundings(WORKSPACE_ID, None, Locks(wanted=False))
    with pytest.raises(ValueError, match="key-vault-app: no subnet for private endpoints"):
        composed(lambda: surround(Owner(), vault(), "key-vault", around, private=path))


def test_a_private_path_leads_to_a_resource_of_another_stack_by_its_id() -> None:
    path = private_path("mys-dev-app-pe-san", "registry", "privatelink.azurecr.io")
    found = composed(
        lambda: register_private_path("registry", "/registries/r", path, SUBNET_ID, pulumi.ResourceOptions())
    )
    (endpoint,) = found.of(ENDPOINT)
    (connection,) = endpoint.inputs["privateLinkServiceConnections"]
    assert connection["privateLinkServiceId"] == "/registries/r"


def assignment(name: str, scope: pulumi.Input[str]) -> authorization.RoleAssignment:
    return authorization.RoleAssignment(
        name, role_assignment_name=name, scope=scope, role_definition_id="/r", principal_id="p"
    )


def test_a_lock_comes_after_what_is_inside_around_and_granted_below() -> None:
    """Azure deletes nothing below a lock, so it goes first at destroy."""
    around = surroundings(locked=True)
    path = private_path("mys-dev-app-pe-san", "vault", *ZONES)

    def program() -> None:
        made = vault()
        inside = assignment("inside", "/x")
        surround(Owner(), made, "key-vault", around, inside=[inside], private=path)
        around.locks.put(
            [
                ("key-vault", assignment("at-it", made.id)),
                ("virtual-network", assignment("elsewhere", "/elsewhere")),
            ]
        )

    (lock,) = composed(program).of(LOCK)
    assert (lock.inputs["level"], lock.inputs["scope"]) == ("CanNotDelete", "/key-vault/mys-dev-app-kv-san")
    assert set(lock.dependencies) >= {"app", "inside", "key-vault-app", "at-it"}
    assert "elsewhere" not in lock.dependencies
    assert around.locks.waiting == []


@pytest.mark.parametrize(("wanted", "others_below"), [(False, False), (True, True)])
def test_there_is_no_lock_where_none_is_wanted_or_others_keep_resources_below(wanted: bool, others_below: bool) -> None:
    around = surroundings(locked=wanted)

    def program() -> None:
        surround(Owner(), vault(), "key-vault", around, others_below=others_below)
        around.locks.put([])

    assert composed(program).of(LOCK) == []


@pytest.mark.parametrize(("kind", "group", "waits"), [("cosmos-account", "Sql", True), ("key-vault", "vault", False)])
def test_a_private_endpoint_waits_for_what_is_inside_where_the_target_takes_one_write_at_a_time(
    kind: str, group: str, waits: bool
) -> None:
    path = private_path("mys-dev-core-pe-san", group, "privatelink.example")

    def program() -> None:
        surround(Owner(), vault(), kind, surroundings(), inside=[assignment("inside", "/x")], private=path)

    (endpoint,) = composed(program).of(ENDPOINT)
    assert ("inside" in endpoint.dependencies) is waits
