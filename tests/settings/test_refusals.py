"""Settings that are well formed and wrong: each is refused at its path. The tests of each part go further."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.network.plan import NETWORK
from tests.harness.settings import GONE, edit, edited_plan, one_problem, plan, problems, waived

SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups"
ROLE, SCOPE = "access.guest.role", "access.guest.scope"
GUEST = {
    "principal_id": "00000000-0000-4000-8000-0000000000aa",
    "principal_type": "User",
    "role": "cluster-user",
    "scope": "cluster",
}
SMALL_POOL = {"vm_size": "Standard_D2ds_v5", "minimum": 1, "maximum": 2, "os_disk_gib": 64}

CASES: list[tuple[str, Mapping[str, Any], str, str]] = [
    ("dev", {"network.subnets.aks-nodes": "10.0.3.0/22"}, "network.subnets.aks-nodes", "not allowed"),
    (
        "dev",
        {"network.subnets.private-endpoints": "10.0.8.0/24"},
        "network.subnets.private-endpoints",
        "overlaps aks-nodes",
    ),
    (
        "dev",
        {"network.subnets.private-endpoints": "10.9.4.0/24"},
        "network.subnets.private-endpoints",
        "outside the network",
    ),
    ("dev", {"network.subnets.app-service": "10.0.5.0/29"}, "network.subnets.app-service", "too small"),
    ("dev", {"network.subnets.bastion": "10.0.6.0/26"}, "network.subnets.bastion", "unknown role"),
    ("dev", {"network.subnets.aks-nodes": GONE}, "network.subnets.aks-nodes", "missing"),
    ("dev", {"network.subnet_names": {"moon": "a-b"}}, "network.subnet_names.moon", "no such subnet"),
    ("dev", {"network.pod_cidr": "10.0.0.0/16"}, "network.pod_cidr", "overlaps the network"),
    ("dev", {"network.pod_cidr": "192.168.0.0/22"}, "network.pod_cidr", "too small for the pools"),
    ("dev", {"network.service_cidr": "192.168.0.0/20"}, "network.service_cidr", "overlaps the pods"),
    ("dev", {"azure.region": "mars"}, "azure.region", "not allowed"),
    ("dev", {"azure.region": "global"}, "azure.region", "not allowed"),
    ("staging", {"azure.region": "eastus2"}, "azure.region", "code makes names too long"),
    ("dev", {"monitoring.retention_days": 7}, "monitoring.retention_days", "not allowed"),
    (
        "dev",
        {"monitoring.action_group_short_name": "MystiraDevelopment"},
        "monitoring.action_group_short_name",
        "not allowed",
    ),
    ("dev", {"waivers.other-rule": waived("because")}, "waivers.other-rule", "no such rule"),
    ("staging", {"local_auth": ["cosmos"]}, "waivers.local-auth", "missing"),
    ("dev", {"local_auth": ["storage", "postgresql"]}, "waivers.postgresql-passwords", "missing"),
    ("dev", {"local_auth": ["storage", "redis"]}, "waivers.redis-private-keys", "missing"),
    ("dev", {"local_auth": []}, "waivers.local-auth", "waives a rule that the settings keep"),
    ("dev", {"aks.version": "1.20"}, "aks.version", "not a version that Azure offers"),
    ("dev", {"aks.api": "private", "aks.authorized_ranges": []}, "aks.api", "cannot be reached from outside"),
    ("dev", {"aks.authorized_ranges": []}, "waivers.aks-api-open", "missing"),
    ("prod", {"aks.tier": "Free"}, "waivers.aks-tier", "missing"),
    ("prod", {"aks.pools.system.minimum": 1}, "waivers.aks-zones", "missing"),
    ("dev", {"aks.pools.services.vm_size": "Standard_X9"}, "aks.pools.services.vm_size", "not a size of"),
    ("dev", {"aks.pools.services.os_disk_gib": 256}, "aks.pools.services.os_disk_gib", "does not fit"),
    ("dev", {"aks.pools.services.minimum": 3}, "aks.pools.services.maximum", "no room"),
    ("dev", {"aks.pools.gpu": SMALL_POOL}, "aks.pools.gpu", "unknown pool"),
    ("dev", {"aks.pools.chain": GONE}, "aks.pools.chain", "missing"),
    ("prod", {"services.publisher.replicas.maximum": 90}, "aks.pools.services.maximum", "cannot hold"),
    ("prod", {"services.chain.requests.memory_mib": 16384}, "services.chain.requests", "no node of the pool chain"),
    ("dev", {"access": {"guest": {**GUEST, "role": "king"}}}, ROLE, "unknown role"),
    ("dev", {"access": {"guest": {**GUEST, "role": "Owner"}}}, ROLE, "grants more than anybody needs"),
    ("dev", {"access": {"guest": {**GUEST, "scope": "resource-group/core"}}}, SCOPE, "wider than a resource"),
    ("dev", {"access": {"guest": {**GUEST, "scope": "moon"}}}, SCOPE, "no such resource"),
    (
        "dev",
        {"access": {"guest": {**GUEST, "role": "acr-pull"}}},
        SCOPE,
        "acr-pull cannot be granted at a kubernetes-cluster",
    ),
    ("dev", {"adopt": {"moon/core": "/x"}}, "adopt.moon/core", "not a type and a logical name"),
    (
        "dev",
        {"adopt": {"virtual-network/core": f"{SUBSCRIPTION}/y"}},
        "adopt.virtual-network/core",
        "not the id of a virtual-network",
    ),
    (
        "dev",
        {"adopt": {"resource-group/core": "/subscriptions/x/resourceGroups/y"}},
        "adopt.resource-group/core",
        "another subscription",
    ),
    ("shared", {"registry.sku": "Standard"}, "registry.retention_days", "needs Premium, the SKU is Standard"),
    (
        "shared",
        {"azure.secondary_region": "southafricanorth"},
        "azure.secondary_region",
        "must differ from the primary",
    ),
    ("shared", {"azure.region": "westus"}, "registry.zone_redundant", "westus has no zones"),
    ("shared", {"dns": {"adopt": "/x"}}, "dns.adopt", "not the id"),
]


@pytest.mark.parametrize(("stack", "changes", "path", "what"), CASES, ids=[f"{c[2]} {c[3]}" for c in CASES])
def test_what_azure_or_a_rule_refuses_is_refused_at_its_path(
    folder: Path, stack: str, changes: Mapping[str, Any], path: str, what: str
) -> None:
    found = problems(folder, stack, changes)
    wanted = [each for each in found if each.path == f"Pulumi.{stack}.yaml: mystira:{path}"]
    assert len(wanted) == 1
    assert what in wanted[0].what


def test_the_subnet_must_hold_the_pools_at_their_maximum(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"network.subnets.aks-nodes": "10.0.8.0/27", "aks.pools.services.maximum": 30})
    assert problem.path == "Pulumi.dev.yaml: mystira:network.subnets.aks-nodes"
    assert problem.allowed == "54 addresses or more, for 49 nodes during an upgrade"


def test_a_version_past_its_end_is_refused_unless_it_runs(folder: Path) -> None:
    last, after = date(2026, 11, 29), date(2026, 11, 30)
    (notice, *_) = edited_plan(folder, "dev", {"aks.version": "1.34"}, today=last).notices
    assert notice.subject == "kubernetes 1.34"
    with pytest.raises(InvalidInput) as caught:
        plan("dev", folder, today=after)
    (problem,) = caught.value.problems
    assert problem.what == "kubernetes 1.34 can no longer be created"
    cluster = (
        f"{SUBSCRIPTION}/mys-dev-core-rg-san/providers/Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san"
    )
    edit(folder, "dev", {"adopt": {"kubernetes-cluster/core": cluster}})
    assert plan("dev", folder, today=after).stack == "dev"


def test_a_role_at_a_resource_of_another_subscription_can_be_adopted_from_there(folder: Path) -> None:
    """The role of the cluster at the shared registry is a resource of dev in the registry's subscription."""
    id = (
        "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/mys-shared-acr-rg-san"
        "/providers/Microsoft.ContainerRegistry/registries/mysprodacr/providers/Microsoft.Authorization"
        "/roleAssignments/00000000-0000-4000-8000-00000000000a"
    )
    made = edited_plan(folder, "dev", {"adopt": {"role-assignment/kubelet-acr-pull-registry": id}})
    assert made.adopt["role-assignment/kubelet-acr-pull-registry"] == id


