"""Mistakes are reported once and change nothing; what changed behind Pulumi's back is reported, too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import yaml

from components.problems import InvalidInput
from offline.clock import TODAY
from offline.engine.home import HOME_VARIABLE, PROJECT, PYTHON_VARIABLE, Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.world.store import World
from stacks.plan.load import plan_of
from tests.engine.conftest import Command, azure_resources
from tests.harness.settings import SETTINGS

UP = ("shared", "dev")
FORM = {
    "mystira:azure.region": "mars",
    "mystira:azure.regoin": "mars",
    "mystira:monitoring.retention_days": "soon",
    "mystira:naming.org": "tws2",
    "mystira:network.address_space": "10.1.0.0/33",
}
"""Values that do not have the form that the settings require."""

STAGING = yaml.safe_load((PROJECT / "Pulumi.staging.yaml").read_text())["config"]
RULES = {
    "mystira:network.address_space": STAGING["mystira:network"]["address_space"],
    "mystira:network.subnets.aks-nodes": "192.0.2.0/24",
    "mystira:network.subnets.bastion": "10.1.9.0/24",
    "mystira:services.ghost": "{public: true}",
    "mystira:aks.api": "private",
    "mystira:aks.version": '"1.20"',
    "mystira:people.readers": "00000000-0000-4000-8000-00000000a001",
    "mystira:adopt.disk/core": "/x",
    "mystira:redis.eviction": "AllKeysLRU",
    "mystira:cosmos.allowed_ranges": "[0.0.0.0/0]",
    "mystira:secrets.expires_on": '"2020-01-01"',
}
"""Values that contradict other settings or the facts."""

SECRET = "azure-native:keyvault:Secret"
VAULT = "azure-native:keyvault:Vault"
WORKSPACE = "azure-native:operationalinsights:Workspace"
LAST_YEAR = 1760000000
"""Seconds since 1970."""


@pytest.mark.parametrize("wrong", [FORM, RULES], ids=["form", "rules"])
def test_bad_settings_are_reported_all_at_once_and_change_nothing(
    engine: Engine, command: Command, tmp_path: Path, wrong: Mapping[str, str]
) -> None:
    before = [each.id for each in World(engine.home.cloud).all()]
    copy = engine.home.shadows / "mystira" / "stacks" / "Pulumi.dev.yaml"
    kept = copy.read_text()
    try:
        for path, value in wrong.items():
            _set(copy, path, value)
        done = command("offline", "up", "-s", "dev", "--yes", "--skip-preview")
    finally:
        copy.write_text(kept)
    output = done.stdout + done.stderr
    assert done.returncode != 0
    expected = _problems(tmp_path, wrong)
    assert [path for path in wrong if not any(path in line for line in expected)] == []
    assert [line for line in expected if output.count(line) != 1] == [], output
    assert "Traceback" not in output
    assert [each.id for each in World(engine.home.cloud).all()] == before


def test_a_setting_that_would_empty_a_queue_is_stopped(engine: Engine, command: Command) -> None:
    before = World(engine.home.cloud).all()
    copy = engine.home.shadows / "mystira" / "stacks" / "Pulumi.dev.yaml"
    kept = copy.read_text()
    try:
        _set(copy, "mystira:service_bus.queues.app-events.duplicate_detection_window", "null")
        done = command("offline", "up", "-s", "dev", "--yes")
    finally:
        copy.write_text(kept)
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert (
        "service-bus-queue app-events: Azure cannot change this in place: the resource would be deleted with" in output
    )
    assert "seen: requiresDuplicateDetection: True → False; allowed: the old value" in output
    assert World(engine.home.cloud).all() == before


def _problems(folder: Path, wrong: Mapping[str, str]) -> list[str]:
    """What checking the settings without the engine reports; the engine does not say from which line a value comes."""
    for file in PROJECT.glob("Pulumi.*.yaml"):
        shutil.copy2(file, folder)
    for path, value in wrong.items():
        _set(folder / "Pulumi.dev.yaml", path, value)
    with pytest.raises(InvalidInput) as caught:
        plan_of("dev", folder, TODAY)
    return [str(replace(problem, line=None)) for problem in caught.value.problems]


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
    for file in SETTINGS.glob("Pulumi.*.yaml"):
        (program / file.name).write_text(file.read_text())
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


BROKEN_CATALOGUE = f"""
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, {str(PROJECT)!r})

import pulumi

from components.naming.builder import Project
from stacks.build.run import run
from stacks.catalogue.model import Catalogue, Endpoint, HostKind, Service
from stacks.catalogue.needs.calls import Calls
from tests.platform.catalogue import CATALOGUE

