"""What Azure Database for PostgreSQL flexible server offers: sizes, storage, days, regions, server parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.creation import documented, marked
from components.facts.duration_sources import APPLY_LOG
from components.facts.model import (
    AUTO_GROW,
    BICEP_TYPES,
    FAILOVER,
    GROUP,
    NAME_RULES,
    Duration,
    NameRule,
    Naming,
    OneAtATime,
    OwnedElsewhere,
    ResourceType,
    Scope,
)

COMPUTE = "Microsoft: Compute options in Azure Database for PostgreSQL"
STORAGE = "Microsoft: Storage options in Azure Database for PostgreSQL"
LIMITS = "Microsoft: Limits in Azure Database for PostgreSQL"
AVAILABILITY = "Microsoft: High availability in Azure Database for PostgreSQL"
BACKUP = "Microsoft: Backup and restore in Azure Database for PostgreSQL"
REPLICAS = "Microsoft: Read replicas in Azure Database for PostgreSQL"
POOLING = "Microsoft: PgBouncer in Azure Database for PostgreSQL"
NETWORK = "Microsoft: Private networking with VNet integration in Azure Database for PostgreSQL"
ENTRA = "Microsoft: Use Microsoft Entra ID for authentication with Azure Database for PostgreSQL"
PARAMETERS_READ = "Microsoft: Server parameters in Azure Database for PostgreSQL"

DIALOGPORTEN = "Altinn/dialogporten#4127: 32 GB and P4 had become 64 GB and P6"

BURSTABLE = "Burstable"

QUERY_STORE = "pg_qs.query_capture_mode"
"""Which statements the Query Store keeps; the tier Burstable has none (Microsoft: Query store)."""
GENERAL = "GeneralPurpose"
MEMORY = "MemoryOptimized"


def _sizes(letter: str, sizes: tuple[int, ...], *families: str) -> tuple[str, ...]:
    return tuple(f"Standard_{letter}{size}{family}" for family in families for size in sizes)


SKUS: Mapping[str, tuple[str, ...]] = {
    BURSTABLE: tuple(f"Standard_{each}" for each in ("B1ms", "B2s", "B2ms", "B4ms", "B8ms", "B12ms", "B16ms", "B20ms")),
    GENERAL: (
        *_sizes("D", (2, 4, 8, 16, 32, 48, 64), "s_v3", "ds_v4", "ds_v5", "ads_v5"),
        *_sizes("D", (96,), "ds_v5", "ads_v5"),
    ),
    MEMORY: (
        *_sizes("E", (2, 4, 8, 16, 32, 48, 64), "s_v3", "ds_v4", "ds_v5", "ads_v5"),
        *_sizes("E", (20,), "ds_v4", "ds_v5", "ads_v5"),
        *_sizes("E", (96,), "ds_v5", "ads_v5"),
    ),
}
"""Sizes by tier; a tier names its sizes by the first letter of their family, B, D or E."""

RESERVED_CONNECTIONS = 15
"""What Azure keeps of a server's connections for replication and monitoring (LIMITS)."""

_CONNECTIONS: Mapping[int, int] = {2: 50, 4: 429, 8: 859, 16: 1718, 32: 3437}
_MOST_CONNECTIONS = 5000


def connections_of(sku: str) -> int | None:
    """The default of ``max_connections``, which follows from the memory of a size (LIMITS); ``None``: no such size."""
    if not tier_of(sku):
        return None
    return _CONNECTIONS.get(_memory_gib(sku), _MOST_CONNECTIONS)


def vcores_of(sku: str) -> int:
    """The vCores of a size, the number in its name (COMPUTE)."""
    found = re.match(r"Standard_[BDE](\d+)", sku)
    return int(found[1]) if found else 0


def family_of(sku: str) -> str:
    """The quota that a size counts in, as Azure's list of usages names it: ``standardDDSv5Family`` (Get-
    AzPostgreSqlFlexibleServerQuotaUsage shows these)."""
    found = re.fullmatch(r"Standard_([DE])\d+(\w*)_(v\d)", sku)
    if found is None:
        return "standardBSFamily"
    return f"standard{found[1]}{found[2].upper()}{found[3]}Family"


def _memory_gib(sku: str) -> int:
    """A vCore has 4 GiB; one of E has 8, and the two smallest sizes have less (COMPUTE)."""
    small = {"Standard_B1ms": 2, "Standard_B2s": 4}
    return small.get(sku) or vcores_of(sku) * (8 if tier_of(sku) == MEMORY else 4)


POOL_SIZE = 50
"""PgBouncer's connections for each pair of user and database: ``pgbouncer.default_pool_size`` (POOLING)."""

POOL_CLIENTS = 5000
"""What it takes from clients: ``pgbouncer.max_client_conn`` (POOLING)."""

STORAGE_GIB = (32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16384, 32767)
"""Sizes of a Premium SSD; a disk grows from one to the next and never shrinks."""

BACKUP_DAYS = range(7, 36)
MAXIMUM_REPLICAS = 5

