"""The files of a stack in the back end: who works on it, and its state before the machine stopped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import psutil

from components.problems import MystiraError
from offline.engine.run import Engine

ENGINE = "pulumi"
"""The name of the engine's process."""


def locks(engine: Engine, stack: str) -> list[Path]:
    """The locks of a stack, of runs that live and of those that are gone."""
    return sorted((engine.home.state / ".pulumi" / "locks").glob(f"*/{engine.project}/{stack}/*.json"))


def check_alone(engine: Engine, stack: str) -> None:
    """Raise where another run of the stack is at work."""
    for lock in locks(engine, stack):
        process = _holder(lock)
        if process is not None:
            raise MystiraError(
                f"{stack}: another run is at work; seen: process {process}; allowed: wait for it, or interrupt it"
            )


def stale_locks(engine: Engine, stack: str) -> list[Path]:
    """The locks whose runs are gone."""
    return [lock for lock in locks(engine, stack) if _holder(lock) is None]


def _holder(lock: Path) -> int | None:
    """The engine that holds a lock, if it still runs: its number may be another program's by now."""
    said = _json(lock) or {}  # empty where its run was killed while it wrote it
    try:
        process = psutil.Process(int(said.get("pid", 0)))
        mine = ENGINE in process.name() and process.status() != psutil.STATUS_ZOMBIE
        return process.pid if mine and process.create_time() <= lock.stat().st_mtime else None
    except (psutil.Error, ValueError, OSError):
        return None


def restore(engine: Engine, stack: str) -> bool:
    """Go back to the newest whole state, where the machine stopped while it was written.

    The file back end keeps the state before the last write beside it, and the ones before each run in ``backups``.
    """
    file = engine.checkpoint(stack)
    if not file.exists() or _whole(file):
        return False
    folder = engine.home.state / ".pulumi" / "backups" / engine.project / stack
    older = [file.with_name(f"{file.name}.bak"), *sorted(folder.glob("*.json"), reverse=True)]
    for each in older:
        if _whole(each):
            shutil.copyfile(each, file)
            return True
    raise MystiraError(
        f"{file}: cut off, and no whole state before it; allowed: `python -m offline stack import` of a copy of yours"
    )


def _whole(file: Path) -> bool:
    return "checkpoint" in (_json(file) or {})


def _json(file: Path) -> dict[str, Any] | None:
    try:
        return json.loads(file.read_text())
    except (OSError, json.JSONDecodeError):
        return None
