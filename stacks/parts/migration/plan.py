"""How far data has moved from Cosmos DB to PostgreSQL, and where each kind of it is therefore (C02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.problems import Problem
from stacks.context import Context
from stacks.parts.migration.checks import migration_problems
from stacks.parts.migration.phases import ORDER, PHASES, STAYS, Placement
from stacks.parts.part import Part
from stacks.settings.migration import Phase
from stacks.settings.models import EnvironmentSettings


@dataclass(frozen=True)
class MigrationPlan:
    """The phase of an environment."""

    phase: Phase
    number: int
    """How the services know it: ``DataMigration__Phase``, 0 to 3."""
    placement: Mapping[str, Placement]
    """By container of Cosmos DB: where its data is read and written."""


class Migration(Part[EnvironmentSettings, MigrationPlan]):
    """The phase. It reaches services as a setting of theirs; until they run here it is an output."""

    key = "migration"

    def plan(self, context: Context[EnvironmentSettings]) -> MigrationPlan:
        migration, cosmos = context.settings.migration, context.settings.cosmos
        there = () if cosmos.lifecycle == "removed" else tuple(cosmos.containers)
        moved = {name: PHASES[migration.phase] for name in migration.containers if name in there or not there}
        placement = {**dict.fromkeys(there, STAYS), **moved}
        return MigrationPlan(migration.phase, ORDER.index(migration.phase), placement)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return migration_problems(context)


MIGRATION = Migration()
