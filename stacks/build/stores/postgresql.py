"""The PostgreSQL server, the identity that runs the grants, and the way of each consumer to its database."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.data.postgresql import (
    AdministratorArgs,
    MaintenanceArgs,
    PasswordAdministratorArgs,
    Postgresql,
    PostgresqlArgs,
)
from components.facts.config_secrets import POSTGRESQL_PASSWORD
from components.identity import Identity, IdentityArgs
from stacks.build.stores.base import Site
from stacks.plan.stores.postgresql import MIGRATOR, PostgresqlPlan, connection_string
from stacks.plan.stores.postgresql_checks import SUBNET
from stacks.plan.stores.postgresql_grants import DatabaseAccess


def build_postgresql(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register the server; its products are the connection strings of its consumers, none of which holds a key."""
    plan = site.plan.stores.postgresql
    group = site.groups["core"]
    migrator = Identity(
        f"core-{MIGRATOR}", IdentityArgs(group, site.plan.region, plan.migrator, site.plan.tags), site.options
    )
    # The job that runs the grants logs in as this identity, without a key.
    migrator.trust(plan.migrator_account, site.oidc_issuer, plan.migrator_subject)
    server = Postgresql(
        "core",
        PostgresqlArgs(
            resource_group=group,
            location=site.plan.region,
            tenant_id=site.plan.tenant_id,
            name=plan.name,
            version=plan.version,
            sku=plan.sku,
            tier=plan.tier,
            storage_gib=plan.storage_gib,
            auto_grow=plan.auto_grow,
            high_availability=plan.high_availability,
            zone=plan.availability_zone,
            standby_zone=plan.standby_zone,
            backup_days=plan.backup_days,
            geo_backup=plan.geo_backup,
            maintenance=MaintenanceArgs(plan.day, plan.hour, plan.minute),
            subnet_id=site.subnet_ids[SUBNET],
            zone_id=site.zone_ids[plan.zone],
            parameters=plan.parameters,
            pooled=plan.pooled,
            administrators=_administrators(plan, migrator),
            password_administrator=_password_administrator(plan),
            replicas=plan.replicas,
            tags=site.plan.tags,
        ),
        site.surroundings,
        site.options,
    )
    site.scopes.resources["postgresql"] = server.id
    site.scopes.principals[f"identity/{MIGRATOR}"] = migrator.principal_id
    site.outputs["database_grants"] = {
        "host": server.host,
        "user": plan.migrator,
        "client_id": migrator.client_id,
        "service_account": plan.migrator_account,
        "variables": {each.variable: site.identities[each.service].principal_id for each in plan.access},
    }
    return {each.product: _string(plan, server, each) for each in plan.access}


def _administrators(plan: PostgresqlPlan, migrator: Identity) -> list[AdministratorArgs]:
    ours = AdministratorArgs(MIGRATOR, migrator.principal_id, plan.migrator, "ServicePrincipal")
    others = [
        AdministratorArgs(each.key, each.principal_id, each.name, each.principal_type) for each in plan.administrators
    ]
    return [ours, *others]


def _password_administrator(plan: PostgresqlPlan) -> PasswordAdministratorArgs | None:
    if not plan.login:
        return None
    return PasswordAdministratorArgs(plan.login, pulumi.Config("mystira").get_secret(POSTGRESQL_PASSWORD.name))


def _string(plan: PostgresqlPlan, server: Postgresql, access: DatabaseAccess) -> pulumi.Output[str]:
    """Readers go to the replicas where there are any (requirement A15)."""
    hosts = [server.host] if access.owner else list(server.read_hosts)
    return pulumi.Output.all(*hosts).apply(
        lambda known: connection_string(access, known, server.port, pooled=plan.pooled)
    )
