"""The guard: what it adds to a registration, and when it waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_azure_native as azure_native
import pytest

from components.facts.errors import ATTEMPTS, LONGEST_DELAY_SECONDS, TRANSIENT_ERRORS
from components.facts.model import OwnedElsewhere, ResourceType
from components.facts.types import PARENT_OF, RESOURCE_TYPES
from components.guard import guard, waiting
from components.guard.guard import Guard, install_guard
from components.guard.waiting import delay_seconds, is_transient, retry, timeouts
from components.naming.rules import tags_for
from tests.harness.compose import Composition, compose

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
    guards: list[Guard] = []

    def program() -> None:
        guards.append(install_guard(adopt={"log-analytics-workspace/core": LIVE}, retries=False))
        workspace()

    (found,) = compose(program).azure()
    assert guards[0].unused() == []
    assert found.inputs["workspaceName"] == "old-workspace"
    assert found.inputs["resourceGroupName"] == "old-group"
    assert found.imported == LIVE


def test_an_entry_that_nothing_answers_to_is_a_problem() -> None:
    guards: list[Guard] = []

    def program() -> None:
        guards.append(install_guard(adopt={"log-analytics-workspace/moon": LIVE}, retries=False))
        workspace()

    assert compose(program).azure()[0].inputs["workspaceName"] == "mys-dev-core-log-san"
    (problem,) = guards[0].unused()
    assert problem.path == "mystira:adopt.log-analytics-workspace/moon"


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


@pytest.mark.parametrize("row", TRANSIENT_ERRORS, ids=lambda row: row.code)
def test_transient_errors_are_tried_again(row: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert not is_transient(error)
    assert not asyncio.run(retry(failing(error)))
    assert not asyncio.run(retry(failing()))


def test_waiting_has_an_end() -> None:
    total = sum(delay_seconds(attempt) for attempt in range(1, ATTEMPTS))
    assert delay_seconds(ATTEMPTS) == LONGEST_DELAY_SECONDS
    # Microsoft says up to ten minutes for role assignments; everything beyond is no delay of replication.
    assert 8 * 60 < total < 15 * 60


def test_an_operation_fails_at_the_time_limit_of_its_type() -> None:
    assert timeouts(RESOURCE_TYPES["kubernetes-cluster"]).create == "60m"
    assert timeouts(RESOURCE_TYPES["dns-zone"]).create == "20m"


@pytest.mark.parametrize("row", RESOURCE_TYPES.values(), ids=lambda row: row.key)
def test_a_time_limit_is_well_above_the_usual_time(row: ResourceType) -> None:
    assert row.duration.timeout_minutes >= 2 * row.duration.minutes


@pytest.mark.parametrize(("child", "parent"), PARENT_OF.items())
def test_what_goes_one_at_a_time_is_a_child_of_its_parent(child: str, parent: ResourceType) -> None:
    assert RESOURCE_TYPES[child].arm.startswith(f"{parent.arm}/")


def identities(number: int) -> None:
    """An identity with so many credentials, registered side by side."""
    identity = azure_native.managedidentity.UserAssignedIdentity(
        "app",
        resource_name_="mys-dev-app-identity-san",
        resource_group_name="mys-dev-app-rg-san",
        location="southafricanorth",
        tags=TAGS,
    )
    for index in range(number):
        azure_native.managedidentity.FederatedIdentityCredential(
            f"credential-{index}",
            federated_identity_credential_resource_name=f"credential-{index}",
            resource_name_=identity.name,
            resource_group_name="mys-dev-app-rg-san",
            issuer="https://issuer.example",
            subject=f"subject-{index}",
            audiences=["api://AzureADTokenExchange"],
            opts=pulumi.ResourceOptions(parent=identity),
        )


def test_children_of_a_parent_that_takes_one_write_at_a_time_wait_for_each_other() -> None:
    def program() -> None:
        install_guard(retries=False)
        identities(3)

    waits = {each.name: set(each.dependencies) & {"credential-0", "credential-1"} for each in compose(program).azure()}
    assert waits == {
        "app": set(),
        "credential-0": set(),
        "credential-1": {"credential-0"},
        "credential-2": {"credential-1"},
    }


@pytest.mark.parametrize(("absent", "ignored"), [((), ("retentionInDays",)), (("somebody",), ())])
def test_what_others_own_is_ignored_where_its_owner_is_there(
    absent: tuple[str, ...], ignored: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = RESOURCE_TYPES["log-analytics-workspace"]
    owned = OwnedElsewhere("retentionInDays", "somebody", "a reason")
    monkeypatch.setitem(guard.BY_TOKEN, row.token, replace(row, owned_elsewhere=(owned,)))

    def program() -> None:
        install_guard(absent_owners=frozenset(absent), retries=False)
        workspace()

    assert compose(program).azure()[0].ignored == ignored


def test_bad_registrations_are_still_refused_when_adopted() -> None:
    def program() -> None:
        install_guard(adopt={"log-analytics-workspace/core": LIVE}, retries=False)
        workspace("other", retention_in_days=30)
        azure_native.operationalinsights.Workspace("rogue", workspace_name="rogue", resource_group_name="g")

    with pytest.raises(pulumi.RunError, match="rogue"):
        compose(program, Composition())
