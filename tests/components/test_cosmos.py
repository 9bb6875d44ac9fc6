"""The Cosmos DB component from its spec: account, database, containers, data roles, and the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from components.cosmos.account import CosmosAccount
from components.cosmos.spec import ContainerSpec, CosmosSpec, DataRoleSpec, PeriodicBackupSpec
from components.facts.store_keys import StoreKey
from tests.harness.build import PLACE, Product, by_name, every, one, private_path, product, surroundings
from tests.harness.compose import KEY, SECOND_KEY, Composition, compose

READER, CONTRIBUTOR = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
APP, EXPORT = "00000000-0000-4000-8000-00000000d001", "00000000-0000-4000-8000-00000000e001"
ROLE_NAMES = ("10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002")
ID = "/cosmos-account/mys-dev-core-cosmos-san"
HOST = "https://mys-dev-core-cosmos-san.documents.azure.com:443/"

SPEC = CosmosSpec(
    name="mys-dev-core-cosmos-san",
    locations=(("southafricanorth", True), ("westeurope", False)),
    maximum_throughput=4000,
    consistency="Session",
    periodic_backup=None,
    backup_days=30,
    allowed_ranges=(),
    local_auth=False,
    store_key="primary",
    read_only=False,
    database="Stories",
    containers=(
        ContainerSpec("Drafts", "/user/id", 3600, (("/email", "/name"),), ("/content/*",)),
        ContainerSpec("Pages", "/id", None, (), ()),
    ),
    roles=(
        DataRoleSpec("app-cosmos", ROLE_NAMES[0], "contributor", "identity/app"),
        DataRoleSpec("export-cosmos", ROLE_NAMES[1], "reader", EXPORT, "Pages"),
    ),
    private_endpoint="mys-dev-corecosmos-pe-san",
)


def built(spec: CosmosSpec = SPEC, *, locked: bool = False) -> Composition:
    """The component under mocks, with its connection string and its endpoint as outputs."""

    def program() -> Mapping[str, Any]:
        around = surroundings(locked=locked)
        made = CosmosAccount(
            "core",
            spec,
            PLACE,
            around,
            principals={"identity/app": APP},
            private=private_path(spec.private_endpoint, "Sql", "privatelink.documents.azure.com"),
        )
        around.locks.put([])
        keyed = {} if made.connection_string is None else {"connection_string": product(made.connection_string)}
        return {"endpoint": made.endpoint, **keyed}

    return compose(program)


def account(spec: CosmosSpec = SPEC) -> Mapping[str, Any]:
    return one(built(spec), "cosmos-account").inputs


def test_the_account_is_what_its_spec_says() -> None:
    found = one(built(), "cosmos-account")
    assert found.parent == "core"
    assert found.inputs == {
        "accountName": "mys-dev-core-cosmos-san",
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "kind": "GlobalDocumentDB",
        "createMode": "Default",
        "databaseAccountOfferType": "Standard",
        "capabilities": [],
        "locations": [
            {"locationName": "southafricanorth", "failoverPriority": 0, "isZoneRedundant": True},
            {"locationName": "westeurope", "failoverPriority": 1, "isZoneRedundant": False},
        ],
        "consistencyPolicy": {"defaultConsistencyLevel": "Session"},
        "backupPolicy": {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous30Days"}},
        "enableAutomaticFailover": True,
        "enableMultipleWriteLocations": False,
        "disableLocalAuth": True,
        "disableKeyBasedMetadataWriteAccess": True,
        "minimalTlsVersion": "Tls12",
        "publicNetworkAccess": "Disabled",
        "ipRules": [],
        "networkAclBypass": "None",
        "tags": PLACE.tags,
    }


def test_a_serverless_account_in_one_region_fails_over_to_none() -> None:
    spec = replace(SPEC, maximum_throughput=None, locations=SPEC.locations[:1])
    composition = built(spec)
    found = one(composition, "cosmos-account").inputs
    assert found["capabilities"] == [{"name": "EnableServerless"}]
    assert found["enableAutomaticFailover"] is False
    assert "options" not in one(composition, "cosmos-database").inputs


def test_a_live_account_may_keep_its_periodic_backup() -> None:
    found = account(replace(SPEC, periodic_backup=PeriodicBackupSpec(240, 8, "Geo")))
    assert found["backupPolicy"] == {
        "type": "Periodic",
        "periodicModeProperties": {
            "backupIntervalInMinutes": 240,
            "backupRetentionIntervalInHours": 8,
            "backupStorageRedundancy": "Geo",
        },
    }


def test_named_ranges_open_the_public_side_to_them_only() -> None:
    found = account(replace(SPEC, allowed_ranges=("203.0.113.0/24",)))
    assert found["publicNetworkAccess"] == "Enabled"
    assert found["ipRules"] == [{"ipAddressOrRange": "203.0.113.0/24"}]


def test_bounded_staleness_has_bounds() -> None:
    assert account(replace(SPEC, consistency="BoundedStaleness"))["consistencyPolicy"] == {
        "defaultConsistencyLevel": "BoundedStaleness",
        "maxIntervalInSeconds": 300,
        "maxStalenessPrefix": 100000,
    }


def test_all_containers_share_the_throughput_of_the_database() -> None:
    database = one(built(), "cosmos-database")
    assert database.parent == "core"
    assert database.inputs == {
        "databaseName": "Stories",
        "accountName": "mys-dev-core-cosmos-san",
        "resourceGroupName": PLACE.resource_group,
        "resource": {"id": "Stories"},
        "options": {"autoscaleSettings": {"maxThroughput": 4000}},
        "tags": PLACE.tags,
    }


def test_containers_are_what_their_specs_say() -> None:
    found = by_name(built(), "cosmos-container")
    assert {each.parent for each in found.values()} == {"core"}
    assert found["Drafts"].inputs == {
        "containerName": "Drafts",
        "databaseName": "Stories",
        "accountName": "mys-dev-core-cosmos-san",
        "resourceGroupName": PLACE.resource_group,
        "resource": {
            "id": "Drafts",
            "partitionKey": {"kind": "Hash", "paths": ["/user/id"], "version": 2},
            "defaultTtl": 3600,
            "uniqueKeyPolicy": {"uniqueKeys": [{"paths": ["/email", "/name"]}]},
            "indexingPolicy": {
                "automatic": True,
                "indexingMode": "consistent",
                "includedPaths": [{"path": "/*"}],
                "excludedPaths": [{"path": "/content/*"}],
            },
        },
        "tags": PLACE.tags,
    }
    assert {"defaultTtl", "uniqueKeyPolicy"} & set(found["Pages"].inputs["resource"]) == set()
    assert found["Pages"].inputs["resource"]["indexingPolicy"]["excludedPaths"] == []


def test_data_roles_are_at_the_database_or_a_container_and_come_after_the_containers() -> None:
    found = by_name(built(), "cosmos-role-assignment")
    assert found["app-cosmos"].inputs == {
        "roleAssignmentId": ROLE_NAMES[0],
        "accountName": "mys-dev-core-cosmos-san",
        "resourceGroupName": PLACE.resource_group,
        "roleDefinitionId": f"{ID}/sqlRoleDefinitions/{CONTRIBUTOR}",
        "scope": f"{ID}/dbs/Stories",
        "principalId": APP,
    }
    export = found["export-cosmos"].inputs
    assert (export["principalId"], export["roleDefinitionId"]) == (EXPORT, f"{ID}/sqlRoleDefinitions/{READER}")
    assert export["scope"] == f"{ID}/dbs/Stories/colls/Pages"
    for role in found.values():
        assert {"Drafts", "Pages"} <= set(role.dependencies), "an assignment locks the account"


def test_the_private_endpoint_comes_after_all_that_writes_to_the_account() -> None:
    composition = built()
    endpoint, group = one(composition, "private-endpoint"), one(composition, "private-dns-zone-group")
    assert endpoint.inputs["privateEndpointName"] == "mys-dev-corecosmos-pe-san"
    (connection,) = endpoint.inputs["privateLinkServiceConnections"]
    assert (connection["privateLinkServiceId"], connection["groupIds"]) == (ID, ["Sql"])
    assert {"core", "Drafts", "Pages", "app-cosmos", "export-cosmos"} <= set(endpoint.dependencies)
    assert [each["privateDnsZoneId"] for each in group.inputs["privateDnsZoneConfigs"]] == [
        "/private-dns-zone/privatelink.documents.azure.com"
    ]


def test_a_lock_comes_after_everything_in_its_scope() -> None:
    assert every(built(), "management-lock") == []
    lock = one(built(locked=True), "management-lock")
    assert (lock.name, lock.inputs["scope"]) == ("cosmos-account-core", ID)
    inside = {"core", "Drafts", "Pages", "app-cosmos", "export-cosmos", "cosmos-account-core"}
    assert inside <= set(lock.dependencies)


def test_its_logs_go_to_the_workspace() -> None:
    found = one(built(), "diagnostic-setting")
    assert (found.inputs["resourceUri"], found.inputs["logs"][0]["categoryGroup"]) == (ID, "allLogs")


def test_without_keys_there_is_an_endpoint_and_no_connection_string() -> None:
    composition = built()
    assert composition.outputs == {"endpoint": HOST}
    assert not [each for each in composition.calls if ":list" in each], "no key is asked for"


@pytest.mark.parametrize(
    ("store_key", "read_only", "key"),
    [
        ("primary", False, KEY),
        ("secondary", False, SECOND_KEY),
        ("primary", True, f"{KEY}-to-read"),
        ("secondary", True, f"{SECOND_KEY}-to-read"),
    ],
)
def test_with_keys_the_connection_string_holds_the_one_chosen_and_is_secret(
    store_key: StoreKey, read_only: bool, key: str
) -> None:
    outputs = built(replace(SPEC, local_auth=True, store_key=store_key, read_only=read_only)).outputs
    assert outputs["connection_string"] == Product(f"AccountEndpoint={HOST};AccountKey={key};", secret=True)


def test_keys_are_accepted_where_asked() -> None:
    assert account(replace(SPEC, local_auth=True))["disableLocalAuth"] is False
