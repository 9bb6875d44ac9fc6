"""The SDK's inputs become what Azure's API takes: the recorded requests, there and back again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from components.facts.model import ResourceType
from components.facts.types import RESOURCE_TYPES
from offline.arm.shape import Shape
from offline.rpc.protocol import Properties
from tests.harness.compose import schema
from tests.harness.replay import EVIDENCE
from tests.harness.wire import Wire, leaves_at

NAME = "name"
"""Recorded bodies repeat it from the id."""


def body(key: str, **inputs: Any) -> Properties:
    return Shape(schema(), RESOURCE_TYPES[key]).body(inputs)


def leaves(value: Any) -> dict[str, Any]:
    """The values that say something, by path."""
    return {path: leaf for path, leaf in leaves_at(value) if path and leaf not in (None, [], {})}


@pytest.mark.parametrize("key", [key for key in EVIDENCE if key in RESOURCE_TYPES])
def test_a_recorded_request_comes_back(key: str) -> None:
    row = RESOURCE_TYPES[key]
    for request in EVIDENCE[key].requests:
        recorded = {name: value for name, value in request.body.items() if name != NAME}
        wire = Wire(schema(), row.token)
        inputs = wire.inputs(recorded)
        # What the SDK does not know never reaches it. Its paths are those of the SDK: the last part tells which.
        unknown = {path.rpartition(".")[2] for path in wire.unknown}
        found, sent = leaves(Shape(schema(), row).body(inputs)), leaves(recorded)
        assert {path: value for path, value in found.items() if path.rpartition(".")[2] not in unknown} == {
            path: value for path, value in sent.items() if path.rpartition(".")[2] not in unknown
        }


def test_what_stands_beside_properties_and_what_in_them() -> None:
    made = body("log-analytics-workspace", location="x", sku={"name": "PerGB2018"}, retentionInDays=30, tags={"a": "b"})
    assert made == {
        "location": "x",
        "tags": {"a": "b"},
        "properties": {"sku": {"name": "PerGB2018"}, "retentionInDays": 30},
    }
    assert body("agent-pool", tags={"a": "b"}, count=1) == {"properties": {"tags": {"a": "b"}, "count": 1}}


def test_a_type_with_properties_of_its_own_keeps_them() -> None:
    made = body("key-vault", location="x", properties={"tenantId": "t", "sku": {"name": "standard", "family": "A"}})
    assert made == {"location": "x", "properties": {"tenantId": "t", "sku": {"name": "standard", "family": "A"}}}


def test_nested_resources_have_properties_as_well() -> None:
    made = body("network-security-group", securityRules=[{"name": "a", "access": "Deny", "priority": 100}])
    assert made["properties"]["securityRules"] == [{"name": "a", "properties": {"access": "Deny", "priority": 100}}]


def test_names_are_those_of_azure() -> None:
    made = body(
        "storage-account",
        enableHttpsTrafficOnly=True,
        networkRuleSet={
            "defaultAction": "Deny",
            "ipRules": [{"iPAddressOrRange": "192.0.2.1"}],
            "virtualNetworkRules": [{"virtualNetworkResourceId": "/subnet"}],
        },
    )
    assert made["properties"] == {
        "supportsHttpsTrafficOnly": True,
        "networkAcls": {
            "defaultAction": "Deny",
            "ipRules": [{"value": "192.0.2.1"}],
            "virtualNetworkRules": [{"id": "/subnet"}],
        },
    }
    assert body("application-insights", applicationType="web")["properties"] == {"Application_Type": "web"}
    scaled = body("kubernetes-cluster", autoScalerProfile={"maxEmptyBulkDelete": "10", "expander": "random"})
    assert scaled["properties"]["autoScalerProfile"] == {"max-empty-bulk-delete": "10", "expander": "random"}
    secret = body("key-vault-secret", properties={"attributes": {"expires": 1, "notBefore": 0}})
    assert secret["properties"]["attributes"] == {"exp": 1, "nbf": 0}


def test_an_object_that_the_sdk_flattens_is_one_again() -> None:
    rule = {"matchVariable": "RequestHeaderNames", "selectorMatchOperator": "Equals", "selector": "Authorization"}
    made = body("waf-policy", policySettings={"mode": "Prevention", "state": "Enabled", "scrubbingRules": [rule]})
    scrubbing = {"state": "Enabled", "scrubbingRules": [rule]}
    assert made == {"properties": {"policySettings": {"mode": "Prevention", "logScrubbing": scrubbing}}}
    assert body("waf-policy", policySettings={"mode": "Prevention"}) == {
        "properties": {"policySettings": {"mode": "Prevention"}}
    }


def test_identities_are_a_map() -> None:
    made = body("web-app", identity={"type": "UserAssigned", "userAssignedIdentities": ["/a", "/b"]})
    assert made == {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/a": {}, "/b": {}}}}


def test_what_the_id_says_is_not_said_twice() -> None:
    assert body("blob-container", accountName="a", containerName="c", resourceGroupName="g") == {}


@pytest.mark.parametrize("row", RESOURCE_TYPES.values(), ids=RESOURCE_TYPES)
def test_every_type_has_the_version_of_its_api(row: ResourceType) -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d(-preview)?", schema().api_version(row.token))
