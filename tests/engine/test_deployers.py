"""Prod brought up by its pipeline: what it may not do until a person gives it roles at the subscription, and that a
month changes nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from components.facts.actions import role_for, type_of
from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import guid
from offline.azure.role_definitions import BUILT_IN
from offline.clock import TODAY, TODAY_VARIABLE
from offline.commands.login import identity
from offline.engine.run import Engine
from offline.world.store import World
from stacks.plan.load import PROJECT, plan_of
from stacks.settings.loading import stacks_in
from tests.engine.conftest import Command, azure_resources
from tests.harness.compose import TENANT
from tests.harness.settings import edit

UP = ("shared", "prod")
PIPELINE = "apply-prod"
ROLES = ("Cost Management Contributor", "Monitoring Contributor", "Security Admin")
"""What a person gives deployers at the subscription (docs/runbooks/subscription.md)."""

OUTSIDE = ("subscription-diagnostic-setting", "security-contact", "cost-anomaly-alert", "budget")
"""The types of what is in no resource group."""

ASSIGNMENT = RESOURCE_TYPES["role-assignment"].token
A_MONTH = timedelta(days=31)
UPDATE = ("up", "--stack", "prod", "--yes", "--skip-preview")
PATIENCE = 120
"""Seconds until a run that waits for rights must have asked for all of them."""


def outside(engine: Engine) -> Mapping[str, str]:
    """What prod has in no resource group: its URNs by its ids."""
    tokens = {RESOURCE_TYPES[kind].token for kind in OUTSIDE}
    return {str(each["id"]): str(each["urn"]) for each in azure_resources(engine, "prod") if each["type"] in tokens}


@pytest.fixture
def lost(engine: Engine) -> Mapping[str, str]:
    """Somebody has deleted all of it, and a person has had the state know."""
    world, lost = World(engine.home.cloud), outside(engine)
    for each in [each for each in world.all() if each.id in lost]:
        with world.writing("delete", each.token, each.id) as cloud:
            cloud.delete(each.id)
    targets = [word for urn in lost.values() for word in ("--target", urn)]
    done = engine.capture(["refresh", "--stack", "prod", "--yes", "--skip-preview", *targets])
    assert done.returncode == 0, done.stdout + done.stderr
    assert not outside(engine)
    return lost


def give(world: World, principal: str, roles: Iterable[str]) -> None:
    """As a person with Owner does it (docs/runbooks/subscription.md, Who may do it)."""
    scope = f"/subscriptions/{plan_of('prod', PROJECT, TODAY).subscription_id}"
    for role in roles:
        id = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{guid(principal, role)}"
        body = {"scope": scope, "principalId": principal, "principalType": "ServicePrincipal"}
        with world.writing("create", ASSIGNMENT, id) as cloud:
            cloud.put(id, ASSIGNMENT, {**body, "roleDefinitionId": BUILT_IN[role].id})


def refused(world: World, since: int) -> set[str]:
    """The ids of what was refused for want of a right."""
    return {id for _, _, id, outcome in world.operations(since) if 'Code="AuthorizationFailed"' in outcome}


@pytest.fixture
def pipeline(engine: Engine, command: Command) -> str:
    """The test runs as the pipeline; its object id."""
    assert command("make", "login", PIPELINE).returncode == 0
    return str(identity(World(engine.home.cloud), PIPELINE).body["principalId"])


def fictitious(folder: Path) -> Path:
    """The committed settings with a tenant that nobody has, for which the offline cloud answers."""
    for file in PROJECT.glob("Pulumi.*.yaml"):
        shutil.copy2(file, folder)
    for stack in stacks_in(folder):
        edit(folder, stack, {"azure.tenant_id": TENANT})
    return folder


@pytest.mark.requirement("S1-093")
def test_a_run_says_which_role_it_lacks_and_goes_on_once_a_person_has_given_it(
    engine: Engine, command: Command, lost: Mapping[str, str], pipeline: str, tmp_path: Path
) -> None:
    world = World(engine.home.cloud)
    asked = command("mystira", "preflight", "prod", "--folder", str(fictitious(tmp_path)))
    assert f"among them {', '.join(ROLES)}; read: docs/permissions.md" in asked.stdout
    since = world.seen()
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(engine.capture, UPDATE)
        until = time.monotonic() + PATIENCE
        while refused(world, since) != lost.keys() and not running.done() and time.monotonic() < until:
            time.sleep(0.2)
        give(world, pipeline, ROLES)
        done = running.result()
    assert done.returncode == 0, done.stdout + done.stderr
    for id in lost:
        right = f"{type_of(id)}/write"
        missing = f"missing: {right} at {id} for {pipeline}; what has it: {role_for(right, id)} at the subscription"
        assert missing in done.stdout, id
    assert {role_for(f"{type_of(id)}/write", id) for id in lost} == set(ROLES)
    assert outside(engine).keys() == lost.keys()


@pytest.mark.requirement("S1-017", "S1-072")
def test_a_month_later_the_pipeline_finds_nothing_to_change(engine: Engine, pipeline: str) -> None:
    """With what it refreshes, which it may read."""
    give(World(engine.home.cloud), pipeline, ROLES)
    later = {TODAY_VARIABLE: (TODAY + A_MONTH).isoformat()}
    done = engine.capture([*UPDATE, "--refresh", "--expect-no-changes"], later)
    assert done.returncode == 0, done.stdout + done.stderr
