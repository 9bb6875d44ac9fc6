"""The PostgreSQL server of an environment: everything about it decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.facts.postgresql import MINIMUM_TLS, POOL_PORT, POOLER, PORT, SECURE_TRANSPORT
from components.facts.private_link import POSTGRESQL_SUFFIX
from components.naming import Names
from components.naming.kubernetes import namespace, object_name, subject
from stacks.catalogue import Catalogue
from stacks.catalogue.names import CORE
from stacks.catalogue.needs import Database
from stacks.plan.stores.base import Store
from stacks.plan.stores.doors import Door, Target, Way
from stacks.plan.stores.postgresql_checks import RULES, SUBNET, databases_of, postgresql_problems, weaknesses
from stacks.plan.stores.postgresql_grants import DatabaseAccess, script_of
from stacks.settings import EnvironmentSettings

LOGIN = "mystira_admin"
"""The administrator with a password, where there is one (estate-core 4.1)."""

MIGRATOR = "db-migrator"
"""The identity that runs the grants, and the job in the cluster that is it."""

ALWAYS: Mapping[str, str] = {SECURE_TRANSPORT: "on", MINIMUM_TLS: "TLSv1.2"}
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True)
class AdministratorPlan:
    """An Entra administrator from outside this program."""

    key: str
    principal_id: str
    principal_type: str
    name: str


@dataclass(frozen=True)
class PostgresqlPlan:
    """The server. ``migrator`` is the name of the identity that runs ``script``; ``login`` is empty without passwords.

    A job with the service account ``migrator_account`` is that identity: ``migrator_subject`` is what its tokens say.

    ``day`` counts from 0, Sunday; ``hour`` and ``minute`` are UTC. ``zone`` is the private DNS zone, ``replicas`` are
    physical names.
    """

    name: str
    version: str
    tier: str
    sku: str
    storage_gib: int
    auto_grow: bool
    high_availability: str
    availability_zone: str
    standby_zone: str
    backup_days: int
    geo_backup: bool
    day: int
    hour: int
    minute: int
    zone: str
    parameters: tuple[tuple[str, str], ...]
    pooled: bool
    databases: tuple[str, ...]
    administrators: tuple[AdministratorPlan, ...]
    login: str
    migrator: str
    migrator_account: str
    migrator_subject: str
    replicas: tuple[str, ...]
    access: tuple[DatabaseAccess, ...]
    script: str


def zone_name(names: Names) -> str:
    """The private DNS zone of the server."""
    return f"{names.org}{names.instance}-{names.environment}-core{POSTGRESQL_SUFFIX}"


def access_of(catalogue: Catalogue, names: Names) -> tuple[DatabaseAccess, ...]:
    """Every consumer of every database, in the order of the records."""
    return tuple(
        DatabaseAccess(
            service=service.key,
            role=names.name(service.project, "user-assigned-identity"),
            database=need.name,
            owner=not need.read_only,
            product=need.product.format(service=service.key),
            url=need.url,
        )
        for service in catalogue
        for need in service.needs
        if isinstance(need, Database)
    )


def connection_string(access: DatabaseAccess, hosts: Sequence[str], port: int, *, pooled: bool) -> str:
    """How a consumer gets to its database: never with a password, always with a verified certificate (estate S5).

    .NET's form (Npgsql), or a URL. A URL has one host: Node.js reads it as the web does. With PgBouncer a connection is
    not reset when it goes back to the pool, because the next transaction may run on another one (Npgsql: Performance,
    PgBouncer).
    """
    if access.url:
        return f"postgresql://{access.role}@{hosts[0]}:{port}/{access.database}?sslmode=verify-full"
    parts = [
        f"Host={','.join(hosts)}",
        f"Port={port}",
        f"Database={access.database}",
        f"Username={access.role}",
        "SSL Mode=VerifyFull",
        *(["Load Balance Hosts=true"] if len(hosts) > 1 else []),
        *(["No Reset On Close=true"] if pooled else []),
    ]
    return ";".join(parts)


def postgresql_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> PostgresqlPlan:
    """The server, once its checks have passed."""
    said = settings.postgresql
    access = access_of(catalogue, names)
    migrator = names.name(CORE, "user-assigned-identity", role="dbmigrator")
    pooler = {POOLER: "true"} if said.pgbouncer else {}
    hour, minute = said.maintenance.start.split(":")
    return PostgresqlPlan(
        name=names.name(CORE, "postgresql-server"),
        version=said.version,
        tier=said.tier,
        sku=said.sku,
        storage_gib=said.storage_gib,
        auto_grow=said.auto_grow,
        high_availability=said.high_availability,
        availability_zone=said.zone,
        standby_zone=said.standby_zone,
        backup_days=said.backup_days,
        geo_backup=said.geo_backup,
        day=DAYS.index(said.maintenance.day),
        hour=int(hour),
        minute=int(minute),
        zone=names.child("private-dns-zone", zone_name(names)),
        parameters=tuple({**pooler, **ALWAYS, **said.parameters}.items()),
        pooled=said.pgbouncer,
        databases=databases_of(catalogue),
        administrators=tuple(
            AdministratorPlan(key, each.principal_id, each.principal_type, each.name)
            for key, each in said.administrators.items()
        ),
        login=LOGIN if settings.local_auth == "on" else "",
        migrator=migrator,
        migrator_account=object_name(MIGRATOR),
        migrator_subject=subject(namespace(names.environment), object_name(MIGRATOR)),
        replicas=tuple(
            names.name(CORE, "postgresql-server", role=f"replica{number}") for number in range(1, said.replicas + 1)
        ),
        access=access,
        script=script_of(names.environment, migrator, access),
    )


def _products(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterable[str]:
    return [
        need.product.format(service=service.key)
        for service in catalogue
        for need in service.needs
        if isinstance(need, Database)
    ]


def _targets(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[Target]:
    """Owners go to the server, readers to the replicas where there are any; grants are run past PgBouncer."""
    door = Door(Way.DELEGATED, f"network.subnets.{SUBNET}", "a range", subnet=SUBNET)
    port = str(POOL_PORT if settings.postgresql.pgbouncer else PORT)
    users: dict[bool, list[str]] = {True: [], False: []}
    for service in catalogue:
        for read_only in {need.read_only for need in service.needs if isinstance(need, Database)}:
            users[read_only and settings.postgresql.replicas > 0].append(service.key)

    def target(name: str, consumers: Iterable[str], port: str) -> Target:
        found = tuple(dict.fromkeys(consumers))
        return Target(name, "postgresql", found, (port,), (door,), door.setting, door.allowed)

    yield target("postgresql", users[False], port)
    yield target("postgresql", [MIGRATOR], str(PORT))
    if users[True]:
        yield target("postgresql/replicas", users[True], port)


POSTGRESQL = Store(
    key="postgresql",
    problems=postgresql_problems,
    rules=RULES,
    weaknesses=weaknesses,
    scopes=lambda settings, catalogue: {"postgresql": "postgresql-server"},
    products=_products,
    versions=lambda settings: [("postgresql", settings.postgresql.version)],
    targets=_targets,
)
