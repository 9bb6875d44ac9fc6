"""The whole program under mocks, from the engine's configuration to the outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pulumi
import pulumi_azure_native as azure_native
import pytest
from pulumi.runtime import set_all_config

from stacks.build.run import guarded_build, run
from stacks.parts.postgresql.checks import PASSWORDS
from stacks.plan.model import StackPlan
from tests.harness.build import PASSWORD, compose_plan
from tests.harness.compose import Composition, compose
from tests.harness.settings import SETTINGS, TODAY, configuration, every_stack, plan, waived
from tests.platform.catalogue import CATALOGUE

SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-dev-core-rg-san"


def found_anywhere(program: str) -> str:
    """Every program is there."""
    return f"/bin/{program}"


def composed_run(stack: str, changes: Mapping[str, str], composition: Composition | None = None) -> Composition:
    """Run the program with the configuration of a stack and these changes of it."""

    def program() -> None:
        set_all_config({**configuration(stack), PASSWORD: "Not-a-real-1", **changes}, [PASSWORD])
        run(stack, today=TODAY, catalogue=CATALOGUE, folder=SETTINGS, hooks=False, which=found_anywhere)

    return compose(program, composition)


@every_stack
@pytest.mark.requirement("S1-006")
def test_the_program_builds_what_the_engine_configures(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed_run(stack, {})
    wanted = composed[stack]
    assert sorted((each.type, each.name) for each in found.resources) == sorted(
        (each.type, each.name) for each in wanted.resources
    )


def test_bad_settings_end_the_program_before_the_first_resource() -> None:
    composition = Composition()
    with pytest.raises(pulumi.RunError) as caught:
        composed_run("dev", {"mystira:azure": "{}"}, composition)
    heading, *lines = str(caught.value).splitlines()
    assert heading == "the settings cannot be built"
    fields = ("tenant_id", "subscription_id", "region", "secondary_region")
    assert {line.partition(": missing")[0] for line in lines} == {
        f"Pulumi.dev.yaml: mystira:azure.{field}" for field in fields
    }
    assert composition.resources == []


def test_a_machine_that_cannot_log_in_to_the_cluster_ends_the_program_before_the_first_resource() -> None:
    def program() -> None:
        set_all_config({**configuration("dev"), PASSWORD: "Not-a-real-1"}, [PASSWORD])
        run("dev", today=TODAY, catalogue=CATALOGUE, folder=SETTINGS, hooks=False, which=lambda _: None)

    composition = Composition()
    with pytest.raises(pulumi.RunError, match="no kubelogin; allowed: kubelogin"):
        compose(program, composition)
    assert composition.resources == []


def test_a_secret_that_is_not_set_ends_the_program_before_the_first_resource() -> None:
    composition = Composition()
    waivers = {**json.loads(configuration("dev")["mystira:waivers"]), PASSWORDS: waived("a tunnel of the office")}
    changes = {"mystira:local_auth": '["postgresql"]', "mystira:waivers": json.dumps(waivers)}
    with pytest.raises(pulumi.RunError, match="postgresqlPassword"):
        composed_run("dev", {**changes, PASSWORD: ""}, composition)
    assert composition.resources == []


def test_entries_of_adopt_that_no_resource_answers_to_end_the_program(
    plans: Mapping[str, StackPlan],
) -> None:
    vnet = f"{SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks/mys-dev-core-vnet-san"
    lost = replace(plans["dev"], adopt={"virtual-network/moon": vnet})
    with pytest.raises(pulumi.RunError, match=r"Pulumi\.dev\.yaml: mystira:adopt\.virtual-network/moon: no resource"):
        compose_plan(lost)


def test_notices_are_warnings_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warned.append)
    later = date(2027, 5, 25)

    def program() -> None:
        set_all_config({**configuration("dev"), PASSWORD: "Not-a-real-1"}, [PASSWORD])
        run("dev", today=later, catalogue=CATALOGUE, folder=SETTINGS, hooks=False, which=found_anywhere)

    compose(program)
    notices = [each.text for each in plan("dev", today=later).notices]
    assert warned[: len(notices)] == notices
    (unheard,) = warned[len(notices) :]
    assert unheard.startswith("mystira:postgresql.maintenance: Azure ignores it when it creates a server")


def test_the_guard_protects_and_keeps_names(plans: Mapping[str, StackPlan]) -> None:
    """``guarded_build`` registers nothing without the guard: a name made elsewhere is refused."""

    def program() -> None:
        set_all_config({PASSWORD: "Not-a-real-1"}, [PASSWORD])
        guarded_build(plans["shared"], hooks=False)
        azure_native.resources.ResourceGroup("rogue", resource_group_name="rogue")

    with pytest.raises(pulumi.RunError, match="does not follow the convention"):
        compose(program)
