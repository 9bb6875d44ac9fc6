"""What Azure refuses about locks, diagnostic settings and private endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from offline.azure.errors import ArmError
from tests.harness.offline import REGION, ROOT, Cloud, endpoint, token_of

ASSIGNMENT = token_of("role-assignment")
WORKSPACE = token_of("log-analytics-workspace")
ENDPOINT = token_of("private-endpoint")


def test_a_lock_stops_deletes_in_its_scope(cloud: Cloud) -> None:
    workspace = cloud.workspace()
    assignment = cloud.grant("log-reader", cloud.identity("one").properties["principalId"], workspace.id)
    lock_token = token_of("management-lock")
    lock = cloud.make(lock_token, scope=workspace.id, lockName="do-not-delete", level="CanNotDelete")
    for token, id in ((WORKSPACE, workspace.id), (ASSIGNMENT, assignment.id)):
        with pytest.raises(ArmError, match="ScopeLocked"):
            cloud.delete(token, id)
    cloud.delete(lock_token, lock.id)
    cloud.delete(ASSIGNMENT, assignment.id)
    cloud.delete(WORKSPACE, workspace.id)


def test_a_lock_stops_the_deletion_of_what_contains_it(cloud: Cloud) -> None:
    """A group takes everything with it, a registry its replications: none of that may be locked."""
    lock_token, group_token = token_of("management-lock"), token_of("resource-group")
    acr, replication = token_of("container-registry"), token_of("registry-replication")
    registry = cloud.registry()
    inside = cloud.make(replication, registryName="myspremium", replicationName="westeurope", location="westeurope")
    near = cloud.registry("myspremium2")
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
    setting, workspace = token_of("diagnostic-setting"), cloud.workspace().id
    cloud.make(setting, **diagnostics(cloud, workspace))
    cloud.refused("Conflict", setting, **diagnostics(cloud, workspace, name="again"))
    cloud.refused("ResourceTypeNotSupported", setting, **diagnostics(cloud, cloud.identity("one").id))
    nothing = {key: value for key, value in diagnostics(cloud, workspace, name="x").items() if key != "workspaceId"}
    cloud.refused("BadRequest", setting, **nothing)


def test_some_types_export_no_metrics(cloud: Cloud) -> None:
    setting, workspace = token_of("diagnostic-setting"), cloud.workspace().id
    group = cloud.make(
        token_of("network-security-group"), networkSecurityGroupName="mys-dev-core-nsg-san", location=REGION
    ).id
    metrics = [{"category": "AllMetrics", "enabled": True}]
    cloud.refused("BadRequest", setting, **diagnostics(cloud, group, metrics=metrics))
    cloud.make(setting, **diagnostics(cloud, group))
    cloud.make(setting, **diagnostics(cloud, workspace, metrics=metrics))


def test_private_endpoints(cloud: Cloud) -> None:
    subnet = cloud.network()
    premium = cloud.registry().id
    basic = cloud.registry("mysbasic", "Basic").id
    cloud.refused("IncorrectPrivateLinkServiceConnectionGroupId", ENDPOINT, **endpoint(subnet, premium, "blob"))
    cloud.refused("FeatureNotSupportedForSku", ENDPOINT, **endpoint(subnet, basic))
    cloud.refused("InvalidResourceReference", ENDPOINT, **endpoint(subnet.replace("nodes", "ghost"), premium))
    made = cloud.make(ENDPOINT, **endpoint(subnet, premium))
    group = token_of("private-dns-zone-group")
    cloud.refused(
        "InvalidRequestFormat", group, privateEndpointName=made.id.rpartition("/")[2], privateDnsZoneGroupName="d"
    )
    with pytest.raises(ArmError, match="InUseSubnetCannotBeDeleted"):
        cloud.delete(token_of("virtual-network"), subnet.rpartition("/subnets/")[0])


def test_a_delegated_subnet_takes_no_private_endpoint(cloud: Cloud) -> None:
    subnet = cloud.network(delegations=[{"name": "d", "serviceName": "Microsoft.Web/serverFarms"}])
    registry = cloud.registry()
    cloud.refused(
        "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
        ENDPOINT,
        **endpoint(subnet, registry.id),
    )


def test_an_endpoint_is_for_one_resource_and_one_part_of_it(cloud: Cloud) -> None:
    subnet, one, two = cloud.network(), cloud.registry().id, cloud.registry("mystwo").id
    without = {**endpoint(subnet, one)}
    without["privateLinkServiceConnections"] = [{"name": "c", "privateLinkServiceId": one, "groupIds": []}]
    cloud.refused("MissingParameterOnPrivateLinkServiceConnection", ENDPOINT, **without)
    made = cloud.make(ENDPOINT, **endpoint(subnet, one))
    changed = endpoint(subnet, two)
    cloud.refused_update("CannotChangePrivateLinkConnectionOnPrivateEndpoint", ENDPOINT, made.id, **changed)
