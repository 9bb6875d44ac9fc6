"""What Azure refuses around access, clusters and what stands around resources."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.roles import ROLES, definition_id
from offline.azure.errors import ArmError
from offline.azure.owned import move_owned
from offline.azure.provider import AzureProvider
from offline.rpc.protocol import Created
from offline.world.store import World
from tests.harness.compose import schema

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = "mys-dev-core-rg-san"
ROOT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
REGION = "southafricanorth"


class Cloud:
    """A provider on an empty world, with short words for what the tests make."""

    def __init__(self, path: Path) -> None:
        self.world = World(path / "cloud.db")
        self.azure = AzureProvider(self.world, schema(), "3.29.0")
        self.azure.configure({"subscriptionId": SUBSCRIPTION, "tenantId": "t"})
        self.make("azure-native:resources:ResourceGroup", location=REGION)

    def make(self, token: str, **inputs: Any) -> Created:
        if "scope" not in inputs and "resourceUri" not in inputs:
            inputs.setdefault("resourceGroupName", GROUP)
        return self.azure.create("urn", token, inputs, preview=False, timeout=0)

    def refused(self, code: str, token: str, **inputs: Any) -> ArmError:
        with pytest.raises(ArmError) as caught:
            self.make(token, **inputs)
        assert caught.value.code == code, str(caught.value)
        assert "advice:" in str(caught.value)
        return caught.value

    def delete(self, token: str, id: str) -> None:
        self.azure.delete("urn", token, id, {}, timeout=0)

    def identity(self, name: str) -> Created:
        return self.make(IDENTITY, resourceName=name, location=REGION)

    def grant(self, role: str, principal: str, scope: str, name: str = "", **more: Any) -> Created:
        return self.make(
            ASSIGNMENT,
            scope=scope,
            roleAssignmentName=name or f"00000000-0000-4000-8000-{abs(hash((role, principal, scope))) % 10**12:012d}",
            roleDefinitionId=definition_id(ROLES[role], SUBSCRIPTION),
            principalId=principal,
            **{"principalType": "ServicePrincipal", **more},
        )

    def network(self, **subnet: Any) -> str:
        made = self.make(
            "azure-native:network:VirtualNetwork",
            virtualNetworkName="mys-dev-core-vnet-san",
            location=REGION,
            addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
            subnets=[{"name": "aks-nodes", "addressPrefix": "10.0.8.0/22", **subnet}],
        )
        return f"{made.id}/subnets/aks-nodes"

    def workspace(self) -> Created:
        return self.make(
            "azure-native:operationalinsights:Workspace", workspaceName="mys-dev-core-log-san", location=REGION
        )


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def test_a_new_identity_is_not_known_everywhere_at_once(cloud: Cloud) -> None:
    workspace, identity = cloud.workspace().id, cloud.identity("new").properties["principalId"]
    with pytest.raises(ArmError, match="PrincipalNotFound"):
        cloud.grant("log-reader", identity, workspace, principalType=None)
    cloud.grant("log-reader", identity, workspace)
    for number in range(5):
        cloud.identity(f"other{number}")
    cloud.grant("metrics-publisher", identity, workspace, principalType=None)
    with pytest.raises(ArmError, match="UnmatchedPrincipalType"):
        cloud.grant("acr-pull", identity, workspace, principalType="User")
    cloud.grant("acr-pull", "00000000-0000-4000-8000-00000000a001", workspace, principalType="Group")


def test_role_assignments(cloud: Cloud) -> None:
    workspace, identity = cloud.workspace().id, cloud.identity("one").properties["principalId"]
    first = cloud.grant("log-reader", identity, workspace, "00000000-0000-4000-8000-000000000001")
    with pytest.raises(ArmError, match="RoleAssignmentExists"):
        cloud.grant("log-reader", identity, workspace, "00000000-0000-4000-8000-000000000002")
    inputs = {"scope": workspace, "roleAssignmentName": first.id.rpartition("/")[2], "principalId": "other"}
    with pytest.raises(ArmError, match="RoleAssignmentUpdateNotPermitted"):
        cloud.azure.update(
            "urn",
            ASSIGNMENT,
            first.id,
            {},
            {**inputs, "roleDefinitionId": definition_id(ROLES["log-reader"], SUBSCRIPTION), "principalType": "User"},
            preview=False,
            timeout=0,
            ignore_changes=[],
        )
    cloud.refused(
        "RoleDefinitionDoesNotExist",
        ASSIGNMENT,
        scope=workspace,
        roleAssignmentName="00000000-0000-4000-8000-000000000003",
        roleDefinitionId="/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/nothing",
        principalId=identity,
        principalType="ServicePrincipal",
    )
    cloud.refused(
        "ResourceNotFound",
        ASSIGNMENT,
        scope=f"{ROOT}/providers/Microsoft.Network/virtualNetworks/ghost",
        roleAssignmentName="00000000-0000-4000-8000-000000000004",
        roleDefinitionId=definition_id(ROLES["log-reader"], SUBSCRIPTION),
        principalId=identity,
        principalType="ServicePrincipal",
    )


def credential(number: int, **more: Any) -> Mapping[str, Any]:
    return {
        "federatedIdentityCredentialResourceName": f"credential-{number}",
        "resourceName": "one",
        "issuer": "https://issuer",
        "subject": f"subject-{number}",
        "audiences": ["api://AzureADTokenExchange"],
        **more,
    }


def test_an_identity_trusts_at_most_twenty(cloud: Cloud) -> None:
    cloud.identity("one")
    for number in range(20):
        cloud.make(CREDENTIAL, **credential(number))
    cloud.refused("FederatedIdentityCredentialLimitReached", CREDENTIAL, **credential(20))


def test_one_subject_is_trusted_once(cloud: Cloud) -> None:
    cloud.identity("one")
    cloud.make(CREDENTIAL, **credential(1))
    cloud.refused("BadRequest", CREDENTIAL, **credential(2, subject="subject-1"))


def test_two_at_once_below_one_identity_is_one_too_many(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.provider.EXCLUSIVE_SECONDS", 0.3)
    cloud.identity("one")
    codes: list[str] = []

    def make(number: int) -> None:
        try:
            cloud.make(CREDENTIAL, **credential(number))
            codes.append("made")
        except ArmError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity", "made"]
    cloud.make(CREDENTIAL, **credential(3))


def test_a_lock_stops_deletes_in_its_scope(cloud: Cloud) -> None:
    workspace = cloud.workspace()
    assignment = cloud.grant("log-reader", cloud.identity("one").properties["principalId"], workspace.id)
    lock_token = "azure-native:authorization:ManagementLockByScope"
    lock = cloud.make(lock_token, scope=workspace.id, lockName="do-not-delete", level="CanNotDelete")
    for token, id in (("azure-native:operationalinsights:Workspace", workspace.id), (ASSIGNMENT, assignment.id)):
        with pytest.raises(ArmError, match="ScopeLocked"):
            cloud.delete(token, id)
    cloud.delete(lock_token, lock.id)
    cloud.delete(ASSIGNMENT, assignment.id)
    cloud.delete("azure-native:operationalinsights:Workspace", workspace.id)


def test_a_lock_stops_the_end_of_what_its_scope_is_in(cloud: Cloud) -> None:
    """A group takes everything with it, a registry its replications: none of that may be locked."""
    lock_token, group_token = "azure-native:authorization:ManagementLockByScope", "azure-native:resources:ResourceGroup"
    acr, replication = "azure-native:containerregistry:Registry", "azure-native:containerregistry:Replication"
    registry = cloud.make(acr, registryName="myspremium", sku={"name": "Premium"}, location=REGION)
    inside = cloud.make(replication, registryName="myspremium", replicationName="westeurope", location="westeurope")
    near = cloud.make(acr, registryName="myspremium2", sku={"name": "Premium"}, location=REGION)
    lock = cloud.make(lock_token, scope=inside.id, lockName="do-not-delete", level="CanNotDelete")
    everything = {each.id for each in cloud.world.all()}
    for token, id in ((group_token, ROOT), (group_token, ROOT.upper()), (acr, registry.id), (replication, inside.id)):
        with pytest.raises(ArmError, match="ScopeLocked") as caught:
            cloud.delete(token, id)
        assert caught.value.status == 409
        assert f"following scope(s) are locked: '{inside.id}'. Please remove" in str(caught.value)
        assert f"advice: delete {lock.id} first" in str(caught.value)
    assert {each.id for each in cloud.world.all()} == everything
    cloud.delete(acr, near.id)
    # A lock goes although it is in the scope of another one; then all goes, the innermost first or at once.
    outer = cloud.make(lock_token, scope=ROOT, lockName="do-not-delete", level="CanNotDelete")
    cloud.delete(lock_token, lock.id)
    with pytest.raises(ArmError, match=f"are locked: '{ROOT}'"):
        cloud.delete(replication, inside.id)
    cloud.delete(lock_token, outer.id)
    cloud.delete(replication, inside.id)
    cloud.delete(group_token, ROOT)
    assert cloud.world.all() == []


def diagnostics(cloud: Cloud, target: str, **more: Any) -> Mapping[str, Any]:
    return {
        "resourceUri": target,
        "name": "to-workspace",
        "workspaceId": f"{ROOT}/providers/Microsoft.OperationalInsights/workspaces/mys-dev-core-log-san",
        "logs": [{"enabled": True, "categoryGroup": "audit"}],
        **more,
    }


def test_diagnostic_settings(cloud: Cloud) -> None:
    token, workspace = "azure-native:monitor:DiagnosticSetting", cloud.workspace().id
    cloud.make(token, **diagnostics(cloud, workspace))
    cloud.refused("Conflict", token, **diagnostics(cloud, workspace, name="again"))
    cloud.refused("ResourceTypeNotSupported", token, **diagnostics(cloud, cloud.identity("one").id))
    nothing = {key: value for key, value in diagnostics(cloud, workspace, name="x").items() if key != "workspaceId"}
    cloud.refused("BadRequest", token, **nothing)


def endpoint(subnet: str, target: str, group: str = "registry") -> Mapping[str, Any]:
    connection = {"name": "c", "privateLinkServiceId": target, "groupIds": [group]}
    return {
        "privateEndpointName": "mys-dev-coreregistry-pe-san",
        "location": REGION,
        "subnet": {"id": subnet},
        "privateLinkServiceConnections": [connection],
    }


def test_private_endpoints(cloud: Cloud) -> None:
    token, acr = "azure-native:network:PrivateEndpoint", "azure-native:containerregistry:Registry"
    subnet = cloud.network()
    premium = cloud.make(acr, registryName="myspremium", sku={"name": "Premium"}, location=REGION).id
    basic = cloud.make(acr, registryName="mysbasic", sku={"name": "Basic"}, location=REGION).id
    cloud.refused("IncorrectPrivateLinkServiceConnectionGroupId", token, **endpoint(subnet, premium, "blob"))
    cloud.refused("FeatureNotSupportedForSku", token, **endpoint(subnet, basic))
    cloud.refused("InvalidResourceReference", token, **endpoint(subnet.replace("nodes", "ghost"), premium))
    made = cloud.make(token, **endpoint(subnet, premium))
    group = "azure-native:network:PrivateDnsZoneGroup"
    cloud.refused(
        "InvalidRequestFormat", group, privateEndpointName=made.id.rpartition("/")[2], privateDnsZoneGroupName="d"
    )
    with pytest.raises(ArmError, match="InUseSubnetCannotBeDeleted"):
        cloud.delete("azure-native:network:VirtualNetwork", subnet.rpartition("/subnets/")[0])


def test_a_delegated_subnet_takes_no_private_endpoint(cloud: Cloud) -> None:
    subnet = cloud.network(delegations=[{"name": "d", "serviceName": "Microsoft.Web/serverFarms"}])
    acr = cloud.make(
        "azure-native:containerregistry:Registry", registryName="myspremium", sku={"name": "Premium"}, location=REGION
    )
    cloud.refused(
        "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
        "azure-native:network:PrivateEndpoint",
        **endpoint(subnet, acr.id),
    )


def pool(subnet: str, name: str = "system", mode: str = "System", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "mode": mode,
        "vmSize": "Standard_D2ds_v5",
        "enableAutoScaling": True,
        "count": 2,
        "minCount": 2,
        "maxCount": 4,
        "availabilityZones": ["1", "2", "3"],
        "osDiskType": "Ephemeral",
        "osDiskSizeGB": 64,
        "vnetSubnetID": subnet,
        "orchestratorVersion": "1.36",
        **more,
    }


def cluster(cloud: Cloud, subnet: str, *, granted: bool = True, **more: Any) -> dict[str, Any]:
    control, kubelet = cloud.identity("control"), cloud.identity("kubelet")
    if granted:
        cloud.grant("network-contributor", control.properties["principalId"], subnet)
        cloud.grant("identity-operator", control.properties["principalId"], kubelet.id)
    return {
        "resourceName": "mys-dev-core-aks-san",
        "location": REGION,
        "kubernetesVersion": "1.36",
        "dnsPrefix": "mys-dev-core",
        "nodeResourceGroup": "mys-dev-corenodes-rg-san",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [control.id]},
        "identityProfile": {"kubeletidentity": {"resourceId": kubelet.id}},
        "agentPoolProfiles": [pool(subnet)],
        "networkProfile": {"networkPlugin": "azure", "podCidr": "192.168.0.0/16", "serviceCidr": "172.16.0.0/16"},
        **more,
    }


CLUSTER_REFUSALS = [
    ("K8sVersionNotSupported", {"kubernetesVersion": "1.28"}, {}),
    ("InvalidParameter", {"agentPoolProfiles": []}, {}),
    ("InvalidParameter", {}, {"count": None}),
    ("InvalidParameter", {}, {"count": 9}),
    ("BadRequest", {}, {"vmSize": "Standard_X1"}),
    ("VMCacheSizeTooSmall", {}, {"osDiskSizeGB": 128}),
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
    control = cloud.world.get(wanted["identity"]["userAssignedIdentities"][0])
    assert control is not None
    cloud.grant(
        "identity-operator", control.body["principalId"], wanted["identityProfile"]["kubeletidentity"]["resourceId"]
    )
    cloud.refused("LinkedAuthorizationFailed", CLUSTER, **wanted)
    cloud.grant("network-contributor", control.body["principalId"], subnet)
    cloud.make(CLUSTER, **wanted)


def test_a_delegated_subnet_takes_no_nodes(cloud: Cloud) -> None:
    subnet = cloud.network(delegations=[{"name": "d", "serviceName": "Microsoft.Web/serverFarms"}])
    cloud.refused("SubnetIsDelegated", CLUSTER, **cluster(cloud, subnet))


def made_cluster(cloud: Cloud) -> tuple[dict[str, Any], Created, str]:
    subnet = cloud.network()
    wanted = cluster(cloud, subnet)
    return wanted, cloud.make(CLUSTER, **wanted), subnet


def add_pool(cloud: Cloud, subnet: str, name: str = "services", mode: str = "User", **more: Any) -> Created:
    inputs = {key: value for key, value in pool(subnet, name, mode, **more).items() if key != "name"}
    return cloud.make(POOL, resourceName="mys-dev-core-aks-san", agentPoolName=name, **inputs)


def test_what_azure_makes_of_a_cluster(cloud: Cloud) -> None:
    wanted, made, subnet = made_cluster(cloud)
    control = wanted["identity"]["userAssignedIdentities"][0]
    assert made.properties["currentKubernetesVersion"] == "1.36.1"
    assert made.properties["oidcIssuerProfile"]["issuerURL"].startswith(
        "https://southafricanorth.oic.prod-aks.azure.com/t/"
    )
    assert set(made.properties["identity"]["userAssignedIdentities"]) == {control}
    assert cloud.world.get(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/mys-dev-corenodes-rg-san") is not None
    add_pool(cloud, subnet)
    listed = cloud.world.get(made.id)
    assert listed is not None
    assert [each["name"] for each in listed.body["agentPoolProfiles"]] == ["system", "services"]
    back = cloud.azure.read("urn", CLUSTER, made.id, wanted, made.properties)
    assert back is not None
    assert back.inputs is not None
    names = [each["name"] for each in back.inputs["agentPoolProfiles"]]
    assert names == ["system", "services"], "a refresh brings every pool into the inputs, so the program lets them go"
    assert "provisioningState" not in back.inputs["agentPoolProfiles"][1]
    cloud.delete(CLUSTER, made.id)
    assert not [each for each in cloud.world.all() if "corenodes" in each.id or "agentPools" in each.id]


def update(cloud: Cloud, id: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return cloud.azure.update("urn", CLUSTER, id, {}, dict(inputs), preview=False, timeout=0, ignore_changes=[])


def test_a_cluster_takes_no_new_pool_and_keeps_the_others(cloud: Cloud) -> None:
    wanted, made, subnet = made_cluster(cloud)
    add_pool(cloud, subnet)
    with pytest.raises(ArmError, match="A new agent pool was introduced"):
        update(cloud, made.id, {**wanted, "agentPoolProfiles": [pool(subnet), pool(subnet, "other", "User")]})
    after = update(cloud, made.id, {**wanted, "tags": {"a": "b"}})
    assert [each["name"] for each in after["agentPoolProfiles"]] == ["system", "services"]
    for property, value in (("dnsPrefix", "other"), ("networkProfile", {"podCidr": "192.168.0.0/15"})):
        with pytest.raises(ArmError, match="PropertyChangeNotAllowed"):
            update(cloud, made.id, {**wanted, property: value})


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
    listed = cloud.world.get(made.id)
    assert listed is not None
    assert [each["name"] for each in listed.body["agentPoolProfiles"]] == ["system"]


def test_a_window_has_at_least_four_hours(cloud: Cloud) -> None:
    made_cluster(cloud)
    cloud.refused(
        "InvalidParameter",
        "azure-native:containerservice:MaintenanceConfiguration",
        resourceName="mys-dev-core-aks-san",
        configName="default",
        maintenanceWindow={"durationHours": 3, "startTime": "01:00", "schedule": {"daily": {"intervalDays": 1}}},
    )


def test_owners_move_what_is_theirs_within_bounds(cloud: Cloud) -> None:
    _, made, subnet = made_cluster(cloud)
    pool_id = add_pool(cloud, subnet, count=3).id
    assert move_owned(cloud.world) > 0
    moved = cloud.world.get(pool_id)
    assert moved is not None
    assert (moved.body["count"], moved.body["orchestratorVersion"]) == (4, "1.36.3")
    found = cloud.world.get(made.id)
    assert found is not None
    assert found.body["kubernetesVersion"] == "1.36.3"
    assert [each["count"] for each in found.body["agentPoolProfiles"]] == [3, 4]
    move_owned(cloud.world)
    assert move_owned(cloud.world) == 0


def test_versions_go_forward_one_by_one_and_pools_follow(cloud: Cloud) -> None:
    wanted, made, subnet = made_cluster(cloud)
    with pytest.raises(ArmError, match="NodePoolMcVersionIncompatible"):
        add_pool(cloud, subnet, orchestratorVersion="1.37")
    with pytest.raises(ArmError, match=r"OperationNotAllowed.*1\.36\.1 to 1\.35 is not allowed"):
        update(cloud, made.id, {**wanted, "kubernetesVersion": "1.35"})
    old = cloud.world.get(made.id)
    assert old is not None
    with cloud.world.writing("set", old.token, old.id) as writer:
        writer.put(old.id, old.token, {**old.body, "currentKubernetesVersion": "1.34.9"})
    with pytest.raises(ArmError, match=r"OperationNotAllowed.*1\.34\.9 to 1\.36 is not allowed"):
        update(cloud, made.id, wanted)
    assert update(cloud, made.id, {**wanted, "kubernetesVersion": "1.35"})["currentKubernetesVersion"] == "1.35.1"