ADDED = (
    Service("ghost-caller", Project("caller", "cal"), "app", needs=(Calls("ghost"),)),
    Service("twin", Project("twin"), "app", endpoints=(Endpoint("publisher", HostKind.AKS),)),
    Service("storyteller", Project("storyteller"), "app"),
)
catalogue = Catalogue((*CATALOGUE.services, *ADDED))
run(pulumi.get_stack(), today=date(2026, 11, 21), catalogue=catalogue, folder=Path(__file__).parent)
"""


def test_drift_names_resource_property_was_and_is(engine: Engine, command: Command) -> None:
    ids = {str(each["type"]): str(each["id"]) for each in azure_resources(engine, "shared")}
    workspace, replica = ids[WORKSPACE], ids["azure-native:containerregistry:Replication"]
    days = next(each for each in World(engine.home.cloud).all() if each.id == workspace).body["retentionInDays"]
    assert command("offline", "cloud", "set", workspace, "retentionInDays", str(days + 60)).returncode == 0
    assert command("offline", "cloud", "delete", replica).returncode == 0
    added = f"{workspace.partition('/providers/')[0]}/providers/Microsoft.Network/networkSecurityGroups/by-hand"
    assert command("offline", "cloud", "add", "network-security-group", added).returncode == 0
    found = command("make", "drift", "shared")
    assert found.returncode == 3, found.stdout + found.stderr
    assert f"Workspace shared: retentionInDays: was {days}, is {days + 60}" in found.stdout, found.stdout
    assert "Replication registry-westeurope: deleted behind Pulumi's back" in found.stdout
    assert f"{added}: added behind Pulumi's back" in found.stdout
    assert "shared: 3 differences" in found.stdout
    assert command("offline", "cloud", "delete", added).returncode == 0
    assert command("offline", "refresh", "-s", "shared", "--yes").returncode == 0
    assert command("offline", "up", "-s", "shared", "--yes", "--skip-preview").returncode == 0
    assert command("make", "drift", "shared").returncode == 0
    assert replica in command("offline", "cloud", "list").stdout


def test_an_id_the_cloud_does_not_hold_is_one_line(engine: Engine, command: Command) -> None:
    done = command("offline", "cloud", "delete", "/nothing")
    assert done.returncode == 1
    assert "the offline cloud has no /nothing" in done.stderr


def test_the_engine_writes_no_verbose_log_of_its_own(engine: Engine) -> None:
    assert engine.capture(["stack", "ls"]).returncode == 0
    assert engine.home.automatic_logs.is_file()
    assert not engine.home.automatic_logs.read_bytes()


def test_a_killed_engine_leaves_no_server_behind(engine: Engine) -> None:
    # Every process is the engine's own here, as it is for a user.
    environment = {**os.environ, HOME_VARIABLE: str(engine.home.root)}
    del environment[PYTHON_VARIABLE]
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


def test_the_life_of_vaults(engine: Engine, command: Command) -> None:
    """The report, a value that changed, a name that stays taken."""
    early = command("make", "secrets", "staging")
    assert early.returncode == 1, early.stdout

    good = command("make", "secrets", "dev")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "0 to see to" in good.stdout
    assert command("offline", "cloud", "readers").returncode == 0

    # Somebody writes a value by hand: only the other version is reported.
    secret = next(each for each in World(engine.home.cloud).of_type(SECRET) if each.id.endswith("chain-rpc-endpoint"))
    uri = f"{secret.body['properties']['secretUriWithVersion'].rpartition('/')[0]}/by-hand"
    command("offline", "cloud", "set", secret.id, "properties.secretUriWithVersion", uri)
    command("offline", "cloud", "set", secret.id, "properties.attributes.updated", str(LAST_YEAR))
    drift = command("make", "drift", "dev")
    assert drift.returncode == 3
    assert "publisher-chain-rpc-endpoint: properties.secretUriWithVersion: was" in drift.stdout
    assert "svc.cluster.local" not in drift.stdout
    assert command("make", "refresh", "dev").returncode == 0
    old = command("make", "secrets", "dev")
    assert old.returncode == 1
    assert "too old" in old.stdout

    vaults = {str(each["id"]) for each in azure_resources(engine, "dev") if each["type"] == VAULT}
    gone = command("make", "destroy", "dev")
    assert gone.returncode == 0, gone.stdout + gone.stderr
    kept = {each.id for each in World(engine.home.cloud).kept()}
    assert vaults
    assert vaults <= kept
    assert f"{len(kept)} deleted resources keep their names" in gone.stdout
    # The engine tells of what failed first: nothing but the vaults may be in the way.
    others = [each.rpartition("/")[2] for each in kept - vaults]
    assert command("offline", "cloud", "purge", *others).returncode == 0
    assert command("make", "deleted", "dev", "--purge", "all", "--yes").returncode == 0
    again = command("offline", "up", "-s", "dev", "--yes", "--skip-preview")
    assert again.returncode != 0
    assert 'Code="ConflictError"' in again.stdout
    assert "advice: recover it with mystira:vaults.recover, or free the name" in again.stdout
    assert command("offline", "cloud", "purge", "--all").returncode == 0
    assert World(engine.home.cloud).kept() == []


def test_reset_forgets_the_world(engine: Engine, command: Command) -> None:
    assert command("offline", "reset").returncode == 0
    assert not engine.home.state.exists()
    assert command("offline", "cloud", "list").stdout == ""
