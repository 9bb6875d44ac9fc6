"""What a PostgreSQL flexible server consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AdministratorSpec:
    """An Entra principal with all rights."""

    key: str
    """Distinguishes it from the others; part of its logical name."""
    name: str
    """What Entra calls it, and what it logs in as."""
    principal: str
    """A key such as ``identity/db-migrator``, or the object id of somebody outside this program."""
    principal_type: str
    """Group, ServicePrincipal or User."""


@dataclass(frozen=True)
class MaintenanceSpec:
    """When Azure may patch the server, in UTC."""

    day: int
    """0 is Sunday."""
    hour: int
    """0 to 23."""
    minute: int
    """0 to 59."""


@dataclass(frozen=True)
class PostgresqlSpec:
    """A server. Its databases come with the SQL grants: one that Azure makes belongs to a role of Azure's choice."""

    name: str
    """Its physical name."""
    tenant_id: str
    """The tenant whose principals log in."""
    version: str
    """A major version: ``17``."""
    tier: str
    """Burstable, GeneralPurpose or MemoryOptimized."""
    sku: str
    """A size of the tier, ``facts.SKUS``."""
    storage_gib: int
    """Initial size of the disk, which never shrinks; one of ``facts.STORAGE_GIB``."""
    auto_grow: bool
    """Whether the disk grows as it fills up."""
    high_availability: str
    """``zone-redundant``, ``same-zone`` or ``off``."""
    zone: str
    """The zone of the server; empty: Azure's choice."""
    standby_zone: str
    """The zone of the standby; empty: Azure's choice."""
    backup_days: int
    """How many days backups are kept: 7 to 35."""
    geo_backup: bool
    """Whether backups are also kept in the paired region; chosen at creation."""
    maintenance: MaintenanceSpec
    """When Azure may patch it."""
    parameters: tuple[tuple[str, str], ...]
    """Server parameters, name and value."""
    pooled: bool
    """Whether PgBouncer is among them, so that clients use its port."""
    administrators: tuple[AdministratorSpec, ...]
    """Entra principals with all rights."""
    login: str
    """The administrator that a server with a password is created with; Azure never takes another one."""
    passwords: bool
    """Whether it may log in with its password."""
    replicas: tuple[str, ...]
    """Physical names of read replicas in the same region and subnet."""