def test_a_live_subnet_keeps_its_name_when_it_is_listed(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"network.subnet_names": {"aks-nodes": "aks-subnet"}})
    assert {subnet.key: subnet.name for subnet in made.of(NETWORK).subnets}["aks-nodes"] == "aks-subnet"


def test_services_that_do_not_exist_or_contradict_themselves(folder: Path) -> None:
    found = problems(folder, "dev", {"services.ghost": {}, "services.app": {"replicas": {"minimum": 3, "maximum": 2}}})
    assert [problem.path.partition("mystira:")[2] for problem in found] == ["services.app.replicas", "services.ghost"]


def test_a_service_that_is_not_public_has_no_hosts(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"services.publisher.public": False})
    assert "publisher" not in {host.service for host in made.of(HOSTS)}


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("ownership.team", "plat\u0007form", "ownership.team"),
        ("ownership.cost_center", "dev\nelopment", "ownership.cost_center"),
        ("cosmos.database", "Mystira\tDb", "cosmos.database"),
        ("cosmos.containers", {"Scen\u0000arios": {"partition_key": "/id"}}, r"cosmos.containers.'Scen\x00arios'"),
        ("vaults.recover", ["app\u0085"], "vaults.recover.0"),
    ],
)
def test_a_control_character_is_one_clear_error(folder: Path, path: str, value: Any, where: str) -> None:
    problem = one_problem(folder, "dev", {path: value})
    assert (problem.path, problem.what) == (f"Pulumi.dev.yaml: mystira:{where}", "a control character")
    assert "\\" in problem.seen, "shown as an escape, so that it can be seen"


def test_a_reason_may_have_several_lines(folder: Path) -> None:
    edited_plan(folder, "dev", {"waivers.local-auth": waived("From laptops.\nNowhere else.")})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ownership.team", "x" * 257),
        ("secrets.owner", "x" * 257),
        ("cosmos.database", "Mystira "),
        ("cosmos.database", "Mystira/App"),
        ("cosmos.database", "x" * 256),
        ("cosmos.containers", {"Scenarios?": {"partition_key": "/id"}}),
        ("storage.containers", {"Up_loads": {}}),
    ],
)
def test_what_azure_refuses_in_a_tag_or_the_name_of_a_database_or_container_is_one_clear_error(
    folder: Path, path: str, value: Any
) -> None:
    problem = one_problem(folder, "dev", {path: value})
    assert problem.path.startswith(f"Pulumi.dev.yaml: mystira:{path}")
    assert problem.what == "not allowed"
    assert problem.allowed
