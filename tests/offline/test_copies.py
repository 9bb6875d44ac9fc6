"""Saved worlds: whole, independent of their folder, and never half written."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from components.problems import MystiraError
from offline.engine.home import Home
from offline.world import copies
from offline.world.copies import forget, names, restore, save
from offline.world.store import World

GROUP = "azure-native:resources:ResourceGroup"


def world(root: Path, *ids: str) -> Home:
    """A world as an engine leaves it, with these resources in its cloud."""
    home = Home(root)
    for file, text in (
        (home.state / ".pulumi" / "stacks" / "mystira" / "dev.json", "state"),
        (home.shadows / "mystira" / "stacks" / "Pulumi.dev.yaml", "settings"),
        (home.plugins / "language-python-v1" / "pulumi-language-python", "exec /some/checkout"),
        (home.pulumi_home / "logs" / "dev.log", "log"),
        (home.pulumi_home / "config.json", "{}"),
        (home.passphrase, "passphrase"),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    home.passphrase.chmod(0o600)
    make(home, *ids)
    return home


def make(home: Home, *ids: str) -> None:
    """Create resources in the cloud of a world."""
    for id in ids:
        with World(home.cloud).writing("create", GROUP, id) as cloud:
            cloud.put(id, GROUP, {})


def held(home: Home) -> list[str]:
    return [each.id for each in World(home.cloud).all()]


def files(home: Home) -> list[str]:
    return sorted(str(each.relative_to(home.root)) for each in home.root.rglob("*") if each.is_file())


def test_a_world_returns_to_what_was_saved(tmp_path: Path) -> None:
    home = world(tmp_path, "/before")
    save(home, "before-upgrade")
    make(home, "/after")
    (home.state / "later.json").write_text("later")
    restore(home, "before-upgrade")
    assert held(home) == ["/before"]
    assert not (home.state / "later.json").exists()
    assert names(home) == ["before-upgrade"]


def test_a_world_starts_elsewhere_from_a_copy(tmp_path: Path) -> None:
    save(world(tmp_path / "one", "/a"), "base", tmp_path / "saved")
    other = Home(tmp_path / "two")
    restore(other, "base", tmp_path / "saved")
    assert held(other) == ["/a"]
    assert other.passphrase.stat().st_mode & 0o777 == 0o600
    copied = [name for name in files(other) if not name.startswith("cloud.db")]
    assert copied == [
        "home/config.json",
        "passphrase",
        "projects/mystira/stacks/Pulumi.dev.yaml",
        "state/.pulumi/stacks/mystira/dev.json",
    ]


def test_what_is_only_in_the_write_ahead_log_is_saved(tmp_path: Path) -> None:
    home = world(tmp_path)
    with World(home.cloud).limits():  # an open connection keeps the log from being written back
        make(home, "/new")
        assert home.cloud.with_name("cloud.db-wal").stat().st_size > 0
        copy = save(home, "with-log")
    assert held(Home(copy)) == ["/new"]


def test_saving_again_replaces_the_copy(tmp_path: Path) -> None:
    home = world(tmp_path, "/a")
    save(home, "base")
    make(home, "/b")
    copy = save(home, "base")
    assert held(Home(copy)) == ["/a", "/b"]
    assert [each.name for each in home.saved.iterdir()] == ["base"]


def test_a_save_that_fails_halfway_keeps_the_older_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = world(tmp_path, "/a")
    copy = save(home, "base")
    make(home, "/b")

    def full(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(copies.shutil, "copytree", full)
    for name in ("base", "other"):
        with pytest.raises(OSError, match="the disk is full"):
            save(home, name)
    with pytest.raises(OSError, match="the disk is full"):
        restore(home, "base")
    assert names(home) == ["base"]
    assert held(Home(copy)) == ["/a"]
    assert held(home) == ["/a", "/b"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "UP", "-a", "a" * 64, "a b"])
def test_a_name_that_is_not_allowed_is_refused(tmp_path: Path, name: str) -> None:
    home = world(tmp_path)
    for command in (save, restore):
        with pytest.raises(MystiraError, match=r"not a name for a saved world; seen: .*; allowed: up to 63 lower-case"):
            command(home, name)


def test_an_unknown_name_and_an_empty_world_are_reported(tmp_path: Path) -> None:
    with pytest.raises(MystiraError, match="no saved world has this name; seen: base; allowed: none yet"):
        restore(Home(tmp_path), "base")
    with pytest.raises(MystiraError, match="nothing to save; seen: no world; allowed: a world that `make up` made"):
        save(Home(tmp_path), "base")
    home = world(tmp_path)
    save(home, "one")
    with pytest.raises(MystiraError, match="seen: base; allowed: one"):
        restore(home, "base")


@contextmanager
def engine_at_work(home: Home, folder: Path) -> Iterator[int]:
    """A process with the engine's name that holds a lock."""
    program = folder / "pulumi"
    shutil.copyfile(shutil.which("sleep") or "", program)
    program.chmod(0o700)
    lock = home.state / ".pulumi" / "locks" / "organization" / "mystira" / "dev" / "x.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen([program, "60"]) as process:
        lock.write_text(json.dumps({"pid": process.pid}))
        yield process.pid
        process.kill()


def test_a_run_in_progress_is_not_copied_and_not_overwritten(tmp_path: Path) -> None:
    home = world(tmp_path / "world")
    save(home, "base")
    with engine_at_work(home, tmp_path) as process:
        for command in (save, restore):
            with pytest.raises(MystiraError, match=f"dev: a run is in progress; seen: process {process}"):
                command(home, "base")
    # The lock of a run that is gone is no obstacle.
    save(home, "base")
    restore(home, "base")


def test_forgetting_a_world_keeps_its_saved_copies(tmp_path: Path) -> None:
    home = world(tmp_path, "/a")
    save(home, "base")
    forget(home)
    assert [each.name for each in home.root.iterdir()] == ["saved"]
    restore(home, "base")
    assert held(home) == ["/a"]
