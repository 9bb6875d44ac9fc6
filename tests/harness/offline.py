"""The offline cloud without an engine: a provider on a world of its own, and short ways to make things in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from components.facts.ids import placeholders
from components.facts.roles import ROLES, definition_id
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.behaviour import guid
from offline.azure.errors import ArmError
from offline.azure.provider import AzureProvider
from offline.azure.services.identity import IDENTITY
from offline.azure.subscription import CALLER
from offline.rpc.protocol import Created, Properties
from offline.world.store import World
from tests.harness.compose import TENANT, schema

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = "mys-dev-core-rg-san"
ROOT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
REGION = "southafricanorth"
OTHER_REGION = "westeurope"
REGION_WITHOUT_ZONES = "westus"


def token_of(key: str) -> str:
    """The Pulumi token of a resource type."""
    return RESOURCE_TYPES[key].token


class Cloud:
    """The provider on one world, with a resource group."""

    def __init__(self, world: World | Path, subscription: str = SUBSCRIPTION, **options: Any) -> None:
        self.world = World(world / "cloud.db") if isinstance(world, Path) else world
        self.azure = provider(self.world, subscription, **options)
        if self.world.get(f"/subscriptions/{subscription}/resourceGroups/{GROUP}") is None:
            self.make(token_of("resource-group"), location=REGION)

    def make(self, kind: str, /, **inputs: Any) -> Created:
        """Create a resource of a type (its token), in the group unless its inputs name another one."""
        return self.azure.create("urn", kind, _in_group(kind, inputs), preview=False, timeout=0)

    def update(self, kind: str, id: str, /, **inputs: Any) -> Properties:
        """Update a resource: these are all its new inputs."""
        news = _in_group(kind, inputs)
        return self.azure.update("urn", kind, id, {}, news, preview=False, timeout=0, ignore_changes=[])

    def delete(self, kind: str, id: str) -> None:
        """Delete a resource."""
        self.azure.delete("urn", kind, id, {}, timeout=0)

    def refused(self, code: str, kind: str, /, **inputs: Any) -> ArmError:
        """The refusal of a create."""
        return refusal(code, lambda: self.make(kind, **inputs))

    def refused_update(self, code: str, kind: str, id: str, /, **inputs: Any) -> ArmError:
        """The refusal of an update."""
        return refusal(code, lambda: self.update(kind, id, **inputs))

    def refused_delete(self, code: str, kind: str, id: str) -> ArmError:
        """The refusal of a delete."""
        return refusal(code, lambda: self.delete(kind, id))

    def body(self, id: str) -> Properties:
        """What the cloud holds of an existing resource."""
        found = self.world.get(id)
        assert found is not None, id
        return found.body

    def identity(self, name: str) -> Created:
        """A managed identity."""
        return self.make(IDENTITY, resourceName=name, location=REGION)

    def grant(self, role: str, principal: str, scope: str, name: str = "", **more: Any) -> Created:
        """Give a principal a role (its key)."""
        return self.make(
            token_of("role-assignment"),
            scope=scope,
            roleAssignmentName=name or guid(role, principal, scope),
            roleDefinitionId=definition_id(ROLES[role], SUBSCRIPTION),
            principalId=principal,
            **{"principalType": "User" if principal == CALLER else "ServicePrincipal", **more},
        )

    def network(self, **subnet: Any) -> str:
        """The id of the only subnet of a new network, ``aks-nodes``."""
        made = self.make(
            token_of("virtual-network"),
            virtualNetworkName="mys-dev-core-vnet-san",
            location=REGION,
            addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
            subnets=[{"name": "aks-nodes", "addressPrefix": "10.0.8.0/22", **subnet}],
        )
        return f"{made.id}/subnets/aks-nodes"

    def workspace(self) -> Created:
        """A Log Analytics workspace."""
        return self.make(token_of("log-analytics-workspace"), workspaceName="mys-dev-core-log-san", location=REGION)

    def registry(self, name: str = "myspremium", sku: str = "Premium", **more: Any) -> Created:
        """A container registry."""
        inputs = {"registryName": name, "sku": {"name": sku}, "location": REGION, **more}
        return self.make(token_of("container-registry"), **inputs)


def provider(world: World, subscription: str = SUBSCRIPTION, **options: Any) -> AzureProvider:
    """A configured provider; ``options`` are those of :class:`AzureProvider`."""
    made = AzureProvider(world, schema(), "3.29.0", **options)
    made.configure({"subscriptionId": subscription, "tenantId": TENANT})
    return made


def _in_group(kind: str, inputs: Properties) -> Properties:
    group = {"resourceGroupName": GROUP} if "resourceGroupName" in placeholders(BY_TOKEN[kind]) else {}
    return {**group, **inputs}


def refusal(code: str, act: Callable[[], Any]) -> ArmError:
    """The refusal that an act meets: it has this code, and advice."""
    with pytest.raises(ArmError) as caught:
        act()
    assert caught.value.code == code, str(caught.value)
    assert "advice:" in str(caught.value)
    return caught.value


def endpoint(subnet: str, target: str, group: str = "registry") -> Mapping[str, Any]:
    """The inputs of a private endpoint for a part of a target."""
    connection = {"name": "c", "privateLinkServiceId": target, "groupIds": [group]}
    return {
        "privateEndpointName": "mys-dev-coreregistry-pe-san",
        "location": REGION,
        "subnet": {"id": subnet},
        "privateLinkServiceConnections": [connection],
    }


def at_once(acts: Sequence[Callable[[], Any]]) -> list[ArmError]:
    """Start all acts together, each in a thread of its own, and return the refusals."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> ArmError | None:
        start.wait()
        try:
            act()
        except ArmError as error:
            return error
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [refused for refused in pool.map(run, acts) if refused]
