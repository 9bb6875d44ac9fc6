"""`mystira bootstrap`: what it refuses before anything is made, and how it calls Pulumi."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput
from mystira import bootstrap
from mystira.bootstrapping import CheckoutPulumi
from mystira.preflight.report import Finding, Report, Verdict
from offline.engine.home import HOME_VARIABLE
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from tests.harness.settings import edited_plan, plan
from tests.mystira.conftest import Run

BACKEND = "azblob://state?storage_account=myssharedtfstsan"
GROUPS = ("platform", "developers", "readers")
KEY = "azurekeyvault://mys-shared-tf-kv-san.vault.azure.net/keys/pulumi-"


def test_fictitious_settings_are_refused_before_anything_is_made(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "plan_for", plan)
    done = run("bootstrap", "--yes")
    assert done.code == 1
    assert "mystira:azure.tenant_id: fictitious" in done.err
    assert not bootstrap.FOLDER.exists()


@pytest.fixture
def real(folder: Path) -> StackPlan:
    """The plan of `shared` with ids of a tenant, and addresses that exist."""
    people = {f"people.{key}": f"5f0c7a52-7f1e-4d5a-8a70-0e4b5a9c1a0{number}" for number, key in enumerate(GROUPS)}
    ids = {
        "azure.tenant_id": "2b9d7a52-7f1e-4d5a-8a70-0e4b5a9c1a02",
        "azure.subscription_id": "8b1c8f0e-0c4c-4a4b-9b59-6f3f1d1f0a01",
    }
    addresses = {
        "dns.certificate_contact": "dns@mystira.app",
        "dns.dmarc.reports": "dmarc@mystira.app",
        "monitoring.receivers": [{"name": "on-call", "email": "on-call@mystira.app"}],
    }
    made = edited_plan(folder, "shared", {**people, **ids, **addresses})
    assert made.fictitious == ()
    return made


Calls = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def installed(tmp_path: Path, real: StackPlan, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """A checkout, and a `pulumi` on the PATH that writes down how it was called; returns those calls."""
    log, program, checkout = tmp_path / "calls", tmp_path / "bin" / "pulumi", tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "Pulumi.yaml").write_text("name: mystira\n")
    (checkout / "Pulumi.shared.yaml").write_text("config: {}\n")
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'printf \'{{"line": "%s", "folder": "%s", "backend": "%s"}}\\n\' "$*" "$PWD" "$PULUMI_BACKEND_URL" >> {log}\n'
        'case "$*" in "stack export"*) exit 255;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv(HOME_VARIABLE, "/elsewhere")
    monkeypatch.setattr(bootstrap, "PROJECT", checkout)
    monkeypatch.setattr(bootstrap, "FOLDER", checkout / ".bootstrap")
    monkeypatch.setattr(bootstrap, "plan_for", lambda stack: {"shared": real}[stack])
    monkeypatch.setattr(bootstrap, "preflight", lambda stack: Report(stack, "Azure", ()))
    return lambda: [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


INIT = "stack init shared --no-select --secrets-provider passphrase"
UP = "up --stack shared --suppress-outputs"


@pytest.mark.parametrize(("arguments", "more"), [((), ""), (("--yes",), " --yes --skip-preview")])
def test_it_works_on_the_checkout_with_a_local_back_end_and_then_with_the_store(
    run: Run, installed: Calls, tmp_path: Path, arguments: Sequence[str], more: str
) -> None:
    """Without `--yes` Pulumi shows what it is about to create, and asks."""
    done = run("bootstrap", *arguments)
    assert (done.code, done.err) == (0, "")
    local = (tmp_path / "checkout" / ".bootstrap" / "state").as_uri()
    assert [(call["line"], call["backend"]) for call in installed()] == [
        ("install", local),
        (INIT, local),
        (f"{UP}{more}", local),
        ("stack export --stack shared", BACKEND),
        (f"stack migrate {local} shared --yes --secrets-provider {KEY}shared", BACKEND),
        ("preview --stack shared --expect-no-changes --suppress-outputs", BACKEND),
    ]
    assert {call["folder"] for call in installed()} == {str(tmp_path / "checkout")}
    assert sorted(each.name for each in (tmp_path / "checkout").iterdir()) == ["Pulumi.shared.yaml", "Pulumi.yaml"]


def test_it_says_what_comes_next(run: Run, installed: Calls) -> None:
    assert run("bootstrap", "--yes").out.splitlines()[-4:] == [
        f"Next: commit Pulumi.shared.yaml; then: pulumi login '{BACKEND}'",
        *(f"  pulumi stack init {stack} --secrets-provider {KEY}{stack}" for stack in ("dev", "staging", "prod")),
    ]


@pytest.mark.parametrize("key", ["shared", "shared-2"])
def test_a_state_that_has_moved_is_only_looked_at(run: Run, installed: Calls, tmp_path: Path, key: str) -> None:
    """By whomever, on whichever machine; its key may be another one of the vault by now."""
    settings = tmp_path / "checkout" / "Pulumi.shared.yaml"
    settings.write_text(f"secretsprovider: {KEY}{key}\nencryptedkey: QQ==\n")
    settings.with_name(f"{settings.name}.bak.1").write_text("left by a run that was killed")
    assert run("bootstrap", "--yes").code == 0
    assert [call["line"] for call in installed()] == [
        "install",
        "preview --stack shared --expect-no-changes --suppress-outputs",
    ]
    assert sorted(each.name for each in settings.parent.iterdir()) == ["Pulumi.shared.yaml", "Pulumi.yaml"]


def test_a_state_elsewhere_is_left_alone(run: Run, installed: Calls, tmp_path: Path) -> None:
    (tmp_path / "checkout" / "Pulumi.shared.yaml").write_text("secretsprovider: awskms://alias/pulumi\n")
    done = run("bootstrap", "--yes")
    assert done.code == 1
    assert f"has a state elsewhere; seen: awskms://alias/pulumi; allowed: {KEY}shared, or none" in done.err
    assert [call["line"] for call in installed()] == ["install"]


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.UNREACHABLE])
def test_a_preflight_that_finds_something_is_the_end(
    run: Run, installed: Calls, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report("shared", "Azure", (Finding("rights", verdict, "nobody knows this login"),))
    monkeypatch.setattr(bootstrap, "preflight", lambda stack: {"shared": report}[stack])
    done = run("bootstrap", "--yes")
    assert (done.code, done.err) == (1, "error: `mystira preflight shared` found what would stop this, see above\n")
    assert "rights: nobody knows this login" in done.out
    assert [call["line"] for call in installed()] == ["install"]


def test_the_folder_with_the_passphrase_is_for_this_user_alone(tmp_path: Path, installed: Calls) -> None:
    folder = tmp_path / "local"
    assert CheckoutPulumi.on(PROJECT, folder).executable.name == "pulumi"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_settings_with_problems_are_refused_first(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(stack: str) -> StackPlan:
        raise InvalidInput([])

    monkeypatch.setattr(bootstrap, "plan_for", refused)
    assert run("bootstrap").code == 1
