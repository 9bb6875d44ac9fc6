"""The engine's plug-ins: scripts that start this project's servers with this checkout's Python.

They belong to a world, not to the shared engine, so that two checkouts never overwrite each other's.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from offline.engine.home import ENGINE_VERSION, ENTRA_VERSION, PYTHON_VARIABLE, SDK_VERSION


@dataclass(frozen=True)
class Plugin:
    """A program that the engine starts."""

    kind: str
    """``language`` or ``resource``."""
    name: str
    version: str
    """The version that the engine looks for."""
    module: str
    """The module that serves it."""

    def program(self, folder: Path) -> Path:
        """Where the engine looks for it in its folder of plug-ins."""
        return folder / f"{self.kind}-{self.name}-v{self.version}" / f"pulumi-{self.kind}-{self.name}"


PLUGINS = (
    Plugin("language", "python", ENGINE_VERSION, "offline.rpc.language_host"),
    Plugin("resource", "azure-native", SDK_VERSION, "offline.azure"),
    Plugin("resource", "azuread", ENTRA_VERSION, "offline.entra"),
)


def install_plugins(folder: Path) -> None:
    """Write the scripts that are missing or that another interpreter wrote."""
    python = os.environ.get(PYTHON_VARIABLE, sys.executable)
    for plugin in PLUGINS:
        program, script = plugin.program(folder), f'#!/bin/sh\nexec "{python}" -P -m {plugin.module} "$@"\n'
        if not program.exists() or program.read_text() != script:
            _write_executable(program, script)


def _write_executable(path: Path, text: str) -> None:
    """Replace a script in one step: a run may be starting the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.{os.getpid()}")
    staged.write_text(text)
    staged.chmod(0o755)
    staged.replace(path)
