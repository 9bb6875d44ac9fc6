"""What Azure refuses about Managed Redis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.facts.ids import path_values
from components.facts.types import RESOURCE_TYPES
from offline.azure.errors import ArmError
from tests.harness.offline import GROUP, REGION, ROOT, Cloud, at_once, endpoint, token_of

CLUSTER, DATABASE, ASSIGNMENT = map(token_of, ("redis", "redis-database", "redis-access-policy-assignment"))
LIST_KEYS = "azure-native:redisenterprise:listDatabaseKeys"


NAME = "mys-dev-core-cache-san"


ITSELF = f"{ROOT}/providers/Microsoft.Cache/redisEnterprise/{NAME}/databases/default"


GROUP_OF_REGIONS = {"groupNickname": "g", "linkedDatabases": [{"id": ITSELF}]}


SEARCH = [{"name": "RediSearch"}]


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
    cloud.update(DATABASE, made.id, **database(clusteringPolicy="OSSCluster"))
    with pytest.raises(ArmError, match="clustering policy cannot be changed from 'OSSCluster' to 'NoCluster'"):
        cloud.update(DATABASE, made.id, **database(clusteringPolicy="NoCluster"))
    with pytest.raises(ArmError, match="PropertyChangeNotAllowed"):
        cloud.update(DATABASE, made.id, **database(port=10001))
    cloud.update(DATABASE, made.id, **database(evictionPolicy="NoEviction", accessKeysAuthentication="Enabled"))


def test_what_an_instance_keeps(cloud: Cloud) -> None:
    made = cloud.make(CLUSTER, **cluster())
    database_id = cloud.make(DATABASE, **database(clusteringPolicy="NoCluster")).id
    for inputs, words in (
        (cluster(highAvailability="Disabled"), "High availability cannot be disabled after creation"),
        (cluster("FlashOptimized_A250"), "Scaling from 'Balanced_B3' to 'FlashOptimized_A250'"),
        (cluster("Balanced_B50"), "not supported for a database with the policy NoCluster"),
    ):
        with pytest.raises(ArmError, match=words):
            cloud.update(CLUSTER, made.id, **inputs)
    cloud.update(DATABASE, database_id, **database(clusteringPolicy="OSSCluster"))
    cloud.update(CLUSTER, made.id, **cluster("Balanced_B50"))


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


def test_keys(cloud: Cloud) -> None:
    names = {"clusterName": NAME, "databaseName": "default", "resourceGroupName": GROUP}
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.azure.invoke(LIST_KEYS, names)
    cloud.make(CLUSTER, **cluster())
    made = cloud.make(DATABASE, **database(accessKeysAuthentication="Disabled"))
    with pytest.raises(ArmError, match="cannot be listed while access key authentication is off"):
        cloud.azure.invoke(LIST_KEYS, names)
    cloud.update(DATABASE, made.id, **database(accessKeysAuthentication="Enabled"))
    keys = cloud.azure.invoke(LIST_KEYS, names)
    assert set(keys) == {"primaryKey", "secondaryKey"}
    assert keys == cloud.azure.invoke(LIST_KEYS, names)
    assert keys["primaryKey"] != keys["secondaryKey"]


def test_its_private_endpoint(cloud: Cloud) -> None:
    subnet, made = cloud.network(), cloud.make(CLUSTER, **cluster())
    private = token_of("private-endpoint")
    cloud.refused("IncorrectPrivateLinkServiceConnectionGroupId", private, **endpoint(subnet, made.id, "redisCache"))
    cloud.make(private, **endpoint(subnet, made.id, "redisEnterprise"))


def test_ids_are_taken_apart() -> None:
    values = path_values(RESOURCE_TYPES["redis-database"], ITSELF)
    assert (values["clusterName"], values["databaseName"]) == (NAME, "default")


def test_a_database_takes_one_assignment_at_a_time(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.provider.EXCLUSIVE_SECONDS", 0.3)
    cloud.make(CLUSTER, **cluster())
    cloud.make(DATABASE, **database())
    people = {name: cloud.identity(name).properties["principalId"] for name in ("one", "two")}
    refusals = at_once(
        [lambda each=each: cloud.make(ASSIGNMENT, **assignment(each[0], each[1])) for each in people.items()]
    )
    assert [each.code for each in refusals] == ["ResourceDeploymentFailure"]
