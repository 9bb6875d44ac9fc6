"""The cluster with its identities, whose grants come before it."""

from __future__ import annotations

from dataclasses import asdict

import pulumi

from components.common import Surroundings
from components.compute import Cluster, ClusterArgs, ClusterIdentity, PoolArgs, WindowArgs
from components.identity import Identity, IdentityArgs
from components.network import VirtualNetwork
from stacks.build.scopes import Scopes
from stacks.plan import EnvironmentPlan
from stacks.plan.cluster import NODES
from stacks.plan.grants import CONTROL_PLANE, KUBELET
from stacks.plan.model import PoolPlan, WindowPlan


def build_cluster(
    plan: EnvironmentPlan,
    group: pulumi.Input[str],
    network: VirtualNetwork,
    surroundings: Surroundings,
    scopes: Scopes,
    options: pulumi.ResourceOptions,
) -> Cluster:
    """Register both identities, their grants, then the cluster, which waits for them."""
    cluster = plan.cluster
    identities = {
        key: Identity(name, IdentityArgs(group, plan.region, physical, plan.tags), options)
        for key, name, physical in (
            (CONTROL_PLANE, "core-control-plane", cluster.control_plane),
            (KUBELET, "core-kubelet", cluster.kubelet),
        )
    }
    scopes.principals |= {key: identity.principal_id for key, identity in identities.items()}
    scopes.resources[KUBELET] = identities[KUBELET].id
    before = [each for each in plan.grants if each.principal in identities]
    granted = scopes.build(plan, before, options)
    made = Cluster(
        "core",
        ClusterArgs(
            resource_group=group,
            location=plan.region,
            tenant_id=plan.tenant_id,
            name=cluster.name,
            dns_prefix=cluster.dns_prefix,
            node_group=cluster.node_group,
            version=cluster.version,
            tier=cluster.tier,
            upgrade_channel=cluster.upgrade_channel,
            upgrades=_window(cluster.upgrades),
            node_images=_window(cluster.node_images),
            private=cluster.private,
            authorized_ranges=cluster.authorized_ranges,
            outbound_ips=network.outbound_ips,
            subnet_id=network.subnet_ids[NODES],
            pod_cidr=cluster.pod_cidr,
            service_cidr=cluster.service_cidr,
            dns_service_ip=cluster.dns_service_ip,
            control_plane=_identity(identities[CONTROL_PLANE]),
            kubelet=_identity(identities[KUBELET]),
            initial_pool=next(_pool(pool) for pool in cluster.pools if pool.initial),
            pools=[_pool(pool) for pool in cluster.pools if not pool.initial],
            manage_initial_pool=cluster.manage_initial_pool,
            granted=tuple(granted.values()),
            tags=plan.tags,
        ),
        surroundings,
        options,
    )
    scopes.resources["cluster"] = made.id
    return made


def _window(window: WindowPlan) -> WindowArgs:
    return WindowArgs(**asdict(window))


def _pool(pool: PoolPlan) -> PoolArgs:
    values = {key: value for key, value in vars(pool).items() if key != "initial"}
    return PoolArgs(**values)


def _identity(identity: Identity) -> ClusterIdentity:
    return ClusterIdentity(identity.id, identity.client_id, identity.principal_id)
