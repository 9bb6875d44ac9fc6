"""One issue a stack: it opens, is brought up to date and closes itself; and what Slack and Teams are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from components.problems import MystiraError
from mystira.ci import issues
from mystira.ci.channels import slack, teams, tell
from mystira.ci.engine import Pulumi
from mystira.ci.found import Found, due, read, write
from mystira.ci.issues import State, keep
from mystira.ci.repository import Repository
from stacks.settings.ci import Channel, Ci
from tests.harness.pulumi import FakePulumi

OPEN = {"number": 5, "title": "drift: dev", "body": "**found**\n\nold\n"}
PULL = {"number": 6, "title": "drift: dev", "pull_request": {}}
WEBHOOK = "https://hooks.slack.example/services/T/B/secret"


@pytest.fixture(autouse=True)
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issues, "run_url", lambda: "")


@pytest.mark.parametrize("state", [State.FOUND, State.ERROR])
def test_what_is_found_opens_an_issue(github: respx.MockRouter, state: State) -> None:
    github.get("/issues").respond(200, json=[PULL, {**OPEN, "title": "drift: prod"}])
    made = github.post("/issues").respond(201, json={})
    assert keep(Repository(), "drift", "dev", state, "a line") == "drift: dev: opened"
    assert json.loads(made.calls.last.request.content) == {
        "title": "drift: dev",
        "body": f"**{state}**\n\na line\n",
        "labels": ["drift"],
    }


@pytest.mark.parametrize(("text", "written"), [("new", 1), ("old", 0)])
def test_an_open_issue_is_brought_up_to_date(github: respx.MockRouter, text: str, written: int) -> None:
    github.get("/issues").respond(200, json=[OPEN])
    changed = github.patch("/issues/5").respond(200, json={})
    assert keep(Repository(), "drift", "dev", State.FOUND, text) == "drift: dev: updated"
    assert changed.call_count == written


def test_an_issue_closes_itself(github: respx.MockRouter) -> None:
    github.get("/issues").respond(200, json=[OPEN])
    said = github.post("/issues/5/comments").respond(201, json={})
    changed = github.patch("/issues/5").respond(200, json={})
    assert keep(Repository(), "drift", "dev", State.CLEAN, "") == "drift: dev: closed"
    assert said.called
    assert json.loads(changed.calls.last.request.content) == {"state": "closed", "state_reason": "completed"}


def test_clean_without_an_issue_writes_nothing(github: respx.MockRouter) -> None:
    github.get("/issues").respond(200, json=[])
    assert keep(Repository(), "drift", "dev", State.CLEAN, "") == "drift: dev: clean"


def test_what_was_found_goes_from_job_to_job(tmp_path: Path) -> None:
    found = Found("dev", State.FOUND, ("one", "two"))
    write(found, tmp_path / "found")
    assert read(tmp_path / "found" / "dev.json") == found
    (tmp_path / "broken.json").write_text("{}")
    with pytest.raises(MystiraError, match=r"broken\.json: not what a look writes"):
        read(tmp_path / "broken.json")


def test_secrets_that_are_due_are_found(pulumi: Pulumi, fake: FakePulumi) -> None:
    """Nothing of dev is written in this state, so that nothing is good."""
    secret = {"type": "azure-native:keyvault:Secret", "urn": "u", "inputs": {"vaultName": "x", "secretName": "y"}}
    fake.says("stack export", {"deployment": {"resources": [secret]}})
    found = due(pulumi)
    assert found.state is State.FOUND
    assert any("not written: pulumi up" in line for line in found.lines)
    assert "secrets and keys" in found.lines[-1]
    fake.says("stack export", {"deployment": {"resources": []}})
    assert due(pulumi).state is State.ERROR
    fake.says("stack export", code=1, err="no stack named dev")
    assert due(pulumi) == Found("dev", State.ERROR, ("pulumi stack --stack dev: no stack named dev",))


def test_a_stack_without_vaults_has_no_secrets_due(plans: Any, tmp_path: Path) -> None:
    assert due(Pulumi(plans["shared"], tmp_path)) == Found("shared", State.CLEAN, ("shared: no vaults",))


# Channels


def ci(**channels: Channel) -> Ci:
    return Ci(owner="phoenixvc", repository="Mystira.workspace", **channels)


@pytest.mark.requirement("S3-060")
@pytest.mark.parametrize(
    ("channels", "results", "told"),
    [
        ({}, {"prod": "failure"}, []),
        ({"slack": Channel()}, {"prod": "success", "notify": "skipped"}, []),
        ({"slack": Channel(when="always")}, {"prod": "success"}, ["slack"]),
        ({"slack": Channel(), "teams": Channel()}, {"prod": "failure"}, ["slack", "teams"]),
        ({"teams": Channel()}, {"prod": "cancelled"}, ["teams"]),
    ],
)
def test_who_asked_for_it_is_told(
    channels: dict[str, Channel], results: dict[str, str], told: list[str], pulumi: Pulumi, fake: FakePulumi
) -> None:
    fake.says("config get", f"{WEBHOOK}\n")
    with respx.mock:
        posted = respx.post(WEBHOOK).respond(200)
        assert list(tell(pulumi, ci(**channels), "deploy", results, "https://run")) == told
        assert posted.call_count == len(told)
        for call in posted.calls:
            text = call.request.content.decode()
            assert "deploy" in text
            assert "https://run" in text
            assert all(f"{job}: {result}" in text for job, result in results.items())


def test_a_webhook_is_never_printed(pulumi: Pulumi, fake: FakePulumi) -> None:
    fake.says("config get", WEBHOOK)
    with respx.mock:
        asked = respx.post(WEBHOOK)
        for answer in (httpx.Response(404), httpx.ConnectError(f"cannot reach {WEBHOOK}")):
            asked.side_effect = [answer]
            with pytest.raises(MystiraError, match="slack: the webhook") as caught:
                list(tell(pulumi, ci(slack=Channel()), "deploy", {"prod": "failure"}, ""))
            assert "secret" not in str(caught.value)
            assert caught.value.__cause__ is None


def test_messages_have_the_form_that_each_takes() -> None:
    assert slack("t", "x", "")["blocks"] == [{"type": "section", "text": {"type": "mrkdwn", "text": "*t*\nx"}}]
    card = teams("t", "x", "https://run")["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["content"]["actions"][0]["url"] == "https://run"
    assert teams("t", "x", "")["attachments"][0]["content"]["actions"] == []
