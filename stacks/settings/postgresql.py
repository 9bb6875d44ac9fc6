"""What an environment says about its PostgreSQL server."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Guid, Text

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class Maintenance(Section):
    """The hour of the week in which Azure may patch the server; `start` is HH:MM in UTC."""

    day: Day
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Administrator(Section):
    """A group, person or pipeline with all rights; `name` is what Entra calls it, and what it logs in as."""

    principal_id: Guid
    principal_type: Literal["Group", "ServicePrincipal", "User"]
    name: Text


class Postgresql(Section):
    """The server. What only its creation decides: zones, geo backup. Storage grows, and never shrinks.

    With `local_auth: on` its administrator has a password: the secret configuration value postgresqlPassword.
    """

    version: Annotated[str, Field(pattern=r"^\d{2}$")]
    tier: Literal["Burstable", "GeneralPurpose", "MemoryOptimized"]
    sku: Text = Field(description="a size of the tier, components/facts/postgresql")
    storage_gib: int = Field(description="where the disk starts: 32, 64, 128 … (components/facts/postgresql)")
    auto_grow: bool = Field(default=True, description="the disk grows by itself; its size is then Azure's")
    high_availability: Literal["zone-redundant", "same-zone", "off"]
    zone: Literal["", "1", "2", "3"] = Field(default="", description="of the server; empty: Azure's choice")
    standby_zone: Literal["", "1", "2", "3"] = Field(default="", description="of the standby; empty: Azure's choice")
    backup_days: int = Field(description="7 to 35 days")
    geo_backup: bool = Field(description="backups are kept in the paired region as well")
    maintenance: Maintenance
    pgbouncer: bool = Field(description="pooled connections, port 6432; not on Burstable")
    parameters: dict[str, Text] = Field(default={}, description="server parameters, components/facts/postgresql")
    administrators: dict[str, Administrator] = Field(default={}, description="by a name of your choice")
    replicas: Annotated[int, Field(ge=0)] = Field(default=0, description="read replicas in the region, at most 5")
