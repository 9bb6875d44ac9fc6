"""The job that makes databases, principals and rights."""

from __future__ import annotations

from components.aks.cluster import Cluster
from components.database_grants.job import DatabaseGrants
from components.database_grants.spec import GrantsSpec
from components.identity.identity import Identity
from components.kubernetes.namespaces import Namespaces
from components.postgresql.server import Postgresql
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.kubernetes.plan import KUBERNETES_PROVIDER, NAMESPACES
from stacks.parts.postgresql.plan import MIGRATOR, MIGRATOR_IDENTITY, POSTGRESQL_SERVER, SERVER_SCOPE
from stacks.parts.site import Site

GRANTS = "database-grants"
"""The job, for what uses a database."""


def build_database_grants(site: Site, spec: GrantsSpec) -> None:
    """Register the job once the server is there with its administrators."""
    server, migrator = site.component(Postgresql, SERVER_SCOPE), site.component(Identity, MIGRATOR_IDENTITY)
    postgresql, issuer = site.plan.of(POSTGRESQL_SERVER), site.component(Cluster, CLUSTER_SCOPE).oidc_issuer
    # The job logs in as this identity, without a key.
    trust = migrator.trust(postgresql.migrator_account, issuer, postgresql.migrator_subject)
    made = DatabaseGrants(
        MIGRATOR,
        spec,
        host=server.host,
        client_id=migrator.client_id,
        ids={name: site.principals[principal] for name, principal in spec.variables.items()},
        after=[*server.ready, trust],
        within=site.component(Namespaces, NAMESPACES).inside(postgresql.migrator_namespace),
        opts=site.options(KUBERNETES_PROVIDER),
    )
    site.components.put(GRANTS, made)
