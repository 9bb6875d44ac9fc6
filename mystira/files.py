"""Reading what a user names on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

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
