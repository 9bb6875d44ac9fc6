"""`mystira rehearse`: the order of its steps, what happens when one fails, and how it goes to Azure."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from mystira import rehearsal, rehearse
from mystira.rehearsal import InstalledPulumi
from offline.engine.home import HOME_VARIABLE, Home
from stacks.plan.load import PROJECT
from stacks.settings.loading import from_file
from tests.harness.settings import SETTINGS, edited_plan
from tests.mystira.conftest import Run

SUBSCRIPTION, TENANT = "8b1c8f0e-0c4c-4a4b-9b59-6f3f1d1f0a01", "2b9d7a52-7f1e-4d5a-8a70-0e4b5a9c1a02"
AT_AZURE = ("--subscription", SUBSCRIPTION, "--tenant", TENANT)
VAULT = {"type": "azure-native:keyvault:Vault", "inputs": {"vaultName": "mysr1-dev-app-kv-san"}}


class FakeEngine:
    """Keeps the Pulumi command lines; ``fails`` is the verb that ends with an error."""

    program = PROJECT
    project = "mystira"

    def __init__(self, settings: Path, fails: str = "") -> None:
        self.lines: list[str] = []
        self.settings = settings
        self.fails = fails
        self.up: list[str] = []

    def stacks(self) -> list[str]:
        return ["dev", "shared"]

    def ensure_stack(self, stack: str) -> None:
        self.lines.append(f"init {stack}")

    def settings_file(self, stack: str) -> Path:
        return self.settings / f"Pulumi.{stack}.yaml"

    def resources(self, stack: str) -> list[dict[str, Any]]:
        return [VAULT] if stack in self.up else []

    def run(self, arguments: Sequence[str]) -> int:
        verb, stack = arguments[0], arguments[list(arguments).index("--stack") + 1]
        self.lines.append(" ".join([*arguments[:4], stack] if verb == "config" else [verb, stack]))
        if verb == "up":
            self.up.append(stack)
        if verb == "destroy":
            self.up.remove(stack)
        return 1 if f"{verb} {stack}" == self.fails else 0


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEngine:
    """The engine of every rehearsal, offline and at Azure."""
    for stack in ("dev", "shared"):
        shutil.copy(SETTINGS / f"Pulumi.{stack}.yaml", tmp_path)
    made = FakeEngine(tmp_path)

    def engine_in(folder: Path) -> FakeEngine:
        folder.mkdir(parents=True, exist_ok=True)
        return made

    monkeypatch.setattr(rehearse, "offline_engine", engine_in)
    monkeypatch.setattr(rehearse, "azure_engine", engine_in)
    monkeypatch.setattr(rehearse, "AZURE_FOLDER", tmp_path / "azure")
    return made


def test_it_brings_up_what_the_stack_reads_and_takes_all_down_in_the_opposite_order(
    run: Run, engine: FakeEngine
) -> None:
    assert run("rehearse", "dev").code == 0
    assert engine.lines == [
        "init shared",
        "config set --path mystira:naming.instance shared",
        "up shared",
        "init dev",
        "config set --path mystira:naming.instance dev",
        "up dev",
        "preview shared",
        "preview dev",
        "destroy dev",
        "destroy shared",
    ]


def test_it_adopts_nothing_that_is_live(run: Run, engine: FakeEngine) -> None:
    live = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/dnsZones/mystira.app"
    config = {"mystira:adopt": {"dns-zone/domain": live}, "mystira:dns": {"adopt": live}}
    engine.settings_file("shared").write_text(yaml.safe_dump({"config": config}))
    assert run("rehearse", "shared").code == 0
    assert engine.lines[:5] == [
        "init shared",
        "config set --path mystira:naming.instance shared",
        "config rm --path mystira:adopt shared",
        "config rm --path mystira:dns.adopt shared",
        "up shared",
    ]


def test_a_subscription_of_a_stack_is_refused(run: Run, engine: FakeEngine) -> None:
    live = str(from_file("prod", SETTINGS).azure.subscription_id)
    done = run("rehearse", "shared", "--subscription", live.upper(), "--tenant", TENANT)
    assert (done.code, engine.lines) == (1, [])
    assert "--subscription: Pulumi.prod.yaml: mystira:azure.subscription_id names it" in done.err


@pytest.mark.parametrize("step", ["up dev", "preview shared"])
def test_what_fails_is_taken_down_too(run: Run, engine: FakeEngine, step: str) -> None:
    engine.fails = step
    done = run("rehearse", "dev")
    assert done.code == 1
    assert f"error: `pulumi {step.split()[0]} --stack {step.split()[1]}" in done.err
    assert engine.lines[-2:] == ["destroy dev", "destroy shared"]


def test_what_cannot_be_deleted_is_not_forgotten(run: Run, engine: FakeEngine, tmp_path: Path) -> None:
    engine.fails = "destroy shared"
    assert run("rehearse", "shared").code == 1
    assert (tmp_path / "world" / "rehearsals" / "shared").exists()


def test_in_a_subscription_it_sets_its_ids_and_says_which_names_azure_keeps(run: Run, engine: FakeEngine) -> None:
    done = run("rehearse", "shared", *AT_AZURE)
    assert done.code == 0
    assert [line for line in engine.lines if line.startswith("config")] == [
        "config set --path mystira:naming.instance shared",
        "config set --path mystira:azure.tenant_id shared",
        "config set --path mystira:azure.subscription_id shared",
    ]
    assert "purge mysr1-dev-app-kv-san, or take another --instance" in done.out


def test_nobody_verifies_the_mail_domain_of_a_rehearsal(
    run: Run, engine: FakeEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = {"mail.domain": {"name": "mail.mystira.app", "verified": True}}
    shared = edited_plan(folder, "shared", verified)
    monkeypatch.setattr(rehearse, "plan_for", lambda _: shared)
    assert run("rehearse", "dev").code == 0
    assert [line for line in engine.lines if "mail" in line] == [
        "config set --path mystira:mail.domain.verified shared"
    ]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--instance", "R1"), "--instance: not a name; seen: R1"),
        (("--instance", ""), "--instance: not a name"),
        (("--instance", "abc"), "--instance: not a name; seen: abc"),
        (("--tenant", TENANT), "one without the other; seen: only --tenant"),
        (("--subscription", SUBSCRIPTION), "one without the other; seen: only --subscription"),
    ],
)
def test_a_wrong_line_is_refused_before_anything_starts(
    run: Run, engine: FakeEngine, arguments: tuple[str, ...], error: str
) -> None:
    done = run("rehearse", "shared", *arguments)
    assert (done.code, engine.lines) == (1, [])
    assert error in done.err


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """A `pulumi` on the PATH that writes down how it was called; returns those calls."""
    log = tmp_path / "calls"
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'printf \'{{"line": "%s", "folder": "%s", "backend": "%s", "offline": "%s", '
        f'"passphrase": "%s"}}\\n\' '
        f'"$*" "$PWD" "$PULUMI_BACKEND_URL" "${HOME_VARIABLE}" "$PULUMI_CONFIG_PASSPHRASE" >> {log}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv(HOME_VARIABLE, "/elsewhere")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the user's own")
    return lambda: [json.loads(line) for line in log.read_text().splitlines()]


def test_at_azure_it_is_the_pulumi_of_the_machine_on_a_copy_of_the_project(
    tmp_path: Path, installed: Callable[[], list[dict[str, Any]]]
) -> None:
    folder = tmp_path / "rehearsal"
    engine = rehearsal.azure_engine(folder)
    engine.ensure_stack("shared")
    calls = installed()
    assert [call["line"] for call in calls] == ["install", "stack init shared --no-select"]
    assert {call["folder"] for call in calls} == {str(folder / "checkout")}
    assert {call["backend"] for call in calls} == {Home(folder).state.as_uri()}
    assert {(call["offline"], call["passphrase"]) for call in calls} == {("", "")}
    for name in ("Pulumi.yaml", "Pulumi.shared.yaml", "uv.lock", "pyproject.toml", "components", "stacks"):
        assert (folder / "checkout" / name).exists()
    assert not (folder / "checkout" / "tests").exists()


def test_without_pulumi_it_says_where_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(rehearsal.MystiraError, match=r"PATH: no pulumi; .* read: docs/runbooks/first-deployment.md"):
        InstalledPulumi.in_folder(tmp_path).run(["up"])
