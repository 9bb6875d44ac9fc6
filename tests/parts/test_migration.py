"""The move from Cosmos DB to PostgreSQL: one step at a time, dev first, with the stores that a phase uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stacks.parts.migration.phases import ORDER, Placement
from stacks.parts.migration.plan import MIGRATION
from stacks.plan.model import StackPlan
from tests.harness.build import compose_up_to
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import edit, edited_plan, every_environment, migrate, one_problem, plan, waived

COSMOS, POSTGRESQL, BOTH = ("cosmos",), ("postgresql",), ("cosmos", "postgresql")
PHASES = {
    "CosmosOnly": (0, Placement("cosmos", COSMOS)),
    "DualWriteCosmosRead": (1, Placement("cosmos", BOTH)),
    "DualWritePostgresRead": (2, Placement("postgresql", BOTH)),
    "PostgresOnly": (3, Placement("postgresql", POSTGRESQL)),
}
"""Written down a second time: the number that services know, and where accounts are."""


def to(phase: str, previous: str | None) -> dict[str, Any]:
    """Settings of a step."""
    final = {"waivers.migration-final": waived("Everybody agreed.")} if phase == "PostgresOnly" else {}
    return {"migration.phase": phase, "migration.previous": previous, **final}


@every_environment
@pytest.mark.requirement("S1-043", "S2-037", "S2-040", "S2-083")
def test_nothing_has_moved_until_the_settings_say_so(stack: str, composed: Mapping[str, Composition]) -> None:
    """The stack reports its phase."""
    assert composed[stack].outputs["migration_phase"] == "CosmosOnly"
    places = composed[stack].outputs["data_placement"]
    assert len(places) == 7
    assert all(each == {"read": "cosmos", "written": ["cosmos"]} for each in places.values())


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.requirement("S1-037", "S2-037")
def test_accounts_move_with_the_phase_and_all_else_stays(folder: Path, phase: str) -> None:
    assert tuple(PHASES) == ORDER
    number, accounts = PHASES[phase]
    previous = ORDER[number - 1] if number else ORDER[1]
    found = edited_plan(folder, "dev", to(phase, previous)).of(MIGRATION)
    assert (found.phase, found.number) == (phase, number)
    assert found.placement["Accounts"] == accounts
    others = {name: each for name, each in found.placement.items() if name != "Accounts"}
    assert len(others) == 6
    assert set(others.values()) == {Placement("cosmos", COSMOS)}


@pytest.mark.requirement("S1-037", "S2-083")
def test_one_setting_says_what_moves(folder: Path) -> None:
    changes = {**to("DualWriteCosmosRead", "CosmosOnly"), "migration.containers": ["Accounts", "UserProfiles"]}
    found = compose_up_to(MIGRATION, edited_plan(folder, "dev", changes)).outputs
    assert found["migration_phase"] == "DualWriteCosmosRead"
    both = {"read": "cosmos", "written": ["cosmos", "postgresql"]}
    assert {name for name, each in found["data_placement"].items() if each == both} == {"Accounts", "UserProfiles"}


def test_what_has_moved_is_there_without_cosmos_db(folder: Path) -> None:
    migrate(folder)
    changes = {"cosmos.lifecycle": "removed", "cosmos.export_container": "archives"}
    found = edited_plan(folder, "prod", changes).of(MIGRATION)
    assert found.placement == {"Accounts": Placement("postgresql", POSTGRESQL)}


# the order of environments


@pytest.mark.parametrize(("first", "second"), [("dev", "staging"), ("staging", "prod"), ("dev", "prod")])
@pytest.mark.requirement("S2-038", "S2-039")
def test_no_environment_is_ahead_of_one_before_it(folder: Path, first: str, second: str) -> None:
    migrate(folder, "DualWriteCosmosRead", "CosmosOnly")
    for stack in ("dev", "staging", "prod"):
        assert plan(stack, folder).of(MIGRATION).phase == "DualWriteCosmosRead"
    edit(folder, first, to("CosmosOnly", None))
    problem = one_problem(folder, second, {})
    assert problem.path == f"Pulumi.{second}.yaml: mystira:migration.phase"
    assert (problem.what, problem.allowed) == (f"ahead of {first} (CosmosOnly)", "CosmosOnly")
    assert plan(first, folder).of(MIGRATION).phase == "CosmosOnly", "who is behind is not at fault"


@pytest.mark.requirement("S2-038", "S2-039")
def test_an_environment_may_be_ahead_of_those_after_it(folder: Path) -> None:
    edit(folder, "dev", to("DualWritePostgresRead", "DualWriteCosmosRead"))
    edit(folder, "staging", to("DualWriteCosmosRead", "CosmosOnly"))
    phases = [plan(stack, folder).of(MIGRATION).phase for stack in ("dev", "staging", "prod")]
    assert phases == ["DualWritePostgresRead", "DualWriteCosmosRead", "CosmosOnly"]


@pytest.mark.requirement("S2-038", "S2-039")
def test_prod_ahead_of_both_is_one_error(folder: Path) -> None:
    problem = one_problem(folder, "prod", to("DualWriteCosmosRead", "CosmosOnly"))
    assert problem.what == "ahead of dev (CosmosOnly), staging (CosmosOnly)"


@pytest.mark.requirement("S2-040")
def test_prod_is_not_on_postgresql_alone_by_default(plans: Mapping[str, StackPlan]) -> None:
    assert plans["prod"].of(MIGRATION).phase != "PostgresOnly"


# steps


@pytest.mark.parametrize(
    ("phase", "previous"),
    [
        ("DualWritePostgresRead", "CosmosOnly"),
        ("CosmosOnly", "DualWritePostgresRead"),
        ("DualWriteCosmosRead", "DualWriteCosmosRead"),
        ("PostgresOnly", "DualWriteCosmosRead"),
        ("PostgresOnly", "CosmosOnly"),
    ],
)
@pytest.mark.requirement("S2-037", "S2-058")
def test_no_step_is_skipped(folder: Path, phase: str, previous: str) -> None:
    problem = one_problem(folder, "dev", to(phase, previous))
    assert problem.path == "Pulumi.dev.yaml: mystira:migration.previous"
    assert (problem.what, problem.seen) == (f"not one step from {phase}", previous)


@pytest.mark.requirement("S2-058")
def test_postgresql_alone_comes_after_reading_from_it(folder: Path) -> None:
    assert edited_plan(folder, "dev", to("PostgresOnly", "DualWritePostgresRead")).of(MIGRATION).number == 3
    problem = one_problem(folder, "dev", to("PostgresOnly", None))
    assert (problem.path, problem.allowed) == ("Pulumi.dev.yaml: mystira:migration.previous", "DualWritePostgresRead")


ONE = to("DualWriteCosmosRead", "CosmosOnly")


@each_mistake(
    [
        Mistake("dev", {"migration.phase": "Phase1"}, "migration.phase", "not allowed", "CosmosOnly, DualWrite"),
        Mistake("dev", {"migration.phase": 1}, "migration.phase", "not allowed", "CosmosOnly, DualWrite"),
        Mistake(
            "dev", {"migration.phase": "DualWriteCosmosRead"}, "migration.previous", "missing", "CosmosOnly, DualWrite"
        ),
        Mistake(
            "dev",
            {**ONE, "migration.containers": ["Acounts"]},
            "migration.containers.0",
            "no such container",
            "UserProfiles, Accounts",
        ),
        Mistake(
            "dev",
            {**ONE, "migration.containers": ["Accounts", "Accounts"]},
            "migration.containers.1",
            "listed twice",
            "each container once",
        ),
    ]
)
def test_each_mistake_is_one_problem(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@pytest.mark.parametrize("lifecycle", ["archive", "removed"])
@pytest.mark.requirement("S2-037")
def test_a_phase_that_writes_to_cosmos_db_needs_it(folder: Path, lifecycle: str) -> None:
    migrate(folder, "DualWritePostgresRead", "DualWriteCosmosRead")
    problem = one_problem(folder, "prod", {"cosmos.lifecycle": lifecycle, "cosmos.export_container": "archives"})
    assert problem.path == "Pulumi.prod.yaml: mystira:migration.phase"
    assert problem.what == f"writes to Cosmos DB, whose lifecycle is {lifecycle}"
