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

from components.problems import MystiraError
from offline.clock import TODAY, TODAY_VARIABLE
from offline.engine.binary import Say, ensure_engine
from offline.engine.home import DEBUG_VARIABLE, HOME_VARIABLE, PROJECT, Home
from offline.engine.plugins import install_plugins, install_programs
from offline.engine.secrets import missing_secrets
from offline.engine.shadow import project_of, stacks_of, write_shadow

BACKEND_VARIABLE = "PULUMI_BACKEND_URL"
"""Environment variable that replaces the back end that the user has logged in to."""

NO_METADATA = "metadata=skip"
"""Without it the back end writes a second file for each of its own, with a checksum that nobody reads. That write is
not atomic: an engine killed during it leaves a state that no engine opens (gocloud.dev: blob/fileblob)."""


DEBUG_FLAGS = frozenset({"-d", "--debug"})

FOR_A_SHORT_LIFE = {"GOGC": "400"}
"""The engine is short-lived: collecting garbage a quarter as often saves a tenth of its time. The engine tests add to
these variables."""

NEW_STACK = ["--no-select"]
"""How a stack is made. The engine tests add what encrypts its secrets in place of the world's passphrase."""


class EngineFailed(MystiraError):
    """A Pulumi command failed; the message is what it printed."""


class CutOff(MystiraError):
    """A state file is incomplete: the engine was killed while it wrote it."""


@dataclass
class Engine:
    """Pulumi on one program in one world. ``say`` is called with progress of slow set-up steps."""

    home: Home = field(default_factory=Home.default)
    program: Path = PROJECT
    say: Say = lambda line: print(line, file=sys.stderr, flush=True)

    @cached_property
    def executable(self) -> Path:
        """The engine's program; the world's private home is prepared first."""
        program = ensure_engine(self.say)
        for folder in (self.home.pulumi_home, self.home.state):
            folder.mkdir(parents=True, exist_ok=True)
        self._write_passphrase()
        # The engine keeps a verbose log of each run, which takes a quarter of its time and which nothing turns off. It
        # does without where the folder cannot be made (Pulumi: pkg/logging); `-v=9 --logtostderr` prints the same.
        self.home.automatic_logs.touch()
        install_plugins(self.home.plugins)
        install_programs(self.home.programs)
        return program

    def environment(self) -> dict[str, str]:
        """The environment of a Pulumi command, without the user's own back end, login and plug-ins."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "ARM_", "AZURE_"))}
        # Without bytecode every process compiles the SDK again, which takes longer than the rest of a run.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return {**FOR_A_SHORT_LIFE, **kept} | {
            "PULUMI_HOME": str(self.home.pulumi_home),
            BACKEND_VARIABLE: f"{self.home.state.resolve().as_uri()}?{NO_METADATA}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.home.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # Without it Pulumi knows no --event-log.
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            "PATH": os.pathsep.join([str(self.home.programs), kept.get("PATH", os.defpath)]),
            HOME_VARIABLE: str(self.home.root),
            TODAY_VARIABLE: TODAY.isoformat(),
        }

    def run(self, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> int:
        """Run a Pulumi command on the terminal and return its exit code.

        ``variables`` replace those of :meth:`environment`: another back end, for one.
        """
        command, shadow = self._command(arguments)
        return subprocess.run(command, cwd=shadow, env=self._with(arguments, variables), check=False).returncode

    def logged(self, arguments: Sequence[str], log: Path) -> int:
        """Run a Pulumi command with everything that it prints in a file, and return its exit code."""
        command, shadow = self._command(arguments)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as file:
            return subprocess.run(
                command,
                cwd=shadow,
                env=self.environment(),
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            ).returncode

    def capture(
        self, arguments: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a Pulumi command and return what it printed; ``variables`` as in :meth:`run`."""
        command, shadow = self._command(arguments)
        return subprocess.run(
            command,
            cwd=shadow,
            env=self._with(arguments, variables),
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def json(self, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> Any:
        """Run a Pulumi command that prints JSON; ``variables`` as in :meth:`run`. Raises :class:`EngineFailed`."""
        done = self.capture(arguments, variables)
        if done.returncode:
            raise EngineFailed(_messages(done))
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def stacks(self) -> list[str]:
        """The stacks that the program has settings for."""
        return stacks_of(self.program)

    def ensure_stack(self, stack: str) -> None:
        """Create the stack in the back end and generate the secrets that its settings need, where they are missing."""
        if not self.checkpoint(stack).exists():
            done = self.capture(["stack", "init", stack, *NEW_STACK])
            if done.returncode:
                raise EngineFailed(done.stderr.strip())
        for name, value in missing_secrets(self.program, self.settings_file(stack)).items():
            self.set_secret(stack, name, value)

    def settings_file(self, stack: str) -> Path:
        """The settings of a stack as Pulumi reads and writes them."""
        return write_shadow(self.program, self.home.shadows) / "stacks" / f"Pulumi.{stack}.yaml"

    def set_secret(self, stack: str, name: str, value: str) -> None:
        """Set a secret value in the world's copy of the settings, through a pipe: arguments show in process lists."""
        command, shadow = self._command(["config", "set", "--secret", name, "--stack", stack])
        done = subprocess.run(
            command, cwd=shadow, env=self.environment(), check=False, capture_output=True, text=True, input=value
        )
        if done.returncode:
            raise EngineFailed(done.stderr.strip())

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """The resources of the stack's state in the order of their creation; empty before the first up."""
        return list(self.deployment(stack).get("resources") or [])

    @cached_property
    def project(self) -> str:
        """The name of the program's project."""
        return project_of(self.program)

    def deployment(self, stack: str) -> dict[str, Any]:
        """The stack's state as the engine wrote it; empty before the first run. Secrets are encrypted."""
        file = self.checkpoint(stack)
        if not file.exists():
            return {}
        try:
            return json.loads(file.read_text())["checkpoint"].get("latest") or {}
        except json.JSONDecodeError as error:
            raise CutOff(
                f"the state of {stack} is incomplete: its last write was interrupted; "
                f"run `make recover STACK={stack}`; read: docs/runbooks/recovery.md"
            ) from error

    def checkpoint(self, stack: str) -> Path:
        """The file in which the back end keeps the stack's state."""
        return self.home.state / ".pulumi" / "stacks" / self.project / f"{stack}.json"

    def _with(self, arguments: Sequence[str], variables: Mapping[str, str] | None) -> dict[str, str]:
        debug = {DEBUG_VARIABLE: "1"} if DEBUG_FLAGS & set(arguments) else {}
        return {**self.environment(), **debug, **(variables or {})}

    def _command(self, arguments: Sequence[str]) -> tuple[list[str], Path]:
        shadow = write_shadow(self.program, self.home.shadows)
        return [str(self.executable), *arguments], shadow

    def _write_passphrase(self) -> None:
        if not self.home.passphrase.exists():
            descriptor = os.open(self.home.passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))


def _messages(done: subprocess.CompletedProcess[str]) -> str:
    """The error messages of a command that failed: with ``--json`` the rest of its output is the whole state."""
    try:
        messages = [str(each["message"]).strip() for each in json.loads(done.stdout)["diagnostics"]]
    except (ValueError, KeyError, TypeError):
        messages = [] if done.stderr.strip() else [done.stdout.strip()]
    return "\n".join([*messages, done.stderr.strip()]).strip()
