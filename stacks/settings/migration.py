"""The settings of the move of data from Cosmos DB to PostgreSQL."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.cosmos import ContainerName
from stacks.settings.section import Section

Phase = Literal["CosmosOnly", "DualWriteCosmosRead", "DualWritePostgresRead", "PostgresOnly"]


class Migration(Section):
    """How far data has moved from Cosmos DB to PostgreSQL (S2-037)."""

    phase: Phase = "CosmosOnly"
    """Which store is read and which are written. It moves one step at a time, and no environment is ahead of the one
    before it: dev, staging, prod."""
    previous: Phase | None = None
    """The phase before this one, so that no step is skipped. Left out: there was none, which only CosmosOnly allows."""
    containers: Annotated[tuple[ContainerName, ...], Field(strict=False)] = ("Accounts",)
    """The containers of Cosmos DB whose documents move; all others stay there in every phase (C02)."""
