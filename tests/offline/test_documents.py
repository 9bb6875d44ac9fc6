"""What Azure refuses around Cosmos DB and storage accounts."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.guard.waiting import passes
from offline.azure.errors import ArmError
from offline.rpc.protocol import Created, ProviderError
from tests.offline.test_access_and_clusters import GROUP, IDENTITY, REGION, ROOT, Cloud

COSMOS, STORAGE = "azure-native:cosmosdb:", "azure-native:storage:"
ACCOUNT, DATABASE = COSMOS + "DatabaseAccount", COSMOS + "SqlResourceSqlDatabase"
CONTAINER, ROLE = COSMOS + "SqlResourceSqlContainer", COSMOS + "SqlResourceSqlRoleAssignment"
STORE, SERVICE = STORAGE + "StorageAccount", STORAGE + "BlobServiceProperties"
BLOBS, POLICY = STORAGE + "BlobContainer", STORAGE + "ManagementPolicy"
NAME, STORE_NAME = "mys-dev-core-cosmos-san", "mysdevcorestsan"
CONTRIBUTOR = "00000000-0000-0000-0000-000000000002"
HERE = {"locationName": REGION, "failoverPriority": 0}
THERE = {"locationName": "westeurope", "failoverPriority": 1}
CONTINUOUS = {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous7Days"}}
SERVERLESS = [{"name": "EnableServerless"}]


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def account(**more: Any) -> dict[str, Any]:
    return {
        "accountName": NAME,
        "resourceGroupName": GROUP,
        "location": REGION,
        "kind": "GlobalDocumentDB",
        "databaseAccountOfferType": "Standard",
        "locations": [HERE],
        "capabilities": [],
        "backupPolicy": CONTINUOUS,
        **more,
    }


def database(**more: Any) -> dict[str, Any]:
    return {"accountName": NAME, "databaseName": "Stories", "resource": {"id": "Stories"}, **more}


def container(name: str = "Scenarios", **more: Any) -> dict[str, Any]:
    resource = {"id": name, "partitionKey": {"paths": ["/id"], "kind": "Hash"}}
    return {
        "accountName": NAME,
        "databaseName": "Stories",
        "containerName": name,
        "resourceGroupName": GROUP,
        "resource": {**resource, **more.pop("resource", {})},
        **more,
    }


def autoscale(most: int) -> dict[str, Any]:
    return {"options": {"autoscaleSettings": {"maxThroughput": most}}}


def change(cloud: Cloud, token: str, id: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return cloud.azure.update("urn", token, id, {}, dict(inputs), preview=False, timeout=0, ignore_changes=[])


def refused_change(cloud: Cloud, code: str, words: str, token: str, made: Created, inputs: Mapping[str, Any]) -> None:
    with pytest.raises(ArmError) as caught:
        change(cloud, token, made.id, inputs)
    assert caught.value.code == code
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("List of supplied locations is invalid", {"locations": []}),
        ("List of supplied locations is invalid", {"locations": [HERE, {**THERE, "failoverPriority": 0}]}),
        ("List of supplied locations is invalid", {"locations": [HERE, {**HERE, "failoverPriority": 1}]}),
        ("not supported in more than one region", {"locations": [HERE, THERE], "capabilities": SERVERLESS}),
        (
            "Zone redundant accounts are not supported in westus",
            {"locations": [{"locationName": "West US", "failoverPriority": 0, "isZoneRedundant": True}]},
        ),
    ],
)
def test_accounts_that_azure_refuses(cloud: Cloud, words: str, more: Mapping[str, Any]) -> None:
    assert words in str(cloud.refused("BadRequest", ACCOUNT, **account(**more)))


def test_names_that_are_taken_are_told_as_each_service_tells_them(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, ACCOUNT)
    cloud.world.take_name(STORE_NAME, STORE)
    error = cloud.refused("BadRequest", ACCOUNT, **account())
    assert error.status == 400
    assert f"Dns record for {NAME} under zone Document is already taken" in str(error)
    error = cloud.refused("StorageAccountAlreadyTaken", STORE, **store())
    assert error.status == 409


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"capabilities": SERVERLESS}, "cannot be added or removed"),
        ({"capabilities": SERVERLESS}, {"capabilities": []}, "cannot be added or removed"),
        ({}, {"enableFreeTier": True}, "Free tier cannot be changed"),
        ({}, {"backupPolicy": {"type": "Periodic"}}, "cannot be changed to periodic"),
        (
            {},
            {
                "backupPolicy": {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous30Days"}},
                "disableLocalAuth": True,
            },
            "Cannot update continuous backup mode and other properties at the same time",
        ),
        (
            {},
            {"locations": [HERE, THERE], "enableAutomaticFailover": True},
            "Cannot add or remove locations and modify other properties",
        ),
        ({}, {"locations": [{**THERE, "failoverPriority": 0}]}, "The write region cannot be removed"),
    ],
)
def test_changes_of_an_account_that_azure_refuses(
    cloud: Cloud, before: Mapping[str, Any], after: Mapping[str, Any], words: str
) -> None:
    made = cloud.make(ACCOUNT, **account(**before))
    refused_change(cloud, "BadRequest", words, ACCOUNT, made, account(**{**before, **after}))


def test_changes_that_come_one_after_another_pass(cloud: Cloud) -> None:
    made = cloud.make(ACCOUNT, **account())
    assert made.properties["documentEndpoint"] == f"https://{NAME}.documents.azure.com:443/"
    wider = change(cloud, ACCOUNT, made.id, account(locations=[HERE, THERE]))
    assert [each["locationName"] for each in wider["readLocations"]] == [REGION, "westeurope"]
    change(cloud, ACCOUNT, made.id, account(locations=[HERE, THERE], enableAutomaticFailover=True))


def test_throughput(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    for most in (500, 1500, 2000000):
        assert "increments of 1000" in str(cloud.refused("BadRequest", DATABASE, **database(**autoscale(most))))
    both = {"options": {"autoscaleSettings": {"maxThroughput": 1000}, "throughput": 400}}
    assert "exclude each other" in str(cloud.refused("BadRequest", DATABASE, **database(**both)))
    made = cloud.make(DATABASE, **database(**autoscale(1000)))
    change(cloud, DATABASE, made.id, database(resourceGroupName=GROUP, **autoscale(4000)))
    manual = database(resourceGroupName=GROUP, options={"throughput": 400})
    refused_change(cloud, "BadRequest", "Please invoke migration API", DATABASE, made, manual)


def test_a_serverless_account_has_no_throughput(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account(capabilities=SERVERLESS))
    error = cloud.refused("BadRequest", DATABASE, **database(**autoscale(1000)))
    assert "Shared throughput database creation is not supported for serverless accounts" in str(error)
    cloud.make(DATABASE, **database())
    error = cloud.refused("BadRequest", CONTAINER, **container(**autoscale(1000)))
    assert "not supported for serverless accounts" in str(error)


def test_containers(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.refused("ParentResourceNotFound", CONTAINER, **container())
    cloud.make(DATABASE, **database(**autoscale(1000)))
    cloud.refused("BadRequest", DATABASE, **database(databaseName="Other"))
    assert "does not match" in str(cloud.refused("BadRequest", CONTAINER, **container(resource={"id": "other"})))
    error = cloud.refused("BadRequest", CONTAINER, **container(resource={"partitionKey": {"kind": "Hash"}}))
    assert "Partition key path" in str(error)
    made = cloud.make(CONTAINER, **container())
    other = {"partitionKey": {"paths": ["/email"], "kind": "Hash"}}
    words = "Document collection partition key cannot be changed"
    refused_change(cloud, "BadRequest", words, CONTAINER, made, container(resource=other))
    unique = {"uniqueKeyPolicy": {"uniqueKeys": [{"paths": ["/email"]}]}}
    refused_change(
        cloud, "BadRequest", "The unique index cannot be modified", CONTAINER, made, container(resource=unique)
    )
    change(cloud, CONTAINER, made.id, container(resource={"defaultTtl": 60}))
    for number in range(24):
        cloud.make(CONTAINER, **container(f"C{number}"))
    assert "already has 25 containers" in str(cloud.refused("BadRequest", CONTAINER, **container("One-more")))
    cloud.make(CONTAINER, **container("One-more", options={"throughput": 400}))


def role(principal: str, number: int = 1, **more: Any) -> dict[str, Any]:
    base = f"{ROOT}/providers/Microsoft.DocumentDB/databaseAccounts/{NAME}"
    return {
        "accountName": NAME,
        "resourceGroupName": GROUP,
        "roleAssignmentId": f"00000000-0000-4000-8000-{number:012d}",
        "roleDefinitionId": f"{base}/sqlRoleDefinitions/{CONTRIBUTOR}",
        "scope": f"{base}/dbs/Stories",
        "principalId": principal,
        **more,
    }


def test_data_roles(cloud: Cloud) -> None:
    identity = cloud.identity("new").properties["principalId"]
    made = cloud.make(ACCOUNT, **account())
    cloud.make(DATABASE, **database())
    error = cloud.refused("BadRequest", ROLE, **role(identity))
    assert "was not found in the AAD tenant(s)" in str(error)
    assert passes(str(error)), "the program tries this again"
    for number in range(3):
        cloud.make(IDENTITY, resourceName=f"other{number}", location=REGION)
    assignment = cloud.make(ROLE, **role(identity))
    nobody = cloud.refused("BadRequest", ROLE, **role("nobody", 2))
    assert "was not found in the AAD tenant(s)" in str(nobody)
    unknown = f"{made.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000009"
    assert "was not found in account" in str(
        cloud.refused("BadRequest", ROLE, **role(identity, 2, roleDefinitionId=unknown))
    )
    for scope in (f"{made.id}/dbs/Ghost", "/dbs/Stories", ROOT):
        error = cloud.refused("BadRequest", ROLE, **role(identity, 2, scope=scope))
        assert "is not a resource path below the account" in str(error)
    cloud.make(ROLE, **role(identity, 2, scope=made.id))
    other = cloud.world.get(f"{ROOT}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other0")
    assert other is not None
    cloud.identity("last")
    cloud.identity("very-last")
    changed = role("00000000-0000-4000-8000-00000000e001")
    refused_change(cloud, "BadRequest", "Updating the principal", ROLE, assignment, changed)
    reader = role(identity, roleDefinitionId=f"{made.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001")
    assert change(cloud, ROLE, assignment.id, reader)["roleDefinitionId"].endswith("1")


def test_an_account_takes_one_role_assignment_at_a_time(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.make(DATABASE, **database())
    failures: list[ArmError] = []

    def assign(number: int) -> None:
        try:
            cloud.make(ROLE, **role(f"00000000-0000-4000-8000-00000000e{number:03d}", number))
        except ArmError as error:
            failures.append(error)

    threads = [threading.Thread(target=assign, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures
    assert {(each.code, each.status) for each in failures} == {("PreconditionFailed", 412)}
    assert all("requires an exclusive lock on" in str(each) and passes(str(each)) for each in failures)


def test_keys_are_listed_for_what_exists(cloud: Cloud) -> None:
    where = {"resourceGroupName": GROUP, "accountName": NAME}
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.azure.invoke(COSMOS + "listDatabaseAccountKeys", where)
    cloud.make(ACCOUNT, **account())
    keys = cloud.azure.invoke(COSMOS + "listDatabaseAccountKeys", where)
    assert len({*keys.values()}) == 4
    where["accountName"] = STORE_NAME
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.azure.invoke(STORAGE + "listStorageAccountKeys", where)
    cloud.make(STORE, **store())
    assert [each["keyName"] for each in cloud.azure.invoke(STORAGE + "listStorageAccountKeys", where)["keys"]] == [
        "key1",
        "key2",
    ]
    with pytest.raises(ProviderError, match="has no function"):
        cloud.azure.invoke(STORAGE + "listNothing", where)


def store(**more: Any) -> dict[str, Any]:
    return {
        "accountName": STORE_NAME,
        "resourceGroupName": GROUP,
        "location": REGION,
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        **more,
    }


def rules(*ranges: str) -> dict[str, Any]:
    return {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": each} for each in ranges]}}


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("RedundancyConfigurationNotAvailableInRegion", {"location": "westus", "sku": {"name": "Standard_ZRS"}}),
        ("RedundancyConfigurationNotAvailableInRegion", {"location": "westus", "sku": {"name": "Standard_GZRS"}}),
        ("InvalidAccountType", {"kind": "FileStorage"}),
        ("InvalidAccountType", {"sku": {"name": "Premium_ZRS"}}),
        ("InvalidValuesForRequestParameters", rules("203.0.113.7/32")),
        ("InvalidValuesForRequestParameters", rules("203.0.113.0/24", "10.0.0.0/24")),
    ],
)
def test_storage_accounts_that_azure_refuses(cloud: Cloud, code: str, more: Mapping[str, Any]) -> None:
    cloud.refused(code, STORE, **store(**more))


def test_storage_accounts_that_azure_takes(cloud: Cloud) -> None:
    made = cloud.make(STORE, **store(**rules("203.0.113.7", "203.0.113.0/24")))
    assert made.properties["primaryEndpoints"]["blob"] == f"https://{STORE_NAME}.blob.core.windows.net/"
    change(cloud, STORE, made.id, store(sku={"name": "Standard_GRS"}))


@pytest.mark.parametrize(
    "more",
    [
        {"isHnsEnabled": True},
        {"encryption": {"requireInfrastructureEncryption": True}},
        {"kind": "BlobStorage"},
        {"sku": {"name": "Standard_ZRS"}},
        {"kind": "StorageV2", "sku": {"name": "Premium_LRS"}},
    ],
)
def test_what_a_storage_account_is_made_with_stays(cloud: Cloud, more: Mapping[str, Any]) -> None:
    made = cloud.make(STORE, **store(isHnsEnabled=False))
    refused_change(cloud, "AccountPropertyCannotBeUpdated", "updated", STORE, made, store(**more))


def service(**more: Any) -> dict[str, Any]:
    days = {"enabled": True, "days": 7}
    return {
        "accountName": STORE_NAME,
        "blobServicesName": "default",
        "resourceGroupName": GROUP,
        "isVersioningEnabled": True,
        "changeFeed": {"enabled": True},
        "deleteRetentionPolicy": days,
        "lastAccessTimeTrackingPolicy": {"enable": True},
        **more,
    }


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("InvalidValuesForRequestParameters", {"deleteRetentionPolicy": {"enabled": True, "days": 0}}),
        ("InvalidValuesForRequestParameters", {"containerDeleteRetentionPolicy": {"enabled": True, "days": 366}}),
        ("InvalidValuesForRequestParameters", {"restorePolicy": {"enabled": True, "days": 7}}),
        ("InvalidValuesForRequestParameters", {"changeFeed": {"enabled": True, "retentionInDays": 0}}),
        ("ContainerOperationFailure", {"restorePolicy": {"enabled": True, "days": 6}, "isVersioningEnabled": False}),
    ],
)
def test_blob_services_that_azure_refuses(cloud: Cloud, code: str, more: Mapping[str, Any]) -> None:
    cloud.make(STORE, **store())
    cloud.refused(code, SERVICE, **service(**more))
    cloud.make(SERVICE, **service(restorePolicy={"enabled": True, "days": 6}))


def test_nobody_reads_what_the_account_keeps_closed(cloud: Cloud) -> None:
    blobs = {"accountName": STORE_NAME, "containerName": "avatars", "publicAccess": "Blob"}
    cloud.refused("ParentResourceNotFound", BLOBS, **blobs)
    made = cloud.make(STORE, **store())
    assert cloud.refused("PublicAccessNotPermitted", BLOBS, **blobs).status == 409
    change(cloud, STORE, made.id, store(allowBlobPublicAccess=True))
    cloud.make(BLOBS, **blobs)


def rule(name: str = "audio", **base: Any) -> dict[str, Any]:
    actions = {"baseBlob": base}
    return {
        "name": name,
        "type": "Lifecycle",
        "definition": {"actions": actions, "filters": {"blobTypes": ["blockBlob"]}},
    }


UNREAD = {"tierToCool": {"daysAfterLastAccessTimeGreaterThan": 30}}
DELETED = {"delete": {"daysAfterModificationGreaterThan": 7}}
ARCHIVED = {"tierToArchive": {"daysAfterModificationGreaterThan": 30}}
BACK = {"enableAutoTierToHotFromCool": True, "tierToCool": {"daysAfterModificationGreaterThan": 30}}


def policy(*rules: Mapping[str, Any]) -> dict[str, Any]:
    return {"accountName": STORE_NAME, "managementPolicyName": "default", "policy": {"rules": list(rules)}}


def test_lifecycle_rules(cloud: Cloud) -> None:
    cloud.make(STORE, **store(sku={"name": "Standard_ZRS"}))
    missing = "MissingLastAccessTimeBasedTrackingPolicy"
    cloud.refused(missing, POLICY, **policy(rule(**UNREAD)))
    made = cloud.make(SERVICE, **service())
    cloud.refused("InvalidRequestPropertyValue", POLICY, **policy())
    cloud.refused("InvalidRequestPropertyValue", POLICY, **policy(rule(**UNREAD), rule(**DELETED)))
    cloud.refused("InvalidRequestPropertyValue", POLICY, **policy(rule(**BACK)))
    cloud.refused("BlobTieringNotSupported", POLICY, **policy(rule(**ARCHIVED)))
    cloud.make(POLICY, **policy(rule(**UNREAD), rule("uploads", **DELETED)))
    refused_change(
        cloud, missing, "must be enabled", SERVICE, made, service(lastAccessTimeTrackingPolicy={"enable": False})
    )


def test_archiving_needs_an_account_that_is_not_spread_over_zones(cloud: Cloud) -> None:
    cloud.make(STORE, **store())
    cloud.make(POLICY, **policy(rule(**ARCHIVED)))
