"""The services in the cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi

from components.aks.cluster import Cluster
from components.database_grants.job import DatabaseGrants
from components.identity.identity import Identity
from components.kubernetes.namespaces import Namespaces
from components.workloads.workload import Workload, WorkloadInputs
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.database_grants.build import GRANTS
from stacks.parts.kubernetes.plan import KUBERNETES_PROVIDER, NAMESPACES
from stacks.parts.site import Site
from stacks.parts.workloads.plan import WorkloadPlan


def build_workloads(site: Site, workloads: tuple[WorkloadPlan, ...]) -> None:
    """Register every workload. The service account of each is the identity of its service; its pods wait for what that
    identity may do."""
    namespaces = site.component(Namespaces, NAMESPACES)
    for workload in workloads:
        identity = site.component(Identity, f"identity/{workload.service}")
        Workload(
            workload.service,
            workload.account,
            workload.policy,
            workload.spec,
            WorkloadInputs(
                client_id=identity.client_id,
                versions=_versions(site, workload),
                within=namespaces.inside(workload.namespace),
                after=list(_before(site, workload, identity)),
            ),
            site.options(KUBERNETES_PROVIDER),
        )


def _before(site: Site, workload: WorkloadPlan, identity: Identity) -> Iterator[pulumi.Resource]:
    """What its pods wait for: that their tokens are trusted, and what the identity may do."""
    issuer = site.component(Cluster, CLUSTER_SCOPE).oidc_issuer
    yield identity.trust(workload.service_account, issuer, workload.subject)
    yield from site.grant(each for each in site.plan.grants if each.principal == f"identity/{workload.service}")
    if workload.uses_database:
        yield site.component(DatabaseGrants, GRANTS).job


def _versions(site: Site, workload: WorkloadPlan) -> dict[str, pulumi.Input[str]]:
    secrets = workload.spec.secrets.values() if workload.spec else ()
    return {name: site.versions[f"{workload.service}/{name}"] for name in secrets}
