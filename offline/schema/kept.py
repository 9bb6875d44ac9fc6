"""The schema file: one for each set of SDK versions and types, made once by :mod:`offline.schema.extract`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from components.facts.types import BY_TOKEN, DIRECTORY_TYPES

AZURE, ENTRA = "pulumi-azure-native", "pulumi-azuread"
"""The SDKs whose types are read."""
TOKENS = (*BY_TOKEN, *(row.token for row in DIRECTORY_TYPES.values()))
"""The types that are read. What is in a cluster is checked by its API server."""
FORMAT = 4
"""Raise it when the shape of the file changes, or what is read into it."""


def schema_file(folder: Path) -> Path:
    """The file for these SDK versions, this set of types, this format."""
    versions = (version(each) for each in (AZURE, ENTRA))
    digest = hashlib.sha256("\n".join([str(FORMAT), *versions, *sorted(TOKENS)]).encode()).hexdigest()
    return folder / f"types-{digest[:12]}.json"


def ensure_schema(folder: Path, say: Callable[[str], None]) -> Path:
    """Return the schema file, extracting it first if it is missing."""
    file = schema_file(folder)
    if not file.exists():
        say(f"{AZURE} {version(AZURE)}, {ENTRA} {version(ENTRA)}: reading the SDKs' types, once")
        subprocess.run([sys.executable, "-m", "offline.schema.extract", str(file)], check=True)
    return file
