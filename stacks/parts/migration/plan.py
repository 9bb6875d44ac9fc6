"""How far data has moved from Cosmos DB to PostgreSQL, and where each kind of it is therefore (C02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.problems import Problem
from stacks.catalogue.needs.migration import Migration as Need
from stacks.context import Context
from stacks.parts.migration.checks import migration_problems
from stacks.parts.migration.phases import ORDER, PHASES, STAYS, Placement
from stacks.parts.part import Part
from stacks.settings.migration import Phase
from stacks.settings.models import EnvironmentSettings

FINAL = "migration-final"


@dataclass(frozen=True)
class MigrationPlan:
    """The phase of an environment."""

    phase: Phase
    number: int
    """How the services know it: ``DataMigration__Phase``, 0 to 3."""
    placement: Mapping[str, Placement]
    """By container of Cosmos DB: where its data is read and written."""


class Migration(Part[EnvironmentSettings, MigrationPlan]):
    """The phase, which services read (``DataMigration__Phase``) and the stack reports."""

    key = "migration"
    rules: ClassVar[Mapping[str, str]] = {
        FINAL: "every change still reaches Cosmos DB, so that going back a phase loses nothing"
    }

    def plan(self, context: Context[EnvironmentSettings]) -> MigrationPlan:
        migration, cosmos = context.settings.migration, context.settings.cosmos
        there = () if cosmos.lifecycle == "removed" else tuple(cosmos.containers)
        moved = {name: PHASES[migration.phase] for name in migration.containers if name in there or not there}
        placement = {**dict.fromkeys(there, STAYS), **moved}
        return MigrationPlan(migration.phase, ORDER.index(migration.phase), placement)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return migration_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if "cosmos" not in PHASES[context.settings.migration.phase].written:
            yield FINAL

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        number = ORDER.index(context.settings.migration.phase)
        return {Need.PHASE: str(number), Need.ENABLED: "true" if number else "false"}


MIGRATION = Migration()
