"""The PostgreSQL server of an environment, and the way of each service to its databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.facts.model import AUTO_GROW
from components.facts.private_link import POSTGRESQL_SUFFIX
from components.identity.spec import IdentitySpec
from components.naming.builder import Names
from components.naming.kubernetes import DATABASE, namespace, object_name, subject
from components.postgresql.facts import (
    BURSTABLE,
    MINIMUM_TLS,
    POOL_PORT,
    POOLER,
    PORT,
    QUERY_STORE,
    SECURE_TRANSPORT,
)
from components.postgresql.spec import AdministratorSpec, MaintenanceSpec, PostgresqlSpec
from components.problems import Problem
from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.database import Database
from stacks.context import Context
from stacks.parts.doors import Consumer, Door, Target, Way
from stacks.parts.network.subnets import NODES, POSTGRESQL
from stacks.parts.part import SERVICE_PRINCIPAL, Part
from stacks.parts.postgresql.checks import RULES, databases_of, postgresql_problems, weaknesses
from stacks.parts.postgresql.pools import pool_problems, pool_size
from stacks.parts.postgresql.script import DatabaseAccess, script_of
from stacks.settings.models import EnvironmentSettings
from stacks.settings.postgresql import Maintenance

LOGIN = "mystira_admin"
"""The administrator with a password (estate-core 4.1), whatever the settings: another would replace the server."""

MIGRATOR = "db-migrator"
"""The identity that runs the grants, and the job in the cluster that is it."""

MIGRATOR_IDENTITY = f"identity/{MIGRATOR}"
SERVER_SCOPE = "postgresql"
GROUP = "postgresql"
"""What consumers need to reach a server (:attr:`Target.group`)."""

ALWAYS: Mapping[str, str] = {SECURE_TRANSPORT: "on", MINIMUM_TLS: "TLSv1.2"}
"""Server parameters that the settings may override by name."""

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True)
class PostgresqlPlan:
    """The server, who gets into it, and the identity that lets them in."""

    server: PostgresqlSpec
    zone: str
    """Its private DNS zone."""
    databases: tuple[str, ...]
    """Every database that a service owns."""
    access: tuple[DatabaseAccess, ...]
    """Every consumer of every database."""
    script: str
    """The SQL that makes databases, principals and rights."""
    migrator: IdentitySpec
    """The identity that runs the script."""
    migrator_namespace: str
    """The namespace of its job, in which nothing else runs: who makes pods there administers the server."""
    migrator_account: str
    """The service account whose job is that identity."""
    migrator_subject: str
    """What the tokens of that service account say it is."""


class Postgresql(Part[EnvironmentSettings, PostgresqlPlan]):
    """The server."""

    key = "postgresql"
    rules = RULES

    def plan(self, context: Context[EnvironmentSettings]) -> PostgresqlPlan:
        names, access = context.names, _access(context)
        migrator = names.name(CORE, "user-assigned-identity", role="dbmigrator")
        return PostgresqlPlan(
            server=_server(context, migrator),
            zone=names.child("private-dns-zone", zone_name(names)),
            databases=databases_of(context.catalogue),
            access=access,
            script=script_of(context.environment, migrator, access),
            migrator=IdentitySpec(migrator),
            migrator_namespace=namespace(DATABASE),
            migrator_account=object_name(MIGRATOR),
            migrator_subject=subject(namespace(DATABASE), object_name(MIGRATOR)),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        yield from postgresql_problems(context)
        yield from pool_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterable[str]:
        return weaknesses(context.settings)

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {SERVER_SCOPE: "postgresql-server"}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        """Owners go to the server, readers to the replicas where there are any; grants are run past PgBouncer."""
        settings = context.settings.postgresql
        door = Door(Way.DELEGATED, f"network.subnets.{POSTGRESQL}", "a range", subnet=POSTGRESQL)
        port = str(POOL_PORT if settings.pgbouncer else PORT)
        zones = (zone_name(context.names),)
        users: dict[bool, list[str]] = {True: [], False: []}
        for service, need in _needs(context.catalogue):
            users[need.read_only and settings.replicas > 0].append(service)

        def target(name: str, consumers: Iterable[str], port: str) -> Target:
            found = tuple(dict.fromkeys(consumers))
            return Target(name, GROUP, found, (port,), (door,), door.setting, door.allowed, zones)

        yield target("postgresql", users[False], port)
        yield target("postgresql", [MIGRATOR], str(PORT))
        if users[True]:
            yield target("postgresql/replicas", users[True], port)

    def consumers(self, context: Context[EnvironmentSettings]) -> Iterator[Consumer]:
        yield Consumer(MIGRATOR, NODES, frozenset({GROUP}))

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        return (each.product for each in _access(context) if each.in_vault)

    def versions(self, context: Context[EnvironmentSettings]) -> Iterator[tuple[str, str]]:
        yield "postgresql", context.settings.postgresql.version

    def unowned(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if not context.settings.postgresql.auto_grow:
            yield AUTO_GROW


def uses_database(service: Service) -> bool:
    """Whether a service logs in to a database."""
    return any(isinstance(need, Database) for need in service.needs)


def zone_name(names: Names) -> str:
    """The private DNS zone of the server."""
    return f"{names.org}{names.instance}-{names.environment}-core{POSTGRESQL_SUFFIX}"


def connection_string(access: DatabaseAccess, hosts: Sequence[str], port: int, size: int, *, pooled: bool) -> str:
    """How a consumer gets to its database: never with a password, always with a verified certificate (estate S5).

    .NET's form (Npgsql), or a URL. A URL has one host: Node.js reads it as the web does. With PgBouncer a connection is
    not reset when it goes back to the pool, because the next transaction may run on another one (Npgsql: Performance,
    PgBouncer). A copy opens ``size`` connections at most, which a URL cannot say.
    """
    if access.url:
        return f"postgresql://{access.role}@{hosts[0]}:{port}/{access.database}?sslmode=verify-full"
    parts = [
        f"Host={','.join(hosts)}",
        f"Port={port}",
        f"Database={access.database}",
        f"Username={access.role}",
        "SSL Mode=VerifyFull",
        f"Maximum Pool Size={size}",
        *(["Load Balance Hosts=true"] if len(hosts) > 1 else []),
        *(["No Reset On Close=true"] if pooled else []),
    ]
    return ";".join(parts)


def _needs(catalogue: Catalogue) -> Iterator[tuple[str, Database]]:
    """Every need of a database, with the service that has it."""
    return ((service.key, need) for service in catalogue for need in service.needs if isinstance(need, Database))


def _access(context: Context[EnvironmentSettings]) -> tuple[DatabaseAccess, ...]:
    """Every consumer of every database, in the order of the records."""
    projects = {service.key: service.project for service in context.catalogue}
    sizes = {replicas: pool_size(context, replicas=replicas) for replicas in (False, True)}
    return tuple(
        DatabaseAccess(
            service=service,
            role=context.names.name(projects[service], "user-assigned-identity"),
            database=need.name,
            owner=need.owner,
            product=need.product.format(service=service),
            url=need.url,
            pool_size=sizes[need.read_only and context.settings.postgresql.replicas > 0],
            writes=not need.read_only,
            in_vault=context.catalogue.by_key[service].takes_secrets,
        )
        for service, need in _needs(context.catalogue)
    )


def _server(context: Context[EnvironmentSettings], migrator: str) -> PostgresqlSpec:
    settings, names = context.settings.postgresql, context.names
    pooler = {POOLER: "true"} if settings.pgbouncer else {}
    queries = {} if settings.tier == BURSTABLE else {QUERY_STORE: "top"}
    administrators = (
        AdministratorSpec(key=key, name=each.name, principal=str(each.principal_id), principal_type=each.principal_type)
        for key, each in settings.administrators.items()
    )
    return PostgresqlSpec(
        name=names.name(CORE, "postgresql-server"),
        tenant_id=str(context.settings.azure.tenant_id),
        version=settings.version,
        tier=settings.tier,
        sku=settings.sku,
        storage_gib=settings.storage_gib,
        auto_grow=settings.auto_grow,
        high_availability=settings.high_availability,
        zone=settings.zone,
        standby_zone=settings.standby_zone,
        backup_days=settings.backup_days,
        geo_backup=settings.geo_backup,
        maintenance=_maintenance(settings.maintenance),
        parameters=tuple({**pooler, **ALWAYS, **queries, **settings.parameters}.items()),
        pooled=settings.pgbouncer,
        administrators=(
            AdministratorSpec(MIGRATOR, migrator, MIGRATOR_IDENTITY, SERVICE_PRINCIPAL),
            *administrators,
        ),
        login=LOGIN,
        passwords=context.settings.accepts_keys("postgresql"),
        replicas=tuple(
            names.name(CORE, "postgresql-server", role=f"replica{number}") for number in range(1, settings.replicas + 1)
        ),
    )


def _maintenance(settings: Maintenance) -> MaintenanceSpec:
    start = settings.start
    return MaintenanceSpec(day=DAYS.index(settings.day), hour=start.hour, minute=start.minute)


POSTGRESQL_SERVER = Postgresql()
