"""An instance of Azure Managed Redis by its spec, and the table of SKUs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pulumi.runtime.mocks import MockResourceArgs
from pulumi_azure_native import redisenterprise

from components.redis.facts import NO_CLUSTER_LIMIT_GB, REDIS_SKUS
from components.redis.instance import Redis
from components.redis.spec import RedisSpec
from components.surroundings.surround import Surroundings
from stacks.build.mocked import recorded
from tests.harness.build import PLACE, WORKSPACE_ID, Product, every, one, parents, private_path, product, surroundings
from tests.harness.compose import KEY, SECOND_KEY, Composition, compose

NAME = "mys-dev-core-cache-san"
ENDPOINT = f"{NAME}.southafricanorth.redis.azure.net:10000"
LIST_KEYS = "azure-native:redisenterprise:listDatabaseKeys"
SPEC = RedisSpec(
    key="core",
    name=NAME,
    sku="Balanced_B3",
    high_availability=True,
    clustering="OSSCluster",
    eviction="NoEviction",
    persistence="",
    rdb_hours=0,
    geo_replication_group="",
    access_keys=False,
    store_key="primary",
    consumers={"app": "app", "admin-api": "adminapi"},
    private_endpoint="mys-dev-coreredis-pe-san",
)
PRINCIPALS = {"identity/app": "principal-of-app", "identity/admin-api": "principal-of-admin-api"}


def program_of(spec: RedisSpec, around: Surroundings | None = None) -> Callable[[], dict[str, object]]:
    """The instance alone, private where its spec names an endpoint; its ways in as outputs."""
    zone = "privatelink.redis.azure.net"

    def program() -> dict[str, object]:
        private = private_path(spec.private_endpoint, "redisEnterprise", zone) if spec.private_endpoint else None
        made = Redis("core", spec, PLACE, around or surroundings(), principals=PRINCIPALS, private=private)
        return {
            "id": made.id,
            "host": made.host,
            "endpoint": made.endpoint,
            "connection": made.connection_string and product(made.connection_string),
        }

    return program


def built(spec: RedisSpec = SPEC, around: Surroundings | None = None) -> Composition:
    return compose(program_of(spec, around))


def test_the_instance_takes_its_spec_and_its_place() -> None:
    instance = one(built(), "redis").inputs
    assert instance == {
        "clusterName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "sku": {"name": "Balanced_B3"},
        "highAvailability": "Enabled",
        "minimumTlsVersion": "1.2",
        "publicNetworkAccess": "Disabled",
        "tags": PLACE.tags,
    }
    assert one(built(replace(SPEC, high_availability=False)), "redis").inputs["highAvailability"] == "Disabled"


def test_its_one_database_is_encrypted() -> None:
    database = one(built(), "redis-database").inputs
    assert database == {
        "clusterName": NAME,
        "databaseName": "default",
        "resourceGroupName": PLACE.resource_group,
        "clientProtocol": "Encrypted",
        "port": 10000,
        "clusteringPolicy": "OSSCluster",
        "evictionPolicy": "NoEviction",
        "accessKeysAuthentication": "Disabled",
        "persistence": {"aofEnabled": False, "rdbEnabled": False},
    }


@pytest.mark.parametrize(
    ("persistence", "hours", "expected"),
    [
        ("", 0, {"aofEnabled": False, "rdbEnabled": False}),
        ("aof", 0, {"aofEnabled": True, "aofFrequency": "1s", "rdbEnabled": False}),
        ("rdb", 6, {"aofEnabled": False, "rdbEnabled": True, "rdbFrequency": "6h"}),
    ],
)
def test_persistence_is_a_log_or_snapshots_or_none(persistence: str, hours: int, expected: dict[str, object]) -> None:
    database = one(built(replace(SPEC, persistence=persistence, rdb_hours=hours)), "redis-database")
    assert database.inputs["persistence"] == expected


def test_the_first_member_of_a_geo_replication_group_links_to_itself() -> None:
    database = one(built(replace(SPEC, geo_replication_group="mystira")), "redis-database")
    assert database.inputs["geoReplication"] == {
        "groupNickname": "mystira",
        "linkedDatabases": [{"id": f"/redis/{NAME}/databases/default"}],
    }


def test_each_consumer_gets_all_commands_with_its_identity() -> None:
    assignments = every(built(), "redis-access-policy-assignment")
    assert {each.name: (each.inputs["user"], each.inputs["accessPolicyAssignmentName"]) for each in assignments} == {
        "core-app": ({"objectId": "principal-of-app"}, "app"),
        "core-admin-api": ({"objectId": "principal-of-admin-api"}, "adminapi"),
    }
    assert {each.inputs["accessPolicyName"] for each in assignments} == {"default"}
    assert {each.inputs["databaseName"] for each in assignments} == {"default"}


def test_without_keys_there_is_an_endpoint_and_no_connection_string() -> None:
    found = built()
    assert found.outputs == {
        "id": f"/redis/{NAME}",
        "host": ENDPOINT.partition(":")[0],
        "endpoint": ENDPOINT,
        "connection": None,
    }
    assert LIST_KEYS not in found.calls


@pytest.mark.parametrize(("store_key", "password"), [("primary", KEY), ("secondary", SECOND_KEY)])
def test_with_keys_the_connection_string_carries_one_and_is_secret(store_key: str, password: str) -> None:
    found = built(replace(SPEC, access_keys=True, store_key=store_key))
    assert one(found, "redis-database").inputs["accessKeysAuthentication"] == "Enabled"
    assert found.outputs["connection"] == Product(
        f"{ENDPOINT},ssl=True,abortConnect=False,password={password}", secret=True
    )


class Previewed(Composition):
    """A preview in which a database that changes has what its inputs say, as azure-native answers it, and one that does
    not change has all of its state."""

    def __init__(self, *, changes: bool) -> None:
        super().__init__()
        self._changes = changes

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        id, state = super().new_resource(args)
        return id, state if self._changes else {**state, "provisioningState": "Succeeded"}


@pytest.mark.parametrize("changes", [True, False])
def test_a_preview_that_changes_the_database_lists_no_keys(changes: bool) -> None:
    """Keys may be off until the update."""
    preview = Previewed(changes=changes)
    recorded(program_of(replace(SPEC, access_keys=True)), preview, lambda *_: None, stack="test", preview=True)
    assert (LIST_KEYS in preview.calls) is not changes


def test_everything_is_below_what_it_belongs_to() -> None:
    assert parents(built()) == {
        ("redis", "core"): "Redis",
        ("redis-database", "core"): "redis",
        ("redis-access-policy-assignment", "core-app"): "redis-database",
        ("redis-access-policy-assignment", "core-admin-api"): "redis-database",
        ("diagnostic-setting", "redis-database-core"): "Redis",
        ("private-endpoint", "redis-core"): "Redis",
        ("private-dns-zone-group", "redis-core"): "private-endpoint",
    }


def test_a_private_endpoint_leads_to_the_instance() -> None:
    found = built()
    endpoint = one(found, "private-endpoint").inputs
    assert endpoint["privateEndpointName"] == "mys-dev-coreredis-pe-san"
    (connection,) = endpoint["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["redisEnterprise"]
    assert connection["privateLinkServiceId"] == f"/redis/{NAME}"
    (zone,) = one(found, "private-dns-zone-group").inputs["privateDnsZoneConfigs"]
    assert zone["privateDnsZoneId"] == "/private-dns-zone/privatelink.redis.azure.net"


def test_the_private_endpoint_comes_after_the_database_and_its_assignments() -> None:
    """And goes before them."""
    found = built()
    wanted = {"core", "core-app", "core-admin-api"}
    assert wanted <= set(one(found, "private-endpoint").dependencies)
    assert (one(found, "redis-database").name, one(found, "redis").name) == ("core", "core")
    after = found.resources.index(one(found, "private-endpoint"))
    assert all(found.resources.index(each) < after for each in every(found, "redis-access-policy-assignment"))


def test_without_a_private_endpoint_it_is_open_to_the_internet() -> None:
    found = built(replace(SPEC, private_endpoint=""))
    assert one(found, "redis").inputs["publicNetworkAccess"] == "Enabled"
    assert every(found, "private-endpoint") == []


def test_the_database_sends_its_logs_to_the_workspace() -> None:
    setting = one(built(), "diagnostic-setting").inputs
    assert (setting["resourceUri"], setting["workspaceId"]) == ("/redis-database/default", WORKSPACE_ID)
    assert setting["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]


def test_its_lock_waits_for_everything_inside() -> None:
    around = surroundings(locked=True)
    built(around=around)
    (lock,) = around.locks.waiting
    assert (lock.name, lock.kind) == ("redis-core", "redis")
    inside = {each.pulumi_resource_name for each in lock.made}
    assert inside == {"core", "core-app", "core-admin-api", "redis-database-core", "redis-core"}


def test_the_table_lists_every_sku_of_the_sdk_but_the_retired_ones() -> None:
    offered = {sku.value for sku in redisenterprise.SkuName}
    assert set(REDIS_SKUS) == {name for name in offered if not name.startswith("Enterprise")}


def test_within_a_tier_more_memory_has_a_larger_number() -> None:
    by_tier: dict[str, list[tuple[int, float]]] = {}
    for sku in REDIS_SKUS.values():
        tier, _, size = sku.name.partition("_")
        by_tier.setdefault(tier, []).append((int(size[1:]), sku.memory_gb))
    for tier, sizes in by_tier.items():
        memory = [gb for _, gb in sorted(sizes)]
        assert memory == sorted(set(memory)), tier
    assert REDIS_SKUS["Balanced_B1"].memory_gb == 1


def test_what_a_sku_cannot_do() -> None:
    flash = {name for name, sku in REDIS_SKUS.items() if sku.flash}
    assert flash == {name for name in REDIS_SKUS if name.startswith("FlashOptimized_")}
    without_copies = {name for name, sku in REDIS_SKUS.items() if not sku.geo_replication}
    assert without_copies == {"Balanced_B0", "Balanced_B1", *flash}
    unsharded = {name for name, sku in REDIS_SKUS.items() if sku.no_cluster}
    assert unsharded == {
        name for name, sku in REDIS_SKUS.items() if sku.memory_gb <= NO_CLUSTER_LIMIT_GB and name not in flash
    }
