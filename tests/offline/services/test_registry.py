"""What Azure refuses about container registries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.harness.offline import OTHER_REGION, REGION, Cloud, token_of

REGISTRY, REPLICATION = token_of("container-registry"), token_of("registry-replication")


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("DisablingPublicNetworkAccessNotSupported", {"publicNetworkAccess": "Disabled"}),
        ("FeatureNotSupportedForSku", {"zoneRedundancy": "Enabled"}),
        ("FeatureNotSupportedForSku", {"dataEndpointEnabled": True}),
        ("FeatureNotSupportedForSku", {"networkRuleSet": {"defaultAction": "Deny"}}),
        ("FeatureNotSupportedForSku", {"policies": {"retentionPolicy": {"status": "enabled"}}}),
    ],
)
def test_features_of_premium_need_premium(cloud: Cloud, code: str, more: Mapping[str, Any]) -> None:
    cloud.refused(code, REGISTRY, registryName="mysdevacr", sku={"name": "Standard"}, location=REGION, **more)
    cloud.make(REGISTRY, registryName="mysdevacr", sku={"name": "Premium"}, location=REGION, **more)


def test_names_are_unique_in_all_of_azure(cloud: Cloud) -> None:
    cloud.world.take_name("mysdevacr", REGISTRY)
    cloud.refused("AlreadyInUse", REGISTRY, registryName="mysdevacr", sku={"name": "Premium"})
    cloud.registry("mysdev2acr")
    cloud.make(token_of("resource-group"), resourceGroupName="other", location=REGION)
    elsewhere = {"registryName": "MysDev2Acr", "resourceGroupName": "other", "sku": {"name": "Premium"}}
    cloud.refused("AlreadyInUse", REGISTRY, **elsewhere)


def test_replications_need_premium_and_another_region(cloud: Cloud) -> None:
    cloud.registry("mysdevacr")
    here = {"registryName": "mysdevacr", "replicationName": REGION, "location": REGION}
    cloud.refused("Conflict", REPLICATION, **here)
    cloud.registry("mysstdacr", "Standard")
    there = {"registryName": "mysstdacr", "replicationName": OTHER_REGION, "location": OTHER_REGION}
    cloud.refused("FeatureNotSupportedForSku", REPLICATION, **there)
