"""The PostgreSQL server, the identity that runs the grants, and the way of each service to its database."""

from __future__ import annotations

import pulumi

from components.identity.identity import Identity
from components.postgresql.server import Postgresql
from stacks.parts.costs import DATABASE_COSTS
from stacks.parts.network.subnets import POSTGRESQL
from stacks.parts.postgresql.plan import MIGRATOR, MIGRATOR_IDENTITY, SERVER_SCOPE, PostgresqlPlan, connection_string
from stacks.parts.postgresql.script import DatabaseAccess
from stacks.parts.postgresql.unheard import unheard
from stacks.parts.site import Site
from stacks.settings.config_secrets import POSTGRESQL_PASSWORD
from stacks.settings.loading import NAMESPACE


def build_postgresql(site: Site, plan: PostgresqlPlan) -> None:
    """Register the server; none of the connection strings of its consumers holds a key."""
    migrator = Identity(f"core-{MIGRATOR}", plan.migrator, site.place(), site.options())
    site.components.put(MIGRATOR_IDENTITY, migrator)
    site.principals.put(MIGRATOR_IDENTITY, migrator.principal_id)
    server = Postgresql(
        "core",
        plan.server,
        site.place(more=DATABASE_COSTS),
        site.around,
        principals=site.principals,
        password=_password(plan),
        subnet_id=site.resources[f"subnet/{POSTGRESQL}"],
        zone_id=site.zones[plan.zone],
        opts=site.options(),
    )
    for each in server.servers:
        pulumi.Output.all(each.id, each.maintenance_window).apply(
            lambda known: [pulumi.log.warn(text) for text in unheard(plan.server.maintenance, *known)]
        )
    site.components.put(SERVER_SCOPE, server)
    site.resources.put(SERVER_SCOPE, server.id)
    for each in (access for access in plan.access if access.in_vault):
        site.products.put(each.product, _string(plan, server, each))
    grants = {
        "host": server.host,
        "user": plan.migrator.name,
        "client_id": migrator.client_id,
        "service_account": plan.migrator_account,
        "variables": {each.variable: site.principals[f"identity/{each.service}"] for each in plan.access},
    }
    site.outputs.put("database_grants", grants)


def _password(plan: PostgresqlPlan) -> pulumi.Output[str] | None:
    """That of the administrator. A run without one that needs it has ended before this; what only records the program,
    such as the generated pages, has no configuration."""
    value = pulumi.Config(NAMESPACE).get_secret(POSTGRESQL_PASSWORD.name)
    return pulumi.Output.secret("") if value is None and plan.server.passwords else value


def _string(plan: PostgresqlPlan, server: Postgresql, access: DatabaseAccess) -> pulumi.Output[str]:
    """Readers go to the replicas where there are any (requirement A15)."""
    hosts = [server.host] if access.owner or access.writes else list(server.read_hosts)
    return pulumi.Output.all(*hosts).apply(
        lambda known: connection_string(access, known, server.port, access.pool_size, pooled=plan.server.pooled)
    )
