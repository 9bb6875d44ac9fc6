"""The ids of live resources: from a Terraform state file, or from a list with one id a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from components.problems import InvalidInput, Problem

VERSION = 4
"""The version of Terraform's state files since 0.12."""


def live_ids(file: Path) -> list[str]:
    """The ids of Azure resources in ``file``, each once, in their order. Raises ``InvalidInput``."""
    try:
        text = file.read_text()
    except OSError as error:
        raise InvalidInput([Problem(str(file), "cannot be read", str(error.strerror))]) from error
    found = _from_state(file, text) if text.lstrip().startswith("{") else _from_list(text)
    ids = list(dict.fromkeys(found))
    if not ids:
        allowed = "a Terraform state file, or one resource id a line"
        raise InvalidInput([Problem(str(file), "holds no id of an Azure resource", "", allowed)])
    return ids


def _from_list(text: str) -> Iterator[str]:
    for line in text.splitlines():
        id = line.partition("#")[0].strip()
        if id.startswith("/subscriptions/"):
            yield id


def _from_state(file: Path, text: str) -> Iterator[str]:
    try:
        state: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput([Problem(str(file), "not JSON", str(error))]) from error
    if state.get("version") != VERSION:
        seen = str(state.get("version"))
        raise InvalidInput([Problem(f"{file}: version", "not a state file that is known", seen, str(VERSION))])
    for resource in state.get("resources", []):
        if not isinstance(resource, dict) or resource.get("mode") != "managed":
            continue
        for instance in resource.get("instances", []):
            id = str((instance.get("attributes") or {}).get("id", ""))
            if id.startswith("/subscriptions/"):
                yield id
