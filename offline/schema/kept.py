"""The schema file: one for each version of the SDK and set of types, made once by :mod:`offline.schema.extract`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from components.facts.types import BY_TOKEN

DISTRIBUTION = "pulumi-azure-native"
FORMAT = 3
"""Raise it when the shape of the file changes, or what is read into it."""


def schema_file(folder: Path) -> Path:
    """The file for this SDK version, this set of types, this format."""
    digest = hashlib.sha256("\n".join([str(FORMAT), *sorted(BY_TOKEN)]).encode()).hexdigest()[:12]
    return folder / f"azure-native-{version(DISTRIBUTION)}-{digest}.json"


def ensure_schema(folder: Path, say: Callable[[str], None]) -> Path:
    """Return the schema file, extracting it first if it is missing."""
    file = schema_file(folder)
    if not file.exists():
        say(f"{DISTRIBUTION} {version(DISTRIBUTION)}: reading the SDK's types, once")
        subprocess.run([sys.executable, "-m", "offline.schema.extract", str(file)], check=True)
    return file
