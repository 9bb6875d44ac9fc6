"""The cluster of every environment against the AKS baseline, its identities, and what its settings may say."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from components.facts.types import PARENT_OF
from components.facts.vm_sizes import VM_SIZES
from stacks.catalogue.model import Catalogue
from stacks.parts.aks.controls import CONTROLS
from stacks.parts.aks.plan import AKS
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from tests.harness.access import granted, principal_of
from tests.harness.build import compose_up_to
from tests.harness.compose import TENANT, Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import (
    ENVIRONMENTS,
    GONE,
    context,
    edit,
    edited_plan,
    every_environment,
    one_problem,
    plan,
    problems,
)
from tests.platform.catalogue import CATALOGUE

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
WINDOW = "azure-native:containerservice:MaintenanceConfiguration"

RANGES = {
    "dev": {"podCidr": "192.168.0.0/18", "serviceCidr": "172.16.0.0/16", "dnsServiceIP": "172.16.0.10"},
    "staging": {"podCidr": "192.168.64.0/18", "serviceCidr": "172.18.0.0/16", "dnsServiceIP": "172.18.0.10"},
    "prod": {"podCidr": "192.168.128.0/18", "serviceCidr": "172.19.0.0/16", "dnsServiceIP": "172.19.0.10"},
}


def cluster(composition: Composition) -> Mapping[str, Any]:
    (found,) = composition.of(CLUSTER)
    return found.inputs


def pools(composition: Composition) -> dict[str, Mapping[str, Any]]:
    """All pools by name, the one that is made with the cluster included."""
    first = {each["name"]: each for each in cluster(composition)["agentPoolProfiles"]}
    return first | {each.inputs["agentPoolName"]: each.inputs for each in composition.of(POOL)}


@every_environment
@pytest.mark.control(1)
@pytest.mark.requirement("S3-122")
def test_the_control_plane_has_an_identity_of_its_own(stack: str, composed: Mapping[str, Composition]) -> None:
    found = cluster(composed[stack])
    assert found["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": [f"/user-assigned-identity/mys-{stack}-coreaks-identity-san"],
    }
    assert "servicePrincipalProfile" not in found


@pytest.mark.control(2)
def test_the_api_server_has_an_uptime_agreement(composed: Mapping[str, Composition]) -> None:
    tiers = {stack: cluster(composed[stack])["sku"]["tier"] for stack in ENVIRONMENTS}
    assert tiers == {"dev": "Free", "staging": "Standard", "prod": "Standard"}


@every_environment
@pytest.mark.control(4, 5, 6, 7, 8)
@pytest.mark.requirement("S3-116")
def test_the_api_is_reached_with_entra_from_named_addresses(stack: str, composed: Mapping[str, Composition]) -> None:
    found = cluster(composed[stack])
    access = found["apiServerAccessProfile"]
    offices, *own = access["authorizedIPRanges"]
    assert access["disableRunCommand"] is True
    assert offices == "203.0.113.0/24"
    assert len(own) == len(composed[stack].of("azure-native:network:PublicIPAddress"))
    assert all(each.endswith("/32") for each in own)
    assert found["disableLocalAccounts"] is True
    assert found["aadProfile"] == {"managed": True, "enableAzureRBAC": True, "tenantID": TENANT}
    assert found["oidcIssuerProfile"] == {"enabled": True}
    assert found["securityProfile"]["workloadIdentity"] == {"enabled": True}
    assert "podIdentityProfile" not in found


@every_environment
@pytest.mark.control(9, 10, 11, 12, 13, 14, 15, 16)
@pytest.mark.requirement("S1-098", "S3-156")
def test_every_pool_follows_the_baseline(stack: str, composed: Mapping[str, Composition]) -> None:
    found = pools(composed[stack])
    assert {name: (each["mode"], each.get("nodeTaints")) for name, each in found.items()} == {
        "system": ("System", ["CriticalAddonsOnly=true:NoSchedule"]),
        "services": ("User", None),
        "chain": ("User", ["workload=chain:NoSchedule"]),
    }
    for pool in found.values():
        assert pool["availabilityZones"] == ["1", "2", "3"]
        assert (pool["osDiskType"], pool["osSKU"]) == ("Ephemeral", "AzureLinux")
        assert pool["enableAutoScaling"] is True
        assert pool["minCount"] < pool["maxCount"]
        assert pool["count"] == pool["minCount"]
        assert pool["upgradeSettings"] == {"maxSurge": "33%"}
        assert pool["maxPods"] == 30
        assert pool["enableNodePublicIP"] is False
        assert pool["enableEncryptionAtHost"] is True
        assert pool["securityProfile"] == {"enableSecureBoot": True, "enableVTPM": True}
        assert pool["vnetSubnetID"].endswith("/subnets/aks-nodes")
    if stack != "dev":
        assert {found[name]["minCount"] for name in ("system", "services")} == {3}
        assert found["chain"]["minCount"] >= 2
        assert VM_SIZES[found["system"]["vmSize"]].vcpus >= 4
    assert cluster(composed[stack])["autoScalerProfile"]["expander"] == "least-waste"


@pytest.mark.requirement("S1-098", "S3-156")
def test_prod_grows_further_than_dev(composed: Mapping[str, Composition]) -> None:
    dev, prod = (pools(composed[stack]) for stack in ("dev", "prod"))
    assert all(prod[name]["maxCount"] > dev[name]["maxCount"] for name in prod)


@every_environment
@pytest.mark.control(17, 18, 20)
def test_the_cluster_has_an_overlay_with_cilium_behind_the_nat_gateway(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    assert cluster(composed[stack])["networkProfile"] == {
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkDataplane": "cilium",
        "networkPolicy": "cilium",
        "outboundType": "userAssignedNATGateway",
        "loadBalancerSku": "standard",
        **RANGES[stack],
    }


@every_environment
@pytest.mark.control(22, 24, 30)
def test_only_the_add_ons_and_drivers_that_are_used_are_on(stack: str, composed: Mapping[str, Composition]) -> None:
    found = cluster(composed[stack])
    assert {key: each for key, each in found["addonProfiles"].items() if key != "omsagent"} == {
        "azureKeyvaultSecretsProvider": {
            "enabled": True,
            "config": {"enableSecretRotation": "true", "rotationPollInterval": "2m"},
        },
        "azurepolicy": {"enabled": True, "config": {"version": "v2"}},
    }
    assert found["securityProfile"]["imageCleaner"] == {"enabled": True, "intervalHours": 120}
    assert {name: each["enabled"] for name, each in found["storageProfile"].items()} == {
        "diskCSIDriver": True,
        "fileCSIDriver": False,
        "blobCSIDriver": False,
        "snapshotController": False,
    }


@every_environment
@pytest.mark.control(29)
def test_upgrades_run_in_their_windows(stack: str, composed: Mapping[str, Composition]) -> None:
    assert cluster(composed[stack])["autoUpgradeProfile"] == {
        "upgradeChannel": "patch",
        "nodeOSUpgradeChannel": "NodeImage",
    }
    windows = {each.inputs["configName"]: each.inputs["maintenanceWindow"] for each in composed[stack].of(WINDOW)}
    assert set(windows) == {"aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"}
    for window in windows.values():
        assert window["durationHours"] >= 4
        assert window["utcOffset"] == "+02:00"
        assert window["schedule"]["weekly"]["intervalWeeks"] == 1


@every_environment
@pytest.mark.control(32)
@pytest.mark.requirement("S3-110")
def test_the_kubelet_pulls_images_and_nothing_else(stack: str, composed: Mapping[str, Composition]) -> None:
    name = f"mys-{stack}-corekubelet-identity-san"
    kubelet = principal_of(composed[stack], name)
    mine = [each for each in granted(composed[stack]) if each.principal == kubelet]
    assert [(each.role, each.scope.rpartition("/")[2]) for each in mine] == [("acr-pull", "myssharedacr")]
    profile = cluster(composed[stack])["identityProfile"]["kubeletidentity"]
    assert (profile["objectId"], profile["resourceId"]) == (kubelet, f"/user-assigned-identity/{name}")


@every_environment
def test_the_control_plane_is_granted_its_subnets_and_the_kubelet_s_identity(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    control_plane = principal_of(composed[stack], f"mys-{stack}-coreaks-identity-san")
    mine = {(each.role, each.scope) for each in granted(composed[stack]) if each.principal == control_plane}
    assert mine == {
        *(
            ("network-contributor", f"/virtual-network/mys-{stack}-core-vnet-san/subnets/{subnet}")
            for subnet in ("aks-nodes", "private-link")
        ),
        ("network-contributor", f"/resource-group/mys-{stack}-ingress-rg-san"),
        ("identity-operator", f"/user-assigned-identity/mys-{stack}-corekubelet-identity-san"),
    }


def test_a_private_api_also_needs_the_network(folder: Path) -> None:
    changes = {"aks.api": "private", "aks.runner_in_network": True, "aks.authorized_ranges": GONE}
    found = compose_up_to(AKS, edited_plan(folder, "prod", changes))
    access = cluster(found)["apiServerAccessProfile"]
    assert (access["enablePrivateCluster"], access.get("authorizedIPRanges")) == (True, None)
    control_plane = principal_of(found, "mys-prod-coreaks-identity-san")
    scopes = {each.scope for each in granted(found) if each.principal == control_plane}
    assert "/virtual-network/mys-prod-core-vnet-san" in scopes


@every_environment
@pytest.mark.control(35)
def test_the_control_plane_s_logs_are_named_one_by_one(stack: str, composed: Mapping[str, Composition]) -> None:
    settings = composed[stack].of("azure-native:monitor:DiagnosticSetting")
    (found,) = [each for each in settings if "kubernetes-cluster" in each.inputs["resourceUri"]]
    categories = [each.get("category") for each in found.inputs["logs"]]
    assert None not in categories
    assert "kube-audit-admin" in categories
    assert "kube-audit" not in categories


@every_environment
def test_the_roles_come_before_the_cluster(stack: str, composed: Mapping[str, Composition]) -> None:
    (found,) = composed[stack].of(CLUSTER)
    assert {
        "control-plane-network-contributor-subnet-aks-nodes",
        "control-plane-network-contributor-subnet-private-link",
        "control-plane-identity-operator-identity-kubelet",
        "kubelet-acr-pull-registry",
    } <= set(found.dependencies)


@every_environment
def test_pools_and_windows_are_made_one_at_a_time(stack: str, composed: Mapping[str, Composition]) -> None:
    """Each but the first waits for the one before it: Azure refuses a second operation on a cluster."""
    assert {PARENT_OF[key].key for key in ("agent-pool", "maintenance-configuration")} == {"kubernetes-cluster"}
    children = [each for each in composed[stack].azure() if each.type in (POOL, WINDOW)]
    assert len(children) > 2
    for before, after in pairwise(children):
        assert before.name in after.dependencies


@every_environment
def test_changes_that_azure_makes_are_ignored(stack: str, composed: Mapping[str, Composition]) -> None:
    assert composed[stack].of(CLUSTER)[0].ignored == ("agentPoolProfiles", "kubernetesVersion")
    assert {each.ignored for each in composed[stack].of(POOL)} == {("count", "orchestratorVersion")}


CLUSTER_ID = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-dev-core-rg-san"
    "/providers/Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san"
)
SYSTEM_POOL_ID = f"{CLUSTER_ID}/agentPools/system"


def test_an_upgrade_reaches_every_pool_once_the_initial_one_is_adopted(folder: Path) -> None:
    """Azure takes the version of a pool through the pool alone, and the initial one is no resource until then."""
    upgrade = {"aks.upgrade_channel": "none", "aks.version": "1.37"}
    before = edited_plan(folder, "dev", upgrade)
    (notice,) = [each for each in before.notices if each.subject.endswith("aks.version")]
    assert "adopt it first as agent-pool/core-system" in notice.text
    after = edited_plan(folder, "dev", {"adopt.agent-pool/core-system": SYSTEM_POOL_ID})
    assert not [each for each in after.notices if each.subject.endswith("aks.version")]
    found = compose_up_to(AKS, after)
    assert cluster(found)["kubernetesVersion"] == "1.37"
    versions = {each.inputs["agentPoolName"]: each.inputs["orchestratorVersion"] for each in found.of(POOL)}
    assert versions == dict.fromkeys(("system", "services", "chain"), "1.37")
    assert not any("orchestratorVersion" in each.ignored for each in found.of(POOL))


def test_without_an_upgrade_channel_versions_are_the_settings_own(folder: Path) -> None:
    found = compose_up_to(AKS, edited_plan(folder, "dev", {"aks.upgrade_channel": "none"}))
    assert found.of(CLUSTER)[0].ignored == ("agentPoolProfiles",)
    assert {each.ignored for each in found.of(POOL)} == {("count",)}


def test_the_initial_pool_is_a_resource_once_it_is_adopted(folder: Path, plans: Mapping[str, StackPlan]) -> None:
    assert not plans["dev"].of(AKS).cluster.manage_initial_pool
    found = compose_up_to(AKS, edited_plan(folder, "dev", {"adopt.agent-pool/core-system": SYSTEM_POOL_ID}))
    assert {each.name: each.imported for each in found.of(POOL)}["core-system"] == SYSTEM_POOL_ID


@every_environment
@pytest.mark.control(33)
def test_workloads_read_vaults_that_are_private_know_roles_only_and_log(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    vaults = composed[stack].of("azure-native:keyvault:Vault")
    ids = {f"/key-vault/{each.inputs['vaultName']}" for each in vaults}
    assert ids
    assert all(each.inputs["properties"]["enableRbacAuthorization"] is True for each in vaults)
    endpoints = composed[stack].of("azure-native:network:PrivateEndpoint")
    targets = {each.inputs["privateLinkServiceConnections"][0]["privateLinkServiceId"] for each in endpoints}
    logging = {each.inputs["resourceUri"] for each in composed[stack].of("azure-native:monitor:DiagnosticSetting")}
    assert ids <= targets & logging


def test_every_control_is_proven_or_waived_with_a_reason() -> None:
    proven = {
        argument.value
        for file in (PROJECT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.control"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }
    numbers = [each.number for each in CONTROLS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert proven == {each.number for each in CONTROLS if not each.waived}


@every_environment
def test_streams_may_be_silent_for_a_while(stack: str, composed: Mapping[str, Composition]) -> None:
    """The load balancer and the NAT gateway both drop a silent connection after four minutes by default."""
    annotation = "service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"
    assert composed[stack].outputs["load_balancer_annotations"] == {annotation: "30"}
    (gateway,) = composed[stack].of("azure-native:network:NatGateway")
    assert gateway.inputs["idleTimeoutInMinutes"] == 10


# What the settings may say.

SYSTEM, SERVICES, CHAIN = "aks.pools.system", "aks.pools.services", "aks.pools.chain"
ONE = {"minimum": 1, "maximum": 1}
GPU = {"vm_size": "Standard_D2ds_v5", "minimum": 1, "maximum": 2, "os_disk_gib": 64}
MISTAKES = [
    Mistake("dev", {"aks.version": "1.20"}, "aks.version", "not a version that Azure offers", "1.36"),
    Mistake(
        "dev",
        {"aks.api": "private", "aks.authorized_ranges": GONE},
        "aks.api",
        "a private API cannot be reached from outside the network",
        "runner_in_network: true",
    ),
    Mistake(
        "dev",
        {"aks.api": "private", "aks.runner_in_network": True},
        "aks.authorized_ranges",
        "a private API has no public side",
        "none",
    ),
    Mistake("dev", {"aks.authorized_ranges": GONE}, "waivers.aks-api-open", "missing: the settings break the rule"),
    Mistake("prod", {"aks.tier": "Free"}, "waivers.aks-tier", "missing: the settings break the rule"),
    Mistake("prod", {f"{SYSTEM}.minimum": 2}, "waivers.aks-zones", "missing: the settings break the rule"),
    Mistake(
        "staging",
        {f"{CHAIN}.minimum": 1, "services.chain.replicas": ONE},
        "waivers.aks-zones",
        "missing: the settings break the rule",
    ),
    Mistake(
        "prod",
        {f"{SYSTEM}.vm_size": "Standard_D2ds_v5", f"{SYSTEM}.os_disk_gib": 64},
        "waivers.aks-system-pool-size",
        "the machines of the system pool have 4 vCPUs or more",
    ),
    Mistake(
        "prod",
        {f"{SYSTEM}.os_disk_gib": 150},
        f"{SYSTEM}.os_disk_gib",
        "the OS disk does not fit on the machine's own disk",
        "at most 149 GiB, or ephemeral: false",
    ),
    Mistake("dev", {f"{SERVICES}.vm_size": "Standard_X9"}, f"{SERVICES}.vm_size", "not a size of", "Standard_D4ds_v5"),
    Mistake(
        "dev",
        {f"{SERVICES}.os_disk_gib": 256},
        f"{SERVICES}.os_disk_gib",
        "the OS disk does not fit on the machine's own disk",
        "at most 149 GiB, or ephemeral: false",
    ),
    Mistake("dev", {"aks.load_balancer_idle_minutes": 31}, "aks.load_balancer_idle_minutes", "not allowed", "30"),
    Mistake("dev", {f"{SERVICES}.minimum": 3}, f"{SERVICES}.maximum", "the autoscaler has no room", "more than 3"),
    Mistake("dev", {"aks.pools.gpu": GPU}, "aks.pools.gpu", "unknown pool", "system, services, chain"),
    Mistake("dev", {CHAIN: GONE}, CHAIN, "missing", "a pool"),
    Mistake(
        "prod",
        {"services.publisher.replicas.maximum": 90},
        f"{SERVICES}.maximum",
        "the pool cannot hold what runs on it",
        "room for",
    ),
    Mistake("dev", {"network.pod_cidr": "192.168.0.0/22"}, "network.pod_cidr", "too small for the pools' maximum"),
    Mistake("dev", {"network.service_cidr": "172.16.0.0/29"}, "network.service_cidr", "Kubernetes' DNS has no address"),
    Mistake("dev", {"network.service_cidr": "100.64.0.0/12"}, "network.service_cidr", "larger than AKS takes", "/13"),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_the_cluster_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_the_subnet_must_hold_the_pools_at_their_maximum(folder: Path) -> None:
    changes = {"network.subnets.aks-nodes": "10.0.8.0/27", f"{SERVICES}.maximum": 30}
    problem = one_problem(folder, "dev", changes)
    assert problem.path == "Pulumi.dev.yaml: mystira:network.subnets.aks-nodes"
    assert problem.allowed == "54 addresses or more, for 49 nodes during an upgrade"


def test_a_region_without_the_size_is_named(folder: Path) -> None:
    found = problems(folder, "dev", {"azure.region": "southafricawest"})
    sizes = [each for each in found if each.what == "not offered in southafricawest"]
    assert {each.path.rpartition("pools.")[2] for each in sizes} == {
        f"{pool}.vm_size" for pool in ("system", "services", "chain")
    }


def test_a_service_on_an_unknown_pool_is_named(folder: Path) -> None:
    moved = tuple(
        replace(each, workload=replace(each.workload, pool="gpu")) if each.workload and each.key == "chain" else each
        for each in CATALOGUE
    )
    catalogue: Catalogue = replace(CATALOGUE, services=moved)
    problem = one_problem(folder, "dev", {}, catalogue=catalogue)
    assert (problem.path, problem.what, problem.seen) == ("catalogue: chain", "runs on an unknown pool", "gpu")


def test_a_version_past_its_end_is_refused_unless_it_runs(folder: Path) -> None:
    edit(folder, "dev", {"aks.version": "1.34"})
    (notice,) = [each for each in plan("dev", folder, today=date(2026, 11, 29)).notices if "kubernetes" in each.subject]
    assert notice.subject == "kubernetes 1.34"
    problem = one_problem(folder, "dev", {}, today=date(2026, 11, 30))
    assert problem.what == "kubernetes 1.34 can no longer be created"
    edit(folder, "dev", {"adopt.kubernetes-cluster/core": CLUSTER_ID})
    assert plan("dev", folder, today=date(2026, 11, 30)).of(AKS).cluster.version == "1.34"


def test_an_adopted_cluster_runs_a_version_that_nobody_can_create_any_more(folder: Path) -> None:
    """New pools get what the cluster has: AKS takes no pool that is ahead of it."""
    assert "not a version that Azure offers" in one_problem(folder, "dev", {"aks.version": "1.28"}).what
    found = edited_plan(folder, "dev", {"adopt.kubernetes-cluster/core": CLUSTER_ID})
    (notice,) = [each for each in found.notices if each.subject.endswith("aks.version")]
    assert "runs 1.28, which Azure supports no longer" in notice.text
    assert "to the oldest version that Azure offers, at once" in notice.text
    built = compose_up_to(AKS, found)
    assert cluster(built)["kubernetesVersion"] == "1.28"
    assert {each.inputs["orchestratorVersion"] for each in built.of(POOL)} == {"1.28"}


def test_an_adopted_cluster_runs_no_version_that_does_not_exist_yet(folder: Path) -> None:
    changes = {"adopt.kubernetes-cluster/core": CLUSTER_ID, "aks.version": "1.99"}
    assert "not a version that Azure offers" in one_problem(folder, "dev", changes).what


ADOPTED = {"adopt.kubernetes-cluster/core": CLUSTER_ID}
SMALL = {"vm_size": "Standard_B2s", "os_disk_gib": 128, "ephemeral": False, "max_pods": 30}


def machines(stack: str, key: str) -> dict[str, Any]:
    """The machines of a pool, as a live one with the same is told."""
    pool = context(stack).settings.aks.pools[key]
    return {name: getattr(pool, name) for name in SMALL}


def test_a_new_cluster_has_no_pools_yet(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"aks.live_pools": {"default": SMALL}})
    assert problem.path.endswith("mystira:aks.live_pools")
    assert (problem.what, problem.seen) == ("a new cluster has no pools yet", "default")


def test_a_pool_that_the_settings_do_not_mean_stays_and_every_one_of_theirs_is_made(folder: Path) -> None:
    """The cluster of dev has a pool `default`: the pool system is then made beside it, not with the cluster."""
    found = edited_plan(folder, "dev", {**ADOPTED, "aks.live_pools": {"default": SMALL}})
    assert found.adopt == {"kubernetes-cluster/core": CLUSTER_ID}
    made = {each.name: each.imported for each in compose_up_to(AKS, found).of(POOL)}
    assert made == {"core-system": "", "core-services": "", "core-chain": ""}


def test_a_pool_of_the_same_name_and_machines_is_taken_over(folder: Path) -> None:
    live = {"chain": machines("dev", "chain"), "old": SMALL}
    found = edited_plan(folder, "dev", {**ADOPTED, "aks.live_pools": live})
    assert found.adopt["agent-pool/core-chain"] == f"{CLUSTER_ID}/agentPools/chain"
    assert {each.name: each.imported for each in compose_up_to(AKS, found).of(POOL)} == {
        "core-system": "",
        "core-services": "",
        "core-chain": f"{CLUSTER_ID}/agentPools/chain",
    }


def test_what_is_not_known_of_a_live_pool_is_not_held_against_it(folder: Path) -> None:
    live = {"chain": {"vm_size": machines("dev", "chain")["vm_size"]}}
    found = edited_plan(folder, "dev", {**ADOPTED, "aks.live_pools": live})
    assert "agent-pool/core-chain" in found.adopt


def test_a_live_pool_keeps_its_machines_or_a_new_one_has_another_name(folder: Path) -> None:
    live = {**machines("dev", "chain"), "vm_size": "Standard_B2s", "ephemeral": False}
    problem = one_problem(folder, "dev", {**ADOPTED, "aks.live_pools": {"chain": live}})
    assert problem.path.endswith("mystira:aks.pools.chain")
    assert problem.what == "the live cluster has a pool chain, whose machines stay as they are"
    assert problem.seen == f"vm_size: {machines('dev', 'chain')['vm_size']}, ephemeral: true"
    assert problem.allowed.startswith("vm_size: Standard_B2s, ephemeral: false; or name: another name")
    found = edited_plan(folder, "dev", {"aks.pools.chain.name": "chain2"})
    made = {each.inputs["agentPoolName"]: each for each in compose_up_to(AKS, found).of(POOL)}
    assert set(made) == {"system", "services", "chain2"}
    assert (made["chain2"].imported, made["chain2"].inputs["nodeLabels"]) == ("", {"workload": "chain"})


def test_two_pools_have_two_names(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"aks.pools.chain.name": "services"})
    assert (problem.what, problem.seen) == ("also the name of the pool services", "services")


def test_the_proof_of_capacity_is_made_of_the_pools_that_a_cluster_really_has(folder: Path) -> None:
    """Settings that follow a live pool of small machines say what does not fit, and what a person can decide."""
    changes = {**ADOPTED, "aks.live_pools": {"chain": SMALL}}
    changes |= {f"aks.pools.chain.{name}": value for name, value in SMALL.items()}
    changes |= {"services.chain.requests": {"cpu": 1, "memory_mib": 4096}}
    changes |= {"services.chain.limits": {"cpu": 2, "memory_mib": 4096}}
    found = problems(folder, "dev", changes)
    (capacity,) = [each for each in found if "no node of the pool chain has as much" in each.what]
    assert capacity.seen == "1 cores and 4096 MiB"
    assert (
        "larger machines, or another name for a new pool beside the live one (aks.pools.chain.name)" in capacity.allowed
    )
