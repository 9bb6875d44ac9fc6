"""The cluster of an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.aks.facts import DNS_HOST, IDLE_TIMEOUT_ANNOTATION, SYSTEM_VCPUS
from components.aks.spec import ClusterSpec, PoolSpec, WindowSpec
from components.facts.model import UPGRADE_CHANNEL
from components.facts.regions import REGIONS
from components.facts.vm_sizes import AGENTS, SYSTEM_ADDONS, VM_SIZES, agents_of
from components.identity.spec import IdentitySpec
from components.naming.builder import Names
from components.naming.kubernetes import namespace
from components.problems import Problem
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.aks.checks import CLUSTER, cluster_problems, is_older, kubernetes_versions, name_of
from stacks.parts.aks.pools import NODE_POOLS, SYSTEM
from stacks.parts.doors import Consumer, Door, Target, Way
from stacks.parts.groups.plan import INGRESS_GROUP, group_scope
from stacks.parts.network.plan import NETWORK_SCOPE
from stacks.parts.network.subnets import NODES, PRIVATE_LINK
from stacks.parts.part import Grant, Notice, Part
from stacks.parts.pods import Pods
from stacks.parts.registry.plan import KUBELET, REGISTRY_SCOPE
from stacks.settings.aks import Pool, Window
from stacks.settings.models import EnvironmentSettings
from stacks.settings.types import texts

CLUSTER_SCOPE = "cluster"
NAMESPACE_SCOPE = "cluster/namespace"
"""The namespace of the services. Azure grants roles of its own at it, whether it exists yet or not (Microsoft: Use
Microsoft Entra ID authorization for the Kubernetes API, "Create role assignments")."""
CONTROL_PLANE_IDENTITY = "identity/control-plane"
KUBELET_IDENTITY = "identity/kubelet"

POOL = "agent-pool/core-{name}"
"""A pool, as `mystira:adopt` refers to it."""
INITIAL_POOL = POOL.format(name=SYSTEM)
"""The pool that is made with the cluster, as `mystira:adopt` refers to it; once adopted it is a separate resource."""

BEFORE_THE_CLUSTER = (
    Grant("network-contributor", CONTROL_PLANE_IDENTITY, f"subnet/{NODES}"),
    Grant("identity-operator", CONTROL_PLANE_IDENTITY, KUBELET_IDENTITY),
    Grant("acr-pull", KUBELET_IDENTITY, REGISTRY_SCOPE),
)
"""What AKS checks or needs while it makes a cluster (Microsoft: Use a managed identity in AKS; S3-110; estate W2)."""

FOR_THE_GATEWAY = Grant("network-contributor", CONTROL_PLANE_IDENTITY, f"subnet/{PRIVATE_LINK}")
"""Kubernetes puts the gateway's load balancer and its private link service there (Microsoft: Use an internal load
balancer with AKS)."""

FOR_THE_LINK = Grant("network-contributor", CONTROL_PLANE_IDENTITY, group_scope(INGRESS_GROUP))
"""Kubernetes makes that service in a group of its own, and nothing else is there: a role at the service itself would
have to wait for it (kubernetes-sigs/cloud-provider-azure: azure-pls-resource-group)."""

FOR_A_PRIVATE_API = Grant("network-contributor", CONTROL_PLANE_IDENTITY, NETWORK_SCOPE)
"""AKS links the API's private DNS zone to the network (MicrosoftDocs/azure-aks-docs #110: the subnet is not enough)."""

NODES_INSIDE, PODS_INSIDE, INSIDE = "nodes", "pods", "cluster network"
"""Who talks to whom inside the cluster, for the proof of network paths."""

EVERY_PORT = "1-65535"

USER_NODES = 2
"""Nodes that a pool has at the least, so that a workload survives the upgrade of one of them (APRL 005ccbbd)."""

IDENTITIES = frozenset({CONTROL_PLANE_IDENTITY, KUBELET_IDENTITY})


