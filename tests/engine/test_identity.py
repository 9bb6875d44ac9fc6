"""A stack brought up by the identity of its own pipeline: what it may change, and what it is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from offline.clock import TODAY
from offline.engine.run import Engine
from offline.world.store import World
from stacks.parts.entra.plan import ENTRA
from stacks.plan.load import PROJECT, plan_of
from tests.engine.conftest import Command, azure_resources

UP = ("shared", "dev")
PIPELINE = "apply-dev"
APPLICATION = "azuread:index/application:Application"
GROUP = "azuread:index/group:Group"
POLICY = "azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy"
BREAK_GLASS = "00000000-0000-4000-8000-00000000b009"
STRANGER = "00000000-0000-4000-8000-00000000a0ff"


def shown(service: str) -> str:
    """The display name of a service's application."""
    applications = plan_of("dev", PROJECT, TODAY).of(ENTRA).applications
    return next(each.spec.display_name for each in applications if each.key == service)


@pytest.fixture
def settings(engine: Engine) -> Any:
    """Change the world's copy of dev's settings, by path; afterwards they are what they were."""
    file = engine.home.shadows / "mystira" / "stacks" / "Pulumi.dev.yaml"
    before = file.read_text()

    def change(section: str, value: dict[str, Any]) -> None:
        content: Any = yaml.safe_load(file.read_text())
        now = {**content["config"].get(f"mystira:{section}", {}), **value}
        content["config"][f"mystira:{section}"] = {key: each for key, each in now.items() if each is not None}
        file.write_text(yaml.safe_dump(content, sort_keys=False))

    yield change
    file.write_text(before)


@pytest.fixture
def pipeline(command: Command) -> Any:
    """The test runs as the pipeline; afterwards the person is back."""
    logged_in = command("make", "login", PIPELINE)
    assert logged_in.returncode == 0, logged_in.stdout + logged_in.stderr
    yield
    assert command("make", "login", "default").returncode == 0


def up(command: Command, *flags: str) -> Any:
    return command("offline", "up", "-s", "dev", "--yes", "--skip-preview", *flags)


def refresh(engine: Engine, id: str) -> None:
    """Have the engine look at one resource."""
    (urn,) = (str(each["urn"]) for each in azure_resources(engine, "dev") if each["id"] == id)
    done = engine.capture(["refresh", "--stack", "dev", "--yes", "--skip-preview", "--target", urn])
    assert done.returncode == 0, done.stdout + done.stderr


def redirect_uris(engine: Engine) -> list[str]:
    name = shown("admin-ui")
    (page,) = (each for each in World(engine.home.cloud).of_type(APPLICATION) if each.body["displayName"] == name)
    return page.body["singlePageApplication"]["redirectUris"]


@pytest.mark.usefixtures("pipeline")
@pytest.mark.requirement("S1-017")
def test_the_pipeline_finds_nothing_to_change(command: Command) -> None:
    done = up(command, "--expect-no-changes")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("pipeline")
def test_the_pipeline_changes_an_application_that_it_owns(engine: Engine, command: Command, settings: Any) -> None:
    settings("entra", {"localhost_ports": [3000, 5001, 7001]})
    done = up(command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "http://localhost:5001/auth/callback" in redirect_uris(engine)


@pytest.mark.usefixtures("pipeline")
def test_the_pipeline_grants_no_role_that_its_stack_did_not_grant(command: Command, settings: Any) -> None:
    who = {"principal_id": STRANGER, "principal_type": "ServicePrincipal"}
    settings("access", {"stranger": {**who, "role": "search-contributor", "scope": "search"}})
    done = up(command)
    assert done.returncode != 0
    assert 'Code="AuthorizationFailed"' in done.stdout
    assert "ABAC condition that is not fulfilled" in done.stdout


@pytest.mark.usefixtures("pipeline")
def test_the_pipeline_makes_no_policy(engine: Engine, command: Command, settings: Any) -> None:
    settings("conditional_access", {"state": "report-only", "break_glass_group": BREAK_GLASS})
    settings("waivers", {"conditional-access": None})
    done = up(command)
    assert done.returncode != 0
    assert "AccessDenied" in done.stdout
    assert World(engine.home.cloud).of_type(POLICY) == []


@pytest.mark.usefixtures("pipeline")
def test_the_pipeline_makes_no_group(engine: Engine, command: Command) -> None:
    world = World(engine.home.cloud)
    (admins,) = (each for each in world.of_type(GROUP) if each.body["displayName"].endswith("-admins"))
    with world.writing("delete", admins.token, admins.id) as cloud:
        cloud.delete(admins.id)
    refresh(engine, admins.id)
    done = up(command)
    assert done.returncode != 0
    assert "Authorization_RequestDenied" in done.stdout
    assert not any(each.body["displayName"] == admins.body["displayName"] for each in world.of_type(GROUP))


def test_a_deleted_application_is_in_the_way_until_it_is_purged(engine: Engine, command: Command) -> None:
    world, name = World(engine.home.cloud), shown("chain")
    (chain,) = (each for each in world.of_type(APPLICATION) if each.body["displayName"] == name)
    assert command("make", "cloud", "delete", chain.id).returncode == 0
    refresh(engine, chain.id)
    refused = up(command)
    assert refused.returncode != 0
    assert "Another object with the same value for property identifierUris already exists" in refused.stdout
    listed = command("make", "deleted", "dev")
    assert f"{chain.body['objectId']}: {name}" in listed.stdout
    assert command("make", "deleted", "dev", "--purge", "all", "--yes").returncode == 0
    done = up(command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert up(command, "--expect-no-changes").returncode == 0
