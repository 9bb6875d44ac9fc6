"""The guard: what it adds to a registration, and when it waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pulumi_azure_native as azure_native
import pytest

from components.facts.owned_elsewhere import OWNED_ELSEWHERE
from components.facts.resource_types import RESOURCE_TYPES
from components.facts.waiting import ATTEMPTS, DURATIONS, EXCLUSIVE_PARENTS, LONGEST_DELAY_SECONDS, PASSING_ERRORS
from components.guard import install_guard, waiting
from components.guard.waiting import delay_seconds, passes, retry, timeouts
from components.naming import tags_for
from tests.harness import Composition, compose

TAGS = tags_for(environment="dev", service="core", team="platform", cost_center="development")
LIVE = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/old-group/providers"
    "/Microsoft.OperationalInsights/workspaces/old-workspace"
)


def workspace(name: str = "core", **more: Any) -> None:
    azure_native.operationalinsights.Workspace(
        name,
        workspace_name="mys-dev-core-log-san",
        resource_group_name="mys-dev-core-rg-san",
        location="southafricanorth",
        tags=TAGS,
        **more,
    )


def test_an_adopted_resource_takes_everything_from_its_id() -> None:
    def program() -> None:
        guard = install_guard(adopt={"log-analytics-workspace/core": LIVE}, retries=False)
        workspace()
        assert guard.unused() == []

    (found,) = compose(program).azure()
    assert found.inputs["workspaceName"] == "old-workspace"
    assert found.inputs["resourceGroupName"] == "old-group"
    assert found.imported == LIVE


def test_an_entry_that_nothing_answers_to_is_told() -> None:
    def program() -> None:
        guard = install_guard(adopt={"log-analytics-workspace/moon": LIVE}, retries=False)
        workspace()
        (problem,) = guard.unused()
        assert problem.path == "mystira:adopt.log-analytics-workspace/moon"

    assert compose(program).azure()[0].inputs["workspaceName"] == "mys-dev-core-log-san"


def test_what_holds_data_is_protected() -> None:
    def program() -> None:
        install_guard(protect=True, retries=False)
        workspace()
        azure_native.managedidentity.UserAssignedIdentity(
            "app",
            resource_name_="mys-dev-app-identity-san",
            resource_group_name="mys-dev-app-rg-san",
            location="southafricanorth",
            tags=TAGS,
        )

    assert {each.name: each.protect for each in compose(program).azure()} == {"core": True, "app": False}


def failing(*errors: str) -> pulumi.ErrorHookArgs:
    return pulumi.ErrorHookArgs("urn", "id", "name", "type", failed_operation="create", errors=list(errors))


@pytest.mark.parametrize("row", PASSING_ERRORS, ids=lambda row: row.code)
def test_errors_that_pass_are_tried_again(row: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(waiting.asyncio, "sleep", sleep)
    monkeypatch.setattr(waiting.random, "uniform", lambda _least, most: most)
    code, _, detail = row.code.partition(": ")
    error = f'Status=409 Code="{code}" Message="{detail} wait"'
    assert asyncio.run(retry(failing(error)))
    assert asyncio.run(retry(failing(error, error, error)))
    assert waited == [5.0, 20.0]
    assert not asyncio.run(retry(failing(*[error] * ATTEMPTS)))


@pytest.mark.parametrize(
    "error",
    [
        'Code="InvalidParameter" Message="x"',
        'Code="BadRequest" Message="PrincipalNotFound is only a word here"',
        'Code="OperationNotAllowed" Message="quota exceeded"',
        "",
    ],
)
def test_other_errors_are_final(error: str) -> None:
    assert not passes(error)
    assert not asyncio.run(retry(failing(error)))
    assert not asyncio.run(retry(failing()))


def test_waiting_has_an_end() -> None:
    total = sum(delay_seconds(attempt) for attempt in range(1, ATTEMPTS))
    assert delay_seconds(ATTEMPTS) == LONGEST_DELAY_SECONDS
    # Microsoft says up to ten minutes for role assignments; everything beyond is no delay of replication.
    assert 8 * 60 < total < 15 * 60


def test_every_type_has_a_time_limit_above_its_usual_time() -> None:
    assert timeouts(RESOURCE_TYPES["kubernetes-cluster"]).create == "60m"
    assert timeouts(RESOURCE_TYPES["dns-zone"]).create == "20m"
    for key, row in DURATIONS.items():
        assert key in RESOURCE_TYPES
        assert row.timeout_minutes >= 2 * row.minutes


def test_the_tables_speak_of_types_that_exist() -> None:
    for row in EXCLUSIVE_PARENTS:
        assert {row.parent, *row.children} <= set(RESOURCE_TYPES)
        assert all(RESOURCE_TYPES[child].arm.startswith(RESOURCE_TYPES[row.parent].arm) for child in row.children)
    assert {row.kind for row in OWNED_ELSEWHERE} <= set(RESOURCE_TYPES)


def test_bad_registrations_are_still_refused_when_adopted() -> None:
    def program() -> None:
        install_guard(adopt={"log-analytics-workspace/core": LIVE}, retries=False)
        workspace("other", retention_in_days=30)
        azure_native.operationalinsights.Workspace("rogue", workspace_name="rogue", resource_group_name="g")

    with pytest.raises(pulumi.RunError, match="rogue"):
        compose(program, Composition())
