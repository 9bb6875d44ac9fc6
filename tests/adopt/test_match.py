"""Live resources and those of the plan: what matches, what does not and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from components.facts.types import RESOURCE_TYPES
from stacks.adopt.match import matches, purpose_of
from stacks.build.recording import Registration
from stacks.plan.model import StackPlan
from tests.harness.build import registrations

SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups"
CORE = f"{SUBSCRIPTION}/mys-dev-core-rg-san/providers"
ADMIN = f"{SUBSCRIPTION}/mys-dev-admin-rg-san/providers"

LIVE = {
    f"{SUBSCRIPTION}/mys-dev-core-rg-san": "resource-group/core",
    f"{CORE}/Microsoft.Network/virtualNetworks/mys-dev-core-vnet-san": "virtual-network/core",
    f"{CORE}/Microsoft.OperationalInsights/workspaces/mys-dev-core-log": "log-analytics-workspace/core",
    f"{ADMIN}/Microsoft.Insights/components/mys-dev-admin-api-ai-san": "application-insights/admin-api",
    f"{ADMIN}/Microsoft.ManagedIdentity/userAssignedIdentities/mys-dev-admin-api-identity-san": (
        "user-assigned-identity/admin-api"
    ),
    f"{CORE}/microsoft.insights/actionGroups/mys-dev-core-alerts": "action-group/core",
    f"{CORE}/Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san": "kubernetes-cluster/core",
    f"{CORE}/Microsoft.DocumentDB/databaseAccounts/mys-dev-core-cosmos-san": "cosmos-account/core",
    f"{CORE}/Microsoft.Storage/storageAccounts/mysdevcorestsan": "storage-account/core",
}
STRANGE = {
    f"{CORE}/Microsoft.Insights/components/mys-dev-core-ai": "none of the plan is for core",
    f"{CORE}/Microsoft.Cache/redis/mys-dev-core-cache": "its type is not one that this program makes",
    f"{ADMIN}/Microsoft.Network/networkSecurityGroups/mys-dev-admin-api-nsg-san": "none of the plan is for admin-api",
    f"{CORE}/Microsoft.ContainerRegistry/registries/mysdevacr": "the plan has no container-registry",
}


@pytest.fixture(scope="module")
def registered(plans: Mapping[str, StackPlan]) -> Sequence[Registration]:
    return registrations(plans["dev"])


def test_live_resources_are_matched_by_id_and_by_convention(registered: Sequence[Registration]) -> None:
    found = {match.id: match for match in matches([*LIVE, *STRANGE], registered)}
    assert {id: match.key for id, match in found.items() if match.key} == LIVE
    for id, reason in STRANGE.items():
        assert reason in found[id].reason


def test_a_resource_is_matched_once(registered: Sequence[Registration]) -> None:
    logs = f"{CORE}/Microsoft.OperationalInsights/workspaces"
    first, second = matches([f"{logs}/mys-dev-core-log", f"{logs}/mys-dev-core-log-eus"], registered)
    assert (first.key, second.key) == ("log-analytics-workspace/core", "")
    assert "not matched already" in second.reason


def test_an_exact_id_wins_over_one_that_only_looks_like_it(registered: Sequence[Registration]) -> None:
    logs = f"{CORE}/Microsoft.OperationalInsights/workspaces"
    old, exact = matches([f"{logs}/mys-dev-core-log", f"{logs}/mys-dev-core-log-san"], registered)
    assert (old.key, exact.key) == ("", "log-analytics-workspace/core")


@pytest.mark.parametrize(
    ("kind", "name", "purpose"),
    [
        ("virtual-network", "mys-dev-core-vnet-san", "core"),
        ("log-analytics-workspace", "mys-dev-core-log", "core"),
        ("storage-account", "mysdevchainstgsan", "chain"),
        ("storage-account", "mysprodcorestsan", "core"),
        ("static-site", "mys-dev-admin-ui-swa-eus2", "admin-ui"),
        ("postgresql-server", "mys-staging-core-db", "core"),
        ("agent-pool", "system", "system"),
        ("container-registry", "strange", "strange"),
    ],
)
def test_what_a_name_is_for(kind: str, name: str, purpose: str) -> None:
    assert purpose_of(RESOURCE_TYPES[kind], name) == purpose
