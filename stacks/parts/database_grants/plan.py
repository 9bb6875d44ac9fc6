"""The job that makes databases, principals and rights, before what uses a database."""

from __future__ import annotations

from collections.abc import Iterator

from components.database_grants.facts import CLI, LIMIT_MEMORY_MIB, LIMIT_MILLICORES, MEMORY_MIB, MILLICORES, PSQL
from components.database_grants.spec import GrantsSpec
from components.kubernetes.manifests import labels, selector
from components.naming.kubernetes import DATABASE, namespace, object_name
from components.postgresql.facts import PORT
from components.workloads.spec import AccountSpec, PolicySpec
from stacks.context import Context
from stacks.parts.aks.pools import NODE_POOLS, SERVICES
from stacks.parts.part import Part
from stacks.parts.pods import Pods
from stacks.parts.postgresql.plan import MIGRATOR, POSTGRESQL_SERVER
from stacks.parts.workloads.policies import instance, outward
from stacks.settings.models import EnvironmentSettings


class DatabaseGrants(Part[EnvironmentSettings, GrantsSpec]):
    """The job."""

    key = "database_grants"

    def plan(self, context: Context[EnvironmentSettings]) -> GrantsSpec:
        server, mirror = POSTGRESQL_SERVER.plan(context), context.settings.kubernetes.image_registry
        here = instance(context)
        return GrantsSpec(
            account=AccountSpec(server.migrator_account, server.migrator_namespace, labels(MIGRATOR, here)),
            policy=PolicySpec(
                name=object_name(MIGRATOR),
                namespace=server.migrator_namespace,
                pods=selector(MIGRATOR, here),
                ingress=(),
                egress=outward(context, MIGRATOR),
            ),
            user=server.migrator.name,
            port=PORT,
            script=server.script,
            variables={each.variable: f"identity/{each.service}" for each in server.access},
            cli_image=CLI.reference(mirror),
            psql_image=PSQL.reference(mirror),
            node_selector=NODE_POOLS[SERVICES].labels,
        )

    def pods(self, context: Context[EnvironmentSettings]) -> Iterator[Pods]:
        """It runs while everything else does."""
        yield Pods(
            name=MIGRATOR,
            pool=SERVICES,
            millicores=MILLICORES,
            memory_mib=MEMORY_MIB,
            minimum=1,
            maximum=1,
            namespace=namespace(DATABASE),
            limit_millicores=LIMIT_MILLICORES,
            limit_memory_mib=LIMIT_MEMORY_MIB,
        )


DATABASE_GRANTS = DatabaseGrants()
