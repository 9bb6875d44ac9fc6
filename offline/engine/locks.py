"""The locks of the engine's file back end, and whether the run that took one is still alive."""

from __future__ import annotations

import json
from pathlib import Path

import psutil

ENGINE = "pulumi"
"""The name of the engine's process."""


def locks_in(state: Path, project: str = "*", stack: str = "*") -> list[Path]:
    """The locks in a back end, of live and of dead runs."""
    return sorted((state / ".pulumi" / "locks").glob(f"*/{project}/{stack}/*.json"))


def holder_of(lock: Path) -> int | None:
    """The process that holds a lock; ``None`` if it is gone. Its number may belong to another program by now."""
    try:
        process = psutil.Process(int(json.loads(lock.read_text()).get("pid", 0)))
        alive = ENGINE in process.name() and process.status() != psutil.STATUS_ZOMBIE
        return process.pid if alive and process.create_time() <= lock.stat().st_mtime else None
    # A run that was killed while it wrote the lock leaves an empty file.
    except (psutil.Error, ValueError, OSError):
        return None
