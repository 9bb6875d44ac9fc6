"""What Azure would refuse about the PostgreSQL server of an environment, and what is weaker than our own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from components.facts.lifecycles import LIFECYCLES
from components.facts.regions import REGIONS
from components.postgresql.facts import (
    AVAILABILITY,
    BACKUP,
    BACKUP_DAYS,
    BURSTABLE,
    COMPUTE,
    DATABASE_NAME,
    GEO_BACKUP_REGIONS,
    MAXIMUM_REPLICAS,
    OFF,
    PARAMETERS,
    PARAMETERS_READ,
    POOLER,
    POOLING,
    QUERY_STORE,
    REPLICAS,
    SAME_ZONE,
    SECURE_TRANSPORT,
    SKUS,
    STORAGE,
    STORAGE_GIB,
    SYSTEM_DATABASES,
    ZONE_REDUNDANT,
    tier_of,
)
from components.problems import Problem
from stacks.catalogue.model import Catalogue
from stacks.catalogue.needs.database import Database
from stacks.context import Context
from stacks.parts.lifecycles import creation_problems
from stacks.parts.postgresql.script import OLDEST
from stacks.settings.models import EnvironmentSettings
from stacks.settings.postgresql import Postgresql

ADOPTED_SERVER = "postgresql-server/core"
"""The server, as `mystira:adopt` refers to it."""

READ_GRANTS = "docs/runbooks/postgresql.md"
READ_LIFECYCLES = "components/facts/lifecycles.py"
QUERY_STORE_READ = "Microsoft: Query store in Azure Database for PostgreSQL (Burstable)"
READ_PARAMETERS = f"components/postgresql/facts.py; {PARAMETERS_READ}"

HIGH_AVAILABILITY = "postgresql-high-availability"
GEO_BACKUP = "postgresql-geo-backup"
PLAIN = "postgresql-secure-transport"
PASSWORDS = "postgresql-passwords"
OTHER_REGION = "postgresql-secondary-region"
RULES: Mapping[str, str] = {
    HIGH_AVAILABILITY: "the databases survive the loss of a zone",
    GEO_BACKUP: "backups survive the loss of the region",
    PLAIN: "the server takes encrypted connections only",
    OTHER_REGION: "a read replica in the secondary region takes over when the region is lost (APRL)",
    PASSWORDS: "PostgreSQL takes no password: it has no public side, and what is inside the network has an identity",
}


def databases_of(catalogue: Catalogue) -> tuple[str, ...]:
    """Every database that a service owns."""
    needs = [need for service in catalogue for need in service.needs if isinstance(need, Database)]
    return tuple(dict.fromkeys(need.name for need in needs if need.owner))


def postgresql_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Everything about the server that Azure would refuse, or that would not work."""
    prefix = context.path("postgresql")
    server, region = context.settings.postgresql, context.settings.azure.region
    yield from _version_problems(context)
    yield from _size_problems(prefix, server)
    yield from _availability_problems(prefix, server, region)
    yield from _backup_problems(prefix, server, region)
    yield from _parameter_problems(prefix, server)
    yield from _replica_problems(prefix, server)
    ids = Counter(each.principal_id for each in server.administrators.values())
    for key, each in server.administrators.items():
        if ids[each.principal_id] > 1:
            path, what = f"{prefix}.administrators.{key}.principal_id", "the same principal is listed twice"
            yield Problem(path, what, str(each.principal_id), "each principal once")
    yield from _name_problems(context.catalogue)


def _version_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    version, path = context.settings.postgresql.version, context.path("postgresql.version")
    known = [row.version for row in LIFECYCLES if row.what == "postgresql"]
    if version not in known:
        yield Problem(path, "not a version that Azure offers", version, ", ".join(known), READ_LIFECYCLES)
    elif int(version) < OLDEST:
        what = "the grants need GRANT ... WITH INHERIT, which an older server does not know"
        yield Problem(
            path, what, version, f"{OLDEST} or later; upgrade a live server before taking it over", READ_GRANTS
        )
        return
    running = ADOPTED_SERVER in context.settings.adopt
    yield from creation_problems(path, "postgresql", version, context.today, running=running)


def _size_problems(prefix: str, server: Postgresql) -> Iterator[Problem]:
    if server.sku not in SKUS[server.tier]:
        tier = tier_of(server.sku)
        close = ", ".join(get_close_matches(server.sku, SKUS[server.tier], 3, 0.5) or SKUS[server.tier][:3])
        what = f"a size of the tier {tier}, not of {server.tier}" if tier else "not a size that Azure offers"
        yield Problem(f"{prefix}.sku", what, server.sku, f"tier: {tier}, or {close}" if tier else close, COMPUTE)
    if server.storage_gib not in STORAGE_GIB:
        allowed = ", ".join(map(str, STORAGE_GIB))
        yield Problem(f"{prefix}.storage_gib", "not a disk size", str(server.storage_gib), allowed, STORAGE)
    if server.pgbouncer and server.tier == BURSTABLE:
        yield Problem(f"{prefix}.pgbouncer", f"the tier {BURSTABLE} has no PgBouncer", "true", "false", POOLING)


