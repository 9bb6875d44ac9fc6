"""Secrets that somebody outside hands out: the need, its value from the configuration or in the vault, its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config

from stacks.build.run import run
from stacks.catalogue.model import Catalogue
from stacks.catalogue.needs.external import External
from stacks.pages.settings_schema import settings_schema
from stacks.parts.secrets.plan import SECRETS, SecretPlan
from stacks.plan.model import StackPlan
from stacks.reports.secrets import report
from stacks.settings.models import EnvironmentSettings, SharedSettings
from tests.harness.build import every
from tests.harness.compose import Composition, compose
from tests.harness.settings import TODAY, configuration, edit, edited_plan, one_problem, plan
from tests.platform.catalogue import CATALOGUE
from tests.reports.states import state_of

NAME, SERVICE = "story-protocol-api-key", "chain"
KEY = f"mystira:external-{NAME}"
VALUE = "sk-live-42"
TERMS = f"secrets.overrides.{SERVICE}/{NAME}"
IN_VAULT = {TERMS: {"in_vault": True, "expires_on": "2027-03-31", "owner": "chain-team"}}


def needing(*services: str) -> Catalogue:
    """The catalogue with services that need the key."""
    return replace(
        CATALOGUE,
        services=tuple(
            replace(each, needs=(*each.needs, External(NAME))) if each.key in services else each for each in CATALOGUE
        ),
    )


def planned(folder: Path, changes: Mapping[str, Any]) -> SecretPlan:
    """The secret as the plan of dev has it."""
    secrets = edited_plan(folder, "dev", changes, catalogue=needing(SERVICE)).of(SECRETS)
    (found,) = [each for each in secrets if each.name == NAME]
    return found


def composed_by_engine(
    folder: Path, values: Mapping[str, str], catalogue: Catalogue, composition: Composition | None = None
) -> Composition:
    """The whole program of dev under mocks, with these secret configuration values."""

    def program() -> None:
        set_all_config({**configuration("dev", folder), **values}, list(values))
        run("dev", today=TODAY, catalogue=catalogue, folder=folder, hooks=False, which=str)

    return compose(program, composition)


def test_its_value_comes_from_the_configuration_into_every_vault_that_needs_it(folder: Path) -> None:
    found = composed_by_engine(folder, {KEY: VALUE}, needing(SERVICE, "publisher"))
    written = [each for each in every(found, "key-vault-secret") if each.inputs["secretName"] == NAME]
    assert {each.inputs["vaultName"] for each in written} == {"mys-dev-chain-kv-san", "mys-dev-pub-kv-san"}
    for each in written:
        assert (each.inputs["properties"]["value"], each.secrets) == (VALUE, ("properties.value",))
        assert each.inputs["properties"]["contentType"] == "api-key"


def test_it_ends_and_has_an_owner(folder: Path) -> None:
    terms = {TERMS: {"expires_on": "2027-03-31", "owner": "chain-team"}}
    found = planned(folder, terms)
    assert (found.expires_on, found.owner, found.written) == (date(2027, 3, 31), "chain-team", True)
    near = plan("dev", folder, today=date(2027, 3, 10), catalogue=needing(SERVICE)).notices
    assert f"Pulumi.dev.yaml: mystira:{TERMS}.expires_on" in {each.subject for each in near}


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({}, f"{KEY}: missing: {SERVICE} needs it"),
        ({KEY: ""}, f"{KEY}: missing: {SERVICE} needs it"),
        ({KEY: f"{VALUE}\n"}, f"{KEY}: white space around it, or a control character"),
        ({KEY: VALUE, f"{KEY}-old": VALUE}, f"{KEY}-old: no service needs it from here"),
    ],
)
def test_a_run_without_a_good_value_ends_with_one_error_that_does_not_show_it(
    folder: Path, values: Mapping[str, str], what: str
) -> None:
    composition = Composition()
    with pytest.raises(pulumi.RunError) as caught:
        composed_by_engine(folder, values, needing(SERVICE), composition)
    first, line = str(caught.value).splitlines()
    assert first == "the settings cannot be built"
    assert line.startswith(f"Pulumi.dev.yaml: {what}")
    assert VALUE not in line
    assert composition.azure() == []


def test_a_value_in_clear_in_a_file_is_refused_and_not_shown(folder: Path) -> None:
    problem = one_problem(folder, "dev", {f"external-{NAME}": VALUE}, catalogue=needing(SERVICE))
    assert (problem.path, problem.what) == (f"Pulumi.dev.yaml: {KEY}", "a secret in clear")
    assert VALUE not in str(problem)


def test_an_encrypted_value_in_a_file_is_no_setting(folder: Path) -> None:
    assert planned(folder, {f"external-{NAME}": {"secure": "v1:x"}}).written


def test_what_its_owner_sets_in_the_vault_is_neither_asked_for_nor_written(folder: Path) -> None:
    edit(folder, "dev", IN_VAULT)
    found = composed_by_engine(folder, {}, needing(SERVICE))
    assert NAME not in {each.inputs["secretName"] for each in every(found, "key-vault-secret")}


def test_what_the_program_makes_is_not_left_to_an_owner(folder: Path) -> None:
    terms = {"secrets.overrides.publisher/chain-rpc-endpoint": {"in_vault": True}}
    problem = one_problem(folder, "dev", terms)
    assert problem.path == "Pulumi.dev.yaml: mystira:secrets.overrides.publisher/chain-rpc-endpoint.in_vault"
    assert problem.what == "the program makes its value, endpoint/chain/rpc"


@pytest.mark.parametrize(
    ("today", "verdict", "bad"),
    [
        (TODAY, "set in the vault, ends in 130 days: az keyvault secret show --query attributes", False),
        (date(2027, 4, 1), "expired 1 days ago: renew it (docs/runbooks/secrets.md)", True),
    ],
)
def test_the_report_says_when_it_ends_and_who_renews_it(
    folder: Path, plans: Mapping[str, StackPlan], today: date, verdict: str, bad: bool
) -> None:
    secret, others = planned(folder, IN_VAULT), plans["dev"].of(SECRETS)[:1]
    line, _ = report("dev", [secret, *others], state_of(others), today)
    assert (line.owner, line.verdict, line.bad) == ("chain-team", verdict, bad)


def test_editors_know_it_and_the_offline_world_draws_it_in_environments_only() -> None:
    schema = settings_schema(EnvironmentSettings, needing(SERVICE))
    assert f'"{KEY}"' in schema
    assert '"mystira:secrets": "owner"' in schema
    assert KEY not in settings_schema(SharedSettings, needing(SERVICE))
