"""What Azure refuses about storage accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.harness.offline import GROUP, REGION, Cloud, refusal, token_of

ACCOUNT, SERVICE, BLOBS, POLICY = map(
    token_of, ("storage-account", "blob-service", "blob-container", "storage-lifecycle")
)
LIST_KEYS = "azure-native:storage:listStorageAccountKeys"
NAME = "mysdevcorestsan"


def account(**more: Any) -> dict[str, Any]:
    return {
        "accountName": NAME,
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
    cloud.refused(code, ACCOUNT, **account(**more))


def test_storage_accounts_that_azure_takes(cloud: Cloud) -> None:
    made = cloud.make(ACCOUNT, **account(**rules("203.0.113.7", "203.0.113.0/24")))
    assert made.properties["primaryEndpoints"]["blob"] == f"https://{NAME}.blob.core.windows.net/"
    cloud.update(ACCOUNT, made.id, **account(sku={"name": "Standard_GRS"}))


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
    made = cloud.make(ACCOUNT, **account(isHnsEnabled=False))
    assert "updated" in str(cloud.refused_update("AccountPropertyCannotBeUpdated", ACCOUNT, made.id, **account(**more)))


def service(**more: Any) -> dict[str, Any]:
    days = {"enabled": True, "days": 7}
    return {
        "accountName": NAME,
        "blobServicesName": "default",
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
    cloud.make(ACCOUNT, **account())
    cloud.refused(code, SERVICE, **service(**more))
    cloud.make(SERVICE, **service(restorePolicy={"enabled": True, "days": 6}))


def test_nobody_reads_what_the_account_keeps_closed(cloud: Cloud) -> None:
    blobs = {"accountName": NAME, "containerName": "avatars", "publicAccess": "Blob"}
    cloud.refused("ParentResourceNotFound", BLOBS, **blobs)
    made = cloud.make(ACCOUNT, **account())
    assert cloud.refused("PublicAccessNotPermitted", BLOBS, **blobs).status == 409
    cloud.update(ACCOUNT, made.id, **account(allowBlobPublicAccess=True))
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
    return {"accountName": NAME, "managementPolicyName": "default", "policy": {"rules": list(rules)}}


def test_lifecycle_rules(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account(sku={"name": "Standard_ZRS"}))
    missing = "MissingLastAccessTimeBasedTrackingPolicy"
    cloud.refused(missing, POLICY, **policy(rule(**UNREAD)))
    made = cloud.make(SERVICE, **service())
    cloud.refused("InvalidRequestPropertyValue", POLICY, **policy())
    cloud.refused("InvalidRequestPropertyValue", POLICY, **policy(rule(**UNREAD), rule(**DELETED)))
    cloud.refused("InvalidRequestPropertyValue", POLICY, **policy(rule(**BACK)))
    cloud.refused("BlobTieringNotSupported", POLICY, **policy(rule(**ARCHIVED)))
    cloud.make(POLICY, **policy(rule(**UNREAD), rule("uploads", **DELETED)))
    assert "must be enabled" in str(
        cloud.refused_update(missing, SERVICE, made.id, **service(lastAccessTimeTrackingPolicy={"enable": False}))
    )


def test_archiving_needs_an_account_that_is_not_spread_over_zones(cloud: Cloud) -> None:
    cloud.make(ACCOUNT, **account())
    cloud.make(POLICY, **policy(rule(**ARCHIVED)))


def test_a_name_that_somebody_else_owns(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, ACCOUNT)
    assert cloud.refused("StorageAccountAlreadyTaken", ACCOUNT, **account()).status == 409


def test_keys_are_listed_for_what_exists(cloud: Cloud) -> None:
    where = {"resourceGroupName": GROUP, "accountName": NAME}
    refusal("ResourceNotFound", lambda: cloud.azure.invoke(LIST_KEYS, where))
    cloud.make(ACCOUNT, **account())
    assert [each["keyName"] for each in cloud.azure.invoke(LIST_KEYS, where)["keys"]] == ["key1", "key2"]
