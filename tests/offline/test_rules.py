"""What Azure Resource Manager refuses of any type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.harness.offline import OTHER_REGION, REGION, ROOT, Cloud, token_of

SECURITY_GROUP = token_of("network-security-group")
MISSING = f"{ROOT}/providers/Microsoft.Network/networkSecurityGroups/ghost"


@pytest.mark.parametrize(
    ("code", "key", "inputs"),
    [
        ("InvalidResourceName", "network-security-group", {"networkSecurityGroupName": "bad name"}),
        (
            "LocationNotAvailableForResourceType",
            "network-security-group",
            {"networkSecurityGroupName": "n", "location": "mars"},
        ),
        (
            "TooManyTags",
            "network-security-group",
            {"networkSecurityGroupName": "n", "tags": {f"t{number}": "x" for number in range(51)}},
        ),
        (
            "ResourceGroupNotFound",
            "network-security-group",
            {"networkSecurityGroupName": "n", "resourceGroupName": "ghost"},
        ),
        (
            "ParentResourceNotFound",
            "private-dns-zone-link",
            {"privateZoneName": "ghost.example.net", "virtualNetworkLinkName": "l", "location": "global"},
        ),
        (
            "InvalidResourceReference",
            "virtual-network",
            {
                "virtualNetworkName": "vn",
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [{"name": "a", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": MISSING}}],
            },
        ),
    ],
)
def test_arm_refuses_and_makes_nothing(cloud: Cloud, code: str, key: str, inputs: Mapping[str, Any]) -> None:
    cloud.refused(code, token_of(key), **inputs)
    assert len(cloud.world.all()) == 1


def test_a_location_stays(cloud: Cloud) -> None:
    name = {"networkSecurityGroupName": "one"}
    made = cloud.make(SECURITY_GROUP, **name, location=REGION)
    refused = cloud.refused_update("InvalidResourceLocation", SECURITY_GROUP, made.id, **name, location=OTHER_REGION)
    assert f"already exists in location '{REGION}'" in str(refused)
    cloud.update(SECURITY_GROUP, made.id, **name, location=REGION.upper())
