"""`mystira ci`: every step of the workflows as it is called there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import respx

from mystira.ci import command, commits, plans
from mystira.ci.engine import Pulumi
from mystira.ci.issues import State
from mystira.drift import Drift
from mystira.drift import State as Found
from stacks.plan.model import StackPlan
from stacks.settings.ci import Channel
from tests.harness.pulumi import FakePulumi
from tests.harness.settings import SETTINGS, edit
from tests.mystira.ci.conftest import COMMIT, LocalKey, stream
from tests.mystira.ci.test_plans import PLAN, accepting
from tests.mystira.conftest import Run


@pytest.fixture(autouse=True)
def job(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, plans: Mapping[str, StackPlan], fake: FakePulumi, pulumi: Pulumi
) -> None:
    """A job of a workflow on the commit :data:`COMMIT`, whose report accepts everything."""
    monkeypatch.setattr(commits, "head", lambda *_: COMMIT)
    monkeypatch.setattr("mystira.ci.plans.mystira", accepting())
    monkeypatch.setattr(command, "pulumi_for", lambda stack: Pulumi(plans[stack], tmp_path))
    monkeypatch.setattr(command, "_wrapper", lambda _: LocalKey())
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))


def outputs(folder: Path) -> dict[str, str]:
    lines = (folder / "outputs").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_stacks(run: Run, tmp_path: Path) -> None:
    assert run("ci", "stacks", "--folder", SETTINGS).code == 0
    assert outputs(tmp_path)["live"] == "none"
    assert "- prod: fictitious settings" in (tmp_path / "summary").read_text()


def test_commit(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "of_main", lambda name: name)
    assert run("ci", "commit", COMMIT).code == 0
    assert outputs(tmp_path) == {"commit": COMMIT}


@pytest.mark.requirement("S3-137")
def test_check_refuses_fictitious_settings_and_missing_variables(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("ci", "check", "dev", "--folder", SETTINGS)
    assert done.code == 1
    assert "mystira:azure.tenant_id" in done.err
    monkeypatch.setattr(command, "plan_for", lambda *_: type("Plan", (), {"fictitious": ()}))
    for name in ("AZURE_CLIENT_ID", "ACTIONS_ID_TOKEN_REQUEST_URL"):
        monkeypatch.delenv(name, raising=False)
    done = run("ci", "check", "dev")
    assert done.code == 1
    assert [line.split(":")[1].strip() for line in done.err.splitlines()] == [
        "variable ACTIONS_ID_TOKEN_REQUEST_URL",
        "variable AZURE_CLIENT_ID",
    ]
    monkeypatch.setenv("AZURE_CLIENT_ID", "x")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", "https://x")
    assert run("ci", "check", "dev").out == "dev: the job can log in\n"


def test_reach(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("ci", "reach", "shared", "--folder", SETTINGS).out == "shared: within reach\n"
    monkeypatch.setenv("MYSTIRA_RUNNER_ADDRESS", "192.0.2.77")
    done = run("ci", "reach", "prod", "--folder", SETTINGS)
    assert done.code == 1
    assert len(done.err.splitlines()) == 1
    assert "aks.authorized_ranges: this job comes from an address that is not let in; seen: 192.0.2.77" in done.err


def test_plan_and_apply(run: Run, fake: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.says("preview", save_plan=PLAN, event_log=stream(changes={"update": 1}))
    fake.says("stack history", [])
    fake.says("up")
    assert run("ci", "plan", "dev", "--output", tmp_path / "plan").code == 0
    assert outputs(tmp_path) == {"changes": "true", "previous": ""}
    assert (tmp_path / "summary").read_text() == "a report\n"
    monkeypatch.setenv("MYSTIRA_RUNNER_ADDRESS", "192.0.2.77")
    done = run("ci", "apply", "dev", "--plan", tmp_path / "plan")
    assert (done.code, "up" in fake.commands) == (1, False), "out of reach"
    monkeypatch.setattr(command, "check_reach", lambda _: None)
    assert run("ci", "apply", "dev", "--plan", tmp_path / "plan").code == 0
    assert "up" in {line[0] for line, _ in fake.asked}
    assert f"dev: {COMMIT} is up" in (tmp_path / "summary").read_text()


def test_a_refused_plan_shows_its_report(
    run: Run, fake: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "mystira", accepting(1, text="**Refused.**"))
    fake.says("preview", save_plan=PLAN, event_log=stream())
    assert run("ci", "plan", "dev", "--output", tmp_path / "plan").code == 1
    assert "**Refused.**" in (tmp_path / "summary").read_text()
    assert not (tmp_path / "outputs").exists()


def test_compare_and_preview(run: Run, fake: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def compare(stacks: list[str], base: Path, output: Path) -> list[str]:
        asked.append(stacks)
        (output / "dev").mkdir(parents=True)
        (output / "dev" / "report.md").write_text("a report of dev")
        return ["dev"]

    monkeypatch.setattr("mystira.ci.previews.compare", compare)
    assert run("ci", "compare", tmp_path / "base", "--output", tmp_path / "out").code == 1
    assert asked == [["shared", "dev", "staging", "prod"]]
    fake.says("preview", event_log=stream())
    assert run("ci", "preview", "prod", "--output", tmp_path / "real").code == 0
    assert (tmp_path / "summary").read_text() == "a report of dev\na report\n"


def test_comment(run: Run, github: respx.MockRouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reports" / "dev").mkdir(parents=True)
    (tmp_path / "reports" / "dev" / "report.md").write_text("a report")
    github.get("/issues/7/comments").respond(200, json=[])
    made = github.post("/issues/7/comments").respond(201, json={})
    monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
    assert run("ci", "comment", tmp_path / "reports").code == 0
    assert b"### dev" in made.calls.last.request.content


@pytest.mark.parametrize(
    ("found", "code", "state"),
    [
        (Drift("dev", Found.CLEAN), 0, State.CLEAN),
        (Drift("dev", Found.DRIFT, ("vnet core: tags: was 1, is 2",)), 3, State.FOUND),
        (Drift("dev", Found.ERROR, error="AuthorizationFailed"), 1, State.ERROR),
    ],
)
def test_drift_and_issues(
    found: Drift,
    code: int,
    state: State,
    run: Run,
    github: respx.MockRouter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "look", lambda _: found)
    assert run("ci", "drift", "dev", "--output", tmp_path / "found").code == code
    assert json.loads((tmp_path / "found" / "dev.json").read_text())["state"] == state
    github.get("/issues").respond(200, json=[])
    made = github.post("/issues").respond(201, json={})
    assert run("ci", "issues", tmp_path / "found", "--subject", "drift").code == 0
    assert made.called is (state is not State.CLEAN)


def test_issues_without_a_look_is_one_error(run: Run, tmp_path: Path) -> None:
    done = run("ci", "issues", tmp_path, "--subject", "drift")
    assert done.code == 1
    assert "nothing was found out" in done.err


def test_secrets(run: Run, fake: FakePulumi, tmp_path: Path) -> None:
    fake.says("stack export", code=1, err="no login")
    assert run("ci", "secrets", "dev", "--output", tmp_path / "found").code == 1
    assert json.loads((tmp_path / "found" / "dev.json").read_text())["state"] == "error"
    assert run("ci", "secrets", "shared", "--output", tmp_path / "found").code == 0


def test_notify(run: Run, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    assert run("ci", "notify", "--title", "deploy").out.startswith("no channel")
    edit(folder, "shared", {"ci.slack": {}})
    ci = command.ci_of(folder, command.today())
    assert ci is not None
    assert ci.slack == Channel()
    monkeypatch.setattr(command, "ci_of", lambda *_: ci)
    monkeypatch.delenv("NEEDS", raising=False)
    assert "variable NEEDS: missing" in run("ci", "notify", "--title", "deploy").err
    monkeypatch.setenv("NEEDS", "[]")
    assert "not GitHub's `needs`" in run("ci", "notify", "--title", "deploy").err
    monkeypatch.setenv("NEEDS", '{"prod": {"result": "failure", "outputs": {}}}')
    told: list[object] = []
    monkeypatch.setattr("mystira.ci.channels.tell", lambda *given: told.append(given[2:4]) or ["slack"])
    assert run("ci", "notify", "--title", "deploy").out == "slack: told\n"
    assert told == [("deploy", {"prod": "failure"})]


def test_promote(run: Run, github: respx.MockRouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "promoted", lambda *_: "sha256:" + "a" * 64)
    monkeypatch.setenv("GITHUB_RUN_ID", "42")
    branch = github.post("/git/refs").respond(201, json={})
    github.get("/contents/Pulumi.staging.yaml").respond(200, json={"sha": "old"})
    written = github.put("/contents/Pulumi.staging.yaml").respond(200, json={})
    pull = github.post("/pulls").respond(201, json={"html_url": "https://pull"})
    assert run("ci", "promote", "chain", "--from", "dev", "--to", "staging").code == 0
    assert json.loads(branch.calls.last.request.content) == {
        "ref": "refs/heads/promote/chain-staging-42",
        "sha": COMMIT,
    }
    assert json.loads(written.calls.last.request.content)["sha"] == "old"
    assert json.loads(pull.calls.last.request.content)["base"] == "main"
    assert (tmp_path / "summary").read_text() == "https://pull\n"
