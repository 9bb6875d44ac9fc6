"""What Azure refuses about clusters and pools, and what it makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.facts.subscriptions import ENCRYPTION_AT_HOST
from offline.azure.errors import ArmError
from offline.azure.owned import move_owned
from offline.azure.services.agent_pools import POOL, minor_of
from offline.azure.services.aks import CLUSTER
from offline.azure.versions import offered
from tests.harness.clusters import add_pool, cluster, made_cluster, pool
from tests.harness.compose import TENANT
from tests.harness.offline import GROUP, REGION, SUBSCRIPTION, Cloud, token_of

CLUSTER_REFUSALS = [
    ("K8sVersionNotSupported", {"kubernetesVersion": "1.28"}, {}),
    ("InvalidParameter", {"agentPoolProfiles": []}, {}),
    ("InvalidParameter", {}, {"count": None}),
    ("InvalidParameter", {}, {"count": 9}),
    ("BadRequest", {}, {"vmSize": "Standard_X1"}),
    ("VMCacheSizeTooSmall", {}, {"osDiskSizeGB": 128}),
    ("VMCacheSizeTooSmall", {}, {"osDiskSizeGB": 75, "securityProfile": {"enableVTPM": True}}),
    ("InvalidOSSKU", {"kubernetesVersion": "1.37"}, {"orchestratorVersion": "1.37", "osSKU": "AzureLinux3"}),
    ("AvailabilityZoneNotSupported", {}, {"availabilityZones": ["4"]}),
    ("InsufficientSubnetSize", {}, {"maxCount": 1000}),
    ("InsufficientSubnetSize", {"networkProfile": {"podCidr": "192.168.0.0/23"}}, {}),
    ("NetworkProfileCIDROverlapVNET", {"networkProfile": {"podCidr": "10.0.0.0/16"}}, {}),
    ("ServiceCidrOverlapExistingSubnetsCidr", {"networkProfile": {"serviceCidr": "10.0.0.0/24"}}, {}),
]


@pytest.mark.parametrize(("code", "inputs", "of_pool"), CLUSTER_REFUSALS)
def test_a_cluster_that_azure_refuses(
    cloud: Cloud, code: str, inputs: Mapping[str, Any], of_pool: Mapping[str, Any]
) -> None:
    subnet = cloud.network()
    wanted = cluster(cloud, subnet)
    if of_pool:
        wanted["agentPoolProfiles"] = [pool(subnet, **of_pool)]
    cloud.refused(code, CLUSTER, **{**wanted, **inputs})


def test_a_cluster_needs_its_rights_beforehand(cloud: Cloud) -> None:
    subnet = cloud.network()
    wanted = cluster(cloud, subnet, granted=False)
    cloud.refused("CustomKubeletIdentityMissingPermissionError", CLUSTER, **wanted)
    control = cloud.body(wanted["identity"]["userAssignedIdentities"][0])
    cloud.grant("identity-operator", control["principalId"], wanted["identityProfile"]["kubeletidentity"]["resourceId"])
    cloud.refused("LinkedAuthorizationFailed", CLUSTER, **wanted)
    cloud.grant("network-contributor", control["principalId"], subnet)
    cloud.make(CLUSTER, **wanted)


def test_the_whole_local_disk_is_free_without_trusted_launch(cloud: Cloud) -> None:
    subnet = cloud.network()
    wanted = cluster(cloud, subnet)
    wanted["agentPoolProfiles"] = [pool(subnet, osDiskSizeGB=75)]
    cloud.make(CLUSTER, **wanted)


def test_an_operating_system_of_one_version_stops_the_upgrade_of_its_pool(cloud: Cloud) -> None:
    wanted, made, subnet = made_cluster(cloud)
    old = add_pool(cloud, subnet, osSKU="AzureLinux3")
    cloud.update(CLUSTER, made.id, **{**wanted, "kubernetesVersion": "1.37"})
    inputs = {key: value for key, value in pool(subnet, mode="User").items() if key != "name"}
    newer = {
        "resourceName": wanted["resourceName"],
        "agentPoolName": "services",
        **inputs,
        "orchestratorVersion": "1.37",
    }
    cloud.refused_update("InvalidOSSKU", POOL, old.id, **newer, osSKU="AzureLinux3")
    after = cloud.update(POOL, old.id, **newer, osSKU="AzureLinux")
    assert after["currentOrchestratorVersion"] == "1.37.1"


def test_the_initial_pool_stays_behind_when_its_cluster_is_upgraded(cloud: Cloud) -> None:
    """A change of the cluster carries the pools' versions as they were; the pool itself takes the new one."""
    wanted, made, subnet = made_cluster(cloud)
    cloud.update(CLUSTER, made.id, **{**wanted, "kubernetesVersion": "1.37"})
    system = f"{made.id}/agentPools/system"
    assert cloud.body(system)["currentOrchestratorVersion"] == "1.36.1"
    inputs = {key: value for key, value in pool(subnet, orchestratorVersion="1.37").items() if key != "name"}
    cloud.update(POOL, system, resourceName=wanted["resourceName"], agentPoolName="system", **inputs)
    (listed,) = cloud.body(made.id)["agentPoolProfiles"]
    assert listed["currentOrchestratorVersion"] == "1.37.1"


