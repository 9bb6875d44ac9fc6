"""What ARM refuses to change in place, and to put together across regions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.resource_types import RESOURCE_TYPES
from offline.azure.errors import ArmError
from offline.azure.provider import AzureProvider
from offline.rpc.protocol import Created
from offline.world.store import World
from tests.harness.compose import schema

REGION, OTHER, NO_ZONES = "southafricanorth", "westeurope", "westus"
ROOT = "/subscriptions/s/resourceGroups/g"


class Cloud:
    """A provider on an empty world that knows types by their key."""

    def __init__(self, path: Path) -> None:
        self.world = World(path / "cloud.db")
        self.azure = AzureProvider(self.world, schema(), "3.29.0")
        self.azure.configure({"subscriptionId": "s", "tenantId": "t"})
        self.make("resource-group", "g", location=REGION)

    def inputs(self, kind: str, name: str, **more: Any) -> dict[str, Any]:
        return {"resourceGroupName": "g", RESOURCE_TYPES[kind].name_input: name, **more}

    def make(self, kind: str, name: str, **more: Any) -> Created:
        token = RESOURCE_TYPES[kind].token
        return self.azure.create("urn", token, self.inputs(kind, name, **more), preview=False, timeout=0)

    def change(self, kind: str, made: Created, **more: Any) -> Mapping[str, Any]:
        inputs = self.inputs(kind, made.id.rpartition("/")[2], **more)
        token = RESOURCE_TYPES[kind].token
        return self.azure.update("urn", token, made.id, {}, inputs, preview=False, timeout=0, ignore_changes=[])

    def network(self, *subnets: Mapping[str, Any], region: str = REGION) -> dict[str, Any]:
        return {"location": region, "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": list(subnets)}


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def subnet(name: str = "one", prefix: str = "10.0.0.0/24", **more: Any) -> dict[str, Any]:
    return {"name": name, "addressPrefix": prefix, **more}


def endpoint(network: Created, target: Created, **more: Any) -> dict[str, Any]:
    connection = {"name": "c", "privateLinkServiceId": target.id, "groupIds": ["registry"], **more}
    return {
        "location": REGION,
        "subnet": {"id": f"{network.id}/subnets/one"},
        "privateLinkServiceConnections": [connection],
    }


def registry(cloud: Cloud, name: str = "mysone") -> Created:
    return cloud.make("container-registry", name, sku={"name": "Premium"}, location=REGION)


def test_a_location_stays(cloud: Cloud) -> None:
    made = cloud.make("network-security-group", "one", location=REGION)
    with pytest.raises(ArmError, match="InvalidResourceLocation") as caught:
        cloud.change("network-security-group", made, location=OTHER)
    assert f"already exists in location '{REGION}'" in str(caught.value)
    cloud.change("network-security-group", made, location="South Africa North".replace(" ", "").upper())


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("public-ip-address", {"publicIPAllocationMethod": "Static", "sku": {"name": "Standard"}}),
        ("nat-gateway", {"sku": {"name": "Standard"}}),
    ],
)
def test_zones_exist_and_stay(cloud: Cloud, kind: str, inputs: Mapping[str, Any]) -> None:
    with pytest.raises(ArmError, match="LocationNotSupportAvailabilityZones"):
        cloud.make(kind, "none", location=NO_ZONES, zones=["1"], **inputs)
    made = cloud.make(kind, "one", location=REGION, zones=["1"], **inputs)
    for zones in (["2"], None):
        with pytest.raises(ArmError, match="ResourceAvailabilityZonesCannotBeModified"):
            cloud.change(kind, made, location=REGION, zones=zones, **inputs)
    cloud.change(kind, made, location=REGION, zones=["1"], tags={"a": "b"}, **inputs)
    cloud.make(kind, "two", location=NO_ZONES, **inputs)


def test_a_subnet_in_use_stays_as_it_is(cloud: Cloud) -> None:
    network = cloud.make("virtual-network", "net", **cloud.network(subnet(), subnet("two", "10.0.1.0/24")))
    cloud.make("private-endpoint", "pe", **endpoint(network, registry(cloud)))
    delegation = {"name": "d", "serviceName": "Microsoft.Web/serverFarms"}
    for code, one in (
        ("InUsePrefixCannotBeDeleted", subnet(prefix="10.0.0.0/25")),
        ("SubnetDelegationsCannotChangeWhenSubnetUsedByResource", subnet(delegations=[delegation])),
        ("InUseSubnetCannotBeDeleted", subnet("three", "10.0.2.0/24")),
    ):
        with pytest.raises(ArmError, match=code):
            cloud.change("virtual-network", network, **cloud.network(one, subnet("two", "10.0.1.0/24")))
    free = subnet("two", "10.0.1.0/25", delegations=[delegation])
    cloud.change("virtual-network", network, **cloud.network(subnet(), free))


def test_a_network_and_what_it_works_with_share_a_region(cloud: Cloud) -> None:
    group = cloud.make("network-security-group", "far", location=OTHER)
    gateway = cloud.make("nat-gateway", "far", location=OTHER, sku={"name": "Standard"})
    for more in ({"networkSecurityGroup": {"id": group.id}}, {"natGateway": {"id": gateway.id}}):
        with pytest.raises(ArmError, match=r"InvalidResourceReference.*same region"):
            cloud.make("virtual-network", "net", **cloud.network(subnet(**more)))
        cloud.make("virtual-network", f"net-{len(cloud.world.all())}", **cloud.network(subnet(**more), region=OTHER))
    network = cloud.make("virtual-network", "net", **cloud.network(subnet(), region=OTHER))
    with pytest.raises(ArmError, match=r"InvalidResourceReference.*same region"):
        cloud.make("private-endpoint", "pe", **endpoint(network, registry(cloud)))


def test_an_endpoint_is_for_one_resource_and_one_part_of_it(cloud: Cloud) -> None:
    network = cloud.make("virtual-network", "net", **cloud.network(subnet()))
    one, two = registry(cloud), registry(cloud, "mystwo")
    with pytest.raises(ArmError, match="MissingParameterOnPrivateLinkServiceConnection"):
        cloud.make("private-endpoint", "pe", **endpoint(network, one, groupIds=[]))
    made = cloud.make("private-endpoint", "pe", **endpoint(network, one))
    with pytest.raises(ArmError, match="CannotChangePrivateLinkConnectionOnPrivateEndpoint"):
        cloud.change("private-endpoint", made, **endpoint(network, two))
