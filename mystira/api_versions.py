"""Which version of Azure's API azure-native sends for a type: its documentation says so, and nothing else."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from components.guard.checks import python_name
from components.problems import MystiraError
from offline.schema.extract import API_VERSION, PACKAGES


@cache
def api_version(token: str) -> str:
    """The version for a resource of azure-native, read without importing it. Raises ``MystiraError``."""
    _, module, name = token.split(":")
    file = _root() / module / f"{python_name(name)}.py"
    found = API_VERSION.search(file.read_text()) if file.exists() else None
    if found is None:
        raise MystiraError(f"{file}: says no version of the API of {token}")
    return found[1]


@cache
def _root() -> Path:
    package = PACKAGES["azure-native"]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MystiraError(f"{package} is not installed: run make setup")
    return Path(spec.submodule_search_locations[0])
