"""The engine's program: copied from the machine, downloaded, or built, in this order.

All three end in the user's cache. The language host and the providers are plug-ins in the private home of each world
(:mod:`offline.engine.plugins`), so checkouts share the engine, and a user's own Pulumi installation is neither used nor
changed.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from components.problems import MystiraError
from offline.engine import cache
from offline.engine.build import Source, build_programs
from offline.engine.home import ENGINE_VERSION, PROJECT
from offline.engine.once import once

OFFICIAL_SITE = ("get.pulumi.com", 443)
REACHABLE_SECONDS = 3.0
DOWNLOAD = (sys.executable, "-m", "offline.engine.download")
PROGRAM = "pulumi"
SOURCE = Source(
    title=f"Pulumi v{ENGINE_VERSION}",
    module=PROJECT / "tools" / "pulumi",
    programs={PROGRAM: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"},
    takes="three to seven minutes",
    variables={"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": ENGINE_VERSION},
)

Say = Callable[[str], None]


class EngineUnavailable(MystiraError):
    """The engine could be neither found, nor downloaded, nor built."""


def engine_program() -> Path:
    """Where the engine is once it has been fetched."""
    return cache.folder("engine", ENGINE_VERSION) / PROGRAM


def ensure_engine(say: Say) -> Path:
    """Return the engine's program, fetching it first if necessary. Safe to call from several processes."""
    return once(
        engine_program(),
        lambda folder: _fetch(folder / PROGRAM, say),
        waiting=lambda: say("waiting for another process that is preparing the Pulumi engine"),
    )


def _fetch(program: Path, say: Say) -> None:
    failures: list[str] = []
    for way in (_from_machine, _from_official_site, _from_source):
        try:
            way(program, say)
            program.chmod(0o755)
            return
        except (OSError, subprocess.SubprocessError, RuntimeError, MystiraError) as error:
            failures.append(str(error))
    raise EngineUnavailable("no Pulumi engine: " + "; ".join(failures))


def _from_machine(program: Path, say: Say) -> None:
    found = shutil.which(PROGRAM)
    if not found:
        raise FileNotFoundError("no pulumi on PATH")
    seen = subprocess.run([found, "version"], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    if seen.removeprefix("v") != ENGINE_VERSION:
        raise RuntimeError(f"{found} is {seen}, the SDK needs v{ENGINE_VERSION}")
    say(f"Pulumi v{ENGINE_VERSION}: copying {found}")
    shutil.copy2(Path(found).resolve(), program)


def _from_official_site(program: Path, say: Say) -> None:
    host, port = OFFICIAL_SITE
    try:
        socket.create_connection((host, port), timeout=REACHABLE_SECONDS).close()
    except OSError as error:
        raise RuntimeError(f"{host} cannot be reached ({error})") from error
    say(f"Pulumi v{ENGINE_VERSION}: downloading from {host}")
    installation = program.parent / "installation"
    subprocess.run([*DOWNLOAD, str(installation)], capture_output=True, text=True, check=True)
    (installation / "bin" / PROGRAM).replace(program)


def _from_source(program: Path, say: Say) -> None:
    folder = cache.folder("engine-build", ENGINE_VERSION)
    build_programs(folder, SOURCE, say)
    shutil.move(folder / PROGRAM, program)
