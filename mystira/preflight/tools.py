"""The programs that a deployment runs, and the oldest versions of them that do."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from components.kubernetes.kubeconfig import COMMAND as KUBELOGIN
from mystira.preflight.login import CLI, READ
from mystira.preflight.report import Finding, Verdict

CHECK = "tools"
AZURE_CLI = "2.60.0"
"""The oldest Azure CLI whose commands the runbooks use."""

WAIT_SECONDS = 60
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")

Ask = Callable[[tuple[str, ...]], str | None]
"""Runs a command line and returns what it prints; ``None`` where the program is not there or fails."""


@dataclass(frozen=True)
class Tool:
    """One program."""

    name: str
    command: tuple[str, ...]
    """Prints its version."""
    least: str
    """The oldest version that does; empty for any."""


def tools(project: Path, login: str) -> Iterator[Tool]:
    """What is needed on this machine with this login: the Azure CLI only where the login is its own. ``shared`` has no
    cluster, but whoever brings it up brings up environments as well."""
    required = str(yaml.safe_load((project / "Pulumi.yaml").read_text())["requiredPulumiVersion"])
    yield Tool("pulumi", ("pulumi", "version"), required.lstrip(">= "))
    yield Tool("uv", ("uv", "--version"), "")
    yield Tool(KUBELOGIN, (KUBELOGIN, "--version"), "")
    if login == CLI:
        yield Tool("az", ("az", "version", "--output", "json"), AZURE_CLI)


def check_tools(project: Path, login: str, ask: Ask | None = None) -> Iterator[Finding]:
    """One finding for each tool."""
    asked = ask or printed
    for tool in tools(project, login):
        text = asked(tool.command)
        found = _VERSION.search(text or "")
        allowed = f"{tool.least} or newer" if tool.least else "any version"
        if text is None:
            yield Finding(CHECK, Verdict.REFUSED, f"{tool.name}: not on the PATH", allowed, READ)
        elif found is None or (tool.least and _parts(found[0]) < _parts(tool.least)):
            seen = found[0] if found else "no version"
            yield Finding(CHECK, Verdict.REFUSED, f"{tool.name}: too old; seen: {seen}", allowed, READ)
        else:
            yield Finding(CHECK, Verdict.OK, f"{tool.name} {found[0]}")


def printed(command: tuple[str, ...]) -> str | None:
    """What a command prints."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, timeout=WAIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def _parts(version: str) -> tuple[int, ...]:
    found = _VERSION.search(version)
    return tuple(int(part or 0) for part in found.groups()) if found else ()
