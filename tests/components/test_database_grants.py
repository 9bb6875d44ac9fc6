"""The job that runs the grants: a token first, then the SQL that `mystira grants` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.database_grants.job import with_ids
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.plan.model import StackPlan
from tests.components.test_workloads import of
from tests.harness.compose import Composition
from tests.harness.settings import edited_plan, every_environment


@every_environment
@pytest.mark.requirement("S2-032")
def test_the_job_runs_what_the_command_prints_with_the_real_ids(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    found, server = composed[stack], plans[stack].of(POSTGRESQL_SERVER)
    script = of(found, "ConfigMap")["mys-db-migrator"].inputs["data"]["grants.sql"]
    assert script.endswith(server.script)
    head = script.removesuffix(server.script).splitlines()
    assert {line.split()[1] for line in head} == {each.variable for each in server.access}
    grants: Any = found.outputs["database_grants"]
    assert head == [f"\\set {name} '{id}'" for name, id in grants["variables"].items()]


@every_environment
def test_the_job_is_the_administrator_and_nothing_else_runs_beside_it(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    found = composed[stack]
    job = of(found, "Job")["mys-db-migrator"]
    assert job.inputs["metadata"]["namespace"] == "mys-database"
    assert job.inputs["metadata"]["annotations"] == {"pulumi.com/replaceUnready": "true"}
    assert "ttlSecondsAfterFinished" not in job.inputs["spec"]
    template = job.inputs["spec"]["template"]["spec"]
    (login,), (run,) = template["initContainers"], template["containers"]
    assert login["image"].startswith("mcr.microsoft.com/azure-cli:")
    assert run["image"].startswith("docker.io/library/postgres:17")
    assert all("@sha256:" in each["image"] for each in (login, run))
    user = plans[stack].of(POSTGRESQL_SERVER).migrator.name
    assert f"host=mys-{stack}-core-pg-san.postgres.database.azure.com port=5432" in run["command"][1]
    assert f"user={user} sslmode=verify-full" in run["command"][1]
    assert "core-db-migrator" in job.dependencies, "the server knows its administrator first"


@every_environment
def test_what_uses_a_database_waits_for_the_grants(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    waits = {name: "mys-db-migrator" in each.dependencies for name, each in of(found, "Deployment").items()}
    assert waits == {"mys-admin-api": True, "mys-story-generator": True, "mys-publisher": True}
    assert "mys-db-migrator" not in of(found, "StatefulSet")["mys-chain"].dependencies


def test_a_mirror_has_the_same_paths(folder: Any) -> None:
    changes = {"kubernetes": {"image_registry": "myssharedacr.azurecr.io/mirror"}}
    plan = edited_plan(folder, "prod", changes)
    images = plan.parts["database_grants"]
    assert images.cli_image.startswith("myssharedacr.azurecr.io/mirror/azure-cli:")
    assert images.psql_image.startswith("myssharedacr.azurecr.io/mirror/library/postgres:")


def test_ids_come_before_the_script() -> None:
    assert with_ids("SELECT 1;\n", {"oid_app": "x"}) == "\\set oid_app 'x'\nSELECT 1;\n"
