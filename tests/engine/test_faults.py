"""Faults on the engine: nothing is lost, nothing is made twice, and the message says what to do next."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from components.problems import MystiraError
from offline.engine.recovery import Recovery, needs_recovery, recover
from offline.engine.run import EngineFailed
from offline.world.faults import Fault
from tests.engine.conftest import azure_resources
from tests.engine.small import STACK, SmallProgram

CHECKPOINTS = True
RESOURCES = 13
GROUP = "azure-native:resources:ResourceGroup"


class Run(SmallProgram):
    """One world with a program of a dozen resources."""

    def __init__(self, folder: Path) -> None:
        super().__init__("faults", folder)

    def recover(self) -> Recovery:
        return recover(self.engine, STACK)

    def check_whole(self) -> None:
        """State and cloud hold the same, the program has nothing to do, and nothing was made twice."""
        self.world.clear_faults()
        code, text = self.up("--expect-no-changes")
        assert code == 0, text
        state = [str(each["id"]).lower() for each in azure_resources(self.engine, STACK)]
        assert sorted(state) == sorted(each.id.lower() for each in self.world.all())
        assert len(state) == RESOURCES
        changes = Counter[str]()
        for verb, _, id, outcome in self.world.operations():
            if outcome == "done" and verb in ("create", "delete"):
                changes[id.lower()] += 1 if verb == "create" else -1
                assert changes[id.lower()] in (0, 1), f"{id} was made twice"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("faults"))


def test_each_fault_at_a_create_heals(run: Run) -> None:
    """One after another in one world: what azure-native retries is not even seen; the rest stops, and can go on."""
    where = "/virtualNetworks/mys-dev-core-vnet-san"
    # azure-native gives up after four tries: three faults for one resource, two for another.
    for kind in ("throttled", "busy", "lost-after"):
        run.world.add_fault(Fault(kind, "create", "/mys-dev-one-identity-san"))
    for kind in ("server-error", "lost-before"):
        run.world.add_fault(Fault(kind, "create", "/mys-dev-two-identity-san"))
    run.world.add_fault(Fault("conflict", "create", where))
    run.world.add_fault(Fault("timeout", "create", "/actionGroups/"))
    run.world.add_fault(Fault("failed", "create", "/workspaces/"))
    code, text = run.up("--continue-on-error")
    assert code != 0
    assert 'Code="Conflict"' in text
    assert "advice: run the same command again" in text
    assert "context deadline exceeded" in text
    assert 'Code="InternalExecutionError"' in text
    assert "run the same command again to finish it" in text
    assert "UserAssignedIdentity" not in text.partition("Diagnostics:")[2]
    assert not needs_recovery(run.engine, STACK)
    run.world.add_fault(Fault("lost-after", "create", where, times=4))
    before = run.world.seen()
    code, text = run.up()
    assert code != 0
    assert "connection reset by peer" in text
    assert needs_recovery(run.engine, STACK, before)
    code, text = run.up()
    assert code != 0
    assert "cannot create already existing resource" in text
    found = run.recover()
    assert found.imported == ("azure-native:network:VirtualNetwork core",)
    code, text = run.up()
    assert code == 0, text
    run.check_whole()


def test_a_mixed_update_killed_at_six_points_is_finished(run: Run) -> None:
    """Creates, updates, a replace and deletes."""
    code, text = run.up()
    assert code == 0, text
    run.configure("phase", "after")
    for kind, verb, part in (
        ("killed-before", "update", "/userAssignedIdentities/"),
        ("killed-after", "update", "/userAssignedIdentities/"),
        ("killed-after", "create", "/privateDnsZones/"),
        ("killed-after", "delete", "/actionGroups/"),
        ("killed-after", "create", "/actionGroups/"),
        ("killed-before", "delete", "/privateDnsZones/"),
    ):
        run.world.add_fault(Fault(kind, verb, part))
        code, text = run.up("--parallel", "1")
        assert code != 0, f"{kind} {verb} did not happen: {text}"
        assert needs_recovery(run.engine, STACK)
        found = run.recover()
        assert found.unlocked
        assert not needs_recovery(run.engine, STACK)
    code, text = run.up()
    assert code == 0, text
    run.check_whole()


def test_a_killed_replacement_is_finished(run: Run) -> None:
    """The old one is deleted and the new one made before the engine is killed: under the same name, and another."""
    code, text = run.up()
    assert code == 0, text
    for key, part in (("tier", "/publicIPAddresses/"), ("phase", "/actionGroups/")):
        run.configure(key, "after" if run.setting(key) != "after" else "before")
        run.world.add_fault(Fault("killed-after", "create", part))
        code, text = run.up("--parallel", "1")
        assert code != 0, f"the replacement below {part} did not happen: {text}"
        assert needs_recovery(run.engine, STACK)
        found = run.recover()
        assert (len(found.imported), found.dropped, found.unwanted) == (1, (), ())
        code, text = run.up()
        assert code == 0, text
    run.check_whole()


def test_what_the_program_no_longer_asks_for_is_told(tmp_path: Path) -> None:
    run = Run(tmp_path)
    code, text = run.up()
    assert code == 0, text
    run.configure("extra", "yes")
    run.world.add_fault(Fault("killed-after", "create", "/mys-dev-extra-identity-san"))
    assert run.up()[0] != 0
    run.configure("extra", "no")
    # What another stack has lost is not this one's to tell.
    theirs = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-staging-core-rg-san"
    with run.world.writing("create", GROUP, theirs) as cloud:
        cloud.put(theirs, GROUP, {})
    found = run.recover()
    (id,) = found.unwanted
    assert id.endswith("/mys-dev-extra-identity-san")
    assert (found.imported, found.dropped) == ((), ())
    assert any("no program wants it" in line for line in found.lines)


def test_a_destroy_waits_for_a_subnet_whose_server_is_gone(tmp_path: Path) -> None:
    run = Run(tmp_path)
    code, text = run.up()
    assert code == 0, text
    run.world.add_fault(Fault("subnet-in-use", "delete", "/virtualNetworks/mys-dev-core-vnet-san"))
    code, text = run.destroy()
    assert code == 0, text
    assert "trying again for up to 20 minutes: the subnet of a PostgreSQL server keeps its service association" in text
    assert run.world.faults() == []
    assert run.world.all() == []


@pytest.mark.parametrize("seed", ["a", "b"])
def test_faults_by_seed_heal_in_the_end(tmp_path: Path, seed: str) -> None:
    """The same seed gives the same faults whatever the order of operations."""
    run = Run(tmp_path)
    run.world.set_chance(seed, 0.15)
    for _ in range(12):
        code, _ = run.up()
        if code == 0:
            break
        try:
            run.recover()
        except EngineFailed:  # a fault met the recovery itself: it can be started again
            continue
    assert any(row[3].startswith("fault: ") for row in run.world.operations())
    assert code == 0
    run.check_whole()


def test_a_live_run_is_not_disturbed(tmp_path: Path) -> None:
    run = Run(tmp_path)
    lock = run.engine.home.state / ".pulumi" / "locks" / "organization" / "faults" / STACK / "x.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    engine = tmp_path / "pulumi"
    shutil.copyfile(shutil.which("sleep") or "", engine)
    engine.chmod(0o700)
    with subprocess.Popen([engine, "60"]) as other:
        lock.write_text(json.dumps({"pid": other.pid}))
        assert not needs_recovery(run.engine, STACK)
        with pytest.raises(MystiraError, match=f"another run is in progress; seen: process {other.pid}"):
            run.recover()
        # A number that went to another engine since, or to another program, holds nothing.
        os.utime(lock, (0, 0))
        assert needs_recovery(run.engine, STACK)
        other.kill()
    lock.write_text(json.dumps({"pid": os.getpid()}))
    assert needs_recovery(run.engine, STACK)
    assert run.recover().unlocked


def test_a_state_that_was_cut_off_is_the_one_before_it_again(tmp_path: Path) -> None:
    run = Run(tmp_path)
    file = run.engine.checkpoint(STACK)
    before = file.read_text()
    assert list(file.parent.glob("*.attrs")) == [], "another file whose write can be interrupted"
    file.with_name(f"{file.name}.bak").write_text(before)
    file.write_text(before[:40])
    assert run.recover().restored
    assert file.read_text() == before
