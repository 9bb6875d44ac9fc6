"""What a workflow knows of the stacks before a job logs in, which commits may log in, and from where."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx
import pytest
import respx

from components.problems import InvalidInput, MystiraError
from mystira.ci import reach
from mystira.ci.commits import head, of_main
from mystira.ci.reach import check_reach, closed_doors, public_address
from mystira.ci.stacks import NONE, outputs, stacks
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, TODAY, context, edit

GUID = "11111111-0000-4000-8000-000000000000"


def found(folder: Path) -> dict[str, tuple[bool, str, str]]:
    return {each.stack: (each.live, each.runner, each.plan) for each in stacks(folder, TODAY)}


def test_without_pipelines_nothing_is_live(folder: Path) -> None:
    edit(folder, "shared", {"ci": GONE})
    every = stacks(folder, TODAY)
    assert [each.stack for each in every] == ["shared", "dev", "staging", "prod"]
    assert {each.why for each in every} == {"mystira:ci is left out"}
    said = outputs(every)
    assert (said["live"], said["pull_requests"]) == (NONE, NONE)
    assert json.loads(said["stacks"])["prod"]["live"] is False


def test_fictitious_settings_log_in_nowhere(folder: Path) -> None:
    every = stacks(folder, TODAY)
    assert not any(each.live for each in every)
    assert all(each.why.startswith("fictitious settings, such as Pulumi.") for each in every)


@pytest.mark.requirement("S1-126")
def test_jobs_run_where_the_setting_says(folder: Path) -> None:
    edit(folder, "shared", {"ci.runner": {"prod": "mystira-prod"}})
    assert {stack: runner for stack, (_, runner, _) in found(folder).items()} == {
        "shared": "ubuntu-24.04",
        "dev": "ubuntu-24.04",
        "staging": "ubuntu-24.04",
        "prod": "mystira-prod",
    }


def test_a_stack_with_keys_is_planned_by_whoever_applies_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who previews it reads no keys. No pull request ever runs as whoever applies it."""
    monkeypatch.setattr("mystira.ci.stacks.plan_of", lambda *_: type("Plan", (), {"fictitious": ()}))
    edit(folder, "dev", {"local_auth": ["storage"]})
    edit(folder, "prod", {"external_id": {"tenant_id": GUID, "ci_client_id": GUID}})
    edit(folder, "staging", {"local_auth": []})
    every = {each.stack: each for each in stacks(folder, TODAY)}
    assert {stack: each.plan for stack, each in every.items()} == {
        "shared": "shared-preview",
        "dev": "dev",
        "staging": "staging-preview",
        "prod": "prod",
    }
    assert [stack for stack, each in every.items() if each.pull_requests] == ["shared", "staging"]
    said = outputs(list(every.values()))
    assert [each["stack"] for each in json.loads(said["live"])] == list(every)
    assert [each["stack"] for each in json.loads(said["pull_requests"])] == ["shared", "staging"]


@each_mistake(
    [
        Mistake("shared", {"ci.runner": {"qa": "x"}}, "ci.runner.qa", "no such stack", "shared, dev, staging, prod"),
        Mistake("shared", {"ci.slack": {"when": "never"}}, "ci.slack.when", "", "failure"),
    ]
)
def test_a_mistake_in_the_settings_of_pipelines_is_one_problem(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


# Commits


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose main has one commit, and a branch with another."""
    folder = tmp_path / "repository"
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "one"], check=True)
    subprocess.run([*git, "update-ref", "refs/remotes/origin/main", "HEAD"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "two"], check=True)
    return folder


def test_only_what_has_been_merged_is_brought_up(repository: Path) -> None:
    new = head(repository)
    with pytest.raises(InvalidInput, match="not a commit of main"):
        of_main(new, repository)
    old = subprocess.run(
        ["git", "-C", str(repository), "rev-parse", "origin/main"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert of_main(old, repository) == old


@pytest.mark.parametrize("name", ["main", "", "HEAD~1", "abc", "--help"])
def test_a_name_is_no_commit(name: str, repository: Path) -> None:
    with pytest.raises(InvalidInput, match="no commit"):
        of_main(name, repository)


def test_outside_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    with pytest.raises(MystiraError, match="git rev-parse"):
        head(tmp_path)


# Reach


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with an address of its own, that others see come from 203.0.113.9."""
    monkeypatch.setattr(reach, "own_address", lambda: "172.17.0.4")
    monkeypatch.setenv(reach.ADDRESS, "203.0.113.9")


@pytest.mark.requirement("S1-126")
def test_a_job_from_an_address_that_is_not_let_in_is_one_error(folder: Path, outside: None) -> None:
    edit(folder, "prod", {"aks.authorized_ranges": ["198.51.100.0/28"]})
    with pytest.raises(InvalidInput) as caught:
        check_reach(context("prod", folder))
    (problem,) = caught.value.problems
    assert problem.path == "Pulumi.prod.yaml: mystira:aks.authorized_ranges"
    assert problem.seen == "203.0.113.9"
    assert problem.allowed.startswith("198.51.100.0/28, or 10.")
    edit(folder, "prod", {"aks.authorized_ranges": ["203.0.113.0/24"]})
    check_reach(context("prod", folder))


def test_a_job_inside_the_network_comes_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(folder, "prod", {"aks.authorized_ranges": ["198.51.100.0/28"]})
    inside = str(context("prod", folder).settings.network.address_space.network_address + 5)
    monkeypatch.setattr(reach, "own_address", lambda: inside)
    monkeypatch.setattr(reach, "public_address", lambda: pytest.fail("nobody is asked"))
    check_reach(context("prod", folder))


def test_the_state_is_a_door_where_it_is_closed(folder: Path, outside: None) -> None:
    assert list(closed_doors(context("shared", folder))) == []
    check_reach(context("shared", folder))
    edit(folder, "shared", {"state.allowed_ranges": ["198.51.100.0/28"], "waivers": GONE})
    (door,) = closed_doors(context("shared", folder))
    assert door == ("Pulumi.shared.yaml: mystira:state.allowed_ranges", ("198.51.100.0/28",), "")
    with pytest.raises(InvalidInput, match="not let in"):
        check_reach(context("shared", folder))


def test_the_public_address_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(reach.ADDRESS, raising=False)
    with respx.mock:
        asked = respx.get(reach.ASKED).respond(200, text="203.0.113.9\n")
        assert public_address() == "203.0.113.9"
        asked.mock(side_effect=httpx.ConnectError("no route"))
        with pytest.raises(MystiraError, match=r"the public address of this runner is not known; seen: .*no route"):
            public_address()
    monkeypatch.setenv(reach.ADDRESS, "somewhere")
    with pytest.raises(MystiraError, match="no address; seen: somewhere"):
        public_address()


def test_this_machine_has_an_address() -> None:
    assert reach.within(reach.own_address(), ["0.0.0.0/0"])