ZONE_REDUNDANT = "zone-redundant"
SAME_ZONE = "same-zone"
OFF = "off"

GEO_BACKUP_REGIONS = frozenset(
    {
        "eastus",
        "eastus2",
        "northcentralus",
        "northeurope",
        "southafricanorth",
        "southafricawest",
        "swedencentral",
        "uksouth",
        "westeurope",
        "westus",
    }
)
"""Where backups can be kept in the paired region as well (Microsoft: Overview of Azure Database for PostgreSQL, Azure
regions; it does not offer it in, for example, qatarcentral, polandcentral, italynorth, which have no pair)."""

DELEGATION = "Microsoft.DBforPostgreSQL/flexibleServers"
"""What the subnet of a server must be delegated to (NETWORK)."""

PORT = 5432
POOL_PORT = 6432
"""PgBouncer's."""

PASSWORD_LENGTHS = range(8, 129)
"""And three of lower case, upper case, digits, others (Microsoft: Create an Azure Database for PostgreSQL)."""

RESERVED_LOGINS = frozenset(
    {"azure_superuser", "azure_pg_admin", "admin", "administrator", "root", "guest", "public", "azuresu"}
)
"""And what begins with ``pg_``."""

SYSTEM_DATABASES = frozenset({"azure_maintenance", "azure_sys", "postgres", "template0", "template1"})
DATABASE_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
"""What Azure's naming rules and PostgreSQL both take, in lower case."""


@dataclass(frozen=True)
class Parameter:
    """A server parameter: ``values`` that it takes (empty: free), or the ``numbers`` from and to.

    ``read_only`` is Azure's own; ``pooled`` exists only while PgBouncer is on.
    """

    name: str
    values: tuple[str, ...] = ()
    numbers: tuple[int, int] | None = None
    read_only: bool = False
    several: bool = False
    dynamic: bool = True
    """Whether a new value works without a restart."""

    @property
    def pooled(self) -> bool:
        return self.name.startswith("pgbouncer.") and self.name != POOLER

    def allows(self, value: str) -> bool:
        """Whether Azure takes ``value``; a list of several is separated by commas, case does not count."""
        if self.numbers is not None:
            return value.lstrip("-").isdigit() and self.numbers[0] <= int(value) <= self.numbers[1]
        known = {each.lower() for each in self.values}
        parts = [each.strip() for each in value.split(",")] if self.several else [value]
        return not known or all(each.lower() in known for each in parts if each or not self.several)

    @property
    def data_type(self) -> str:
        """What Azure calls the kind of its values."""
        if self.numbers is not None:
            return "Integer"
        if self.several:
            return "Set"
        switch = {each.lower() for each in self.values} in ({"on", "off"}, {"true", "false"})
        return "Boolean" if switch else "Enumeration" if self.values else "String"

    @property
    def allowed_values(self) -> str:
        """What it takes, as Azure returns it."""
        return "-".join(map(str, self.numbers)) if self.numbers is not None else ",".join(self.values)

    @property
    def allowed(self) -> str:
        """What it takes, in words."""
        if self.numbers is not None:
            return f"{self.numbers[0]} to {self.numbers[1]}"
        return ", ".join(self.values) or "any text"


POOLER = "pgbouncer.enabled"
SECURE_TRANSPORT = "require_secure_transport"
MINIMUM_TLS = "ssl_min_protocol_version"

_SWITCH = ("on", "off")

PARAMETERS: Mapping[str, Parameter] = {
    each.name: each
    for each in (
        Parameter(POOLER, ("true", "false")),
        Parameter("pgbouncer.default_pool_size", numbers=(1, 4950)),
        Parameter("pgbouncer.max_client_conn", numbers=(1, 50000)),
        Parameter("pgbouncer.max_prepared_statements", numbers=(0, 5000)),
        Parameter("pgbouncer.min_pool_size", numbers=(0, 4950)),
        Parameter("pgbouncer.pool_mode", ("session", "transaction", "statement")),
        Parameter("pgbouncer.query_wait_timeout", numbers=(0, 86400)),
        Parameter("pgbouncer.server_idle_timeout", numbers=(0, 86400)),
        Parameter(SECURE_TRANSPORT, _SWITCH),
        Parameter(MINIMUM_TLS, ("TLSv1.2", "TLSv1.3")),
        Parameter("ssl_max_protocol_version", ("TLSv1.2", "TLSv1.3")),
        Parameter("ssl", _SWITCH, read_only=True),
        Parameter("data_directory", read_only=True),
        Parameter("server_version", read_only=True),
        Parameter("password_encryption", ("md5", "scram-sha-256")),
        Parameter(
            "azure.extensions",
            (
                "AZURE_AI",
                "BTREE_GIN",
                "BTREE_GIST",
                "CITEXT",
                "FUZZYSTRMATCH",
                "HSTORE",
                "LTREE",
                "PG_CRON",
                "PG_STAT_STATEMENTS",
                "PG_TRGM",
                "PGAUDIT",
                "PGCRYPTO",
                "UNACCENT",
                "UUID-OSSP",
                "VECTOR",
            ),
            several=True,
        ),
        Parameter("idle_in_transaction_session_timeout", numbers=(0, 2147483647)),
        Parameter("statement_timeout", numbers=(0, 2147483647)),
        Parameter("lock_timeout", numbers=(0, 2147483647)),
        Parameter("log_checkpoints", _SWITCH),
        Parameter("log_connections", _SWITCH),
        Parameter("log_disconnections", _SWITCH),
        Parameter("log_lock_waits", _SWITCH),
        Parameter("log_min_duration_statement", numbers=(-1, 2147483647)),
        Parameter("log_statement", ("none", "ddl", "mod", "all")),
        Parameter("logfiles.download_enable", _SWITCH),
        Parameter("max_connections", numbers=(25, 5000), dynamic=False),
        Parameter("metrics.collector_database_activity", _SWITCH),
        Parameter("pgaudit.log", ("none", "read", "write", "function", "role", "ddl", "misc", "all"), several=True),
        Parameter(QUERY_STORE, ("none", "top", "all")),
        Parameter("pg_qs.retention_period_in_days", numbers=(1, 30)),
        Parameter("pgms_wait_sampling.query_capture_mode", ("none", "all")),
        Parameter("track_io_timing", _SWITCH),
        Parameter("work_mem", numbers=(4096, 2097151)),
    )
}
"""The server parameters of this platform, with what they take; a further one is one more row (source:
:data:`PARAMETERS_READ` and `az postgres flexible-server parameter list`)."""


