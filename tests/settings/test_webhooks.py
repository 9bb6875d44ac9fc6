"""The addresses of webhooks: secrets that are there, good, and asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pulumi
import pytest
import yaml

from components.problems import Problem
from offline.engine.home import PROJECT
from offline.engine.secrets import missing_secrets
from stacks.build.run import run
from stacks.settings.config_secrets import clear_text_problems
from stacks.settings.webhooks import KEY, addresses_of, webhook_problems
from tests.harness.settings import TODAY, configuration, edit
from tests.platform.catalogue import CATALOGUE

WANTED = {"teams": "alerts.webhooks.teams"}
ADDRESS = "https://prod-1.southafricanorth.logic.azure.example/workflows/1?sig=abc"


def found(addresses: object, wanted: Mapping[str, str] = WANTED) -> list[Problem]:
    text = addresses if isinstance(addresses, str) else json.dumps(addresses)
    return list(webhook_problems("Pulumi.dev.yaml", wanted, {KEY: text}))


def test_a_good_address_is_no_problem() -> None:
    assert found({"teams": ADDRESS}) == []
    assert list(webhook_problems("Pulumi.dev.yaml", {}, {})) == []


@pytest.mark.parametrize(
    "address", ["http://teams.example/1", "https://", "https:///1", "https://a b", f"https://a/{'x' * 5000}", 7]
)
def test_only_https_is_posted_to(address: object) -> None:
    (problem,) = found({"teams": address})
    assert problem.path == "Pulumi.dev.yaml: mystira:webhooks.teams"
    assert problem.seen == "a value that is not shown"


def test_an_address_that_is_missing_or_idle_is_one_problem() -> None:
    (missing,) = list(webhook_problems("Pulumi.dev.yaml", WANTED, {}))
    assert "pulumi config set --secret --path 'mystira:webhooks.teams'" in missing.allowed
    (idle,) = found({"teams": ADDRESS}, {})
    assert idle.what == "no webhook has this name"
    assert ADDRESS not in str(idle)


@pytest.mark.parametrize("text", ["https://teams.example/1", '"x"', "[1]"])
def test_what_is_no_mapping_is_one_problem(text: str) -> None:
    assert [problem.path for problem in found(text)] == ["Pulumi.dev.yaml: mystira:webhooks"]
    assert addresses_of(text) == {}


def test_no_address_is_in_clear_in_a_file() -> None:
    for good in ({"secure": "v1:x"}, {"teams": {"secure": "v1:x"}, "slack": {"secure": "v1:y"}}):
        assert list(clear_text_problems("Pulumi.dev.yaml", {"webhooks": good})) == []
    for bad in ({}, ADDRESS, {"teams": ADDRESS}, {"teams": {"secure": "v1:x"}, "slack": ADDRESS}):
        (problem,) = clear_text_problems("Pulumi.dev.yaml", {"webhooks": bad})
        assert ADDRESS not in str(problem)


def test_a_run_without_the_address_ends_before_the_first_resource(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(folder, "dev", {"alerts.webhooks": {"teams": ["page"]}})
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(configuration("dev", folder)))
    with pytest.raises(pulumi.RunError, match=r"mystira:webhooks\.teams: missing: mystira:alerts\.webhooks\.teams"):
        run("dev", today=TODAY, catalogue=CATALOGUE, folder=folder, which=lambda _: "kubelogin")


def test_the_offline_world_draws_an_address_for_each_name(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(yaml.safe_dump({"config": {"mystira:alerts": {"webhooks": {"teams": ["page"]}}}}))
    drawn = missing_secrets(PROJECT, file)
    assert list(drawn) == [KEY]
    assert list(webhook_problems("Pulumi.dev.yaml", WANTED, drawn)) == []
    file.write_text(yaml.safe_dump({"config": {"mystira:alerts": {"routes": {}}}}))
    assert missing_secrets(PROJECT, file) == {}
