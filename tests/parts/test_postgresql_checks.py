"""What is refused about the PostgreSQL server, and about the password of its administrator: one error a mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import set_all_config

from components.naming.builder import Project
from components.network.facts import RESERVED_IN_SUBNET
from components.postgresql.facts import BACKUP_DAYS, MAXIMUM_REPLICAS
from stacks.build.run import run
from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.needs.database import Database
from stacks.parts.network.subnets import POSTGRESQL, ROLES
from stacks.parts.postgresql.checks import PASSWORDS
from stacks.parts.postgresql.plan import LOGIN, POSTGRESQL_SERVER
from stacks.settings.config_secrets import POSTGRESQL_PASSWORD
from stacks.settings.loading import from_engine
from tests.harness.build import PASSWORD, compose_up_to, one, registrations
from tests.harness.compose import Composition, compose
from tests.harness.settings import (
    GONE,
    SETTINGS,
    TODAY,
    context,
    edit,
    edited_plan,
    one_problem,
    plan,
    problems,
    waived,
)
from tests.platform.catalogue import CATALOGUE

TEAM = "00000000-0000-4000-8000-00000000a001"

MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("dev", {"high_availability": "zone-redundant"}, "high_availability", "has no standby"),
    ("dev", {"high_availability": "same-zone"}, "high_availability", "has no standby"),
    ("dev", {"pgbouncer": True}, "pgbouncer", "has no PgBouncer"),
    ("dev", {"replicas": 1}, "replicas", "has no read replicas"),
    ("prod", {"replicas": MAXIMUM_REPLICAS + 1}, "replicas", "too many read replicas"),
    ("dev", {"storage_gib": 33}, "storage_gib", "not a disk size"),
    ("dev", {"storage_gib": 0}, "storage_gib", "not a disk size"),
    ("dev", {"backup_days": BACKUP_DAYS[0] - 1}, "backup_days", "backup retention out of range"),
    ("prod", {"backup_days": BACKUP_DAYS[-1] + 1}, "backup_days", "backup retention out of range"),
    ("prod", {"tier": "MemoryOptimized"}, "sku", "a size of the tier GeneralPurpose"),
    ("dev", {"sku": "Standard_D2ds_v5"}, "sku", "a size of the tier GeneralPurpose"),
    ("dev", {"sku": "Standard_B3ms"}, "sku", "not a size that Azure offers"),
    ("dev", {"version": "14"}, "version", "the grants need GRANT ... WITH INHERIT"),
    ("prod", {"version": "15"}, "version", "the grants need GRANT ... WITH INHERIT"),
    ("dev", {"version": "13"}, "version", "not a version that Azure offers"),
    ("dev", {"parameters": {"log_lock_wait": "on"}}, "parameters.log_lock_wait", "unknown parameter"),
    ("dev", {"parameters": {"log_lock_waits": "maybe"}}, "parameters.log_lock_waits", "not a value"),
    (
        "dev",
        {"parameters": {"pg_qs.query_capture_mode": "top"}},
        "parameters.pg_qs.query_capture_mode",
        "the tier Burstable has no Query Store",
    ),
    ("dev", {"parameters": {"ssl": "on"}}, "parameters.ssl", "read-only: Azure sets it"),
    ("dev", {"parameters": {"pgbouncer.pool_mode": "session"}}, "parameters.pgbouncer.pool_mode", "PgBouncer is off"),
    (
        "prod",
        {"parameters": {"pgbouncer.enabled": "false"}},
        "parameters.pgbouncer.enabled",
        "controlled by mystira:postgresql.pgbouncer",
    ),
    ("prod", {"parameters": {"max_connections": "9000"}}, "parameters.max_connections", "not a value"),
    ("prod", {"parameters": {"azure.extensions": "VECTOR,NONE"}}, "parameters.azure.extensions", "not a value"),
    ("prod", {"standby_zone": "1"}, "standby_zone", "needs a zone other than the server's"),
    ("staging", {"standby_zone": "2"}, "standby_zone", "high availability is off"),
]


@pytest.mark.parametrize(
    ("stack", "changes", "path", "what"), MISTAKES, ids=[f"{path}: {what}" for _, _, path, what in MISTAKES]
)
def test_each_mistake_is_one_problem(folder: Path, stack: str, changes: dict[str, Any], path: str, what: str) -> None:
    problem = one_problem(folder, stack, {f"postgresql.{key}": value for key, value in changes.items()})
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:postgresql.{path}"
    assert what in problem.what
    assert problem.allowed


def test_a_standby_in_the_same_zone_has_the_zone_of_the_server(folder: Path) -> None:
    changes = {
        "postgresql.high_availability": "same-zone",
        "waivers.postgresql-high-availability": waived(),
    }
    problem = one_problem(folder, "prod", changes)
    assert problem.path == "Pulumi.prod.yaml: mystira:postgresql.standby_zone"
    assert problem.what == "a same-zone standby needs the server's zone"
    plan = edited_plan(folder, "prod", {"postgresql.standby_zone": "1"})
    assert plan.of(POSTGRESQL_SERVER).server.high_availability == "same-zone"


def test_a_principal_that_is_listed_twice_is_named_at_both_places(folder: Path) -> None:
    twin = {"principal_id": TEAM, "principal_type": "Group", "name": "twin"}
    found = problems(folder, "dev", {"postgresql.administrators.twin": twin})
    assert [each.path.rpartition("administrators.")[2] for each in found] == [
        "platform-team.principal_id",
        "twin.principal_id",
    ]
    assert {(each.what, each.seen) for each in found} == {("the same principal is listed twice", TEAM)}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (
            {"postgresql.high_availability": "same-zone", "postgresql.standby_zone": GONE},
            "postgresql-high-availability",
        ),
        ({"postgresql.geo_backup": False}, "postgresql-geo-backup"),
        ({"postgresql.parameters": {"require_secure_transport": "off"}}, "postgresql-secure-transport"),
    ],
)
def test_what_is_weaker_than_the_rule_needs_a_waiver(folder: Path, changes: dict[str, Any], rule: str) -> None:
    assert one_problem(folder, "prod", changes).path == f"Pulumi.prod.yaml: mystira:waivers.{rule}"
    assert edited_plan(folder, "prod", {f"waivers.{rule}": waived()}).get(POSTGRESQL_SERVER)


@pytest.mark.parametrize("replicas", [0, 1])
def test_without_its_subnet_there_is_one_error(folder: Path, replicas: int) -> None:
    changes = {"network.subnets.postgresql": GONE, "postgresql.replicas": replicas}
    problem = one_problem(folder, "prod", changes)
    assert problem.path == "Pulumi.prod.yaml: mystira:network.subnets.postgresql"
    assert problem.what == "missing: no path without it"
    assert ("admin-api → postgresql/replicas" in problem.seen) is (replicas > 0)


def test_the_smallest_subnet_has_room_for_every_server() -> None:
    """So no check of ours compares them: server, standby and all replicas."""
    free = 2 ** (32 - ROLES[POSTGRESQL].longest_prefix) - RESERVED_IN_SUBNET
    assert free >= 2 + MAXIMUM_REPLICAS


def test_a_region_without_zones_or_pair(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stacks.parts.postgresql.checks.GEO_BACKUP_REGIONS", frozenset({"southafricanorth"}))
    edit(folder, "prod", {"azure.region": "westus"})
    found = {each.path.rpartition(".")[2]: each.what for each in POSTGRESQL_SERVER.problems(context("prod", folder))}
    assert found == {
        "high_availability": "westus has no zones",
        "zone": "westus has no such zone",
        "standby_zone": "westus has no such zone",
        "geo_backup": "westus has no paired region for backups",
    }


@pytest.mark.parametrize("name", ["postgres", "Mixed", "1st"])
def test_a_database_with_a_name_that_cannot_be(name: str) -> None:
    catalogue = Catalogue((Service("a", Project("a"), "app", needs=(Database(name),)),))
    (problem,) = POSTGRESQL_SERVER.problems(context("dev", catalogue=catalogue))
    assert (problem.path, problem.what) == (f"catalogue: postgresql/{name}", "not a valid database name")


def test_a_server_that_already_runs_keeps_its_version(folder: Path) -> None:
    id = (
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/g/providers/"
        "Microsoft.DBforPostgreSQL/flexibleServers/mys-dev-core-db"
    )
    plan = edited_plan(folder, "dev", {"postgresql.version": "16", "adopt": {"postgresql-server/core": id}})
    assert plan.of(POSTGRESQL_SERVER).server.version == "16"
    adopted = one(compose_up_to(POSTGRESQL_SERVER, plan), "postgresql-server")
    assert (adopted.imported, adopted.inputs["serverName"]) == (id, "mys-dev-core-db")
    assert {"createMode", "network", "backup.geoRedundantBackup"} <= set(adopted.ignored)


# the password of the administrator


WITH_PASSWORDS = {"local_auth": ["storage", "postgresql"], f"waivers.{PASSWORDS}": waived("a tunnel of the office")}
"""What lets the administrator of dev log in with a password."""


def configuration(stack: str, password: str | None = None, folder: Path = SETTINGS) -> Mapping[str, str]:
    """What the engine hands over for ``stack``, with this password."""
    config = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text())["config"]
    values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    return values if password is None else {**values, PASSWORD: password}


def composed_by_engine(folder: Path, password: str | None, composition: Composition | None = None) -> Composition:
    """The whole program of dev under mocks, from the engine's configuration."""

    def program() -> None:
        set_all_config(dict(configuration("dev", password, folder)), [PASSWORD])
        run("dev", today=TODAY, catalogue=CATALOGUE, folder=folder, hooks=False, which=str)

    return compose(program, composition)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "missing: local_auth lists postgresql"),
        ("short", "Azure would refuse it"),
        ("x" * 20, "Azure would refuse it"),
    ],
)
def test_without_a_good_password_there_is_one_error_that_does_not_show_it(
    folder: Path, value: str | None, what: str
) -> None:
    edit(folder, "dev", WITH_PASSWORDS)
    composition = Composition()
    with pytest.raises(pulumi.RunError) as caught:
        composed_by_engine(folder, value, composition)
    first, line = str(caught.value).splitlines()
    assert first == "the settings cannot be built"
    assert line.startswith(f"Pulumi.dev.yaml: {PASSWORD}: {what}")
    assert value is None or value not in line
    assert composition.azure() == []


