"""A cluster made from its spec alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pytest
from pulumi_azure_native import resources

from components.aks.cluster import Cluster, ClusterIdentity
from components.aks.spec import ClusterSpec, PoolSpec, WindowSpec
from tests.harness.build import PLACE, SUBNET_ID, surroundings
from tests.harness.compose import TENANT, Composition, compose

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
WINDOW = "azure-native:containerservice:MaintenanceConfiguration"

SYSTEM = PoolSpec(
    name="system",
    mode="System",
    initial=True,
    vm_size="Standard_D2ds_v5",
    minimum=2,
    maximum=4,
    zones=("1", "2", "3"),
    os_disk_gib=64,
    ephemeral=True,
    max_pods=30,
    labels={},
    taints=("CriticalAddonsOnly=true:NoSchedule",),
)
SERVICES = replace(SYSTEM, name="services", mode="User", initial=False, labels={"workload": "services"}, taints=())
SPEC = ClusterSpec(
    name="mys-dev-core-aks-san",
    tenant_id=TENANT,
    dns_prefix="mys-dev-core",
    node_group="mys-dev-corenodes-rg-san",
    version="1.36",
    tier="Standard",
    upgrade_channel="patch",
    upgrades=WindowSpec("Sunday", "01:00", 4, "+02:00"),
    node_images=WindowSpec("Saturday", "02:00", 5, "+02:00"),
    private=False,
    authorized_ranges=("203.0.113.0/24",),
    pod_cidr="192.168.0.0/16",
    service_cidr="172.16.0.0/16",
    dns_service_ip="172.16.0.10",
    pools=(SYSTEM, SERVICES),
    prometheus=True,
    container_logs=True,
    manage_initial_pool=False,
)


def made(spec: ClusterSpec = SPEC) -> Composition:
    """A cluster that waits for one role assignment; any resource stands for it."""

    def program() -> dict[str, Any]:
        granted = resources.ResourceGroup("granted", resource_group_name="granted", location="southafricanorth")
        cluster = Cluster(
            "core",
            spec,
            PLACE,
            surroundings(locked=True),
            control_plane=ClusterIdentity("/identity/control-plane", "c1", "p1"),
            kubelet=ClusterIdentity("/identity/kubelet", "c2", "p2"),
            granted=[granted],
            subnet_id=SUBNET_ID,
            outbound_ips=[pulumi.Output.from_input("20.0.0.1")],
        )
        return {"name": cluster.name, "issuer": cluster.oidc_issuer}

    return compose(program)


def inputs(spec: ClusterSpec = SPEC) -> Any:
    (found,) = made(spec).of(CLUSTER)
    return found.inputs


def test_the_cluster_has_its_spec() -> None:
    found = inputs()
    assert found["resourceName"] == SPEC.name
    assert found["sku"] == {"name": "Base", "tier": "Standard"}
    assert (found["kubernetesVersion"], found["dnsPrefix"]) == ("1.36", "mys-dev-core")
    assert found["nodeResourceGroup"] == SPEC.node_group
    assert found["nodeResourceGroupProfile"] == {"restrictionLevel": "ReadOnly"}
    assert found["identity"]["userAssignedIdentities"] == ["/identity/control-plane"]
    assert found["identityProfile"]["kubeletidentity"] == {
        "resourceId": "/identity/kubelet",
        "clientId": "c2",
        "objectId": "p2",
    }
    assert found["networkProfile"]["podCidr"] == SPEC.pod_cidr
    assert found["autoUpgradeProfile"]["upgradeChannel"] == "patch"


def test_the_cluster_waits_for_the_roles_of_its_identities() -> None:
    (found,) = made().of(CLUSTER)
    assert "granted" in found.dependencies


def test_a_public_api_admits_the_ranges_and_the_cluster_s_own_addresses() -> None:
    assert inputs()["apiServerAccessProfile"] == {
        "disableRunCommand": True,
        "enablePrivateCluster": False,
        "authorizedIPRanges": ["203.0.113.0/24", "20.0.0.1/32"],
    }


def test_without_ranges_a_public_api_admits_everybody() -> None:
    """Its own addresses alone would shut everybody else out."""
    assert "authorizedIPRanges" not in inputs(replace(SPEC, authorized_ranges=()))["apiServerAccessProfile"]


def test_a_private_api_has_no_public_name_and_no_ranges() -> None:
    assert inputs(replace(SPEC, private=True, authorized_ranges=()))["apiServerAccessProfile"] == {
        "disableRunCommand": True,
        "enablePrivateCluster": True,
        "enablePrivateClusterPublicFQDN": False,
        "privateDNSZone": "system",
    }


def test_the_initial_pool_is_made_with_the_cluster_and_the_others_are_resources() -> None:
    found = made()
    (cluster,) = found.of(CLUSTER)
    assert [each["name"] for each in cluster.inputs["agentPoolProfiles"]] == ["system"]
    (pool,) = found.of(POOL)
    assert (pool.name, pool.parent) == ("core-services", "core")
    assert pool.inputs["nodeLabels"] == {"workload": "services"}
    assert "nodeTaints" not in pool.inputs


def test_an_adopted_initial_pool_is_a_resource_as_well() -> None:
    found = made(replace(SPEC, manage_initial_pool=True))
    assert {each.name for each in found.of(POOL)} == {"core-system", "core-services"}


@pytest.mark.parametrize(("ephemeral", "kind"), [(True, "Ephemeral"), (False, "Managed")])
def test_a_pool_has_its_spec(ephemeral: bool, kind: str) -> None:
    pools = (SYSTEM, replace(SERVICES, ephemeral=ephemeral, zones=()))
    (pool,) = made(replace(SPEC, pools=pools)).of(POOL)
    assert pool.inputs["osDiskType"] == kind
    assert (pool.inputs["minCount"], pool.inputs["count"], pool.inputs["maxCount"]) == (2, 2, 4)
    assert pool.inputs["vnetSubnetID"] == SUBNET_ID
    assert pool.inputs["upgradeSettings"] == {"maxSurge": "33%"}
    assert "availabilityZones" not in pool.inputs
    assert pool.inputs["osSKU"] == "AzureLinux"
    assert pool.inputs["enableEncryptionAtHost"] is True
    assert pool.inputs["securityProfile"] == {"enableSecureBoot": True, "enableVTPM": True}


def test_each_kind_of_upgrade_has_its_window() -> None:
    windows = {each.inputs["configName"]: each.inputs["maintenanceWindow"] for each in made().of(WINDOW)}
    assert {name: (each["startTime"], each["durationHours"]) for name, each in windows.items()} == {
        "aksManagedAutoUpgradeSchedule": ("01:00", 4),
        "aksManagedNodeOSUpgradeSchedule": ("02:00", 5),
    }
    assert windows["aksManagedAutoUpgradeSchedule"]["schedule"] == {
        "weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 1}
    }


def test_workloads_trust_the_issuer_of_the_cluster() -> None:
    outputs = made().outputs
    assert outputs["name"] == SPEC.name
    assert outputs["issuer"].startswith("https://southafricanorth.oic.prod-aks.azure.com/")
