"""Where a user's machine keeps what is built or fetched once: ``$XDG_CACHE_HOME/mystira/<tool>-<version>``.

Standard library only: ``tools/install_uv.py`` reads it before anything is installed.
"""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "MYSTIRA_CACHE"
"""Environment variable that replaces the whole cache folder; the tests use it."""

UV_VERSION = "0.13.8"
"""The uv that ``make`` fetches on a machine without one."""


def root() -> Path:
    """The cache folder of this user: ``~/.cache/mystira`` by default."""
    override = os.environ.get(CACHE_VARIABLE)
    if override:
        return Path(override).resolve()
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification says to ignore a relative path.
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "mystira"


def folder(tool: str, version: str) -> Path:
    """The folder of one version of a tool; it may not exist yet. See :mod:`offline.engine.once` for filling it."""
    return root() / f"{tool}-{version}"


def uv() -> Path:
    """The uv that ``make`` fetched; it may not exist."""
    return folder("uv", UV_VERSION) / "uv"
