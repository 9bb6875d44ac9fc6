"""Where the offline world keeps what it owns: one ignored folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
"""The checkout: the folder of ``Pulumi.yaml`` and ``__main__.py``."""

HOME_VARIABLE = "MYSTIRA_OFFLINE_HOME"
"""Environment variable that names another world, so that several stand side by side (the tests use one per worker)."""

ENGINE_VERSION = version("pulumi")
"""The engine and the SDK are one release."""


@dataclass(frozen=True)
class Home:
    """The paths of one world. The engine's program is shared by all worlds of a checkout; all else is the world's."""

    root: Path

    @classmethod
    def default(cls) -> Home:
        """The world named by :data:`HOME_VARIABLE`, else ``.offline`` in the checkout."""
        named = os.environ.get(HOME_VARIABLE)
        return cls(Path(named).resolve() if named else PROJECT / ".offline")

    @property
    def engine(self) -> Path:
        """The folder of the engine's program and the language host beside it."""
        return PROJECT / ".offline" / "engine" / ENGINE_VERSION

    @property
    def schemas(self) -> Path:
        """The SDK's schema, read once per SDK version; the same for every world."""
        return PROJECT / ".offline" / "schema"

    @property
    def pulumi_home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def passphrase(self) -> Path:
        return self.root / "passphrase"

    @property
    def shadows(self) -> Path:
        return self.root / "projects"

    @property
    def cloud(self) -> Path:
        return self.root / "cloud.db"
