"""The settings of PostgreSQL."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Guid, PrincipalType, Text, TimeOfDay, WeekDay, word


class Maintenance(Section):
    """The hour of the week in which Azure may patch the server."""

    day: WeekDay
    """The day of the week."""
    start: TimeOfDay
    """When it begins: HH:MM in quotes, UTC."""


class Administrator(Section):
    """A group, person or pipeline with all rights in all databases."""

    principal_id: Guid
    """The object id in Entra ID, a GUID; each one is listed once."""
    principal_type: PrincipalType
    """What that object is; applications and pipelines are a ServicePrincipal."""
    name: Text
    """Its name in Entra ID, which is also the user to log in as."""


class Postgresql(Section):
    """The PostgreSQL flexible server. Where `local_auth` lists it, its administrator has a password: the secret
    configuration value postgresqlPassword."""

    version: Annotated[str, Field(pattern=r"^\d{2}$"), word("PostgreSQL version")]
    """The major version, such as 17, in quotes."""
    tier: Literal["Burstable", "GeneralPurpose", "MemoryOptimized"]
    """The pricing tier. Burstable has no standby, no PgBouncer and no read replicas."""
    sku: Text
    """The size, one of the tier's: Standard_B1ms, Standard_D2ds_v5, Standard_E4ads_v5."""
    storage_gib: Annotated[int, word("storage size")]
    """The disk in GiB: 32, 64, 128, and so on. It never shrinks."""
    auto_grow: bool = True
    """Whether Azure grows the disk when it is nearly full; `storage_gib` is then only where it starts."""
    high_availability: Literal["zone-redundant", "same-zone", "off"]
    """Where the standby is. Anything but zone-redundant needs a waiver."""
    zone: Literal["", "1", "2", "3"] = ""
    """The zone of a new server; empty: Azure's choice. It cannot change later, except by a failover."""
    standby_zone: Literal["", "1", "2", "3"] = ""
    """The zone of the standby: another one when zone-redundant, the same one when same-zone; empty: Azure's choice."""
    backup_days: Annotated[int, word("backup retention")]
    """How many days back the server can be restored, 7 to 35."""
    geo_backup: bool
    """Whether backups are also kept in the paired region; without, it needs a waiver. It cannot change later."""
    maintenance: Maintenance
    """The hour of the week in which Azure may patch the server."""
    pgbouncer: bool
    """Whether services connect through PgBouncer (port 6432), which Burstable does not have."""
    parameters: dict[Annotated[str, word("server parameter")], Text] = Field(default={})
    """Server parameters: name to value, in quotes."""
    administrators: dict[str, Administrator] = Field(default={})
    """Administrators in addition to the program's own, each by a name of your choice."""
    replicas: Annotated[int, Field(ge=0)] = 0
    """The number of read replicas in the region, 0 to 5."""
