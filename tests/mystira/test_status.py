"""`mystira status`: the offline world where there is one, else the Pulumi of the user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mystira import status
from offline.engine.home import Home
from offline.engine.looked import last_look, remember
from tests.mystira.conftest import Run

HISTORY = [{"kind": "update", "result": "succeeded", "endTime": "2026-11-21T10:05:00.000Z"}]
PULUMI = """#!/bin/sh
case "$*" in
*"stack dev "*history*|*history*"stack dev "*) echo '{history}' ;;
*"stack dev "*) echo '{state}' ;;
*"stack prod "*) echo "error: no stack named 'prod' found" >&2; exit 255 ;;
*"stack staging "*) echo "not JSON" ;;
*) echo "error: could not log in" >&2; exit 255 ;;
esac
"""


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Pulumi on the PATH that knows dev and no prod."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    state = {"version": 3, "deployment": {"resources": [{"type": "azure-native:resources:ResourceGroup"}]}}
    program.write_text(PULUMI.format(history=json.dumps(HISTORY), state=json.dumps(state)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_without_a_world_it_asks_the_pulumi_of_the_user(pulumi: None, run: Run) -> None:
    done = run("status", "dev")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:3] == [
        "The stacks of your own Pulumi.",
        "dev: 1 resources",
        "  last update: 2026-11-21T10:05:00.000Z, update succeeded: nothing changed",
    ]
    assert "  drift: nobody has looked; look: pulumi refresh --preview-only --diff -s dev" in done.out
    assert run("status", "prod").out.splitlines()[1].startswith("prod: not there; pulumi up -s prod")


def test_json_is_for_scripts(pulumi: None, run: Run) -> None:
    (stack,) = run("status", "dev", "--json").json["stacks"]
    assert (stack["stack"], stack["exists"], stack["resources"], stack["drift"]) == ("dev", True, 1, None)
    assert run("status", "dev", "--json").json["offline"] is False


def test_where_there_is_a_world_it_is_that(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "world")
    home.state.mkdir(parents=True)
    done = run("status", "--json")
    assert done.json["offline"] is True
    assert [(each["stack"], each["exists"]) for each in done.json["stacks"]] == [
        ("shared", False),
        ("dev", False),
        ("staging", False),
        ("prod", False),
    ]

    class World(status.Engine):
        def json(self, *_: object) -> object:
            return HISTORY

    monkeypatch.setattr(status, "Engine", World)
    file = home.state / ".pulumi" / "stacks" / "mystira" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"checkpoint": {"latest": {"resources": []}}}))
    assert "  drift: nobody has looked; look: make drift STACK=dev" in run("status", "dev").out
    remember(home, "dev", ["x: changed"])
    assert "  drift: 1 (20" in run("status", "dev").out
    (home.drift / "dev.json").write_text('{"at"')
    assert last_look(home, "dev") is None


@pytest.mark.parametrize(
    ("stack", "text"),
    [
        ("nope", "no such stack; seen: nope; allowed: "),
        ("shared", "seen: error: could not log in; allowed: a login to the back end"),
        ("staging", "not JSON; seen: Expecting value"),
    ],
)
def test_what_cannot_be_asked_is_one_line(stack: str, text: str, pulumi: None, run: Run) -> None:
    done = run("status", stack, "--real")
    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert text in line


def test_without_pulumi_it_names_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = run("status", "dev", "--real")
    assert done.code == 1
    assert "PATH: no pulumi, which knows dev; allowed: Pulumi, logged in; or --offline" in done.err