@pytest.mark.parametrize(("changes", "password"), [(WITH_PASSWORDS, "Not-a-real-1"), ({}, None)])
def test_the_program_needs_a_password_only_with_local_auth(
    folder: Path, changes: Mapping[str, Any], password: str | None
) -> None:
    edit(folder, "dev", changes)
    found = one(composed_by_engine(folder, password), "postgresql-server")
    assert found.inputs.get("administratorLogin") == (LOGIN if password else None)
    assert found.inputs.get("administratorLoginPassword") == password
    assert found.secrets == (("administratorLoginPassword",) if password else ())


def test_what_only_records_the_program_has_no_password(folder: Path) -> None:
    """As `mystira adopt` and `mystira explain` do, which read the settings and no secret."""
    edit(folder, "dev", WITH_PASSWORDS)
    (server,) = (each for each in registrations(plan("dev", folder)) if each.row.key == "postgresql-server")
    assert server.inputs["authConfig"]["passwordAuth"] == "Enabled"
    assert server.inputs["administratorLogin"] == LOGIN


@pytest.mark.requirement("S1-085")
def test_a_password_in_clear_in_a_file_is_refused_and_not_shown(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"postgresqlPassword": "In-the-clear-1"})
    assert problem.what == "a secret in clear"
    assert "In-the-clear-1" not in str(problem)


def test_a_secret_is_no_setting(folder: Path) -> None:
    settings = context("dev").settings
    edit(folder, "dev", {"postgresqlPassword": {"secure": "v1:abc"}})
    assert context("dev", folder).settings == settings
    assert from_engine("dev", configuration("dev", "In-the-clear-1")) == settings


@pytest.mark.parametrize(
    ("value", "good"),
    [("Abcdefg1", True), ("abcdefg1!", True), ("abcdefg1", False), ("Abc1", False), ("Ab1" + "x" * 126, False)],
)
def test_what_a_good_password_is(value: str, good: bool) -> None:
    assert POSTGRESQL_PASSWORD.good(value) is good
