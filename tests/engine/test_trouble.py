"""What goes wrong is said once, changes nothing, and what changed behind Pulumi's back is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest
import yaml

from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.world.store import World
from tests.engine.conftest import Command, azure_resources

FORM = {
    "mystira:azure.region": ("mars", "not allowed"),
    "mystira:azure.regoin": ("mars", "unknown key"),
    "mystira:monitoring.retention_days": ("soon", "not allowed"),
    "mystira:naming.org": ("tws2", "not allowed"),
    "mystira:network.address_space": ("10.1.0.0/33", "not allowed"),
}
"""Values that have not the form that the settings ask for: path, value, what is said."""

RULES = {
    "mystira:network.address_space": ("10.1.0.0/16", "overlaps staging"),
    "mystira:network.subnets.aks-nodes": ("10.9.8.0/22", "outside the network"),
    "mystira:network.subnets.bastion": ("10.1.9.0/24", "unknown role"),
    "mystira:services.ghost": ("{public: true}", "unknown service"),
    "mystira:aks.api": ("private", "a private API cannot be reached from outside the network"),
    "mystira:aks.version": ('"1.20"', "not a version that Azure offers"),
    "mystira:access.platform-team.scope": ("subscription", "wider than a resource"),
    "mystira:adopt.disk/core": ("/x", "not the id of a disk"),
    "mystira:postgresql.pgbouncer": ("true", "the tier Burstable has no PgBouncer"),
    "mystira:redis.eviction": ("AllKeysLRU", "evicts keys that are not only cached"),
    "mystira:service_bus.public_access": ("false", "off, and a private endpoint needs Premium: the SKU is Standard"),
    "mystira:cosmos.allowed_ranges": ("[0.0.0.0/0]", "two paths: private endpoint and public"),
    "mystira:secrets.expires_on": ('"2020-01-01"', "the secrets have expired"),
}
"""Values that do not go with the rest."""


SECRET = "azure-native:keyvault:Secret"
LAST_YEAR = 1760000000
"""Seconds since 1970."""


@pytest.fixture(scope="module")
def up(engine: Engine, command: Command) -> Engine:
    """The world with shared and dev up."""
    done = command("offline.verbs", "up", "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    return engine


@pytest.mark.parametrize("wrong", [FORM, RULES], ids=["form", "rules"])
def test_bad_settings_are_told_all_at_once_and_change_nothing(
    up: Engine, command: Command, wrong: Mapping[str, tuple[str, str]]
) -> None:
    before = [each.id for each in World(up.home.cloud).all()]
    copy = up.home.shadows / "mystira" / "stacks" / "Pulumi.dev.yaml"
    kept = copy.read_text()
    try:
        for path, (value, _) in wrong.items():
            _set(copy, path, value)
        done = command("offline", "up", "-s", "dev", "--yes", "--skip-preview")
    finally:
        copy.write_text(kept)
    output = done.stdout + done.stderr
    assert done.returncode != 0
    told = {path: said for path, (_, said) in wrong.items() if output.count(f"{path}: {said}") != 1}
    assert told == {}, output
    assert "Traceback" not in output
    assert [each.id for each in World(up.home.cloud).all()] == before


def _set(file: Path, path: str, value: str) -> None:
    """Set one value of the settings as the engine sees them."""
    content = yaml.safe_load(file.read_text())
    target = content["config"]
    section, *parts = path.split(".")
    parts = [section, *parts]
    for part in parts[:-1]:
        target = target.setdefault(part, {})
    target[parts[-1]] = yaml.safe_load(value)
    file.write_text(yaml.safe_dump(content))


def test_a_catalogue_that_does_not_fit_together_is_refused_at_once(tmp_path: Path) -> None:
    """All its mistakes together, each on one line, and nothing is created."""
    program = tmp_path / "program"
    program.mkdir()
    runtime = {"name": "python", "options": {"virtualenv": str(PROJECT / ".venv")}}
    (program / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "mystira", "runtime": runtime}))
    (program / "Pulumi.dev.yaml").write_text((PROJECT / "Pulumi.dev.yaml").read_text())
    (program / "__main__.py").write_text(BROKEN_CATALOGUE)
    engine = Engine(Home(tmp_path / "world"), program, say=lambda _: None)
    prepare(engine)
    engine.ensure_stack("dev")
    done = engine.capture(["up", "-s", "dev", "--yes", "--skip-preview"])
    output = done.stdout + done.stderr
    assert done.returncode != 0
    for line in (
        "catalogue: ghost-caller: calls: calls an unknown service; seen: ghost",
        "catalogue: endpoint publisher: used twice",
        "catalogue: endpoints: several endpoints are on dev.publisher.mystira.app",
        "catalogue: storyteller: the name of a key-vault has the wrong length; seen: 'mys-staging-storyteller-kv-san'",
    ):
        assert output.count(line) == 1, output
    assert "Traceback" not in output
    assert World(engine.home.cloud).all() == []


BROKEN_CATALOGUE = """
from datetime import date
import pulumi
from components.naming import Project
from stacks.build import run
from stacks.catalogue import CATALOGUE, Catalogue, Endpoint, HostKind, Service
from stacks.catalogue.needs import Calls

