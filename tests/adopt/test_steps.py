"""The phases of an adoption: what waits for what, what each step does to what lives, and the way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.facts.phases import EVERY, Phase
from components.facts.types import REGISTERED_TYPES
from components.guard.phases import Phases
from stacks.adopt.effects import Effect, changes_of
from stacks.adopt.steps import Step, steps_of, waiting
from stacks.build.recording import Recording, Registration, recording_of
from stacks.plan.model import StackPlan
from tests.harness.settings import edited_plan, one_problem, plan, waived

NETWORK, VAULT, SERVER = "virtual-network/core", "key-vault/admin-api", "postgresql-server/core"
ADOPTED = (NETWORK, VAULT, SERVER, "resource-group/core")


@pytest.fixture(scope="module")
def made() -> tuple[StackPlan, Recording]:
    stack = plan("dev")
    found = recording_of(stack)
    ids = {each.key: each.id for each in found.registrations if each.key in ADOPTED}
    assert set(ids) == set(ADOPTED)
    return replace(stack, adopt=ids, live_subnets=frozenset({"aks-nodes"})), found


def keys_of(recording: Recording, urns: Any) -> set[str]:
    return {each.key for each in recording.everything if each.urn in urns}


def registration(recording: Recording, key: str) -> Registration:
    return next(each for each in recording.registrations if each.key == key)


def test_hold_makes_nothing_and_done_leaves_nothing(made: tuple[StackPlan, Recording]) -> None:
    stack, found = made
    held = waiting(stack, found.everything, {EVERY: Phase.HOLD})
    assert keys_of(found, held) == {each.key for each in found.everything} - set(ADOPTED)
    assert waiting(stack, found.everything, {}) == {}


def test_add_makes_what_comes_beside_and_leaves_what_changes_a_parent(made: tuple[StackPlan, Recording]) -> None:
    stack, found = made
    late = keys_of(found, waiting(stack, found.everything, {EVERY: Phase.ADD}))
    kinds = {key.partition("/")[0] for key in late}
    # Settings of the server, an administrator of one without Entra, and what lies in a subnet that is not there yet.
    assert {"postgresql-configuration", "postgresql-administrator"} <= kinds
    reason = waiting(stack, found.everything, {EVERY: Phase.ADD}).values()
    assert any("has no " in why for why in reason)
    # Roles, secrets and locks are beside the vault.
    assert not {key for key in late if key.startswith(("key-vault-secret/", "management-lock/admin-api"))}
    done = waiting(stack, found.everything, {EVERY: Phase.ADD, "postgresql": Phase.DONE})
    assert "postgresql-configuration" not in {key.partition("/")[0] for key in keys_of(found, done)}


def test_every_part_goes_on_once_and_only_the_cut_over_changes_what_lives(made: tuple[StackPlan, Recording]) -> None:
    stack, found = made
    live = {
        VAULT: {"properties": {"enableRbacAuthorization": False, "accessPolicies": [{"objectId": "somebody"}]}},
        SERVER: {"properties": {"authConfig": {"passwordAuth": "Enabled"}}},
    }
    first, second, *rest = steps_of(stack, found.everything, live)
    assert [(first.phase, first.part), (second.phase, second.part)] == [("hold", "*"), ("add", "*")]
    assert (first.imports, first.creates, first.changes) == (len(ADOPTED), {}, ())
    assert (second.imports, second.changes) == (0, ())
    # Entra opens in the server's own run, so passwords end in a run of their own, after everything else.
    assert sorted(step.part for step in rest[:-1]) == ["groups", "network", "postgresql", "vaults"]
    assert (rest[-1].part, rest[-1].creates, rest[-1].imports) == ("postgresql", {}, 0)
    assert {step.phase for step in rest} == {Phase.DONE}
    assert second.setting == 'mystira:adoption: {"*": add}'
    everything = sum(sum((step.creates or {}).values()) for step in (second, *rest))
    assert everything == len(found.everything) - len(ADOPTED)
    told = {(change.key, change.path) for step in rest for change in step.of(Effect.CLOSES)}
    assert (VAULT, "properties.enableRbacAuthorization") in told
    assert (VAULT, "properties.accessPolicies") in told
    assert (SERVER, "authConfig.passwordAuth") in told
    assert all(step.back for step in (first, second, *rest))


def test_passwords_end_in_a_run_after_the_one_that_turns_entra_on(made: tuple[StackPlan, Recording]) -> None:
    """Whoever has only a password would be cut off until the grants have run, which need the cluster."""
    stack, found = made

    def of_server(**auth: str) -> list[Step]:
        body = {"properties": {"authConfig": auth, "version": "17"}}
        return [step for step in steps_of(stack, found.everything, {SERVER: body}) if step.part == "postgresql"]

    both, last = of_server(passwordAuth="Enabled", activeDirectoryAuth="Disabled")
    assert [change.path for change in both.of(Effect.CLOSES)] == []
    assert both.setting.startswith("mystira:adoption.postgresql: done, with postgresql in mystira:local_auth")
    assert "the password that the server has" in both.setting
    assert [change.path for change in last.changes] == ["authConfig.passwordAuth"]
    assert last.setting.startswith("without postgresql in mystira:local_auth")
    # Where Entra is on already, whoever comes is told once, in the run that closes.
    (one,) = of_server(passwordAuth="Enabled", activeDirectoryAuth="Enabled")
    assert [change.path for change in one.of(Effect.CLOSES)] == ["authConfig.passwordAuth"]
    assert one.setting == "mystira:adoption.postgresql: done"
    (same,) = of_server(passwordAuth="Disabled", activeDirectoryAuth="Enabled")
    assert same.of(Effect.CLOSES) == ()


def test_the_settings_that_keep_both_logins_close_none(folder: Path) -> None:
    """The plan of the first of the two runs: it sends the login and the password that the server has."""
    stores = ["cosmos", "monitoring", "postgresql", "service_bus", "storage"]
    dev = edited_plan(folder, "dev", {"waivers.postgresql-passwords": waived(), "local_auth": stores})
    (server,) = (each for each in recording_of(dev).registrations if each.key == SERVER)
    live = {"properties": {"authConfig": {"passwordAuth": "Enabled", "activeDirectoryAuth": "Disabled"}}}
    assert [change.path for change in changes_of(server, live) if change.effect is Effect.CLOSES] == []
    assert server.inputs["authConfig"]["passwordAuth"] == "Enabled"


def test_what_nobody_classified_is_told_by_its_path(made: tuple[StackPlan, Recording]) -> None:
    _, found = made
    server = registration(found, SERVER)
    told = {change.path: change.effect for change in changes_of(server, {"properties": {"version": "15"}})}
    assert told["backup.backupRetentionDays"] is Effect.OTHER
    effects = {
        change.effect for change in changes_of(server, {"properties": {"version": "15"}}) if change.path == "version"
    }
    assert effects == {Effect.ONE_WAY, Effect.ALONE, Effect.DOWNTIME}


def test_a_live_resource_that_is_as_planned_changes_nothing(made: tuple[StackPlan, Recording]) -> None:
    _, found = made
    group = registration(found, "resource-group/core")
    same = {**group.inputs, "location": "South Africa North"}
    assert list(changes_of(group, same)) == []
    tagged = list(changes_of(group, {**same, "tags": {}}))
    assert {change.effect for change in tagged} == {Effect.OTHER}


def test_what_would_be_replaced_is_told(made: tuple[StackPlan, Recording]) -> None:
    _, found = made
    group = registration(found, "resource-group/core")
    stops = [each.path for each in group.row.creation_only if not each.kept and each.replaces]
    elsewhere = {**group.inputs, "location": "westeurope"}
    expected = {"location": Effect.REPLACES if "location" in stops else Effect.OTHER}
    assert {change.path: change.effect for change in changes_of(group, elsewhere)} == expected


def test_a_phase_of_a_part_that_is_not_there_is_refused(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"adoption": {"moon": "hold", "storage": "add", "*": "done"}})
    assert (problem.path.partition(": ")[2], problem.what) == ("mystira:adoption.moon", "no part of this stack")


def test_a_part_has_its_own_phase_or_that_of_all_others() -> None:
    phases = Phases({EVERY: Phase.ADD, "storage": Phase.DONE})
    assert (phases.of("storage"), phases.of("cosmos"), phases.any) == (Phase.DONE, Phase.ADD, True)
    assert (Phases().of("storage"), Phases().any) == (Phase.DONE, False)


def test_what_is_in_a_cluster_that_stays_waits() -> None:
    phases = Phases({EVERY: Phase.ADD})
    cluster, namespace = REGISTERED_TYPES["kubernetes-cluster"], REGISTERED_TYPES["namespace"]
    assert phases.waits(namespace, namespace.token, "mystira", "", ()) == ""
    phases.keeps(cluster, "/subscriptions/x/c")
    assert phases.waits(namespace, namespace.token, "mystira", "", ()) == "/subscriptions/x/c stays as it is"


def test_what_scales_a_plan_that_stays_waits() -> None:
    """It would change what is live, and Azure takes none for a plan of the tier Basic."""
    phases = Phases({EVERY: Phase.ADD})
    row, plan_id = REGISTERED_TYPES["autoscale-setting"], "/subscriptions/x/resourceGroups/g/providers/Microsoft.Web/p"
    assert phases.waits(row, row.token, "app", "/subscriptions/x/a", (plan_id,)) == ""
    phases.keeps(REGISTERED_TYPES["app-service-plan"], plan_id)
    assert phases.waits(row, row.token, "app", "/subscriptions/x/a", (plan_id,)) == f"{plan_id.lower()} stays as it is"
    diagnostic = REGISTERED_TYPES["diagnostic-setting"]
    assert phases.waits(diagnostic, diagnostic.token, "app", "/subscriptions/x/d", (plan_id,)) == ""


@pytest.mark.parametrize("live", [{}, {"publicNetworkAccess": "Enabled"}, {"publicNetworkAccess": None}])
def test_a_public_side_of_which_azure_tells_nothing_is_open_and_closes(
    live: dict[str, Any], made: tuple[StackPlan, Recording]
) -> None:
    _, found = made
    site = registration(found, "web-app/app")
    site = replace(site, inputs={**site.inputs, "publicNetworkAccess": "Disabled"})

    def closes(body: dict[str, Any]) -> list[str]:
        return [each.path for each in changes_of(site, body) if each.effect is Effect.CLOSES]

    assert "publicNetworkAccess" in closes(live)
    assert "publicNetworkAccess" not in closes({"publicNetworkAccess": "Disabled"})


def test_what_services_run_on_moves_over_before_the_stores_close(made: tuple[StackPlan, Recording]) -> None:
    stack, found = made
    kinds = ("web-app/app", "storage-account/core", "key-vault/app", "virtual-network/core", "resource-group/core")
    secret = next(each for each in found.registrations if each.row.key == "key-vault-secret")
    ids = {key: registration(found, key).id for key in kinds} | {secret.key: secret.id}
    every_subnet = frozenset(each["name"] for each in registration(found, NETWORK).inputs["subnets"])
    order = [
        step.part
        for step in steps_of(replace(stack, adopt=ids, live_subnets=every_subnet), found.everything, {})
        if step.part != EVERY
    ]
    stores = [order.index(part) for part in ("vaults", "app_hosting", "storage", "secrets")]
    assert stores == sorted(stores)