@dataclass(frozen=True)
class AksPlan:
    """The cluster and its two identities, which have their roles before it exists."""

    cluster: ClusterSpec
    control_plane: IdentitySpec
    kubelet: IdentitySpec
    namespace: str
    """The namespace of the services."""
    load_balancer_annotations: Mapping[str, str]
    """What every Kubernetes service of type LoadBalancer must carry."""


class Aks(Part[EnvironmentSettings, AksPlan]):
    """The cluster."""

    key = "aks"
    rules: ClassVar[Mapping[str, str]] = {
        "aks-tier": "the API server has an uptime agreement",
        "aks-api-open": "the Kubernetes API is reached from named ranges or privately",
        "aks-zones": "the system and services pools have a node in every zone of the region, all others two nodes",
        "aks-system-pool-size": f"the machines of the system pool have {SYSTEM_VCPUS} vCPUs or more",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> AksPlan:
        aks, network, names = context.settings.aks, context.settings.network, context.names
        zones = REGIONS[context.settings.azure.region].zones
        cluster = ClusterSpec(
            name=names.name(CORE, "kubernetes-cluster"),
            tenant_id=str(context.settings.azure.tenant_id),
            dns_prefix=f"{names.org}{names.instance}-{names.environment}-core",
            node_group=names.name(CORE, "resource-group", role="nodes"),
            version=aks.version,
            tier=aks.tier,
            upgrade_channel=aks.upgrade_channel,
            upgrades=_window(aks.upgrades),
            node_images=_window(aks.node_images),
            private=aks.api == "private",
            authorized_ranges=texts(aks.authorized_ranges),
            pod_cidr=str(network.pod_cidr),
            service_cidr=str(network.service_cidr),
            dns_service_ip=str(network.service_cidr[DNS_HOST]),
            pools=tuple(_pool(names, key, aks.pools[key], zones) for key in NODE_POOLS),
            prometheus=aks.prometheus,
            container_logs=aks.container_logs,
            manage_initial_pool=INITIAL_POOL in context.settings.adopt or bool(aks.live_pools),
        )
        return AksPlan(
            cluster=cluster,
            control_plane=IdentitySpec(names.name(CORE, "user-assigned-identity", role="aks")),
            kubelet=IdentitySpec(names.name(CORE, "user-assigned-identity", role="kubelet")),
            namespace=namespace(context.environment),
            load_balancer_annotations={IDLE_TIMEOUT_ANNOTATION: str(aks.load_balancer_idle_minutes)},
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return cluster_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        aks, zones = context.settings.aks, REGIONS[context.settings.azure.region].zones
        if aks.tier == "Free":
            yield "aks-tier"
        if aks.api == "public" and not aks.authorized_ranges:
            yield "aks-api-open"
        every_zone = max(len(zones), USER_NODES)
        wanted = {"system": every_zone, "services": every_zone}
        if any(pool.minimum < wanted.get(key, USER_NODES) for key, pool in aks.pools.items()):
            yield "aks-zones"
        size = VM_SIZES.get(aks.pools["system"].vm_size) if "system" in aks.pools else None
        if size is not None and size.vcpus < SYSTEM_VCPUS:
            yield "aks-system-pool-size"

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {
            CLUSTER_SCOPE: "kubernetes-cluster",
            NAMESPACE_SCOPE: "kubernetes-namespace",
            KUBELET_IDENTITY: "user-assigned-identity",
        }

    def consumers(self, context: Context[EnvironmentSettings]) -> Iterator[Consumer]:
        yield Consumer(KUBELET, NODES, frozenset({REGISTRY_SCOPE}))
        yield Consumer(NODES_INSIDE, NODES, frozenset({INSIDE}))
        yield Consumer(PODS_INSIDE, NODES, frozenset({INSIDE}), pods=True)

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        """Nodes and pods to each other, which the rules of their subnet could stop."""
        for name in (NODES_INSIDE, PODS_INSIDE):
            setting, allowed = f"network.subnets.{NODES}", "a range for nodes"
            yield Target(
                name=name,
                group=INSIDE,
                consumers=(NODES_INSIDE, PODS_INSIDE),
                ports=(EVERY_PORT,),
                doors=(Door(Way.CLUSTER, setting, allowed, subnet=NODES, pods=name == PODS_INSIDE),),
                setting=setting,
                allowed=allowed,
                zones=(),
                protocols=("Tcp", "Udp"),
            )

    def pods(self, context: Context[EnvironmentSettings]) -> Iterator[Pods]:
        """What AKS runs once. What it runs on every node is taken off the nodes' room (components/facts/vm_sizes)."""
        cores, memory, number = SYSTEM_ADDONS
        taints = NODE_POOLS[SYSTEM].taints
        yield Pods("AKS' own", SYSTEM, cores // number, memory // number, number, number, tolerates=taints)
        aks = context.settings.aks
        for key in agents_of(prometheus=aks.prometheus, container_logs=aks.container_logs):
            for each in AGENTS[key]:
                if each.copies:
                    cores, memory, number = each.millicores, each.memory_mib, each.copies
                    yield Pods(each.name, SYSTEM, cores, memory, number, number, surge=1, tolerates=taints)

    def grants(self, context: Context[EnvironmentSettings]) -> Iterator[Grant]:
        yield from BEFORE_THE_CLUSTER
        if PRIVATE_LINK in context.settings.network.subnets:
            yield from (FOR_THE_GATEWAY, FOR_THE_LINK)
        if context.settings.aks.api == "private":
            yield FOR_A_PRIVATE_API

    def versions(self, context: Context[EnvironmentSettings]) -> Iterator[tuple[str, str]]:
        yield "kubernetes", context.settings.aks.version

    def notices(self, context: Context[EnvironmentSettings]) -> Iterator[Notice]:
        """A version that nobody can create any more, and an upgrade that would leave the initial pool behind: Azure
        takes its version only through the pool itself."""
        settings, path = context.settings, context.path("aks.version")
        if is_older(settings.aks.version, kubernetes_versions()):
            text = (
                f"{path}: the cluster runs {settings.aks.version}, which Azure supports no longer and gives to no new "
                "cluster: upgrade it to the oldest version that Azure offers, at once, then by one minor version at a "
                "time (docs/runbooks/aks.md)"
            )
            yield Notice(path, context.today.isoformat(), text)
        if settings.aks.upgrade_channel == "none" and INITIAL_POOL not in settings.adopt:
            text = (
                f"{path}: another version does not reach the pool system, which was made with the cluster: adopt it "
                f"first as {INITIAL_POOL} (docs/runbooks/aks.md)"
            )
            yield Notice(path, context.today.isoformat(), text)

    def adopts(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        """The pools of an adopted cluster that the settings mean by their names."""
        aks, cluster = context.settings.aks, context.settings.adopt.get(CLUSTER, "")
        live = (name for name in map(name_of, aks.pools, aks.pools.values()) if name in aks.live_pools)
        found = {POOL.format(name=name): f"{cluster}/agentPools/{name}" for name in live}
        return {key: id for key, id in found.items() if key not in context.settings.adopt}

    def unowned(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if context.settings.aks.upgrade_channel == "none":
            yield UPGRADE_CHANNEL


def _window(window: Window) -> WindowSpec:
    return WindowSpec(day=window.day, start=f"{window.start:%H:%M}", hours=window.hours, utc_offset=window.utc_offset)


def _pool(names: Names, key: str, pool: Pool, zones: tuple[str, ...]) -> PoolSpec:
    role = NODE_POOLS[key]
    return PoolSpec(
        name=names.child("agent-pool", name_of(key, pool)),
        mode=role.mode,
        initial=role.initial,
        vm_size=pool.vm_size,
        minimum=pool.minimum,
        maximum=pool.maximum,
        zones=zones,
        os_disk_gib=pool.os_disk_gib,
        ephemeral=pool.ephemeral,
        max_pods=pool.max_pods,
        labels=role.labels,
        taints=role.taints,
    )


AKS = Aks()