def _availability_problems(prefix: str, server: Postgresql, region: str) -> Iterator[Problem]:
    mode, zones = server.high_availability, REGIONS[region].zones
    path = f"{prefix}.high_availability"
    if mode != OFF and server.tier == BURSTABLE:
        yield Problem(path, f"the tier {BURSTABLE} has no standby", mode, OFF, AVAILABILITY)
    elif mode == ZONE_REDUNDANT and not zones:
        yield Problem(path, f"{region} has no zones", mode, f"{SAME_ZONE}, {OFF}", AVAILABILITY)
    for field, zone in (("zone", server.zone), ("standby_zone", server.standby_zone)):
        if zone and zone not in zones:
            yield Problem(f"{prefix}.{field}", f"{region} has no such zone", zone, ", ".join(zones) or "none")
    if server.standby_zone and mode == OFF:
        yield Problem(
            f"{prefix}.standby_zone",
            "high availability is off, so there is no standby",
            server.standby_zone,
            "empty",
            AVAILABILITY,
        )
    elif mode == ZONE_REDUNDANT and server.zone and server.zone == server.standby_zone:
        what = "a zone-redundant standby needs a zone other than the server's"
        yield Problem(f"{prefix}.standby_zone", what, server.standby_zone, "another zone, or empty", AVAILABILITY)
    elif mode == SAME_ZONE and server.standby_zone not in ("", server.zone):
        what = "a same-zone standby needs the server's zone"
        yield Problem(f"{prefix}.standby_zone", what, server.standby_zone, server.zone or "empty", AVAILABILITY)


def _backup_problems(prefix: str, server: Postgresql, region: str) -> Iterator[Problem]:
    if server.backup_days not in BACKUP_DAYS:
        allowed = f"{BACKUP_DAYS[0]} to {BACKUP_DAYS[-1]}"
        yield Problem(
            f"{prefix}.backup_days", "backup retention out of range", str(server.backup_days), allowed, BACKUP
        )
    if server.geo_backup and region not in GEO_BACKUP_REGIONS:
        what = f"{region} has no paired region for backups"
        allowed = f"false, or one of {', '.join(sorted(GEO_BACKUP_REGIONS))}"
        yield Problem(f"{prefix}.geo_backup", what, "true", allowed, BACKUP)


def _parameter_problems(prefix: str, server: Postgresql) -> Iterator[Problem]:
    for name, value in server.parameters.items():
        path = f"{prefix}.parameters.{name}"
        known = PARAMETERS.get(name)
        if known is None:
            close = ", ".join(get_close_matches(name, PARAMETERS, 3)) or "a row of the table"
            yield Problem(path, "unknown parameter", name, close, READ_PARAMETERS)
        elif name == POOLER:
            yield Problem(path, "controlled by mystira:postgresql.pgbouncer", value, "no such entry", POOLING)
        elif name == QUERY_STORE and value != "none" and server.tier == BURSTABLE:
            yield Problem(path, f"the tier {BURSTABLE} has no Query Store", value, "no such entry", QUERY_STORE_READ)
        elif known.read_only:
            yield Problem(path, "read-only: Azure sets it", value, "no such entry", READ_PARAMETERS)
        elif known.pooled and not server.pgbouncer:
            yield Problem(path, "PgBouncer is off", value, "pgbouncer: true", POOLING)
        elif not known.allows(value):
            yield Problem(path, "not a value that this parameter accepts", value, known.allowed, READ_PARAMETERS)


def _replica_problems(prefix: str, server: Postgresql) -> Iterator[Problem]:
    path = f"{prefix}.replicas"
    if server.replicas and server.tier == BURSTABLE:
        yield Problem(path, f"the tier {BURSTABLE} has no read replicas", str(server.replicas), "0", REPLICAS)
    elif server.replicas > MAXIMUM_REPLICAS:
        yield Problem(path, "too many read replicas", str(server.replicas), f"at most {MAXIMUM_REPLICAS}", REPLICAS)


def _name_problems(catalogue: Catalogue) -> Iterator[Problem]:
    for name in databases_of(catalogue):
        path = f"catalogue: postgresql/{name}"
        if name in SYSTEM_DATABASES or not DATABASE_NAME.fullmatch(name):
            yield Problem(
                path, "not a valid database name", name, f"{DATABASE_NAME.pattern}, not one that Azure reserves"
            )


def weaknesses(settings: EnvironmentSettings) -> Iterator[str]:
    """The rules of :data:`RULES` that the settings break."""
    server = settings.postgresql
    if settings.accepts_keys("postgresql"):
        yield PASSWORDS
    if server.high_availability != ZONE_REDUNDANT:
        yield HIGH_AVAILABILITY
    if not server.geo_backup:
        yield GEO_BACKUP
    yield OTHER_REGION  # the program makes replicas in the region of the server only
    if server.parameters.get(SECURE_TRANSPORT, "on").lower() != "on":
        yield PLAIN
