"""The engine's plug-ins, and programs of a run: scripts that start this project's modules with this checkout's Python.

They belong to a world, not to the shared engine, so that two checkouts never overwrite each other's.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from offline.engine.home import ENGINE_VERSION, ENTRA_VERSION, KUBERNETES_SDK_VERSION, PYTHON_VARIABLE, SDK_VERSION


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
    Plugin("resource", "kubernetes", KUBERNETES_SDK_VERSION, "offline.kubernetes"),
)


PROGRAMS = {"kubelogin": "offline.kubernetes.kubelogin"}
"""By the name of a program that a run starts: the module that stands in for it."""


def install_plugins(folder: Path) -> None:
    """Write the plug-ins' scripts that are missing or that another interpreter wrote."""
    for plugin in PLUGINS:
        _install(plugin.program(folder), plugin.module)


def install_programs(folder: Path) -> None:
    """The same for :data:`PROGRAMS`."""
    for name, module in PROGRAMS.items():
        _install(folder / name, module)


def _install(program: Path, module: str) -> None:
    python = os.environ.get(PYTHON_VARIABLE, sys.executable)
    script = f'#!/bin/sh\nexec "{python}" -P -m {module} "$@"\n'
    if not program.exists() or program.read_text() != script:
        _write_executable(program, script)


def _write_executable(path: Path, text: str) -> None:
    """Replace a script in one step: a run may be starting the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.{os.getpid()}")
    staged.write_text(text)
    staged.chmod(0o755)
    staged.replace(path)
