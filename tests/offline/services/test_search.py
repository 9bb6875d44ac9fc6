"""What Azure does with search services, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from offline.azure.services.search import SERVICE
from tests.harness.offline import GROUP, REGION, Cloud, refusal

NAME = "mys-dev-core-search-san"
LIST_KEYS = "azure-native:search:listAdminKey"
BOTH = {"aadOrApiKey": {"aadAuthFailureMode": "http403"}}


def service(sku: str = "basic", **more: Any) -> dict[str, Any]:
    return {"searchServiceName": NAME, "location": REGION, "sku": {"name": sku}, "hostingMode": "Default", **more}


def test_what_azure_makes_of_a_service(cloud: Cloud) -> None:
    made = cloud.make(SERVICE, **service()).properties
    assert made["endpoint"] == f"https://{NAME}.search.windows.net/"
    assert (made["status"], made["provisioningState"], made["hostingMode"]) == ("running", "succeeded", "default")
    assert made["authOptions"] == {"apiKeyOnly": {}}, "so that roles open nothing where keys are accepted"


def test_a_service_without_keys_has_no_options_for_them(cloud: Cloud) -> None:
    error = cloud.refused("BadRequest", SERVICE, **service(disableLocalAuth=True, authOptions=BOTH))
    assert "AuthOptions must be null if DisableLocalAuth is true" in str(error)
    made = cloud.make(SERVICE, **service(disableLocalAuth=True))
    assert "authOptions" not in made.properties
    updated = cloud.update(SERVICE, made.id, **service(disableLocalAuth=False, authOptions=BOTH))
    assert updated["authOptions"] == BOTH


@pytest.mark.parametrize(
    ("sku", "replicas", "partitions"),
    [("basic", 4, 1), ("basic", 1, 2), ("standard", 13, 1), ("standard", 1, 5), ("standard", 4, 12)],
)
def test_a_size_that_does_not_exist(cloud: Cloud, sku: str, replicas: int, partitions: int) -> None:
    cloud.refused("BadRequest", SERVICE, **service(sku, replicaCount=replicas, partitionCount=partitions))


def test_a_service_grows_in_place(cloud: Cloud) -> None:
    made = cloud.make(SERVICE, **service())
    assert cloud.update(SERVICE, made.id, **service("standard", replicaCount=3))["replicaCount"] == 3


def test_names_are_taken_everywhere(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, SERVICE)
    cloud.refused("ServiceNameUnavailable", SERVICE, **service())


def test_both_keys_are_listed(cloud: Cloud) -> None:
    args = {"resourceGroupName": GROUP, "searchServiceName": NAME}
    refusal("ResourceNotFound", lambda: cloud.azure.invoke(LIST_KEYS, args))
    cloud.make(SERVICE, **service())
    keys = cloud.azure.invoke(LIST_KEYS, args)
    assert len({keys["primaryKey"], keys["secondaryKey"]}) == 2
