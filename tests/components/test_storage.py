"""The storage component from its spec: account, blob service, containers, lifecycle rules, and the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components.facts.store_keys import StoreKey
from components.storage.account import StorageAccount
from components.storage.spec import BlobContainerSpec, StorageSpec
from tests.harness.build import PLACE, Product, every, one, private_path, product, surroundings
from tests.harness.compose import KEY, SECOND_KEY, Composition, compose

ID = "/storage-account/mysdevcorestsan"
BLOBS = "https://mysdevcorestsan.blob.core.windows.net/"

MEDIA = BlobContainerSpec("media", False, 30, 60, None, 400)
PAPERS = BlobContainerSpec("papers", False, None, None, 90, None)
DRAFTS = BlobContainerSpec("drafts", False, None, None, None, None)

SPEC = StorageSpec(
    name="mysdevcorestsan",
    sku="Standard_GRS",
    infrastructure_encryption=True,
    restore_days=14,
    version_days=45,
    change_feed_days=90,
    public_access=False,
    allowed_ranges=(),
    local_auth=False,
    store_key="primary",
    containers=(MEDIA, PAPERS, DRAFTS),
    private_endpoint="mys-dev-coreblob-pe-san",
)


def built(spec: StorageSpec = SPEC, *, locked: bool = False) -> Composition:
    """The component under mocks, with how clients reach it and the ids of its containers as outputs."""

    def program() -> Mapping[str, Any]:
        around = surroundings(locked=locked)
        zone = "privatelink.blob.core.windows.net"
        path = private_path(spec.private_endpoint, "blob", zone) if spec.private_endpoint else None
        made = StorageAccount("core", spec, PLACE, around, private=path)
        around.locks.put([])
        keyed = {} if made.connection_string is None else {"connection_string": product(made.connection_string)}
        return {"endpoint": made.blob_endpoint, "containers": pulumi.Output.all(**made.container_ids), **keyed}

    return compose(program)


def only(kind: str, spec: StorageSpec = SPEC) -> Mapping[str, Any]:
    """The inputs of the one resource of this kind."""
    return one(built(spec), kind).inputs


def test_the_account_is_what_its_spec_says() -> None:
    found = one(built(), "storage-account")
    assert found.parent == "core"
    assert found.inputs == {
        "accountName": "mysdevcorestsan",
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "kind": "StorageV2",
        "sku": {"name": "Standard_GRS"},
        "accessTier": "Hot",
        "allowBlobPublicAccess": False,
        "allowCrossTenantReplication": False,
        "allowSharedKeyAccess": False,
        "defaultToOAuthAuthentication": True,
        "enableHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "isLocalUserEnabled": False,
        "encryption": {
            "keySource": "Microsoft.Storage",
            "requireInfrastructureEncryption": True,
            "services": {"blob": {"enabled": True, "keyType": "Account"}},
        },
        "publicNetworkAccess": "Disabled",
        "networkRuleSet": {"bypass": "None", "defaultAction": "Deny", "ipRules": []},
        "tags": PLACE.tags,
    }


def test_named_ranges_open_the_public_side_to_them_only() -> None:
    found = only("storage-account", replace(SPEC, public_access=True, allowed_ranges=("203.0.113.0/24",)))
    assert found["publicNetworkAccess"] == "Enabled"
    assert found["networkRuleSet"] == {
        "bypass": "None",
        "defaultAction": "Deny",
        "ipRules": [{"action": "Allow", "iPAddressOrRange": "203.0.113.0/24"}],
    }


def test_without_ranges_the_public_side_is_open_to_everybody() -> None:
    found = only("storage-account", replace(SPEC, public_access=True))
    assert found["publicNetworkAccess"] == "Enabled"
    assert found["networkRuleSet"] == {"bypass": "None", "defaultAction": "Allow", "ipRules": []}


def test_an_account_without_a_network_has_no_private_endpoint() -> None:
    assert every(built(replace(SPEC, private_endpoint="")), "private-endpoint") == []


def test_one_anonymous_container_opens_the_account_and_no_other_container() -> None:
    composition = built(replace(SPEC, containers=(replace(MEDIA, anonymous=True), DRAFTS)))
    assert one(composition, "storage-account").inputs["allowBlobPublicAccess"] is True
    access = {each.name: each.inputs["publicAccess"] for each in every(composition, "blob-container")}
    assert access == {"media": "Blob", "drafts": "None"}


def test_the_blob_service_keeps_what_is_deleted_or_overwritten() -> None:
    kept = {"enabled": True, "days": 14}
    found = only("blob-service")
    assert found["blobServicesName"] == "default"
    assert found["isVersioningEnabled"] is True
    assert {name: found["deleteRetentionPolicy"][name] for name in kept} == kept
    assert {name: found["containerDeleteRetentionPolicy"][name] for name in kept} == kept
    assert found["changeFeed"] == {"enabled": True, "retentionInDays": 90}
    assert found["lastAccessTimeTrackingPolicy"] == {
        "enable": True,
        "name": "AccessTimeTracking",
        "blobType": ["blockBlob"],
        "trackingGranularityInDays": 1,
    }


def test_without_days_there_is_no_record_of_changes() -> None:
    assert only("blob-service", replace(SPEC, change_feed_days=None))["changeFeed"] == {"enabled": False}


def test_no_page_of_another_origin_may_use_it_from_a_browser() -> None:
    assert only("blob-service")["cors"] == {"corsRules": []}


def test_containers_and_rules_wait_for_the_blob_service() -> None:
    """What is in a container from its first day on can be restored, and rules may ask for the last access."""
    composition = built()
    service, policy, containers = (
        one(composition, "blob-service"),
        one(composition, "storage-lifecycle"),
        every(composition, "blob-container"),
    )
    assert {each.inputs["containerName"] for each in containers} == {"media", "papers", "drafts"}
    for each in (*containers, policy):
        assert service.name in each.dependencies
        assert each.parent == "core"
    assert composition.outputs["containers"] == {
        name: f"/blob-container/{name}" for name in ("media", "papers", "drafts")
    }


def test_each_step_becomes_an_action_and_no_steps_no_rule() -> None:
    rules = {each["name"]: each["definition"] for each in only("storage-lifecycle")["policy"]["rules"]}
    assert list(rules) == ["media", "papers", "earlier-versions"]
    assert rules["media"] == {
        "actions": {
            "baseBlob": {
                "enableAutoTierToHotFromCool": True,
                "tierToCool": {"daysAfterLastAccessTimeGreaterThan": 30},
                "tierToCold": {"daysAfterLastAccessTimeGreaterThan": 60},
                "delete": {"daysAfterModificationGreaterThan": 400},
            }
        },
        "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["media/"]},
    }
    assert rules["papers"]["actions"] == {"baseBlob": {"tierToArchive": {"daysAfterModificationGreaterThan": 90}}}
    old = {"daysAfterCreationGreaterThan": 45}
    assert rules["earlier-versions"] == {
        "actions": {"snapshot": {"delete": old}, "version": {"delete": old}},
        "filters": {"blobTypes": ["blockBlob"]},
    }


def test_the_private_endpoint_leads_to_blobs() -> None:
    found = only("private-endpoint")
    (connection,) = found["privateLinkServiceConnections"]
    assert found["privateEndpointName"] == "mys-dev-coreblob-pe-san"
    assert (connection["privateLinkServiceId"], connection["groupIds"]) == (ID, ["blob"])


def test_the_logs_of_the_blob_service_go_to_the_workspace() -> None:
    found = {each.name: each.inputs["resourceUri"] for each in every(built(), "diagnostic-setting")}
    assert found["blob-service-core"] == "/blob-service/default"


def test_a_lock_comes_after_everything_in_its_scope() -> None:
    assert every(built(), "management-lock") == []
    lock = one(built(locked=True), "management-lock")
    assert (lock.name, lock.inputs["scope"]) == ("storage-account-core", ID)
    inside = {"core", "media", "papers", "drafts", "blob-service-core", "storage-account-core"}
    assert inside <= set(lock.dependencies)


def test_without_keys_there_is_an_endpoint_and_no_connection_string() -> None:
    composition = built()
    assert composition.outputs["endpoint"] == BLOBS
    assert "connection_string" not in composition.outputs
    assert not [each for each in composition.calls if ":list" in each], "no key is asked for"


@pytest.mark.parametrize(("store_key", "key"), [("primary", KEY), ("secondary", SECOND_KEY)])
def test_with_keys_the_connection_string_holds_the_one_chosen_and_is_secret(store_key: StoreKey, key: str) -> None:
    composition = built(replace(SPEC, local_auth=True, store_key=store_key))
    assert one(composition, "storage-account").inputs["allowSharedKeyAccess"] is True
    assert composition.outputs["connection_string"] == Product(
        f"DefaultEndpointsProtocol=https;AccountName=mysdevcorestsan;AccountKey={key};BlobEndpoint={BLOBS}", secret=True
    )
