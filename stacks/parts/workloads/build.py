"""The services in the cluster."""

from __future__ import annotations

from components.aks.cluster import Cluster
from components.identity.identity import Identity
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.site import Site
from stacks.parts.workloads.plan import WorkloadPlan


def build_workloads(site: Site, workloads: tuple[WorkloadPlan, ...]) -> None:
    """Let the service account of each workload be the identity of its service."""
    issuer = site.component(Cluster, CLUSTER_SCOPE).oidc_issuer
    for workload in workloads:
        identity = site.component(Identity, f"identity/{workload.service}")
        identity.trust(workload.service_account, issuer, workload.subject)
