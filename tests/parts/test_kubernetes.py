"""The way into a cluster: its provider, who may use it, and the namespaces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.facts.types import RESOURCE_TYPES
from components.kubernetes.spec import RoomSpec
from stacks.context import Context
from stacks.parts.kubernetes.plan import FIXED, KUBERNETES
from stacks.parts.pods import Pods
from stacks.plan.model import StackPlan
from tests.harness.build import one
from tests.harness.compose import Composition, Registered
from tests.harness.settings import GONE, context, edit, edited_plan, every_environment, plan

APPLY, PREVIEW = "pipeline/apply", "pipeline/preview"
NAMESPACES = ("services", "gateway", "cert-manager", "database")

REPLACING: Mapping[str, str] = {
    "dnsPrefix": "dns_prefix",
    "nodeResourceGroup": "node_group",
    "networkProfile.dnsServiceIP": "dns_service_ip",
    "networkProfile.podCidr": "pod_cidr",
    "networkProfile.serviceCidr": "service_cidr",
}
"""By input of the cluster: the field of its spec."""

CONSTANT = {"networkDataplane", "networkPlugin", "networkPluginMode", "networkPolicy", "outboundType"}
"""What every cluster of ours has alike: another value is a change of the program."""


def provider(composition: Composition) -> Registered:
    (found,) = composition.of("pulumi:providers:kubernetes")
    return found


def grants(found: StackPlan) -> dict[str, set[str]]:
    """By principal: the roles at the cluster."""
    roles: dict[str, set[str]] = {}
    for each in found.grants:
        if each.scope == "cluster":
            roles.setdefault(each.who, set()).add(each.role.key)
    return roles


# The provider.


@every_environment
def test_the_provider_waits_for_all_that_is_granted_at_the_cluster(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    wanted = {each.key for each in plans[stack].grants if each.scope == "cluster"}
    assert len(wanted) >= 6
    assert wanted <= set(provider(composed[stack]).dependencies)


@every_environment
def test_the_kubeconfig_is_a_secret_and_says_how_to_log_in(stack: str, composed: Mapping[str, Composition]) -> None:
    found = provider(composed[stack])
    assert found.secrets == ("kubeconfig",)
    kubeconfig = json.loads(found.inputs["kubeconfig"])
    assert kubeconfig["clusters"][0]["cluster"]["server"] == "https://mystira.invalid"
    assert kubeconfig["users"][0]["user"]["exec"]["command"] == "kubelogin"
    assert "azure-native:containerservice:listManagedClusterUserCredentials" in composed[stack].calls


@every_environment
def test_everything_in_the_cluster_has_this_provider_and_no_upsert(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    assert set(provider(composed[stack]).inputs) == {"clusterIdentifier", "kubeconfig"}


def test_shared_has_no_cluster(composed: Mapping[str, Composition]) -> None:
    assert composed["shared"].of("pulumi:providers:kubernetes") == composed["shared"].kubernetes() == []


# What another cluster is.


def test_the_identifier_is_the_id_of_the_cluster_and_a_hash(plans: Mapping[str, StackPlan]) -> None:
    id, _, digest = plans["dev"].of(KUBERNETES).identifier.partition("#")
    assert id.endswith("/mys-dev-core-rg-san/providers/Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san")
    assert len(digest) == 12


@pytest.mark.parametrize(
    ("changes", "another"),
    [
        ({"network.pod_cidr": "10.200.0.0/16"}, True),
        ({"network.service_cidr": "10.201.0.0/16"}, True),
        ({"naming.instance": "r1"}, True),
        ({"aks.version": "1.37"}, False),
        ({"aks.authorized_ranges": ["203.0.113.0/24"]}, False),
        ({"aks.pools.services.maximum": 9}, False),
    ],
)
def test_another_kubeconfig_is_the_same_cluster_until_azure_replaces_it(
    folder: Path, changes: Mapping[str, Any], *, another: bool
) -> None:
    before = plan("prod", folder).of(KUBERNETES).identifier
    assert (edited_plan(folder, "prod", changes).of(KUBERNETES).identifier != before) is another


def test_every_input_that_replaces_the_cluster_is_in_the_hash(composed: Mapping[str, Composition]) -> None:
    """Those that the cluster registers; its region is besides."""
    inputs = one(composed["prod"], "kubernetes-cluster").inputs
    registered = [
        each.path
        for each in RESOURCE_TYPES["kubernetes-cluster"].creation_only
        if each.replaces and _at(inputs, each.path) is not None and each.path != "location"
    ]
    assert {path for path in registered if path.rpartition(".")[2] not in CONSTANT} == REPLACING.keys()
    assert set(REPLACING.values()) == set(FIXED)


def _at(inputs: Any, path: str) -> Any:
    for name in path.split("."):
        inputs = inputs.get(name) if isinstance(inputs, Mapping) else None
    return inputs


# Who may use it.


@every_environment
def test_pipelines_bring_up_what_is_in_the_cluster_or_read_it(stack: str, plans: Mapping[str, StackPlan]) -> None:
    found = grants(plans[stack])
    assert found[APPLY] == {"cluster-admin", "cluster-user"}
    assert found[PREVIEW] == {"cluster-reader", "cluster-user"}


@every_environment
def test_somebody_administers_the_cluster(stack: str, plans: Mapping[str, StackPlan], folder: Path) -> None:
    """Who makes its objects: with pipelines these, and people in any case."""
    assert "cluster-admin" in grants(plans[stack])["people/platform"]
    edit(folder, "shared", {"ci": GONE})
    alone = grants(plan(stack, folder))
    assert "cluster-admin" in alone["people/platform"]
    assert not {APPLY, PREVIEW} & alone.keys()


@every_environment
def test_no_pipeline_gives_itself_rights_in_the_cluster(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """People get theirs from a pipeline; service principals get none there."""
    found = plans[stack]
    (condition,) = {each.condition for each in found.grants if each.role.key == "access-administrator"}
    roles = {each.role.key: each.role.id for each in found.grants}
    of_services = condition.partition("'ServicePrincipal'")[0].rpartition("RoleDefinitionId")[2]
    assert roles["cluster-admin"] in condition
    assert roles["cluster-admin"] not in of_services


# Namespaces.


@every_environment
@pytest.mark.requirement("S3-039")
def test_a_cluster_has_these_namespaces(stack: str, plans: Mapping[str, StackPlan]) -> None:
    found = plans[stack].of(KUBERNETES)
    assert tuple(each.key for each in found.namespaces) == NAMESPACES
    assert [found.namespace(key) for key in NAMESPACES] == [
        f"mys-{stack}",
        "mys-gateway",
        "mys-cert-manager",
        "mys-database",
    ]
    assert {each.version for each in found.namespaces} == {"1.36"}


def test_a_quota_is_what_the_plan_has_in_a_namespace() -> None:
    """Twice, for a pod that ends still counts."""
    small = Pods("a", "services", 100, 128, 2, 3, namespace="mys-dev", limit_millicores=500, limit_memory_mib=256)
    large = Pods("b", "services", 250, 512, 1, 1, namespace="mys-dev", limit_millicores=400, limit_memory_mib=1024)
    elsewhere = Pods("c", "services", 9000, 9000, 1, 1, namespace="mys-gateway")
    system = Pods("d", "system", 9000, 9000, 1, 1)
    of: Context[Any] = replace(context("dev"), pods=(small, large, elsewhere, system))
    services, gateway, certificates, _ = KUBERNETES.plan(of).namespaces
    assert services.quota == RoomSpec(8, 2 * 550, 2 * 896, 2 * 1900, 2 * 1792)
    assert services.largest == RoomSpec(1, 250, 512, 500, 1024)
    assert gateway.quota.pods == 2
    assert certificates.quota.pods == 0
    assert certificates.largest is None
