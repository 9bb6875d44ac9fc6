"""What Azure refuses about Managed Redis."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.ids import path_values
from offline.azure.errors import ArmError
from tests.offline.test_access_and_clusters import GROUP, REGION, ROOT, Cloud, endpoint

CLUSTER = "azure-native:redisenterprise:RedisEnterprise"
DATABASE = "azure-native:redisenterprise:Database"
ASSIGNMENT = "azure-native:redisenterprise:AccessPolicyAssignment"
LIST_KEYS = "azure-native:redisenterprise:listDatabaseKeys"
NAME = "mys-dev-core-cache-san"
ITSELF = f"{ROOT}/providers/Microsoft.Cache/redisEnterprise/{NAME}/databases/default"
GROUP_OF_REGIONS = {"groupNickname": "g", "linkedDatabases": [{"id": ITSELF}]}
SEARCH = [{"name": "RediSearch"}]


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def cluster(sku: str = "Balanced_B3", **more: Any) -> dict[str, Any]:
    return {
        "clusterName": NAME,
        "location": REGION,
        "sku": {"name": sku},
        "publicNetworkAccess": "Disabled",
        "highAvailability": "Enabled",
        **more,
    }


def database(**more: Any) -> dict[str, Any]:
    return {"clusterName": NAME, "databaseName": "default", "clusteringPolicy": "OSSCluster", "port": 10000, **more}


def assignment(name: str, object_id: str, **more: Any) -> dict[str, Any]:
    return {
        "clusterName": NAME,
        "databaseName": "default",
        "accessPolicyAssignmentName": name,
        "accessPolicyName": "default",
        "user": {"objectId": object_id},
        **more,
    }


def update(cloud: Cloud, token: str, id: str, inputs: Mapping[str, Any]) -> None:
    full = {"resourceGroupName": GROUP, **inputs}
    cloud.azure.update("urn", token, id, {}, full, preview=False, timeout=0, ignore_changes=[])


def test_what_azure_makes_of_an_instance(cloud: Cloud) -> None:
    made = cloud.make(CLUSTER, **cluster())
    assert made.properties["hostName"] == f"{NAME}.{REGION}.redis.azure.net"
    opened = cloud.make(DATABASE, clusterName=NAME, databaseName="default")
    assert (opened.properties["port"], opened.properties["clusteringPolicy"]) == (10000, "OSSCluster")
    assert opened.properties["evictionPolicy"] == "VolatileLRU", "Azure's default, under which locks are lost"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (cluster("Enterprise_E10"), "not available for new clusters"),
        (cluster(zones=["1", "2"]), "Specifying zones for SKU 'Balanced_B3' is not supported"),
        (cluster(minimumTlsVersion="1.0"), "minimum TLS version"),
        (cluster("FlashOptimized_A250", highAvailability="Disabled"), "High availability cannot be disabled"),
    ],
)
def test_an_instance_that_azure_refuses(cloud: Cloud, inputs: Mapping[str, Any], words: str) -> None:
    assert words in str(cloud.refused("BadRequest", CLUSTER, **inputs))


def test_names_are_taken_everywhere(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, CLUSTER)
    cloud.refused("NameNotAvailable", CLUSTER, **cluster())
    cloud.refused("InvalidResourceName", CLUSTER, **cluster(clusterName="mys--cache"))


@pytest.mark.parametrize(
    ("sku", "inputs", "words"),
    [
        ("Balanced_B50", {"clusteringPolicy": "NoCluster"}, "'NoCluster' is not supported"),
        ("FlashOptimized_A250", {"clusteringPolicy": "NoCluster"}, "'NoCluster' is not supported"),
        ("Balanced_B3", {"persistence": {"aofEnabled": True, "rdbEnabled": True}}, "at the same time"),
        (
            "Balanced_B3",
            {"persistence": {"aofEnabled": True}, "geoReplication": GROUP_OF_REGIONS},
            "not supported for geo-replicated",
        ),
        ("Balanced_B1", {"geoReplication": GROUP_OF_REGIONS}, "geo-replication is not supported for the SKU"),
        ("Balanced_B3", {"geoReplication": {"groupNickname": "g", "linkedDatabases": []}}, "contain the database"),
        ("Balanced_B3", {"modules": SEARCH, "evictionPolicy": "NoEviction"}, "requires the clustering policy"),
        ("Balanced_B3", {"modules": SEARCH, "clusteringPolicy": "EnterpriseCluster"}, "requires the eviction policy"),
        (
            "Balanced_B3",
            {"modules": [{"name": "RedisBloom"}], "geoReplication": GROUP_OF_REGIONS},
            "RedisBloom do not support",
        ),
    ],
)
def test_a_database_that_azure_refuses(cloud: Cloud, sku: str, inputs: Mapping[str, Any], words: str) -> None:
    cloud.make(CLUSTER, **cluster(sku))
    assert words in str(cloud.refused("BadRequest", DATABASE, **database(**inputs)))


def test_geo_replication_needs_a_replica(cloud: Cloud) -> None:
    cloud.make(CLUSTER, **cluster(highAvailability="Disabled"))
    refusal = cloud.refused("BadRequest", DATABASE, **database(geoReplication=GROUP_OF_REGIONS))
    assert "requires high availability" in str(refusal)


def test_the_first_member_of_a_group_names_itself(cloud: Cloud) -> None:
    cloud.make(CLUSTER, **cluster())
    cloud.refused(
        "InvalidResourceReference",
        DATABASE,
        **database(geoReplication={"groupNickname": "g", "linkedDatabases": [{"id": f"{ITSELF}2"}]}),
    )
    assert cloud.make(DATABASE, **database(geoReplication=GROUP_OF_REGIONS)).id == ITSELF


def test_there_is_one_database(cloud: Cloud) -> None:
    cloud.make(CLUSTER, **cluster())
    cloud.refused("InvalidResourceName", DATABASE, **database(databaseName="other"))
    cloud.refused("ParentResourceNotFound", DATABASE, **database(clusterName="ghost"))


def test_what_a_database_keeps(cloud: Cloud) -> None:
    cloud.make(CLUSTER, **cluster())
    made = cloud.make(DATABASE, **database(clusteringPolicy="NoCluster"))
    update(cloud, DATABASE, made.id, database(clusteringPolicy="OSSCluster"))
    with pytest.raises(ArmError, match="clustering policy cannot be changed from 'OSSCluster' to 'NoCluster'"):
        update(cloud, DATABASE, made.id, database(clusteringPolicy="NoCluster"))
    with pytest.raises(ArmError, match="PropertyChangeNotAllowed"):
        update(cloud, DATABASE, made.id, database(port=10001))
    update(cloud, DATABASE, made.id, database(evictionPolicy="NoEviction", accessKeysAuthentication="Enabled"))


def test_what_an_instance_keeps(cloud: Cloud) -> None:
    made = cloud.make(CLUSTER, **cluster())
    database_id = cloud.make(DATABASE, **database(clusteringPolicy="NoCluster")).id
    for inputs, words in (
        (cluster(highAvailability="Disabled"), "High availability cannot be disabled after creation"),
        (cluster("FlashOptimized_A250"), "Scaling from 'Balanced_B3' to 'FlashOptimized_A250'"),
        (cluster("Balanced_B50"), "not supported for a database with the policy NoCluster"),
    ):
        with pytest.raises(ArmError, match=words):
            update(cloud, CLUSTER, made.id, inputs)
    update(cloud, DATABASE, database_id, database(clusteringPolicy="OSSCluster"))
    update(cloud, CLUSTER, made.id, cluster("Balanced_B50"))


def test_who_may_use_it(cloud: Cloud) -> None:
    cloud.make(CLUSTER, **cluster())
    cloud.make(DATABASE, **database())
    one = cloud.identity("one").properties["principalId"]
    cloud.refused("BadRequest", ASSIGNMENT, **assignment("one", one, accessPolicyName="reader"))
    cloud.refused("BadRequest", ASSIGNMENT, **assignment("ghost", "00000000-0000-4000-8000-00000000a001"))
    cloud.refused("InvalidResourceName", ASSIGNMENT, **assignment("with-hyphen", one))
    cloud.make(ASSIGNMENT, **assignment("one", one))
    cloud.refused("InvalidAccessPolicyAssignment", ASSIGNMENT, **assignment("again", one))
    cloud.make(ASSIGNMENT, **assignment("two", cloud.identity("two").properties["principalId"]))


def test_two_assignments_at_once_are_one_too_many(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.provider.EXCLUSIVE_SECONDS", 0.3)
    cloud.make(CLUSTER, **cluster())
    cloud.make(DATABASE, **database())
    people = [cloud.identity(name).properties["principalId"] for name in ("one", "two")]
    codes: list[str] = []

    def make(number: int) -> None:
        try:
            cloud.make(ASSIGNMENT, **assignment(f"a{number}", people[number]))
            codes.append("made")
        except ArmError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["ResourceDeploymentFailure", "made"]


def test_keys(cloud: Cloud) -> None:
    names = {"clusterName": NAME, "databaseName": "default", "resourceGroupName": GROUP}
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.azure.invoke(LIST_KEYS, names)
    cloud.make(CLUSTER, **cluster())
    cloud.make(DATABASE, **database())
    keys = cloud.azure.invoke(LIST_KEYS, names)
    assert set(keys) == {"primaryKey", "secondaryKey"}
    assert keys == cloud.azure.invoke(LIST_KEYS, names)
    assert keys["primaryKey"] != keys["secondaryKey"]


def test_its_private_endpoint(cloud: Cloud) -> None:
    subnet, made = cloud.network(), cloud.make(CLUSTER, **cluster())
    token = "azure-native:network:PrivateEndpoint"
    cloud.refused("IncorrectPrivateLinkServiceConnectionGroupId", token, **endpoint(subnet, made.id, "redisCache"))
    cloud.make(token, **endpoint(subnet, made.id, "redisEnterprise"))


def test_ids_are_taken_apart() -> None:
    from components.facts.resource_types import RESOURCE_TYPES

    values = path_values(RESOURCE_TYPES["redis-database"], ITSELF)
    assert (values["clusterName"], values["databaseName"]) == (NAME, "default")