def test_encryption_at_host_needs_its_feature(cloud: Cloud) -> None:
    with cloud.world.limits() as limits:
        limits.unregister(ENCRYPTION_AT_HOST, locked=False)
    subnet = cloud.network()
    wanted = cluster(cloud, subnet)
    wanted["agentPoolProfiles"] = [pool(subnet, enableEncryptionAtHost=True)]
    error = cloud.refused("InvalidParameter", CLUSTER, **wanted)
    assert "'Microsoft.Compute/EncryptionAtHost' feature is not enabled" in str(error)
    assert "az feature register" in str(error)
    with cloud.world.limits() as limits:
        limits.register(ENCRYPTION_AT_HOST)
    cloud.make(CLUSTER, **wanted)


def test_a_delegated_subnet_takes_no_nodes(cloud: Cloud) -> None:
    subnet = cloud.network(delegations=[{"name": "d", "serviceName": "Microsoft.Web/serverFarms"}])
    cloud.refused("SubnetIsDelegated", CLUSTER, **cluster(cloud, subnet))


def test_what_azure_makes_of_a_cluster(cloud: Cloud) -> None:
    wanted, made, subnet = made_cluster(cloud)
    control = wanted["identity"]["userAssignedIdentities"][0]
    assert made.properties["currentKubernetesVersion"] == "1.36.1"
    assert made.properties["oidcIssuerProfile"]["issuerURL"].startswith(
        f"https://southafricanorth.oic.prod-aks.azure.com/{TENANT}/"
    )
    assert set(made.properties["identity"]["userAssignedIdentities"]) == {control}
    assert cloud.world.get(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/mys-dev-corenodes-rg-san") is not None
    add_pool(cloud, subnet)
    listed = cloud.body(made.id)
    assert [each["name"] for each in listed["agentPoolProfiles"]] == ["system", "services"]
    back = cloud.azure.read("urn", CLUSTER, made.id, wanted, made.properties)
    assert back is not None
    assert back.inputs is not None
    names = [each["name"] for each in back.inputs["agentPoolProfiles"]]
    assert names == ["system", "services"], "a refresh brings every pool into the inputs, so the program lets them go"
    assert "provisioningState" not in back.inputs["agentPoolProfiles"][1]
    cloud.delete(CLUSTER, made.id)
    assert not [each for each in cloud.world.all() if "corenodes" in each.id or "agentPools" in each.id]


def test_a_cluster_that_names_little_gets_the_rest_from_azure(cloud: Cloud) -> None:
    profile = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4ds_v5"}
    identity = {"type": "SystemAssigned"}
    made = cloud.make(
        CLUSTER, resourceName="plain", location=REGION, dnsPrefix="p", identity=identity, agentPoolProfiles=[profile]
    )
    before_the_newest = offered("kubernetes")[-2]
    assert made.properties["currentKubernetesVersion"].startswith(f"{before_the_newest}.")
    assert "issuerURL" not in made.properties["oidcIssuerProfile"]
    kubelet = made.properties["identityProfile"]["kubeletidentity"]
    assert f"/resourceGroups/MC_{GROUP}_plain_{REGION}/" in kubelet["resourceId"]
    assert cloud.body(kubelet["resourceId"])["principalId"] == kubelet["objectId"]
    (system,) = made.properties["agentPoolProfiles"]
    assert (system["osDiskType"], system["osDiskSizeGB"]) == ("Ephemeral", 150), "the whole temporary disk"


def test_a_cluster_takes_no_new_pool_and_keeps_the_others(cloud: Cloud) -> None:
    wanted, made, subnet = made_cluster(cloud)
    add_pool(cloud, subnet)
    with pytest.raises(ArmError, match="A new agent pool was introduced"):
        cloud.update(CLUSTER, made.id, **{**wanted, "agentPoolProfiles": [pool(subnet), pool(subnet, "other", "User")]})
    after = cloud.update(CLUSTER, made.id, **{**wanted, "tags": {"a": "b"}})
    assert [each["name"] for each in after["agentPoolProfiles"]] == ["system", "services"]
    for property, value in (("dnsPrefix", "other"), ("networkProfile", {"podCidr": "192.168.0.0/15"})):
        with pytest.raises(ArmError, match="PropertyChangeNotAllowed"):
            cloud.update(CLUSTER, made.id, **{**wanted, property: value})


def test_pools_have_rules_of_their_own(cloud: Cloud) -> None:
    _, made, subnet = made_cluster(cloud)
    with pytest.raises(ArmError, match=r"Required parameter properties\.count is missing"):
        add_pool(cloud, subnet, count=None)
    with pytest.raises(ArmError, match="InvalidResourceName"):
        add_pool(cloud, subnet, "pool-with-hyphens")
    with pytest.raises(ArmError, match="InsufficientSubnetSize"):
        add_pool(cloud, subnet, maxCount=1000)
    with pytest.raises(ArmError, match="at least one system agent pool"):
        cloud.delete(POOL, f"{made.id}/agentPools/system")
    second = add_pool(cloud, subnet)
    cloud.delete(POOL, second.id)
    listed = cloud.body(made.id)
    assert [each["name"] for each in listed["agentPoolProfiles"]] == ["system"]


def test_a_window_has_at_least_four_hours(cloud: Cloud) -> None:
    made_cluster(cloud)
    cloud.refused(
        "InvalidParameter",
        token_of("maintenance-configuration"),
        resourceName="mys-dev-core-aks-san",
        configName="default",
        maintenanceWindow={"durationHours": 3, "startTime": "01:00", "schedule": {"daily": {"intervalDays": 1}}},
    )


def test_owners_move_what_is_theirs_within_bounds(cloud: Cloud) -> None:
    _, made, subnet = made_cluster(cloud)
    pool_id = add_pool(cloud, subnet, count=3).id
    assert move_owned(cloud.world) > 0
    moved = cloud.body(pool_id)
    assert (moved["count"], moved["orchestratorVersion"]) == (4, "1.36.3")
    found = cloud.body(made.id)
    assert found["kubernetesVersion"] == "1.36.3"
    assert [each["count"] for each in found["agentPoolProfiles"]] == [3, 4]
    move_owned(cloud.world)
    assert move_owned(cloud.world) == 0


def test_a_cluster_goes_on_with_a_version_that_is_offered_no_more(cloud: Cloud) -> None:
    wanted, made, _ = made_cluster(cloud)
    old = cloud.world.get(made.id)
    assert old is not None
    versions = {"kubernetesVersion": "1.28", "currentKubernetesVersion": "1.28.15"}
    with cloud.world.writing("set", old.token, old.id) as writer:
        writer.put(old.id, old.token, {**old.body, **versions})
    changed = {**wanted, "kubernetesVersion": "1.28", "tags": {"Team": "platform"}}
    assert cloud.update(CLUSTER, made.id, **changed)["tags"] == {"Team": "platform"}
    with pytest.raises(ArmError, match=r"K8sVersionNotSupported.*1\.29"):
        cloud.update(CLUSTER, made.id, **{**changed, "kubernetesVersion": "1.29"})
    first, *_, last = sorted(offered("kubernetes"), key=minor_of)
    with pytest.raises(ArmError, match=r"OperationNotAllowed.*1\.28\.15"):
        cloud.update(CLUSTER, made.id, **{**changed, "kubernetesVersion": last})
    assert cloud.update(CLUSTER, made.id, **{**changed, "kubernetesVersion": first})["kubernetesVersion"] == first


def test_versions_go_forward_one_by_one_and_pools_follow(cloud: Cloud) -> None:
    wanted, made, subnet = made_cluster(cloud)
    with pytest.raises(ArmError, match="NodePoolMcVersionIncompatible"):
        add_pool(cloud, subnet, orchestratorVersion="1.37")
    with pytest.raises(ArmError, match=r"OperationNotAllowed.*1\.36\.1 to 1\.35 is not allowed"):
        cloud.update(CLUSTER, made.id, **{**wanted, "kubernetesVersion": "1.35"})
    old = cloud.world.get(made.id)
    assert old is not None
    with cloud.world.writing("set", old.token, old.id) as writer:
        writer.put(old.id, old.token, {**old.body, "currentKubernetesVersion": "1.34.9"})
    with pytest.raises(ArmError, match=r"OperationNotAllowed.*1\.34\.9 to 1\.36 is not allowed"):
        cloud.update(CLUSTER, made.id, **wanted)
    assert (
        cloud.update(CLUSTER, made.id, **{**wanted, "kubernetesVersion": "1.35"})["currentKubernetesVersion"]
        == "1.35.1"
    )
