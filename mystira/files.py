"""Reading and writing what a user names on the command line."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from components.problems import MystiraError

STANDARD_INPUT = "-"


class UnreadableFile(MystiraError):
    """A file that is missing, may not be read, or is not text."""


def text_of(name: str) -> str:
    """The text of a file, of the standard input for ``-``. Raises :class:`UnreadableFile`."""
    try:
        return sys.stdin.read() if name == STANDARD_INPUT else Path(name).read_text()
    except OSError as error:
        raise UnreadableFile(f"{name}: cannot be read; seen: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{name}: not a text file; seen: {error.reason}; allowed: UTF-8") from error


class Busy(MystiraError):
    """Another command is writing the same file."""


@contextmanager
def only_writer(file: Path) -> Iterator[None]:
    """Be the only command that writes ``file``. Raises :class:`Busy` at once where another does.

    The lock lies in the folder of temporary files, so that none is left next to ``file``.
    """
    name = sha256(str(file.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(Path(tempfile.gettempdir()) / f"mystira-{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Busy(f"{file}: another report is being written there; allowed: one at a time, or another file") from error
    try:
        yield
    finally:
        lock.release()


def write_whole(file: Path, text: str) -> None:
    """Write a file in one step: whoever reads it finds the old text or the new one, never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
        Path(scratch).chmod(0o644)
        Path(scratch).replace(file)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
