"""Saved copies of a world: cloud, clusters, state, settings, secrets; to return to or to start another world from."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from components.problems import MystiraError
from offline.engine.home import Home
from offline.engine.locks import holder_of, locks_in
from offline.kubernetes.servers import stores

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
NAME_RULE = "up to 63 lower-case letters, digits, '.', '_' and '-', the first a letter or digit"
REMADE = ("plugins", "programs", "logs")
"""What the engine's home holds and every command writes again: scripts with absolute paths; the mark against logs."""


def save(home: Home, name: str, folder: Path | None = None) -> Path:
    """Copy the world to ``folder``, ``<home>/saved`` by default; replaces an older copy with that name.

    The copy gets its name when it is complete: a killed save leaves the older copy, or none, never half of one. Raises
    :class:`~components.problems.MystiraError` for a name that is not allowed, an empty world, or a run in progress.
    """
    _check_name(name)
    _check_idle(home)
    if not home.state.exists():
        raise MystiraError(f"{home.root}: nothing to save; seen: no world; allowed: a world that `make up` made")
    stores.end_all(home)
    with _replacing((folder or home.saved) / name) as staged:
        _copy(home, Home(staged))
    return (folder or home.saved) / name


def restore(home: Home, name: str, folder: Path | None = None) -> None:
    """Replace the world by the copy ``name`` in ``folder``, ``<home>/saved`` by default. The copy stays.

    Raises :class:`~components.problems.MystiraError` for an unknown name or a run in progress.
    """
    _check_name(name)
    copy = (folder or home.saved) / name
    if not copy.is_dir():
        known = ", ".join(names(home, folder)) or "none yet"
        raise MystiraError(f"no saved world has this name; seen: {name}; allowed: {known}")
    _check_idle(home)
    home.root.mkdir(parents=True, exist_ok=True)
    # Everything is copied before anything is deleted: a full disk costs nobody their world.
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home.root) as staged:
        source = Home(Path(staged))
        _copy(Home(copy), source)
        forget(home)
        for part in source.root.iterdir():
            part.replace(home.root / part.name)


def names(home: Home, folder: Path | None = None) -> list[str]:
    """The names of the saved copies."""
    saved = folder or home.saved
    return sorted(each.name for each in saved.iterdir() if NAME.fullmatch(each.name)) if saved.is_dir() else []


def forget(home: Home) -> None:
    """Delete the world: cloud, clusters, state, settings copies and secrets. Its saved copies stay."""
    stores.end_all(home)
    for path in (*_database(home.cloud), home.passphrase):
        path.unlink(missing_ok=True)
    for folder in (home.state, home.shadows, home.pulumi_home, home.drift, home.logs, home.clusters):
        shutil.rmtree(folder, ignore_errors=True)


def _database(file: Path) -> tuple[Path, ...]:
    """The files of a database: SQLite's write-ahead log adds two."""
    return (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))


def _copy(source: Home, target: Home) -> None:
    if source.cloud.exists():
        # SQLite's own copy includes what is only in the write-ahead log yet.
        with closing(sqlite3.connect(source.cloud)) as old, closing(sqlite3.connect(target.cloud)) as new:
            old.backup(new)
    if source.passphrase.exists():
        shutil.copy2(source.passphrase, target.passphrase)
    for old, new in ((source.state, target.state), (source.shadows, target.shadows), (source.drift, target.drift)):
        if old.exists():
            shutil.copytree(old, new)
    stores.copy(source, target)
    if source.pulumi_home.exists():
        shutil.copytree(source.pulumi_home, target.pulumi_home, ignore=shutil.ignore_patterns(*REMADE))


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of ``path`` when the context ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        new.mkdir()
        yield new
        if path.exists():
            path.replace(old)
        new.replace(path)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise MystiraError(f"not a name for a saved world; seen: {name!r}; allowed: {NAME_RULE}")


def _check_idle(home: Home) -> None:
    for lock in locks_in(home.state):
        process = holder_of(lock)
        if process is not None:
            raise MystiraError(
                f"{lock.parent.name}: a run is in progress; seen: process {process}; "
                "allowed: wait for it, or interrupt it"
            )
