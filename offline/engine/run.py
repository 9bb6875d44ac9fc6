"""Running Pulumi inside an offline world."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from components.facts.lifecycles import LIFECYCLES
from components.problems import MystiraError
from offline.engine.binary import Say, ensure_engine, write_executable
from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.secrets import missing_secrets
from offline.engine.shadow import stacks_of, write_shadow

PLUGINS: Mapping[str, tuple[str, str]] = {"azure-native": ("pulumi-azure-native", "offline.azure")}
"""Provider plug-in → the distribution whose version it answers for, and the module that serves it."""

TODAY_VARIABLE = "MYSTIRA_TODAY"
TODAY = max(row.read_on for row in LIFECYCLES)
"""The day of the offline world: the one on which its facts were read, so that nothing turns red by itself."""

NO_METADATA = "metadata=skip"
"""Without it the back end writes a second file beside each of its own, with a checksum that nobody reads. It is not
written in one go: an engine killed meanwhile leaves a state that no engine opens (gocloud.dev: blob/fileblob)."""

ORGANIZATION = "organization"
"""What a self-managed back end calls its only organization."""


class EngineFailed(MystiraError):
    """A Pulumi command that ended with an error; what it printed is the message."""


class CutOff(MystiraError):
    """A state file that the engine did not finish writing: it was killed in the middle."""


@dataclass
class Engine:
    """Pulumi on one program in one world. ``say`` receives lines about slow set-up steps."""

    home: Home = field(default_factory=Home.default)
    program: Path = PROJECT
    say: Say = lambda line: print(line, file=sys.stderr, flush=True)

    @cached_property
    def executable(self) -> Path:
        """The engine's program, with the world's private home ready for it."""
        program = ensure_engine(self.home, self.say)
        for folder in (self.home.pulumi_home, self.home.state):
            folder.mkdir(parents=True, exist_ok=True)
        self._write_passphrase()
        self._install_plugins()
        return program

    def environment(self) -> dict[str, str]:
        """The variables of a Pulumi command; a user's own back end, login and plug-ins are out of its sight."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "ARM_", "AZURE_"))}
        # Without bytecode every process compiles the SDK anew, which takes longer than all the rest of a run.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {
            "PULUMI_HOME": str(self.home.pulumi_home),
            "PULUMI_BACKEND_URL": f"{self.home.state.resolve().as_uri()}?{NO_METADATA}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.home.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            HOME_VARIABLE: str(self.home.root),
            TODAY_VARIABLE: TODAY.isoformat(),
        }

    def run(self, arguments: Sequence[str]) -> int:
        """Run a Pulumi command on the terminal and return its exit code."""
        command, shadow = self._command(arguments)
        return subprocess.run(command, cwd=shadow, env=self.environment(), check=False).returncode

    def capture(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a Pulumi command and return what it printed."""
        command, shadow = self._command(arguments)
        return subprocess.run(
            command,
            cwd=shadow,
            env=self.environment(),
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def json(self, arguments: Sequence[str]) -> Any:
        """Run a Pulumi command that prints JSON. Raises :class:`EngineFailed`."""
        done = self.capture(arguments)
        if done.returncode:
            raise EngineFailed(_told(done))
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def stacks(self) -> list[str]:
        """The stacks that the program has settings for."""
        return stacks_of(self.program)

    def ensure_stack(self, stack: str) -> None:
        """Create the stack in the back end, and draw the secrets that its settings call for, where they are missing."""
        _, shadow = self._command(())
        project = shadow.name
        if not (self.home.state / ".pulumi" / "stacks" / project / f"{stack}.json").exists():
            done = self.capture(["stack", "init", stack, "--no-select"])
            if done.returncode:
                raise EngineFailed(done.stderr.strip())
        for name, value in missing_secrets(shadow, stack).items():
            self.set_secret(stack, name, value)

    def set_secret(self, stack: str, name: str, value: str) -> None:
        """Set a secret value in the world's own copy of the settings. It goes by a pipe: arguments can be listed."""
        command, shadow = self._command(["config", "set", "--secret", name, "--stack", stack])
        done = subprocess.run(
            command, cwd=shadow, env=self.environment(), check=False, capture_output=True, text=True, input=value
        )
        if done.returncode:
            raise EngineFailed(done.stderr.strip())

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """The resources of the stack's state, in the order in which they were created; empty before the first up."""
        return list(self.deployment(stack).get("resources") or [])

    @property
    def project(self) -> str:
        """The name of the program's project."""
        return write_shadow(self.program, self.home.shadows).name

    def deployment(self, stack: str) -> dict[str, Any]:
        """The stack's state as the engine wrote it; empty before the first run. Secrets are encrypted."""
        file = self.checkpoint(stack)
        if not file.exists():
            return {}
        try:
            return json.loads(file.read_text())["checkpoint"].get("latest") or {}
        except json.JSONDecodeError as error:
            raise CutOff(
                f"the state of {stack} was cut off while it was written; run `make recover STACK={stack}`; "
                "read: docs/runbooks/recovery.md"
            ) from error

    def checkpoint(self, stack: str) -> Path:
        """The file in which the back end keeps the stack's state."""
        return self.home.state / ".pulumi" / "stacks" / self.project / f"{stack}.json"

    def _command(self, arguments: Sequence[str]) -> tuple[list[str], Path]:
        shadow = write_shadow(self.program, self.home.shadows)
        return [str(self.executable), *arguments], shadow

    def _write_passphrase(self) -> None:
        if not self.home.passphrase.exists():
            descriptor = os.open(self.home.passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))

    def _install_plugins(self) -> None:
        from importlib.metadata import version

        for name, (distribution, module) in PLUGINS.items():
            folder = self.home.pulumi_home / "plugins" / f"resource-{name}-v{version(distribution)}"
            script = f'#!/bin/sh\nexec "{sys.executable}" -P -m {module} "$@"\n'
            program = folder / f"pulumi-resource-{name}"
            if not program.exists() or program.read_text() != script:
                write_executable(program, script)


def _told(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that failed says to a person: with ``--json`` the rest of its output is the whole state."""
    try:
        told = [str(each["message"]).strip() for each in json.loads(done.stdout)["diagnostics"]]
    except (ValueError, KeyError, TypeError):
        told = [] if done.stderr.strip() else [done.stdout.strip()]
    return "\n".join([*told, done.stderr.strip()]).strip()
