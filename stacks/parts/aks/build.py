"""The cluster with its identities, whose roles come before it."""

from __future__ import annotations

import pulumi

from components.aks.cluster import Cluster, ClusterIdentity
from components.identity.identity import Identity
from components.identity.spec import IdentitySpec
from components.network.virtual_network import VirtualNetwork
from stacks.parts.aks.plan import (
    CLUSTER_SCOPE,
    CONTROL_PLANE_IDENTITY,
    IDENTITIES,
    KUBELET_IDENTITY,
    NAMESPACE_SCOPE,
    AksPlan,
)
from stacks.parts.network.plan import NETWORK_SCOPE
from stacks.parts.network.subnets import NODES
from stacks.parts.site import Site


def build_aks(site: Site, plan: AksPlan) -> None:
    """Register both identities, their roles, then the cluster, which waits for them."""
    control_plane = _identity(site, "core-control-plane", CONTROL_PLANE_IDENTITY, plan.control_plane)
    kubelet = _identity(site, "core-kubelet", KUBELET_IDENTITY, plan.kubelet)
    site.resources.put(KUBELET_IDENTITY, kubelet.id)
    granted = site.grant(each for each in site.plan.grants if each.principal in IDENTITIES)
    made = Cluster(
        "core",
        plan.cluster,
        site.place(),
        site.around,
        control_plane=_existing(control_plane),
        kubelet=_existing(kubelet),
        granted=granted,
        subnet_id=site.resources[f"subnet/{NODES}"],
        outbound_ips=site.component(VirtualNetwork, NETWORK_SCOPE).outbound_ips,
        opts=site.options(),
    )
    site.components.put(CLUSTER_SCOPE, made)
    site.resources.put(CLUSTER_SCOPE, made.id)
    site.resources.put(NAMESPACE_SCOPE, pulumi.Output.concat(made.id, "/namespaces/", plan.namespace))
    site.outputs.put("cluster_name", made.name)
    site.outputs.put("oidc_issuer", made.oidc_issuer)
    site.outputs.put("load_balancer_annotations", dict(plan.load_balancer_annotations))


def _identity(site: Site, name: str, key: str, spec: IdentitySpec) -> Identity:
    identity = Identity(name, spec, site.place(), site.options())
    site.principals.put(key, identity.principal_id)
    return identity


def _existing(identity: Identity) -> ClusterIdentity:
    return ClusterIdentity(identity.id, identity.client_id, identity.principal_id)
