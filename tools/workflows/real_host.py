"""``python -m tools.workflows.real_host``: the official Pulumi CLI and its own Python host, on the offline providers.

Everywhere else the offline world brings a language host of its own. This is the one run that shows that the program
starts under the host that a real run has: its toolchain, its virtual environment, its `uv sync`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from components.problems import MystiraError
from offline.commands.output import reported, say
from offline.engine.home import ENGINE_VERSION, Home
from offline.engine.plugins import PLUGINS
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.engine.shadow import write_shadow

STACKS = ("shared", "dev")
READ = "docs/runbooks/pipelines.md"
HOST = "pulumi-language-python"
AMBIENT = "PULUMI_IGNORE_AMBIENT_PLUGINS"


def official() -> Path:
    """The official CLI: the one on the PATH, of this version, with its Python host next to it."""
    found = shutil.which("pulumi")
    if not found:
        raise MystiraError(f"PATH: no pulumi; allowed: the official CLI v{ENGINE_VERSION}; read: {READ}")
    seen = subprocess.run([found, "version"], capture_output=True, text=True, check=False).stdout.strip()
    if seen != f"v{ENGINE_VERSION}":
        raise MystiraError(
            f"{found}: another version; seen: {seen or 'none'}; allowed: v{ENGINE_VERSION}; read: {READ}"
        )
    if not shutil.which(HOST):
        raise MystiraError(f"PATH: no {HOST}; allowed: what the official CLI brings along; read: {READ}")
    if not shutil.which("uv"):
        raise MystiraError(f"PATH: no uv, which the host runs; allowed: uv; read: {READ}")
    return Path(found)


def without_our_host(engine: Engine) -> Mapping[str, str]:
    """Prepare a world without a language host of ours; the variables with which Pulumi finds its own."""
    prepare(engine)
    for plugin in PLUGINS:
        if plugin.kind == "language":
            shutil.rmtree(plugin.program(engine.home.plugins).parent)
    return {name: value for name, value in engine.environment().items() if name != AMBIENT}


def run() -> int:
    """Preview and bring up each stack; a second preview must change nothing."""
    cli = str(official())
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Home(Path(folder)))
        variables = without_our_host(engine)
        for stack in STACKS:
            # Whoever makes the stack needs no host.
            engine.ensure_stack(stack)
            shadow = write_shadow(engine.program, engine.home.shadows)
            for command in (["preview"], ["up", "--yes", "--skip-preview"], ["preview", "--expect-no-changes"]):
                say(f"{stack}: pulumi {' '.join(command)}", style="bold")
                line = [cli, *command, "--stack", stack, "--suppress-outputs", "--non-interactive"]
                code = subprocess.run(line, cwd=shadow, env=dict(variables), check=False).returncode
                if code:
                    return code
    return 0


if __name__ == "__main__":
    sys.exit(reported(run))
