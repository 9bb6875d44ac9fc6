"""Secrets of the offline world: what a person sets once for a real stack is drawn at random here, once a world.

They stand encrypted, with the world's own passphrase, in its ignored copy of the settings; `make reset` forgets them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from components.facts.config_secrets import CONFIG_SECRETS, ConfigSecret

CHARACTERS = 32


def missing_secrets(shadow: Path, stack: str) -> Mapping[str, str]:
    """New values, by configuration key, for the secrets that the stack's settings call for and do not have."""
    file = shadow / "stacks" / f"Pulumi.{stack}.yaml"
    content: Any = yaml.safe_load(file.read_text()) if file.exists() else {}
    config: Any = content.get("config") or {}
    project = shadow.name
    return {
        f"{project}:{each.name}": _drawn(each)
        for each in CONFIG_SECRETS
        if config.get(f"{project}:{each.switch}") == each.position and f"{project}:{each.name}" not in config
    }


def _drawn(secret: ConfigSecret) -> str:
    while True:
        value = secrets.token_urlsafe(CHARACTERS)
        if secret.good(value):
            return value
