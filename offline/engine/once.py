"""Make a file or folder once, however many processes ask for it at the same time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import AcquireReturnProxy, FileLock, Timeout


def once(path: Path, make: Callable[[Path], None], waiting: Callable[[], None] = lambda: None) -> Path:
    """Return ``path``; where it is missing, one process makes it and the others wait.

    ``make`` is given an empty folder and must put a file or folder with the name of ``path`` into it. That is moved to
    ``path`` in one step, so a process killed halfway leaves nothing behind that looks finished. ``waiting`` is called
    when another process got there first. Errors of ``make`` are the caller's; the next call tries again.
    """
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.with_name(f"{path.name}.lock"), waiting):
        if not path.exists():
            scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
            try:
                make(scratch)
                (scratch / path.name).replace(path)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    return path


def _locked(file: Path, waiting: Callable[[], None]) -> AcquireReturnProxy[FileLock]:
    lock = FileLock(file)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        waiting()
        return lock.acquire()
