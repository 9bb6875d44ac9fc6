"""The cluster of every environment against the AKS baseline, its identities and what it may do."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from components.facts.aks_controls import CONTROLS
from components.facts.roles import ROLES
from components.facts.waiting import EXCLUSIVE_PARENTS
from offline.engine.home import PROJECT
from stacks.__main__ import plan_of
from stacks.build.run import guarded_build
from stacks.catalogue import CATALOGUE
from stacks.plan import EnvironmentPlan, StackPlan
from tests.conftest import STACKS, TODAY
from tests.harness import Composition, Registered, compose
from tests.harness.settings import edited

ENVIRONMENTS = STACKS[1:]
CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
WINDOW = "azure-native:containerservice:MaintenanceConfiguration"
TIGHT = ("staging", "prod")

every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)


def cluster(composition: Composition) -> dict[str, Any]:
    (found,) = composition.of(CLUSTER)
    return dict(found.inputs)


def pools(composition: Composition) -> dict[str, dict[str, Any]]:
    """All pools by name, the one that is made with the cluster included."""
    first = {each["name"]: each for each in cluster(composition)["agentPoolProfiles"]}
    return first | {each.inputs["agentPoolName"]: dict(each.inputs) for each in composition.of(POOL)}


def grants(composition: Composition) -> set[tuple[str, str, str]]:
    """Role, principal and scope of every assignment."""
    names = {role.id: role.key for role in ROLES.values()}
    return {
        (names[each.inputs["roleDefinitionId"].rpartition("/")[2]], each.inputs["principalId"], each.inputs["scope"])
        for each in composition.of(ASSIGNMENT)
    }


def identity(composition: Composition, physical: str, what: str = "principal") -> str:
    from offline.azure.behaviour import guid

    composition.named(physical)
    return guid(f"/user-assigned-identity/{physical}", what)


@every_environment
@pytest.mark.control(1)
@pytest.mark.requirement("S3-122")
def test_the_control_plane_has_an_identity_of_its_own(stack: str, composed: dict[str, Composition]) -> None:
    found = cluster(composed[stack])
    assert found["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": [f"/user-assigned-identity/mys-{stack}-coreaks-identity-san"],
    }
    assert "servicePrincipalProfile" not in found


@pytest.mark.control(2)
def test_the_api_server_has_an_uptime_agreement(composed: dict[str, Composition]) -> None:
    assert {stack: cluster(composed[stack])["sku"]["tier"] for stack in ENVIRONMENTS} == {
        "dev": "Free",
        "staging": "Standard",
        "prod": "Standard",
    }


@every_environment
@pytest.mark.control(4, 5, 6, 7, 8)
@pytest.mark.requirement("S3-116")
def test_who_reaches_the_api_and_how(stack: str, composed: dict[str, Composition]) -> None:
    found = cluster(composed[stack])
    access = found["apiServerAccessProfile"]
    addresses = composed[stack].of("azure-native:network:PublicIPAddress")
    assert access["disableRunCommand"] is True
    assert access["authorizedIPRanges"][0] == "203.0.113.0/24"
    assert len(access["authorizedIPRanges"]) == 1 + len(addresses)
    assert all(each.endswith("/32") for each in access["authorizedIPRanges"][1:])
    assert found["disableLocalAccounts"] is True
    assert found["aadProfile"] == {
        "managed": True,
        "enableAzureRBAC": True,
        "tenantID": "00000000-0000-4000-8000-000000000000",
    }
    assert found["oidcIssuerProfile"] == {"enabled": True}
    assert found["securityProfile"]["workloadIdentity"] == {"enabled": True}
    assert "podIdentityProfile" not in found


@every_environment
@pytest.mark.control(9, 10, 11, 12, 13, 14, 15, 16)
@pytest.mark.requirement("S1-098", "S3-156")
def test_pools(stack: str, composed: dict[str, Composition]) -> None:
    found = pools(composed[stack])
    assert set(found) == {"system", "services", "chain"}
    assert found["system"]["mode"] == "System"
    assert found["system"]["nodeTaints"] == ["CriticalAddonsOnly=true:NoSchedule"]
    assert {found[name]["mode"] for name in ("services", "chain")} == {"User"}
    assert found["chain"]["nodeTaints"] == ["workload=chain:NoSchedule"]
    for pool in found.values():
        assert pool["availabilityZones"] == ["1", "2", "3"]
        assert (pool["osDiskType"], pool["osSKU"]) == ("Ephemeral", "AzureLinux3")
        assert pool["enableAutoScaling"] is True
        assert pool["minCount"] < pool["maxCount"]
        assert pool["count"] == pool["minCount"]
        assert pool["upgradeSettings"] == {"maxSurge": "33%"}
        assert pool["maxPods"] == 30
        assert pool["enableNodePublicIP"] is False
        assert pool["vnetSubnetID"].endswith("/subnets/aks-nodes")
    if stack in TIGHT:
        assert found["system"]["minCount"] == 3
        assert found["services"]["minCount"] == 3
    assert cluster(composed[stack])["autoScalerProfile"]["expander"] == "least-waste"


def test_prod_grows_further_than_dev(composed: dict[str, Composition]) -> None:
    dev, prod = (pools(composed[stack]) for stack in ("dev", "prod"))
    assert all(prod[name]["maxCount"] > dev[name]["maxCount"] for name in prod)


@every_environment
@pytest.mark.control(17, 18, 20)
def test_the_network_of_the_cluster(stack: str, composed: dict[str, Composition]) -> None:
    assert cluster(composed[stack])["networkProfile"] == {
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkDataplane": "cilium",
        "networkPolicy": "cilium",
        "outboundType": "userAssignedNATGateway",
        "loadBalancerSku": "standard",
        "podCidr": "192.168.0.0/16",
        "serviceCidr": "172.16.0.0/16",
        "dnsServiceIP": "172.16.0.10",
    }


@every_environment
@pytest.mark.control(22, 24, 30)
def test_add_ons_and_drivers(stack: str, composed: dict[str, Composition]) -> None:
    found = cluster(composed[stack])
    assert found["addonProfiles"] == {
        "azureKeyvaultSecretsProvider": {
            "enabled": True,
            "config": {"enableSecretRotation": "true", "rotationPollInterval": "2m"},
        },
        "azurepolicy": {"enabled": True, "config": {"version": "v2"}},
    }
    assert found["securityProfile"]["imageCleaner"] == {"enabled": True, "intervalHours": 120}
    drivers = {name: each["enabled"] for name, each in found["storageProfile"].items()}
    assert drivers == {
        "diskCSIDriver": True,
        "fileCSIDriver": False,
        "blobCSIDriver": False,
        "snapshotController": False,
    }


@every_environment
@pytest.mark.control(29)
def test_upgrades_run_in_their_windows(stack: str, composed: dict[str, Composition]) -> None:
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
@pytest.mark.requirement("S3-110", "S3-115")
def test_the_kubelet_pulls_images_and_nothing_else(stack: str, composed: dict[str, Composition]) -> None:
    kubelet = identity(composed[stack], f"mys-{stack}-corekubelet-identity-san")
    mine = {
        (role, scope.rpartition("/")[2]) for role, principal, scope in grants(composed[stack]) if principal == kubelet
    }
    assert mine == {("acr-pull", "myssharedacr")}
    profile = cluster(composed[stack])["identityProfile"]["kubeletidentity"]
    assert profile["objectId"] == kubelet
    assert profile["resourceId"] == f"/user-assigned-identity/mys-{stack}-corekubelet-identity-san"


@pytest.mark.control(34)
def test_the_registry(composed: dict[str, Composition]) -> None:
    registry = composed["shared"].named("myssharedacr").inputs
    assert registry["sku"] == {"name": "Premium"}
    assert (registry["adminUserEnabled"], registry["anonymousPullEnabled"]) == (False, False)
    assert registry["zoneRedundancy"] == "Enabled"
    assert registry["policies"]["retentionPolicy"] == {"days": 30, "status": "enabled"}
    assert len(composed["shared"].of("azure-native:containerregistry:Replication")) == 1
    for stack in ENVIRONMENTS:
        endpoints = composed[stack].of("azure-native:network:PrivateEndpoint")
        (endpoint,) = [each for each in endpoints if each.name == "registry"]
        assert endpoint.inputs["privateLinkServiceConnections"][0]["groupIds"] == ["registry"]
        groups = composed[stack].of("azure-native:network:PrivateDnsZoneGroup")
        (group,) = [each for each in groups if each.name == "registry"]
        zones = [each["privateDnsZoneId"] for each in group.inputs["privateDnsZoneConfigs"]]
        assert zones == ["/private-dns-zone/privatelink.azurecr.io"]


@every_environment
@pytest.mark.control(35)
def test_the_control_plane_s_logs_are_named_one_by_one(stack: str, composed: dict[str, Composition]) -> None:
    settings = composed[stack].of("azure-native:monitor:DiagnosticSetting")
    (found,) = [each for each in settings if "kubernetes-cluster" in each.inputs["resourceUri"]]
    categories = [each["category"] for each in found.inputs["logs"]]
    assert "kube-audit-admin" in categories
    assert "kube-audit" not in categories
    assert all("categoryGroup" not in each for each in found.inputs["logs"])


@every_environment
def test_the_grants_come_before_the_cluster(stack: str, composed: dict[str, Composition]) -> None:
    (found,) = [each for each in composed[stack].resources if each.type == "mystira:compute:Cluster"]
    wanted = {
        "control-plane-network-contributor-subnet-aks-nodes",
        "control-plane-identity-operator-identity-kubelet",
        "kubelet-acr-pull-registry",
    }
    assert wanted <= set(composed[stack].of(CLUSTER)[0].dependencies) | set(found.dependencies)


@every_environment
@pytest.mark.requirement("S0-05", "S3-109", "S3-114", "S3-117", "S3-119", "S3-120")
def test_every_workload_is_its_identity(
    stack: str, composed: dict[str, Composition], plans: dict[str, StackPlan]
) -> None:
    """Namespace, service account, subject and identity follow from one record."""
    plan = plans[stack]
    assert isinstance(plan, EnvironmentPlan)
    credentials = {each.inputs["subject"]: each for each in composed[stack].of(CREDENTIAL)}
    issuers = {each.inputs["issuer"] for each in credentials.values()}
    assert len(issuers) == 1
    assert next(iter(issuers)).startswith("https://southafricanorth.oic.prod-aks.azure.com/")
    migrator = f"system:serviceaccount:mys-{stack}:mys-db-migrator"
    assert set(credentials) == {migrator, *(workload.subject for workload in plan.workloads)}
    for workload in plan.workloads:
        credential = credentials[f"system:serviceaccount:mys-{stack}:mys-{workload.service}"]
        assert credential.inputs["audiences"] == ["api://AzureADTokenExchange"]
        project = CATALOGUE.by_key[workload.service].project.code
        assert credential.inputs["resourceName"] == f"mys-{stack}-{project}-identity-san"
    identified = {service.project.code for service in CATALOGUE if service.identified}
    names = {
        each.inputs["resourceName"] for each in composed[stack].of("azure-native:managedidentity:UserAssignedIdentity")
    }
    assert {f"mys-{stack}-{code}-identity-san" for code in identified} <= names


@every_environment
@pytest.mark.requirement("S0-11", "S3-113", "S3-121", "S3-148")
def test_services_may_do_what_they_need_and_no_more(
    stack: str, composed: dict[str, Composition], plans: dict[str, StackPlan]
) -> None:
    """What the needs of a service want is granted to its identity, at what is its own or shared, and nothing else."""
    for service in CATALOGUE:
        if not service.identified:
            continue
        code = service.project.code
        principal = identity(composed[stack], f"mys-{stack}-{code}-identity-san")
        mine = [(role, scope) for role, holder, scope in grants(composed[stack]) if holder == principal]
        wanted = {
            (each.role, each.target.format(service=service.key)) for need in service.needs for each in need.grants
        }
        planned = {
            (each.role.key, each.scope) for each in plans[stack].grants if each.principal == f"identity/{service.key}"
        }
        assert planned == wanted
        assert sorted(role for role, _ in mine) == sorted(role for role, _ in wanted)
        assert ("metrics-publisher", f"/application-insights/mys-{stack}-{code}-ai-san") in mine


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.requirement("S3-147")
def test_nothing_is_granted_wider_than_a_resource(stack: str, composed: dict[str, Composition]) -> None:
    for each in composed[stack].of(ASSIGNMENT):
        assert each.inputs["principalType"] in ("ServicePrincipal", "Group", "User")
        kind = str(each.inputs["scope"]).split("/")[1]
        assert kind not in ("resource-group", "")
        assert str(each.inputs["scope"]).count("/") >= 2


@every_environment
def test_children_of_exclusive_parents_wait_for_each_other(stack: str, composed: dict[str, Composition]) -> None:
    """Of any two children of one parent, one depends on the other, directly or not."""
    by_name: dict[tuple[str, str], Registered] = {(each.type, each.name): each for each in composed[stack].azure()}
    kinds = {f"{POOL}", WINDOW}
    assert {row.parent for row in EXCLUSIVE_PARENTS} >= {"kubernetes-cluster", "user-assigned-identity"}
    children = [each for each in by_name.values() if each.type in kinds]
    assert len(children) == 4
    waiting = [len({name for name in each.dependencies if name in {one.name for one in children}}) for each in children]
    assert sorted(waiting) == [0, 1, 1, 1]


@every_environment
def test_what_others_move_is_let_go(stack: str, composed: dict[str, Composition]) -> None:
    assert composed[stack].of(CLUSTER)[0].ignored == ("agentPoolProfiles", "kubernetesVersion")
    for pool in composed[stack].of(POOL):
        assert pool.ignored == ("count", "orchestratorVersion")


@pytest.mark.parametrize(("stack", "on"), [("shared", True), ("dev", False), ("staging", False), ("prod", True)])
def test_what_holds_data_is_protected_and_locked(stack: str, on: bool, composed: dict[str, Composition]) -> None:
    from components.facts.resource_types import BY_TOKEN

    stateful = [each for each in composed[stack].azure() if BY_TOKEN[each.type].stateful]
    assert stateful
    assert {each.protect for each in stateful} == {on}
    locks = composed[stack].of("azure-native:authorization:ManagementLockByScope")
    # Environments keep role assignments below the registry and records below the zone: a lock would hold them fast.
    open_to_others = {"azure-native:containerregistry:Registry", "azure-native:dns:Zone"}
    # The lock of an account covers what is in it.
    lockable = {each.type for each in stateful if BY_TOKEN[each.type].arm.count("/") == 1} - open_to_others
    assert len(locks) == (len([each for each in stateful if each.type in lockable]) if on else 0)
    for lock in locks:
        assert lock.inputs["level"] == "CanNotDelete"
        assert len(lock.dependencies) >= 1


BUILT_IN = {
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
    "Azure Kubernetes Service Cluster User Role": "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    "Azure Kubernetes Service RBAC Reader": "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
    "Azure Kubernetes Service RBAC Writer": "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb",
    "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "Key Vault Crypto Officer": "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
    "Key Vault Reader": "21090545-7ca7-4776-b22c-e363652d74d2",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Log Analytics Reader": "73c42c96-874c-492b-b04d-ab87d138a893",
    "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "Storage Blob Delegator": "db58b8e5-c6ad-4a2a-8342-4190687cbf4a",
}
"""Written down a second time, from public templates: everything else reads the one table (S3-111)."""


def test_the_ids_of_roles_are_azures() -> None:
    assert {role.name: role.id for role in ROLES.values()} == BUILT_IN


@pytest.mark.parametrize("stack", ["shared", "prod"])
def test_a_lock_comes_after_the_roles_in_its_scope(stack: str, folder: Path) -> None:
    """Azure refuses to delete a role assignment below a lock."""
    reader = {
        "principal_id": "00000000-0000-4000-8000-0000000000aa",
        "principal_type": "Group",
        "role": "log-reader",
        "scope": "workspace",
    }
    edited(folder, stack, {"access": {"auditors": reader}})
    plan = plan_of(stack, folder, TODAY)
    found = compose(lambda: guarded_build(plan, retries=False))
    (grant,) = [each for each in found.of(ASSIGNMENT) if each.inputs["principalId"] == reader["principal_id"]]
    (workspace,) = found.of("azure-native:operationalinsights:Workspace")
    locks = found.of("azure-native:authorization:ManagementLockByScope")
    (lock,) = [each for each in locks if each.name == f"log-analytics-workspace-{workspace.name}"]
    assert {grant.name, workspace.name} <= set(lock.dependencies)


@pytest.mark.parametrize("stack", STACKS)
def test_everything_that_has_logs_sends_them(stack: str, composed: dict[str, Composition]) -> None:
    from components.facts.resource_types import BY_TOKEN

    logging = {
        f"/{BY_TOKEN[each.type].key}/{each.inputs[BY_TOKEN[each.type].name_input]}"
        for each in composed[stack].azure()
        if BY_TOKEN[each.type].diagnostics
    }
    settings = composed[stack].of("azure-native:monitor:DiagnosticSetting")
    assert {each.inputs["resourceUri"] for each in settings} == logging
    (workspace,) = composed[stack].of("azure-native:operationalinsights:Workspace")
    wanted = f"/log-analytics-workspace/{workspace.inputs['workspaceName']}"
    assert {each.inputs["workspaceId"] for each in settings} == {wanted}


def test_every_control_is_proven_or_waived_with_a_reason() -> None:
    proven = {
        argument.value
        for file in (PROJECT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.control"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }
    assert [each.number for each in CONTROLS] == list(range(1, 37))
    assert proven == {each.number for each in CONTROLS if not each.waived}