ADDED = (
    Service("ghost-caller", Project("caller", "cal"), "app", needs=(Calls("ghost"),)),
    Service("twin", Project("twin"), "app", endpoints=(Endpoint("publisher", HostKind.AKS),)),
    Service("storyteller", Project("storyteller"), "app"),
)
run(pulumi.get_stack(), today=date(2026, 11, 21), catalogue=Catalogue((*CATALOGUE.services, *ADDED)))
"""


def test_drift_names_resource_property_was_and_is(up: Engine, command: Command) -> None:
    ids = {str(each["type"]): str(each["id"]) for each in azure_resources(up, "dev")}
    workspace = ids["azure-native:operationalinsights:Workspace"]
    group = ids["azure-native:monitor:ActionGroup"]
    assert command("offline", "cloud", "set", workspace, "retentionInDays", "90").returncode == 0
    assert command("offline", "cloud", "delete", group).returncode == 0
    added = f"{workspace.partition('/providers/')[0]}/providers/Microsoft.Network/networkSecurityGroups/by-hand"
    assert command("offline", "cloud", "add", "network-security-group", added).returncode == 0
    found = command("offline.verbs", "drift", "dev")
    assert found.returncode == 3, found.stdout + found.stderr
    assert "Workspace core: retentionInDays: was 30, is 90" in found.stdout, found.stdout
    assert "ActionGroup core: deleted behind Pulumi's back" in found.stdout
    assert f"{added}: added behind Pulumi's back" in found.stdout
    assert "dev: 3 differences" in found.stdout
    assert command("offline", "cloud", "delete", added).returncode == 0
    assert command("offline", "refresh", "-s", "dev", "--yes").returncode == 0
    assert command("offline", "up", "-s", "dev", "--yes", "--skip-preview").returncode == 0
    assert command("offline.verbs", "drift", "dev").returncode == 0
    assert group in command("offline", "cloud", "list").stdout


def test_an_id_the_cloud_does_not_hold_is_one_line(up: Engine, command: Command) -> None:
    done = command("offline", "cloud", "delete", "/nothing")
    assert done.returncode == 1
    assert "the offline cloud has no /nothing" in done.stderr


def test_a_killed_engine_leaves_no_server_behind(up: Engine) -> None:
    environment = {**os.environ, HOME_VARIABLE: str(up.home.root)}
    command = [sys.executable, "-m", "offline", "preview", "-s", "dev"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        below: list[psutil.Process] = []
        deadline = time.monotonic() + 30
        while not any("offline.azure" in " ".join(_line(each)) for each in below) and time.monotonic() < deadline:
            time.sleep(0.05)
            below = psutil.Process(run.pid).children(recursive=True)
        engines = [each for each in below if _line(each) and _line(each)[0].endswith("/pulumi")]
        assert engines
        for each in engines:
            each.send_signal(signal.SIGKILL)
        run.wait(30)
    _, alive = psutil.wait_procs(below, timeout=10)
    assert [each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.mark.requirement("S3-135")
def test_the_life_of_vaults(up: Engine, command: Command) -> None:
    """The report, a value that changed, a name that stays taken."""
    early = command("offline.verbs", "secrets", "staging")
    assert early.returncode == 1, early.stdout

    good = command("offline.verbs", "secrets", "dev")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "0 to see to" in good.stdout
    assert command("offline", "cloud", "readers").returncode == 0

    # Somebody writes a value by hand: another version is all that is told.
    id = next(each.id for each in World(up.home.cloud).of_type(SECRET) if each.id.endswith("chain-rpc-endpoint"))
    uri = "https://mys-dev-pub-kv-san.vault.azure.net/secrets/chain-rpc-endpoint/by-hand"
    command("offline", "cloud", "set", id, "properties.secretUriWithVersion", uri)
    command("offline", "cloud", "set", id, "properties.attributes.updated", str(LAST_YEAR))
    drift = command("offline.verbs", "drift", "dev")
    assert drift.returncode == 3
    assert "publisher-chain-rpc-endpoint: properties.secretUriWithVersion: was" in drift.stdout
    assert "svc.cluster.local" not in drift.stdout
    assert command("offline.verbs", "refresh", "dev").returncode == 0
    old = command("offline.verbs", "secrets", "dev")
    assert old.returncode == 1
    assert "too old" in old.stdout

    gone = command("offline.verbs", "destroy", "dev")
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert "6 deleted resources keep their names" in gone.stdout
    again = command("offline", "up", "-s", "dev", "--yes", "--skip-preview")
    assert again.returncode != 0
    assert 'Code="ConflictError"' in again.stdout
    assert "advice: recover it with mystira:vaults.recover, or free the name" in again.stdout
    assert command("offline", "cloud", "purge", "--all").returncode == 0
    assert World(up.home.cloud).kept() == []


def test_reset_forgets_the_world(up: Engine, command: Command) -> None:
    assert command("offline", "reset").returncode == 0
    assert not up.home.state.exists()
    assert command("offline", "cloud", "list").stdout == ""
