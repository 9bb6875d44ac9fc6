"""What Pulumi's own command line writes into a settings file passes the checks of this project."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jsonschema.validators import validator_for

from offline.engine.run import Engine
from stacks.pages.settings_schema import settings_schema
from stacks.plan.load import PROJECT
from stacks.settings.loading import from_file
from tools.check import commands

Pulumi = Callable[..., str]

ENCRYPTED_KEY = "ZGF0YSBrZXk="


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's files that Pulumi writes."""
    folder = tmp_path_factory.mktemp("checkout")
    for file in [*PROJECT.glob("Pulumi*.yaml"), PROJECT / ".yamllint.yaml"]:
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
def pulumi(engine: Engine, checkout: Path) -> Pulumi:
    """Pulumi's command line on that copy, as a user runs it."""

    def run(*arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [str(engine.executable), *arguments, "--non-interactive"],
            cwd=checkout,
            env=engine.environment(),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def settings(pulumi: Pulumi, checkout: Path) -> Path:
    """The settings of dev after the commands of docs/runbooks/first-deployment.md."""
    file = checkout / "Pulumi.dev.yaml"
    pulumi("stack", "init", "dev")
    pulumi("config", "set", "--path", "mystira:aks.pools.services.maximum", "4", "--stack", "dev")
    pulumi("config", "set", "--secret", "mystira:postgresqlPassword", "--stack", "dev", given="Correct-Horse-7")
    # A key vault's provider writes these two; it cannot be reached here.
    written = file.read_text().replace("encryptionsalt:", "encryptedkey: " + ENCRYPTED_KEY + "\nencryptionsalt:")
    file.write_text(written + "secretsprovider: azurekeyvault://v.vault.azure.net/keys/state\n")
    return file


def test_it_keeps_every_comment(settings: Path) -> None:
    def comments(file: Path) -> list[str]:
        return [line.strip() for line in file.read_text().splitlines() if line.strip().startswith("#")]

    assert comments(settings) == comments(PROJECT / settings.name)


def test_it_passes_the_linter(settings: Path) -> None:
    done = subprocess.run(commands()["yaml"], cwd=settings.parent, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_it_passes_the_schema(settings: Path) -> None:
    schema = json.loads(settings_schema(type(from_file("dev", settings.parent))))
    content = yaml.safe_load(settings.read_text())
    assert [error.message for error in validator_for(schema)(schema).iter_errors(content)] == []


def test_nothing_else_moved(settings: Path) -> None:
    before, after = (from_file("dev", folder).model_dump() for folder in (PROJECT, settings.parent))
    assert after["aks"]["pools"]["services"].pop("maximum") == 4
    del before["aks"]["pools"]["services"]["maximum"]
    assert after == before
