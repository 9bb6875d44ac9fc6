"""`mystira offline`: what it runs and prints, without an engine."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import offline.__main__
from offline.commands import pulumi, verbs, worlds
from offline.commands.verbs import POLICIES
from offline.engine.home import PROJECT, Home
from offline.world.limits import Login
from offline.world.store import World
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.vaults.plan import VAULTS
from tests.harness.settings import plan
from tests.mystira.conftest import Run
from tests.reports.states import state_of

GROUP = "/subscriptions/s/resourceGroups/g"
DESTROY = ("--yes", "--skip-preview", "--run-program", "--ignore-protect")
UP = """\
Previewing update (shared):
 +  azure-native:resources:ResourceGroup acr create
Diagnostics:
  pulumi:pulumi:Stack (mystira-shared):
    warning: key-vault-api 2024-11-01 retires on 2027-02-27

Resources:
    + 1 to create

Updating (shared):
 +  azure-native:resources:ResourceGroup acr creating (0s)
 +  azure-native:resources:ResourceGroup acr created (0.3s)
Diagnostics:
  pulumi:pulumi:Stack (mystira-shared):
    warning: key-vault-api 2024-11-01 retires on 2027-02-27

Resources:
    + 1 created
"""
URN = "urn:pulumi:dev::mystira::mystira:redis:Instance$azure-native:redisenterprise:RedisEnterprise::core"


class FakeEngine:
    """Keeps the Pulumi command lines that it is given, and ends each as the test says."""

    program = PROJECT

    def __init__(self, home: Home) -> None:
        self.home = home
        self.lines: list[list[str]] = []
        self.created: list[str] = []
        self.code = 0
        self.printed = ""
        """What a command prints."""
        self.state: list[dict[str, Any]] = []
        self.exported = subprocess.CompletedProcess[str]([], 0, "", "")

    def stacks(self) -> list[str]:
        return ["dev", "prod", "shared", "staging"]

    def ensure_stack(self, stack: str) -> None:
        self.created.append(stack)

    def resources(self, _: str) -> list[dict[str, Any]]:
        return self.state

    def run(self, arguments: Sequence[str]) -> int:
        self.lines.append(list(arguments))
        return self.code

    def logged(self, arguments: Sequence[str], log: Path) -> int:
        self.lines.append(list(arguments))
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(self.printed)
        return self.code

    def capture(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.lines.append(list(arguments))
        return self.exported


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine that every command gets."""
    made = FakeEngine(Home(tmp_path / "world"))
    made.home.root.mkdir()
    for module in (verbs, pulumi):
        monkeypatch.setattr(module, "Engine", lambda: made)
        monkeypatch.setattr(module, "prepare", lambda _: None)
        monkeypatch.setattr(module, "check_needs", lambda *_: None)
    monkeypatch.setattr(verbs, "needs_of", lambda _, stack: [] if stack == "shared" else ["shared"])
    monkeypatch.setattr(verbs, "print_summary", lambda *_, **__: None)
    monkeypatch.setattr(verbs, "needs_recovery", lambda *_: True)
    return made


def test_up_brings_up_what_the_stack_needs_and_passes_arguments_on(engine: FakeEngine, run: Run) -> None:
    done = run("offline", "up", "dev", "--target", URN, "--skip-preview")
    first = ["up", "--stack", "shared", "--yes", "--suppress-outputs", *POLICIES]
    assert (done.code, engine.created) == (0, ["dev", "shared", "dev"])
    second = ["up", "--stack", "dev", "--yes", "--suppress-outputs", *POLICIES, "--target", URN, "--skip-preview"]
    assert engine.lines == [first, second]


