"""What Azure would refuse about the PostgreSQL server of an environment, and what is weaker than our own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from ipaddress import IPv4Network

from components.facts.lifecycles import LIFECYCLES
from components.facts.postgresql import (
    ADDRESSES_RESERVED,
    AVAILABILITY,
    BACKUP,
    BACKUP_DAYS,
    BURSTABLE,
    COMPUTE,
    DATABASE_NAME,
    GEO_BACKUP_REGIONS,
    MAXIMUM_REPLICAS,
    NETWORK,
    OFF,
    PARAMETERS,
    PARAMETERS_READ,
    POOLER,
    POOLING,
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
from components.facts.regions import REGIONS
from components.problems import Problem
from stacks.catalogue import Catalogue
from stacks.catalogue.needs import Database
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name
from stacks.settings.postgresql import Postgresql

SERVER = "postgresql-server/core"
"""How `mystira:adopt` speaks of the server."""

SUBNET = "postgresql"
READ_LIFECYCLES = "components/facts/lifecycles.py"
READ_PARAMETERS = f"components/facts/postgresql.py; {PARAMETERS_READ}"

HIGH_AVAILABILITY = "postgresql-high-availability"
GEO_BACKUP = "postgresql-geo-backup"
PLAIN = "postgresql-secure-transport"
RULES: Mapping[str, str] = {
    HIGH_AVAILABILITY: "the databases survive the loss of a zone",
    GEO_BACKUP: "backups survive the loss of the region",
    PLAIN: "the server takes encrypted connections only",
}


def databases_of(catalogue: Catalogue) -> tuple[str, ...]:
    """Every database that a service owns."""
    needs = [need for service in catalogue for need in service.needs if isinstance(need, Database)]
    return tuple(dict.fromkeys(need.name for need in needs if not need.read_only))


def postgresql_problems(
    stack: str, settings: EnvironmentSettings, catalogue: Catalogue, today: date
) -> Iterator[Problem]:
    """Everything about the server that Azure would refuse, or that would not work."""
    prefix = f"{file_name(stack)}: mystira:postgresql"
    said, region = settings.postgresql, settings.azure.region
    yield from _version_problems(prefix, settings, today)
    yield from _size_problems(prefix, said)
    yield from _availability_problems(prefix, said, region)
    yield from _backup_problems(prefix, said, region)
    yield from _parameter_problems(prefix, said)
    yield from _replica_problems(prefix, said)
    yield from _network_problems(stack, settings)
    ids = Counter(each.principal_id for each in said.administrators.values())
    for key, each in said.administrators.items():
        if ids[each.principal_id] > 1:
            what = "an administrator stands here twice"
            yield Problem(f"{prefix}.administrators.{key}.principal_id", what, each.principal_id, "each once")
    yield from _name_problems(catalogue)


def _version_problems(prefix: str, settings: EnvironmentSettings, today: date) -> Iterator[Problem]:
    # Not at the top: the plan's module imports this one.
    from stacks.plan.lifecycles import creation_problems

    version, path = settings.postgresql.version, f"{prefix}.version"
    known = [row.version for row in LIFECYCLES if row.what == "postgresql"]
    if version not in known:
        yield Problem(path, "not a version that Azure offers", version, ", ".join(known), READ_LIFECYCLES)
    running = [path] if SERVER in settings.adopt else []
    yield from creation_problems(today, [(path, "postgresql", version)], running)


def _size_problems(prefix: str, said: Postgresql) -> Iterator[Problem]:
    if said.sku not in SKUS[said.tier]:
        tier = tier_of(said.sku)
        close = ", ".join(get_close_matches(said.sku, SKUS[said.tier], 3, 0.5) or SKUS[said.tier][:3])
        what = f"a size of the tier {tier}, not of {said.tier}" if tier else "not a size that Azure offers"
        yield Problem(f"{prefix}.sku", what, said.sku, f"tier: {tier}, or {close}" if tier else close, COMPUTE)
    if said.storage_gib not in STORAGE_GIB:
        allowed = ", ".join(map(str, STORAGE_GIB))
        yield Problem(f"{prefix}.storage_gib", "not a size of a disk", str(said.storage_gib), allowed, STORAGE)
    if said.pgbouncer and said.tier == BURSTABLE:
        yield Problem(f"{prefix}.pgbouncer", f"the tier {BURSTABLE} has no PgBouncer", "true", "false", POOLING)


def _availability_problems(prefix: str, said: Postgresql, region: str) -> Iterator[Problem]:
    mode, zones = said.high_availability, REGIONS[region].zones
    path = f"{prefix}.high_availability"
    if mode != OFF and said.tier == BURSTABLE:
        yield Problem(path, f"the tier {BURSTABLE} has no standby", mode, OFF, AVAILABILITY)
    elif mode == ZONE_REDUNDANT and not zones:
        yield Problem(path, f"{region} has no zones", mode, f"{SAME_ZONE}, {OFF}", AVAILABILITY)
    for field, zone in (("zone", said.zone), ("standby_zone", said.standby_zone)):
        if zone and zone not in zones:
            yield Problem(f"{prefix}.{field}", f"{region} has no such zone", zone, ", ".join(zones) or "none")
    if said.standby_zone and mode == OFF:
        yield Problem(f"{prefix}.standby_zone", "there is no standby", said.standby_zone, "empty", AVAILABILITY)
    elif mode == ZONE_REDUNDANT and said.zone and said.zone == said.standby_zone:
        what = "the standby is in the zone of the server"
        yield Problem(f"{prefix}.standby_zone", what, said.standby_zone, "another zone, or empty", AVAILABILITY)
    elif mode == SAME_ZONE and said.standby_zone not in ("", said.zone):
        what = "the standby is not in the zone of the server"
        yield Problem(f"{prefix}.standby_zone", what, said.standby_zone, said.zone or "empty", AVAILABILITY)


def _backup_problems(prefix: str, said: Postgresql, region: str) -> Iterator[Problem]:
    if said.backup_days not in BACKUP_DAYS:
        allowed = f"{BACKUP_DAYS[0]} to {BACKUP_DAYS[-1]}"
        yield Problem(f"{prefix}.backup_days", "backups are not kept as long", str(said.backup_days), allowed, BACKUP)
    if said.geo_backup and region not in GEO_BACKUP_REGIONS:
        what = f"{region} has no paired region for backups"
        allowed = f"false, or one of {', '.join(sorted(GEO_BACKUP_REGIONS))}"
        yield Problem(f"{prefix}.geo_backup", what, "true", allowed, BACKUP)


def _parameter_problems(prefix: str, said: Postgresql) -> Iterator[Problem]:
    for name, value in said.parameters.items():
        path = f"{prefix}.parameters.{name}"
        known = PARAMETERS.get(name)
        if known is None:
            close = ", ".join(get_close_matches(name, PARAMETERS, 3)) or "a row of the table"
            yield Problem(path, "unknown parameter", name, close, READ_PARAMETERS)
        elif name == POOLER:
            yield Problem(path, "said by the setting pgbouncer", value, "no such entry", POOLING)
        elif known.read_only:
            yield Problem(path, "Azure's own, it cannot be set", value, "no such entry", READ_PARAMETERS)
        elif known.pooled and not said.pgbouncer:
            yield Problem(path, "there is no PgBouncer", value, "pgbouncer: true", POOLING)
        elif not known.allows(value):
            yield Problem(path, "not a value of this parameter", value, known.allowed, READ_PARAMETERS)


def _replica_problems(prefix: str, said: Postgresql) -> Iterator[Problem]:
    path = f"{prefix}.replicas"
    if said.replicas and said.tier == BURSTABLE:
        yield Problem(path, f"the tier {BURSTABLE} has no read replicas", str(said.replicas), "0", REPLICAS)
    elif said.replicas > MAXIMUM_REPLICAS:
        yield Problem(path, "too many", str(said.replicas), f"at most {MAXIMUM_REPLICAS}", REPLICAS)


def _network_problems(stack: str, settings: EnvironmentSettings) -> Iterator[Problem]:
    path = f"{file_name(stack)}: mystira:network.subnets.{SUBNET}"
    cidr, said = settings.network.subnets.get(SUBNET), settings.postgresql
    if cidr is None:
        return
    servers = 1 + said.replicas + (said.high_availability != OFF)
    free = IPv4Network(cidr).num_addresses - ADDRESSES_RESERVED
    if 0 < free < servers:
        yield Problem(path, "too small", f"{cidr}, {free} addresses", f"room for {servers} servers", NETWORK)


def _name_problems(catalogue: Catalogue) -> Iterator[Problem]:
    for name in databases_of(catalogue):
        path = f"catalogue: postgresql/{name}"
        if name in SYSTEM_DATABASES or not DATABASE_NAME.fullmatch(name):
            yield Problem(path, "not a name for a database", name, f"{DATABASE_NAME.pattern}, none of Azure's own")


def weaknesses(settings: EnvironmentSettings) -> Iterable[str]:
    """The rules of :data:`RULES` that the settings break."""
    said = settings.postgresql
    if said.high_availability != ZONE_REDUNDANT:
        yield HIGH_AVAILABILITY
    if not said.geo_backup:
        yield GEO_BACKUP
    if said.parameters.get(SECURE_TRANSPORT, "on").lower() != "on":
        yield PLAIN
