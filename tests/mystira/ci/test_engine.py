"""Pulumi as a pipeline runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mystira.ci import engine
from mystira.ci.engine import Pulumi, PulumiFailed, pulumi_for
from tests.harness.pulumi import FakePulumi


def test_every_command_names_its_stack_and_the_state_of_shared(pulumi: Pulumi, fake: FakePulumi) -> None:
    pulumi.run("version")
    ((line, variables),) = fake.asked
    assert line == ["version", "--stack", "dev", "--non-interactive"]
    assert variables["PULUMI_BACKEND_URL"].startswith("azblob://state?storage_account=")
    assert variables["PULUMI_DEBUG_COMMANDS"] == "true"
    assert "ARM_USE_OIDC" not in variables


@pytest.mark.requirement("S3-013")
def test_a_job_logs_in_with_a_token_of_github_and_leaves_none_behind(
    pulumi: Pulumi, fake: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", "https://token.example")
    monkeypatch.setenv("AZURE_CLIENT_ID", "00000000-0000-4000-8000-0000000000c1")
    monkeypatch.setattr(engine, "assertion", lambda _: lambda: "signed by GitHub")
    pulumi.run("version")
    ((_, variables),) = fake.asked
    assert (variables["token"], variables["mode"]) == ("signed by GitHub", "0o600")
    assert variables["ARM_USE_OIDC"] == "true"
    assert variables["ARM_CLIENT_ID"] == variables["AZURE_CLIENT_ID"] == "00000000-0000-4000-8000-0000000000c1"
    assert variables["ARM_TENANT_ID"] == variables["AZURE_TENANT_ID"] == pulumi.plan.tenant_id
    assert variables["AAD_LOGIN_METHOD"] == "workloadidentity"
    assert variables["ARM_SUBSCRIPTION_ID"] == pulumi.plan.subscription_id
    assert not Path(variables["AZURE_FEDERATED_TOKEN_FILE"]).exists()


def test_a_failure_says_what_pulumi_said(pulumi: Pulumi, fake: FakePulumi) -> None:
    fake.says("refresh", {"diagnostics": [{"message": "error: AuthorizationFailed"}]}, code=255)
    with pytest.raises(PulumiFailed, match="pulumi refresh --stack dev: error: AuthorizationFailed"):
        pulumi.json("refresh")
    fake.says("up", code=1)
    with pytest.raises(PulumiFailed, match="pulumi up --stack dev failed"):
        pulumi.run("up")
    fake.says("config", code=1, err="error: no such key")
    with pytest.raises(PulumiFailed, match="no such key"):
        pulumi.capture("config", "get", "x")
    fake.says("stack output", "not json")
    with pytest.raises(PulumiFailed, match="no JSON"):
        pulumi.json("stack", "output")


def test_the_committed_settings_are_what_it_runs_on() -> None:
    assert pulumi_for("prod").plan.environment == "prod"