def test_an_identity_brings_up_its_own_stack_alone(
    engine: FakeEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the stack depends on must be up."""
    asked: list[str] = []
    monkeypatch.setattr(verbs, "check_needs", lambda _, stack: asked.append(stack))
    with World(engine.home.cloud).limits() as limits:
        limits.set_login(Login(service=True, client_id="client", object_id="object"))
    assert run("offline", "up", "dev").code == 0
    line = ["up", "--stack", "dev", "--yes", "--suppress-outputs", *POLICIES]
    assert (asked, engine.lines) == (["dev"], [line])


def test_an_up_that_fails_ends_with_one_and_says_what_is_next(engine: FakeEngine, run: Run) -> None:
    engine.code = 255
    done = run("offline", "up", "dev")
    assert done.code == 1
    assert "Next: make recover STACK=shared" in done.out
    assert f"Full log: {engine.home.logs / 'up-shared.log'}" in done.out
    assert len(engine.lines) == 1


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        ("refresh", ["refresh", "--stack", "dev", "--yes", "--skip-preview", "--target", URN]),
        ("destroy", ["destroy", "--stack", "dev", *DESTROY, "--target", URN]),
    ],
)
def test_a_verb_passes_arguments_on_and_its_failure_is_one(
    verb: str, line: list[str], engine: FakeEngine, run: Run
) -> None:
    assert run("offline", verb, "dev", "--target", URN).code == 0
    engine.code = 255
    assert run("offline", verb, "dev", "--target", URN).code == 1
    assert engine.lines == [line, line]


def test_an_up_that_nobody_watches_prints_its_end_and_names_the_log(engine: FakeEngine, run: Run) -> None:
    engine.printed = UP
    done = run("offline", "up", "shared")
    assert done.code == 0
    assert "creating" not in done.out
    assert UP.rpartition("Diagnostics:")[2] in done.out
    assert done.out.count("warning: ") == 1
    assert "to create" not in done.out
    assert (engine.home.logs / "up-shared.log").read_text() == UP


@pytest.mark.parametrize("asked", ["--json", "--diff"])
def test_an_up_that_is_asked_to_show_something_shows_it(asked: str, engine: FakeEngine, run: Run) -> None:
    assert run("offline", "up", "shared", asked).code == 0
    assert engine.lines == [["up", "--stack", "shared", "--yes", "--suppress-outputs", *POLICIES, asked]]
    assert not engine.home.logs.exists()


def test_an_up_on_a_terminal_is_pulumi_s_own(engine: FakeEngine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "watched", lambda: True)
    assert run("offline", "up", "shared").code == 0
    assert engine.lines == [["up", "--stack", "shared", "--yes", "--suppress-outputs", *POLICIES]]


def test_a_preview_begins_with_what_it_loses(engine: FakeEngine, run: Run, tmp_path: Path) -> None:
    engine.printed = "Previewing update (dev):\n"
    done = run("offline", "preview", "dev", "--target", URN)
    events = engine.home.logs / "preview-dev.jsonl"
    usual = ["preview", "--stack", "dev", "--diff", *POLICIES, "--target", URN, "--event-log", str(events.resolve())]
    assert (done.code, engine.lines) == (0, [usual])
    assert done.out == "dev: nothing is replaced or deleted\nPreviewing update (dev):\n"

    own = tmp_path / "events.jsonl"
    assert run("offline", "preview", "dev", f"--event-log={own}").code == 0
    assert engine.lines[1:] == [["preview", "--stack", "dev", "--diff", *POLICIES, "--event-log", str(own)]]

    engine.code = 255
    assert run("offline", "preview", "dev", "--event-log", own).out == "Previewing update (dev):\n"
    assert run("offline", "preview", "dev", "--json").code == 1
    assert engine.lines[-1] == ["preview", "--stack", "dev", "--diff", *POLICIES, "--json"]


def test_destroy_spares_what_is_locked_unless_told(
    engine: FakeEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = {"urn": "urn:pulumi:dev::mystira::t::core", "type": "azure-native:servicebus:Namespace", "protect": True}
    lock = {"urn": "urn:pulumi:dev::mystira::t::bus", "type": "azure-native:authorization:ManagementLockByScope"}
    engine.state = [core, lock]
    refused = run("offline", "destroy", "dev")
    assert (refused.code, engine.lines) == (1, [])
    assert "seen: bus; allowed: make destroy STACK=dev UNPROTECT=1" in refused.err
    monkeypatch.setenv("UNPROTECT", "1")
    assert run("offline", "destroy", "dev").code == 0
    monkeypatch.delenv("UNPROTECT")
    engine.state = [core]
    assert run("offline", "destroy", "dev").code == 0
    assert engine.lines == [["destroy", "--stack", "dev", *DESTROY]] * 2


@pytest.mark.parametrize(("found", "code"), [([], 0), (["x: changed"], 3)])
def test_drift_ends_with_three(
    found: list[str], code: int, engine: FakeEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "drift_of", lambda *_: found)
    done = run("offline", "drift", "dev", "--json")
    assert (done.code, done.json) == (code, {"stack": "dev", "differences": found})
    said = run("offline", "drift", "dev")
    assert (said.code, said.out.splitlines()[:-1]) == (code, found)


def test_recover_tells_what_it_did_and_what_is_next(
    engine: FakeEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Recovered:
        lines = ("a lock was removed",)

    monkeypatch.setattr(verbs, "recovered", lambda *_: Recovered)
    done = run("offline", "recover", "dev")
    assert (done.code, done.out.splitlines()) == (0, ["dev: a lock was removed", "dev: Next: make up STACK=dev"])


def test_secrets_reports_on_the_exported_state(engine: FakeEngine, run: Run) -> None:
    made = plan("dev")
    planned, vaults = made.of(SECRETS), made.of(VAULTS).vaults
    engine.exported.stdout = state_of(planned, vaults)
    done = run("offline", "secrets", "dev", "--json")
    keys = sum(len(vault.spec.keys) for vault in vaults)
    assert (done.code, len(done.json["secrets"])) == (0, len(planned) + keys)
    assert engine.lines == [["stack", "export", "--stack", "dev"]]
    engine.exported.returncode, engine.exported.stderr = 255, "no stack named dev\n"
    assert run("offline", "secrets", "dev").err == "error: no stack named dev\n"


@pytest.mark.parametrize(
    ("words", "created"),
    [
        (["stack", "output", "-s", "dev"], ["dev"]),
        (["up", "--stack=prod", "--yes"], ["prod"]),
        (["version"], []),
        (["up", "-s", "unknown"], []),
    ],
)
@pytest.mark.parametrize("code", [0, 255])
def test_a_pulumi_command_line_goes_to_the_engine_unchanged(
    words: list[str], created: list[str], code: int, engine: FakeEngine, run: Run
) -> None:
    engine.code = code
    assert run("offline", "pulumi", "--", *words).code == code
    assert offline.__main__.main(words) == code
    assert (engine.lines, engine.created) == ([words, words], [*created, *created])


def test_help_of_pulumi_is_reached_behind_the_dashes(engine: FakeEngine, run: Run) -> None:
    assert run("offline", "pulumi", "--", "up", "--help").code == 0
    assert engine.lines == [["up", "--help"]]


# cloud and fault


def test_lists_of_the_cloud_as_text_and_json(run: Run) -> None:
    assert run("offline", "cloud", "list", "--json").json == []
    assert run("offline", "cloud", "add", "resource-group", GROUP).code == 0
    token = "azure-native:resources:ResourceGroup"
    assert run("offline", "cloud", "list", "--json").json == [{"type": token, "id": GROUP}]
    assert run("offline", "cloud", "list").out == f"{token}  {GROUP}\n"
    assert run("offline", "cloud", "deleted", "--json").json == []
    assert run("offline", "cloud", "readers", "--json").json == []
    assert run("offline", "cloud", "delete", GROUP).code == 0
    assert run("offline", "cloud", "list").out == ""


def test_limits_as_text_and_json(run: Run) -> None:
    assert run("offline", "cloud", "quota", "southafricanorth", "cores", "7").code == 0
    (changed,) = run("offline", "cloud", "limits", "--json").json["changed"]
    assert changed["value"] == "7"
    assert run("offline", "cloud", "limits").out == "  ".join(changed.values()) + "\n"


def test_faults_as_text_and_json(run: Run) -> None:
    assert run("offline", "fault", "add", "busy", "--id", "vault", "--times", "2").code == 0
    expected = {"kind": "busy", "verb": "", "part": "vault", "skip": 0, "times": 2}
    assert run("offline", "fault", "list", "--json").json == [expected]
    assert run("offline", "fault", "list").out == "busy  verb=any change  id=vault  skip=0  times=2\n"
    assert run("offline", "fault", "clear").code == 0
    assert run("offline", "fault", "list").out == ""
    kinds = run("offline", "fault", "kinds", "--json").json
    assert len(kinds) == len(run("offline", "fault", "kinds").out.splitlines())


# whole worlds


def test_a_world_is_saved_and_restored_by_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, str]] = []
    names: list[str] = []
    monkeypatch.setattr(worlds.copies, "save", lambda _, name: names.append(name))
    monkeypatch.setattr(worlds.copies, "restore", lambda home, name: calls.append((home.root.name, name)))
    monkeypatch.setattr(worlds.copies, "names", lambda _: names)
    assert run("offline", "save", "before").code == 0
    assert run("offline", "saved", "--json").json == ["before"]
    assert run("offline", "saved").out == "before\n"
    assert run("offline", "restore", "before").code == 0
    assert calls == [("world", "before")]


def test_reset_deletes_the_world_and_keeps_the_engine(run: Run, tmp_path: Path) -> None:
    home = Home(tmp_path / "world")
    assert run("offline", "cloud", "add", "resource-group", GROUP).code == 0
    for folder in (home.state, home.shadows, home.pulumi_home):
        folder.mkdir(parents=True)
    home.passphrase.write_text("x")
    assert run("offline", "reset").code == 0
    assert list(home.root.iterdir()) == []
    assert World(home.cloud).all() == []
