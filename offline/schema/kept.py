"""The schema file: one for each set of SDK versions and types, made once by :mod:`offline.schema.extract`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from components.facts.types import BY_TOKEN, DIRECTORY_TYPES, KUBERNETES_TYPES
from components.kubernetes.facts import SDK as KUBERNETES

AZURE, ENTRA = "pulumi-azure-native", "pulumi-azuread"
"""The SDKs whose types are read."""
IN_CLUSTER = tuple(row.token for row in KUBERNETES_TYPES.values() if row.source == KUBERNETES)
"""The kinds of Kubernetes of which the SDK has a class, and Helm releases."""
TOKENS = (*BY_TOKEN, *(row.token for row in DIRECTORY_TYPES.values()), *IN_CLUSTER)
"""The types that are read."""
FORMAT = 6
"""Raise it when the shape of the file changes, or what is read into it."""


def schema_file(folder: Path) -> Path:
    """The file for these SDK versions, this set of types, this format."""
    versions = (version(each) for each in (AZURE, ENTRA, KUBERNETES))
    digest = hashlib.sha256("\n".join([str(FORMAT), *versions, *sorted(TOKENS)]).encode()).hexdigest()
    return folder / f"types-{digest[:12]}.json"


def ensure_schema(folder: Path, say: Callable[[str], None]) -> Path:
    """Return the schema file, extracting it first if it is missing."""
    file = schema_file(folder)
    if not file.exists():
        sdks = ", ".join(f"{each} {version(each)}" for each in (AZURE, ENTRA, KUBERNETES))
        say(f"{sdks}: reading the SDKs' types, once")
        subprocess.run([sys.executable, "-m", "offline.schema.extract", str(file)], check=True)
    return file
