"""What the commands about settings, plans and reports print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components.facts.quotas import REGIONAL
from components.problems import InvalidInput, Problem
from mystira import check
from stacks.parts.groups.plan import GROUPS
from stacks.parts.part import Notice
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.vaults.plan import VAULTS
from stacks.plan.model import StackPlan
from stacks.settings.loading import STACKS
from tests.harness.settings import GONE, SETTINGS, edit, migrate, plan
from tests.mystira.conftest import Run
from tests.reports.states import state_of

FAMILY = "standardDDSv5Family"


# check


def test_the_committed_settings_have_no_problem(run: Run) -> None:
    done = run("check")
    assert (done.code, done.out.splitlines()[-1], done.err) == (0, f"{', '.join(STACKS)}: no problems", "")


def test_every_problem_of_every_stack_is_printed_once(folder: Path, run: Run) -> None:
    for stack in ("dev", "prod"):
        edit(folder, stack, {"redis.sku": "nope", "azure.region": "southafricanorth"})
    done = run("check", "--folder", folder)
    assert done.code == 1
    found = [line for line in done.out.splitlines() if not line.startswith("notice: ")]
    assert [line.split(":")[0] for line in found] == ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]


def test_a_problem_of_several_stacks_is_printed_once_and_names_them(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue belongs to all stacks: its mistakes are found in each of them."""

    def refused(stack: str, *_: object) -> StackPlan:
        raise InvalidInput([Problem("catalogue: app", "unknown need"), Problem(stack, "its own mistake")])

    monkeypatch.setattr(check, "plan_of", refused)
    lines = ["catalogue: app: unknown need", "dev: its own mistake", "prod: its own mistake"]
    done = run("check", "dev", "prod")
    assert (done.code, done.out.splitlines()) == (1, lines)
    found = run("check", "dev", "prod", "--json").json["problems"]
    assert {problem["path"]: problem["stacks"] for problem in found} == {
        "catalogue: app": ["dev", "prod"],
        "dev": ["dev"],
        "prod": ["prod"],
    }


def test_check_as_json_for_some_stacks(folder: Path, run: Run) -> None:
    edit(folder, "dev", {"redis.eviction": "nope"})
    good = run("check", "prod", "shared", "prod", "--folder", folder, "--json")
    assert (good.code, good.json["stacks"], good.json["problems"]) == (0, ["prod", "shared"], [])
    bad = run("check", "dev", "--folder", folder, "--json")
    assert bad.code == 1
    (problem,) = bad.json["problems"]
    assert problem["path"] == "Pulumi.dev.yaml: mystira:redis.eviction"
    assert (problem["seen"], problem["stacks"]) == ('"nope"', ["dev"])


def test_notices_are_printed_once_and_are_no_problem(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Noticed:
        notices = (Notice("aks 1.36", "2027-01-01", "AKS 1.36 ends on 2027-01-01"),)

    monkeypatch.setattr(check, "plan_of", lambda *_: Noticed)
    done = run("check", "dev", "prod")
    assert (done.code, done.out.splitlines()) == (
        0,
        ["notice: AKS 1.36 ends on 2027-01-01", "dev, prod: no problems"],
    )
    (notice,) = run("check", "dev", "prod", "--json").json["notices"]
    assert notice["stacks"] == ["dev", "prod"]


# show and grants


@pytest.mark.parametrize("stack", STACKS)
def test_show_lists_every_group_and_part(stack: str, run: Run) -> None:
    done = run("show", stack)
    assert done.code == 0
    made = plan(stack)
    for tier in made.of(GROUPS):
        assert {group.name for group in tier.groups} <= set(done.out.split())
    assert set(made.parts) <= set(done.out.split())


@pytest.mark.parametrize("stack", STACKS)
def test_show_as_json_is_the_whole_plan(stack: str, run: Run) -> None:
    found = run("show", stack, "--json").json
    made = plan(stack)
    assert found["parts"].keys() == made.parts.keys()
    assert (found["stack"], found["region"], len(found["grants"])) == (stack, made.region, len(made.grants))
    assert found["parts"]["groups"][0]["groups"][0]["name"] == made.of(GROUPS)[0].groups[0].name


def test_a_part_that_the_settings_removed_is_shown_as_such(folder: Path, run: Run) -> None:
    migrate(folder)
    removed = {"cosmos.lifecycle": "removed", "cosmos.export_container": "archives"}
    edit(folder, "dev", {**removed, "waivers.cosmos-public-access": GONE, "waivers.cosmos-regions": GONE})
    done = run("show", "dev", "--folder", folder)
    (line,) = [line for line in done.out.splitlines() if " cosmos " in line]
    assert "not in this stack" in line


def test_grants_prints_the_script_and_nothing_else(run: Run) -> None:
    done = run("grants", "prod")
    assert (done.code, done.out) == (0, plan("prod").of(POSTGRESQL_SERVER).script)


# quota and secrets


def usage(limit: int, *names: str) -> str:
    return json.dumps([{"name": {"value": name}, "limit": limit, "currentValue": "4"} for name in names])


def test_quota_without_usage_shows_the_needs(run: Run) -> None:
    done = run("quota", "prod", "--folder", SETTINGS)
    assert done.code == 0
    assert FAMILY in done.out
    found = run("quota", "prod", "--folder", SETTINGS, "--json").json
    assert [line["need"]["name"] for line in found["quotas"]] == [FAMILY, REGIONAL]
    assert {line["limit"] for line in found["quotas"]} == {None}


def test_quota_of_postgresql_counts_its_standby(run: Run) -> None:
    found = run("quota", "prod", "--postgresql", "--folder", SETTINGS, "--json").json
    assert [(line["need"]["name"], line["need"]["minimum"]) for line in found["quotas"]] == [(FAMILY, 8), (REGIONAL, 8)]


def test_quota_fails_when_one_is_too_small(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "usage.json"
    file.write_text(usage(1000, FAMILY, REGIONAL))
    assert run("quota", "prod", "--usage", file).code == 0
    done = run("quota", "prod", "--usage", "-", "--json", input=usage(1000, FAMILY))
    assert done.code == 1
    assert [(line["limit"], line["bad"]) for line in done.json["quotas"]] == [(1000, False), (0, True)]


def test_secrets_fails_when_one_needs_attention(tmp_path: Path, run: Run) -> None:
    made = plan("dev")
    planned, vaults = made.of(SECRETS), made.of(VAULTS).vaults
    number = len(planned) + sum(len(vault.spec.keys) for vault in vaults)
    file = tmp_path / "state.json"
    file.write_text(state_of(planned, vaults))
    good = run("secrets", "dev", "--state", file)
    assert (good.code, good.out.splitlines()[-1]) == (0, f"{number} secrets and keys, 0 to see to")
    old = state_of(planned, vaults, end="2026-01-01")
    bad = run("secrets", "dev", "--state", "-", input=old)
    assert (bad.code, bad.out.splitlines()[-1]) == (1, f"{number} secrets and keys, {number} to see to")
    found = run("secrets", "dev", "--state", "-", "--json", input=old)
    assert found.code == 1
    assert {(line["expires_on"], line["bad"]) for line in found.json["secrets"]} == {("2026-01-01", True)}
