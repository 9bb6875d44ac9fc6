"""The engine's program: taken from the machine, installed, or built, in this order.

Whatever way, it ends as a private copy with this project's language host beside it: the engine prefers a host in its
own folder, so a user's installation is neither used nor changed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from components.problems import MystiraError
from offline.engine.build import build_engine
from offline.engine.home import ENGINE_VERSION, Home

OFFICIAL_SITE = ("get.pulumi.com", 443)
REACHABLE_SECONDS = 3.0

Say = Callable[[str], None]


class EngineUnavailable(MystiraError):
    """None of the ways to an engine worked on this machine."""


def ensure_engine(home: Home, say: Say) -> Path:
    """Return the engine's program, making it first where it is missing. Safe to call from several processes."""
    program = home.engine / "pulumi"
    host = home.engine / "pulumi-language-python"
    if not (program.exists() and host.exists()):
        home.engine.mkdir(parents=True, exist_ok=True)
        with _exclusively(home.engine.parent / "lock", say):
            if not program.exists():
                _acquire(program, say)
    script = _language_host_script()
    if not host.exists() or host.read_text() != script:
        write_executable(host, script)
    return program


def _acquire(program: Path, say: Say) -> None:
    failures: list[str] = []
    for way in (_from_machine, _from_official_site, _from_source):
        try:
            way(program, say)
            return
        except (OSError, subprocess.SubprocessError, RuntimeError, MystiraError) as error:
            failures.append(str(error))
    raise EngineUnavailable("no Pulumi engine: " + "; ".join(failures))


def _from_machine(program: Path, say: Say) -> None:
    found = shutil.which("pulumi")
    if not found:
        raise FileNotFoundError("no pulumi on PATH")
    seen = subprocess.run([found, "version"], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    if seen.removeprefix("v") != ENGINE_VERSION:
        raise RuntimeError(f"{found} is {seen}, the SDK needs v{ENGINE_VERSION}")
    say(f"Pulumi v{ENGINE_VERSION}: taken from {found}")
    _install(Path(found).resolve(), program)


def _from_official_site(program: Path, say: Say) -> None:
    host, port = OFFICIAL_SITE
    try:
        socket.create_connection((host, port), timeout=REACHABLE_SECONDS).close()
    except OSError as error:
        raise RuntimeError(f"{host} cannot be reached ({error})") from error
    import semver
    from pulumi.automation import PulumiCommand

    say(f"Pulumi v{ENGINE_VERSION}: installing from {host}")
    with tempfile.TemporaryDirectory(dir=program.parent) as folder:
        PulumiCommand.install(root=folder, version=semver.VersionInfo.parse(ENGINE_VERSION))
        _install(Path(folder) / "bin" / "pulumi", program)


def _from_source(program: Path, say: Say) -> None:
    _install(build_engine(program.parent.parent / "build", ENGINE_VERSION, say), program, move=True)


def _install(source: Path, program: Path, *, move: bool = False) -> None:
    """Put the program in place in one step, so that a killed run leaves none or a whole one."""
    staged = program.with_suffix(".new")
    (shutil.move if move else shutil.copy2)(source, staged)
    staged.chmod(0o755)
    staged.replace(program)


def _language_host_script() -> str:
    return f'#!/bin/sh\nexec "{sys.executable}" -P -m offline.rpc.language_host "$@"\n'


def write_executable(path: Path, text: str) -> None:
    """Write a script that may be run at once, replacing the old one in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.{os.getpid()}")
    staged.write_text(text)
    staged.chmod(0o755)
    staged.replace(path)


@contextmanager
def _exclusively(path: Path, say: Say) -> Iterator[None]:
    """One process acquires the engine, the others wait for it."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is preparing the Pulumi engine; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