def tier_of(sku: str) -> str:
    """The tier that offers a size; empty for none."""
    return next((tier for tier, sizes in SKUS.items() if sku in sizes), "")


_POSTGRESQL = GROUP + "/providers/Microsoft.DBforPostgreSQL/flexibleServers/{serverName}"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="postgresql-server",
        token="azure-native:dbforpostgresql:Server",
        arm="Microsoft.DBforPostgreSQL/flexibleServers",
        id_template=_POSTGRESQL,
        name_input="serverName",
        naming=Naming.FIVE_PART,
        abbreviation="pg",
        rule=NameRule(
            3,
            63,
            r"[a-z0-9]+(-[a-z0-9]+)*",
            Scope.GLOBAL,
            NAME_RULES,
            disagreement="the Bicep type allows upper case, Microsoft's naming rules do not",
        ),
        taggable=True,
        holds_data=True,
        diagnostics=("allLogs",),
        private_link=("postgresqlServer",),
        creation_only=(
            *marked(
                "2025-08-01",
                "location",
                "administratorLogin",
                "availabilityZone",
                "pointInTimeUTC",
                "sourceServerResourceId",
                "backup.geoRedundantBackup",
            ),
            *documented("Microsoft: Servers - Create", "createMode"),
            *documented(NETWORK, "network"),
        ),
        duration=Duration(5, 60, f"{APPLY_LOG}: 5 min 6 s in a delegated subnet, one zone"),
        one_at_a_time=OneAtATime(
            ("postgresql-configuration", "postgresql-administrator"),
            "ServerIsBusy",
            "hashicorp/terraform-provider-azurerm: flexible server children lock their server",
        ),
        owned_elsewhere=(
            OwnedElsewhere(
                "storage.storageSizeGB",
                AUTO_GROW,
                "the disk grows when it fills up, and Azure refuses to make it smaller again",
                instead="auto_grow: false together with the new size (docs/runbooks/postgresql.md)",
            ),
            OwnedElsewhere("storage.tier", AUTO_GROW, f"the tier of a disk follows its size ({DIALOGPORTEN})"),
            OwnedElsewhere("storage.iops", AUTO_GROW, f"and so do its operations a second ({STORAGE})"),
            OwnedElsewhere("availabilityZone", FAILOVER, "after a failover the server is where its standby was"),
            OwnedElsewhere(
                "highAvailability.standbyAvailabilityZone", FAILOVER, "and the standby where the server was"
            ),
        ),
    ),
    ResourceType(
        key="postgresql-configuration",
        token="azure-native:dbforpostgresql:Configuration",
        arm="Microsoft.DBforPostgreSQL/flexibleServers/configurations",
        id_template=_POSTGRESQL + "/configurations/{configurationName}",
        name_input="configurationName",
        naming=Naming.FIXED,
        rule=NameRule(1, 256, r"[-\w.]+", Scope.PARENT, BICEP_TYPES),
        duration=Duration(0.5, 30),
    ),
    ResourceType(
        key="postgresql-administrator",
        token="azure-native:dbforpostgresql:AdministratorsMicrosoftEntra",
        arm="Microsoft.DBforPostgreSQL/flexibleServers/administrators",
        id_template=_POSTGRESQL + "/administrators/{objectId}",
        name_input="objectId",
        naming=Naming.PRINCIPAL,
        rule=NameRule(
            36, 36, r"[0-9a-f-]+", Scope.PARENT, "azure-native: dbforpostgresql.AdministratorsMicrosoftEntra"
        ),
        duration=Duration(0.7, 30),
    ),
)
