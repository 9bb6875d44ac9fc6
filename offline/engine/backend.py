"""A stack's files in the back end: its locks, and the copies of its state."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from components.problems import MystiraError
from offline.engine.locks import holder_of, locks_in
from offline.engine.run import Engine


def locks(engine: Engine, stack: str) -> list[Path]:
    """The locks of a stack, of live and of dead runs."""
    return locks_in(engine.home.state, engine.project, stack)


def check_alone(engine: Engine, stack: str) -> None:
    """Raise if another run of the stack is in progress."""
    for lock in locks(engine, stack):
        process = holder_of(lock)
        if process is not None:
            raise MystiraError(
                f"{stack}: another run is in progress; seen: process {process}; allowed: wait for it, or interrupt it"
            )


def stale_locks(engine: Engine, stack: str) -> list[Path]:
    """The locks whose runs are gone."""
    return [lock for lock in locks(engine, stack) if holder_of(lock) is None]


def restore(engine: Engine, stack: str) -> bool:
    """Return to the newest complete state if the last write was interrupted; says whether it did.

    The file back end keeps the state before the last write as ``.bak``, and those before each run in ``backups``.
    """
    file = engine.checkpoint(stack)
    if not file.exists() or _complete(file):
        return False
    folder = engine.home.state / ".pulumi" / "backups" / engine.project / stack
    older = [file.with_name(f"{file.name}.bak"), *sorted(folder.glob("*.json"), reverse=True)]
    for each in older:
        if _complete(each):
            shutil.copyfile(each, file)
            return True
    raise MystiraError(
        f"{file}: incomplete, and there is no earlier complete state; "
        "allowed: `mystira offline pulumi stack import` with your own copy"
    )


def _complete(file: Path) -> bool:
    try:
        return "checkpoint" in json.loads(file.read_text())
    except (OSError, json.JSONDecodeError):
        return False
