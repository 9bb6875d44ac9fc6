"""The stand-in for Azure: what it refuses, what it computes, what comes back on a read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.facts.ids import made_id, path_values
from components.facts.resource_types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.behaviour import BEHAVIOURS, guid
from offline.azure.errors import ArmError
from offline.azure.inputs import differences, refreshed
from offline.azure.provider import CLIENT_CONFIG, AzureProvider
from offline.rpc.protocol import UNKNOWN, Change, ProviderError
from offline.world.store import World
from tests.harness import Composition
from tests.harness.compose import CONTRACT, TENANT, schema

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = "mys-dev-core-rg-san"
ROOT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
NETWORK = "azure-native:network:VirtualNetwork"
SECURITY = "azure-native:network:NetworkSecurityGroup"


@pytest.fixture
def azure(tmp_path: Path) -> AzureProvider:
    provider = AzureProvider(World(tmp_path / "cloud.db"), schema(), "3.29.0")
    provider.configure({"subscriptionId": SUBSCRIPTION, "tenantId": "t"})
    create(provider, "azure-native:resources:ResourceGroup", resourceGroupName=GROUP, location="southafricanorth")
    return provider


def create(azure: AzureProvider, token: str, **inputs: Any) -> Any:
    if token != "azure-native:resources:ResourceGroup":
        inputs.setdefault("resourceGroupName", GROUP)
    return azure.create("urn", token, inputs, preview=False, timeout=0)


def vnet(azure: AzureProvider, *subnets: tuple[str, str], **more: Any) -> Any:
    return create(
        azure,
        NETWORK,
        virtualNetworkName="mys-dev-core-vnet-san",
        location="southafricanorth",
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
        subnets=[{"name": name, "addressPrefix": cidr, **more} for name, cidr in subnets],
    )


def rule(name: str, priority: int) -> Mapping[str, Any]:
    return {"name": name, "priority": priority, "direction": "Inbound", "access": "Allow", "protocol": "*"}


PUBLIC_IP = {"publicIpAddressName": "ip", "publicIPAllocationMethod": "Static", "sku": {"name": "Standard"}}
MISSING = f"{ROOT}/providers/Microsoft.Network/networkSecurityGroups/ghost"
NEVER_TOLD = {"createMode", "administratorLoginPassword"}
"""Inputs that Azure takes and does not give back."""

ACR = "azure-native:containerregistry:Registry"
REFUSALS: list[tuple[str, str, Mapping[str, Any]]] = [
    (
        "NetcfgSubnetRangeOutsideVnet",
        NETWORK,
        {
            "virtualNetworkName": "vn",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "a", "addressPrefix": "10.1.0.0/24"}],
        },
    ),
    (
        "NetcfgSubnetRangesOverlap",
        NETWORK,
        {
            "virtualNetworkName": "vn",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "a", "addressPrefix": "10.0.0.0/24"}, {"name": "b", "addressPrefix": "10.0.0.128/25"}],
        },
    ),
    ("InvalidRequestFormat", NETWORK, {"virtualNetworkName": "vn"}),
    (
        "InvalidResourceReference",
        NETWORK,
        {
            "virtualNetworkName": "vn",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "a", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": MISSING}}],
        },
    ),
    (
        "SecurityRuleConflict",
        SECURITY,
        {"networkSecurityGroupName": "n", "securityRules": [rule("a", 100), rule("b", 100)]},
    ),
    ("SecurityRuleInvalidPriority", SECURITY, {"networkSecurityGroupName": "n", "securityRules": [rule("a", 99)]}),
    ("InvalidResourceName", SECURITY, {"networkSecurityGroupName": "bad name"}),
    ("LocationNotAvailableForResourceType", SECURITY, {"networkSecurityGroupName": "n", "location": "mars"}),
    ("TooManyTags", SECURITY, {"networkSecurityGroupName": "n", "tags": {f"t{i}": "x" for i in range(51)}}),
    ("ResourceGroupNotFound", SECURITY, {"networkSecurityGroupName": "n", "resourceGroupName": "ghost"}),
    (
        "IPv4BasicSkuPublicIpCountLimitReached",
        "azure-native:network:PublicIPAddress",
        {**PUBLIC_IP, "sku": {"name": "Basic"}},
    ),
    (
        "StandardSkuPublicIPAddressesMustBeStatic",
        "azure-native:network:PublicIPAddress",
        {**PUBLIC_IP, "publicIPAllocationMethod": "Dynamic"},
    ),
    (
        "LocationNotAvailableForResourceType",
        "azure-native:privatedns:PrivateZone",
        {"privateZoneName": "privatelink.example.net", "location": "southafricanorth"},
    ),
    (
        "ParentResourceNotFound",
        "azure-native:privatedns:VirtualNetworkLink",
        {"privateZoneName": "ghost.example.net", "virtualNetworkLinkName": "l", "location": "global"},
    ),
    (
        "InvalidParameter",
        "azure-native:operationalinsights:Workspace",
        {"workspaceName": "mys-dev-core-log-san", "retentionInDays": 7},
    ),
    (
        "BadRequest",
        "azure-native:applicationinsights:Component",
        {"resourceName": "c", "kind": "web", "applicationType": "web"},
    ),
    (
        "GroupShortNameIsTooLong",
        "azure-native:monitor:ActionGroup",
        {"actionGroupName": "a", "enabled": True, "groupShortName": "x" * 13},
    ),
    (
        "DisablingPublicNetworkAccessNotSupported",
        ACR,
        {"registryName": "mysdevacr", "sku": {"name": "Standard"}, "publicNetworkAccess": "Disabled"},
    ),
    (
        "FeatureNotSupportedForSku",
        ACR,
        {"registryName": "mysdevacr", "sku": {"name": "Standard"}, "zoneRedundancy": "Enabled"},
    ),
]


@pytest.mark.parametrize(("code", "token", "inputs"), REFUSALS, ids=[f"{r[0]} {r[1]}" for r in REFUSALS])
def test_azure_refuses(azure: AzureProvider, code: str, token: str, inputs: Mapping[str, Any]) -> None:
    with pytest.raises(ArmError) as caught:
        create(azure, token, **inputs)
    assert caught.value.code == code
    assert "advice:" in str(caught.value)
    assert len(azure.world.all()) == 1


def test_an_id_is_never_created_twice(azure: AzureProvider) -> None:
    vnet(azure)
    with pytest.raises(ProviderError, match="cannot create already existing resource"):
        vnet(azure)


def test_a_name_that_somebody_else_owns(azure: AzureProvider) -> None:
    azure.world.take_name("mysdevacr", ACR)
    with pytest.raises(ArmError, match="AlreadyInUse"):
        create(azure, ACR, registryName="mysdevacr", sku={"name": "Premium"})
    create(azure, ACR, registryName="mysdev2acr", sku={"name": "Premium"}, location="southafricanorth")
    create(azure, "azure-native:resources:ResourceGroup", resourceGroupName="other", location="southafricanorth")
    with pytest.raises(ArmError, match="AlreadyInUse"):
        create(azure, ACR, registryName="MysDev2Acr", resourceGroupName="other", sku={"name": "Premium"})


def test_replications_need_premium_and_another_region(azure: AzureProvider) -> None:
    replication = "azure-native:containerregistry:Replication"
    create(azure, ACR, registryName="mysdevacr", sku={"name": "Premium"}, location="southafricanorth")
    with pytest.raises(ArmError, match="Conflict"):
        create(
            azure,
            replication,
            registryName="mysdevacr",
            replicationName="southafricanorth",
            location="southafricanorth",
        )
    create(azure, ACR, registryName="mysstdacr", sku={"name": "Standard"}, location="southafricanorth")
    with pytest.raises(ArmError, match="FeatureNotSupportedForSku"):
        create(azure, replication, registryName="mysstdacr", replicationName="westeurope", location="westeurope")


def test_links_are_unique_and_hold_their_zone(azure: AzureProvider) -> None:
    zone_token, link_token = "azure-native:privatedns:PrivateZone", "azure-native:privatedns:VirtualNetworkLink"
    network = vnet(azure).id
    for name in ("one.example.net", "two.example.net"):
        create(azure, zone_token, privateZoneName=name, location="global")

    def link(zone: str, name: str, *, registration: bool = False) -> Any:
        return create(
            azure,
            link_token,
            privateZoneName=zone,
            virtualNetworkLinkName=name,
            location="global",
            registrationEnabled=registration,
            virtualNetwork={"id": network},
        )

    first = link("one.example.net", "a", registration=True)
    with pytest.raises(ArmError, match="same virtual network"):
        link("one.example.net", "b")
    with pytest.raises(ArmError, match="one private DNS zone only"):
        link("two.example.net", "c", registration=True)
    zone = first.id.rpartition("/virtualNetworkLinks/")[0]
    with pytest.raises(ArmError, match="CannotDeleteResource"):
        azure.delete("urn", zone_token, zone, {}, timeout=0)
    azure.delete("urn", link_token, first.id, {}, timeout=0)
    azure.delete("urn", zone_token, zone, {}, timeout=0)
    azure.delete("urn", zone_token, zone, {}, timeout=0)
    assert azure.read("urn", zone_token, zone, {}, {}) is None


def test_what_is_in_use_stays(azure: AzureProvider) -> None:
    group = create(azure, SECURITY, networkSecurityGroupName="mys-dev-core-nsg-san", location="southafricanorth")
    network = vnet(azure, ("a", "10.0.0.0/24"), networkSecurityGroup={"id": group.id})
    with pytest.raises(ArmError, match="InUseNetworkSecurityGroupCannotBeDeleted"):
        azure.delete("urn", SECURITY, group.id, {}, timeout=0)
    azure.delete("urn", NETWORK, network.id, {}, timeout=0)
    azure.delete("urn", SECURITY, group.id, {}, timeout=0)


def test_a_group_takes_everything_with_it(azure: AzureProvider) -> None:
    vnet(azure)
    azure.delete("urn", "azure-native:resources:ResourceGroup", ROOT, {}, timeout=0)
    assert azure.world.all() == []


def test_zones_of_gateway_and_address_must_agree(azure: AzureProvider) -> None:
    address = create(azure, "azure-native:network:PublicIPAddress", **{**PUBLIC_IP, "zones": ["1"]})
    gateway = {"natGatewayName": "n", "sku": {"name": "Standard"}, "publicIpAddresses": [{"id": address.id}]}
    with pytest.raises(ArmError, match="NatGatewayPublicIpZoneMismatch"):
        create(azure, "azure-native:network:NatGateway", **gateway, zones=["2"])
    create(azure, "azure-native:network:NatGateway", **gateway, zones=["1"])
    with pytest.raises(ArmError, match="ResourceAvailabilityZonesCannotBeModified"):
        azure.update(
            "urn",
            "azure-native:network:PublicIPAddress",
            address.id,
            {},
            {**PUBLIC_IP, "resourceGroupName": GROUP, "zones": ["2"]},
            preview=False,
            timeout=0,
            ignore_changes=[],
        )


def test_preview_knows_inputs_and_nothing_else(azure: AzureProvider) -> None:
    created = azure.create("urn", SECURITY, {"networkSecurityGroupName": "n", "location": "x"}, preview=True, timeout=0)
    assert created.id == ""
    assert created.properties["location"] == "x"
    assert created.properties["name"] is UNKNOWN
    assert len(azure.world.all()) == 1


def test_replacing_as_azure_native_does(azure: AzureProvider) -> None:
    old = {"networkSecurityGroupName": "a", "location": "x", "tags": {"k": "v"}, "resourceGroupName": "g"}

    def diff(**news: Any) -> Any:
        return azure.diff(SECURITY, "id", old, {}, {**old, **news}, [])

    assert dict(diff().changes) == {}
    assert dict(diff(tags={"k": "w", "l": "x"}).changes) == {"tags.k": Change.UPDATE, "tags.l": Change.ADD}
    assert list(diff(tags={"k": "w"}).replaces) == []
    renamed = diff(networkSecurityGroupName="b")
    assert (list(renamed.replaces), renamed.delete_before_replace) == (["networkSecurityGroupName"], True)
    assert list(diff(location="y").replaces) == []
    network = {"virtualNetworkName": "a", "location": "x", "resourceGroupName": "g"}
    moved = azure.diff(NETWORK, "id", network, {}, {**network, "location": "y"}, [])
    assert (list(moved.replaces), moved.delete_before_replace) == (["location"], True)
    rules = azure.diff(SECURITY, "id", {"securityRules": [{"a": 1}]}, {}, {"securityRules": [{"a": 2}, {"a": 3}]}, [])
    assert dict(rules.changes) == {"securityRules[0].a": Change.UPDATE, "securityRules[1]": Change.ADD}
    fewer = azure.diff(SECURITY, "id", {"securityRules": [1, 2], "tags": {}}, {}, {"securityRules": [1]}, [])
    assert dict(fewer.changes) == {"securityRules[1]": Change.DELETE, "tags": Change.DELETE}


def test_a_missing_name_and_wrong_inputs_fail_the_check(azure: AzureProvider) -> None:
    _, failures = azure.check("urn", SECURITY, {}, {"resourceGroupName": "g"})
    assert [(each.property, "random suffix" in each.reason) for each in failures] == [
        ("networkSecurityGroupName", True)
    ]
    bad = {"networkSecurityGroupName": "n", "resourceGroupName": "g", "securityRules": [{"acces": "Allow"}], "tags": 3}
    _, failures = azure.check("urn", SECURITY, {}, bad)
    assert any("did you mean access?" in each.reason for each in failures)
    assert any(each.property == "tags" for each in failures)


def test_every_type_in_use_has_a_behaviour(composed: dict[str, Composition]) -> None:
    used = {each.type for composition in composed.values() for each in composition.azure()}
    assert used == set(BEHAVIOURS)
    assert used <= set(BY_TOKEN)


def test_a_type_without_behaviour_is_refused_and_says_what_to_do(azure: AzureProvider) -> None:
    with pytest.raises(ProviderError, match="no behaviour for azure-native:search:Service: add one to a module of"):
        create(azure, "azure-native:search:Service", searchServiceName="mys-dev-core-search-san")
    with pytest.raises(ProviderError, match="does not know azure-native:web:Certificate: add its row"):
        azure.create("urn", "azure-native:web:Certificate", {}, preview=False, timeout=0)


def test_what_the_provider_cannot_do_is_said(azure: AzureProvider) -> None:
    with pytest.raises(ProviderError, match="has no function"):
        azure.invoke("azure-native:web:listKeys", {})
    with pytest.raises(ProviderError, match="subscriptionId and tenantId"):
        azure.configure({})
    assert azure.invoke(CLIENT_CONFIG, {})["subscriptionId"] == SUBSCRIPTION


def test_what_azure_filled_in_by_itself_stays_out_of_the_inputs() -> None:
    """As azure-native refreshes: only what differs between two looks at Azure reaches the inputs."""
    inputs = {"name": "n", "pools": [{"count": 1}], "sku": {"name": "S"}}
    before = {"name": "n", "pools": [{"count": 1, "os": "Linux"}], "sku": {"name": "S", "tier": "T"}, "zones": ["1"]}
    assert refreshed(inputs, before, before) == inputs
    now = {"name": "n", "pools": [{"count": 2, "os": "Linux"}, {"count": 5}], "sku": {"name": "S", "tier": "U"}, "x": 1}
    assert refreshed(inputs, before, now) == {
        "name": "n",
        "pools": [{"count": 2}, {"count": 5}],
        "sku": {"name": "S", "tier": "U"},
        "x": 1,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4)


@given(inputs=OBJECTS, before=OBJECTS)
def test_nothing_changed_is_nothing_refreshed(inputs: dict[str, Any], before: dict[str, Any]) -> None:
    assert refreshed(inputs, before, before) == inputs


@given(value=OBJECTS, other=OBJECTS)
def test_equal_inputs_and_only_they_have_no_differences(value: dict[str, Any], other: dict[str, Any]) -> None:
    assert dict(differences(value, value)) == {}
    assert bool(dict(differences(value, other))) == (_solid(value) != _solid(other))


def _solid(value: Any) -> Any:
    """Without what is not there: a null property is none."""
    if isinstance(value, dict):
        return {key: _solid(item) for key, item in value.items() if item is not None}
    return [_solid(item) for item in value] if isinstance(value, list) else value


def test_ids_are_made_and_taken_apart_by_their_template() -> None:
    row = RESOURCE_TYPES["role-assignment"]
    inputs = {"scope": f"{ROOT}/providers/Microsoft.X/y/z", "roleAssignmentName": "n"}
    id = made_id(row, inputs)
    assert id == f"{ROOT}/providers/Microsoft.X/y/z/providers/Microsoft.Authorization/roleAssignments/n"
    assert path_values(row, id) == inputs
    assert path_values(row, ROOT) == {}


def test_an_update_of_what_is_gone_makes_it_again_as_a_put_does(azure: AzureProvider) -> None:
    id = f"{ROOT}/providers/Microsoft.Network/networkSecurityGroups/n"
    news = {"networkSecurityGroupName": "n", "resourceGroupName": GROUP}
    azure.update("urn", SECURITY, id, {}, news, preview=False, timeout=0, ignore_changes=[])
    assert [row[0] for row in azure.world.operations() if row[2] == id] == ["create"]


@pytest.mark.parametrize("stack", ["shared", "dev"])
def test_what_a_stack_creates_comes_back_as_it_was(
    tmp_path: Path, stack: str, composed: dict[str, Composition]
) -> None:
    """Create everything a stack registers, read it back: derived inputs equal the inputs, also on import."""
    azure = AzureProvider(World(tmp_path / "cloud.db"), schema(), "3.29.0")
    azure.configure({"subscriptionId": SUBSCRIPTION, "tenantId": TENANT})
    ids = {CONTRACT["registry_id"]: _shared_registry(azure)} if stack != "shared" else {}
    for each in composed[stack].azure():
        row = BY_TOKEN[each.type]
        inputs = _resolved(dict(each.inputs), ids)
        created = azure.create("urn", each.type, inputs, preview=False, timeout=0)
        mocked = f"/{row.key}/{each.inputs[row.name_input]}"
        ids[mocked] = created.id
        ids |= {guid(mocked, what): created.properties.get(f"{what}Id", "") for what in ("principal", "client")}
        refreshed = azure.read("urn", each.type, created.id, inputs, created.properties)
        imported = azure.read("urn", each.type, created.id, {}, {})
        assert refreshed is not None
        assert imported is not None
        assert refreshed.inputs == inputs
        assert refreshed.properties == created.properties
        assert azure.diff(each.type, created.id, imported.inputs or {}, {}, inputs, []).replaces == []
        # The SDK lays the properties of a key flat in its outputs: an import cannot know them again as inputs.
        told_flat = {"properties"} if each.type == "azure-native:keyvault:Key" else set()
        assert set(inputs) - NEVER_TOLD - told_flat <= set(imported.inputs or {})


def _shared_registry(azure: AzureProvider) -> str:
    """The registry of the shared stack, which an environment only knows by its contract."""
    create(azure, "azure-native:resources:ResourceGroup", resourceGroupName="mys-shared-acr-rg-san", location="westus")
    inputs = {"registryName": "myselsewhere", "resourceGroupName": "mys-shared-acr-rg-san", "location": "westus"}
    return create(azure, ACR, sku={"name": "Premium"}, **inputs).id


def _resolved(value: Any, ids: Mapping[str, str]) -> Any:
    """Mocked ids as the ids that the offline cloud gave."""
    if isinstance(value, str):
        mocked = max((id for id in ids if value == id or value.startswith(id + "/")), key=len, default="")
        return ids[mocked] + value.removeprefix(mocked) if mocked else value
    if isinstance(value, dict):
        return {key: _resolved(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, ids) for item in value]
    return value
