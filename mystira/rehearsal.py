"""The steps of a rehearsal, on the offline cloud or in an empty subscription.

A rehearsal works on a copy of the project, with another state and passphrase, so that neither the committed settings
nor the state of a live stack can be touched. It takes over nothing that is live: what it brings up it also deletes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from components.problems import MystiraError
from offline.commands.verbs import TAKE_DOWN
from offline.engine.documents import parse
from offline.engine.home import HOME_VARIABLE, Home
from offline.engine.needs import needs_of
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.engine.shadow import copy_settings
from stacks.plan.load import PROJECT

READ = "docs/runbooks/first-deployment.md"
PROGRAM = ("components", "stacks", "policies", "offline", "mystira", "docs")
"""The folders of a checkout that Pulumi's Python host needs to run the program."""
FILES = ("Pulumi.yaml", "__main__.py", "pyproject.toml", "uv.lock", "README.md")
SETTINGS = "Pulumi.*.yaml"
PASSPHRASE_VARIABLE = "PULUMI_CONFIG_PASSPHRASE"
"""The user's passphrase: Pulumi would prefer it to the file of the rehearsal."""

ADOPTIONS = ("adopt", "dns.adopt")
"""The settings that take over live resources, which the end of the rehearsal would delete."""


class InstalledPulumi(Engine):
    """The Pulumi of this machine with the login of this user, on a copy of the project and a state in a local file."""

    @classmethod
    def in_folder(cls, folder: Path) -> InstalledPulumi:
        """In ``folder``, which keeps the copy of the project and the state."""
        return cls(Home(folder), folder / "checkout")

    @cached_property
    def executable(self) -> Path:
        """The `pulumi` on the PATH. Raises :class:`~components.problems.MystiraError` where there is none."""
        found = shutil.which("pulumi")
        if found is None:
            raise MystiraError(f"PATH: no pulumi; allowed: the version in Pulumi.yaml, or newer; read: {READ}")
        self.home.state.mkdir(parents=True, exist_ok=True)
        self._write_passphrase()
        return Path(found)

    def environment(self) -> dict[str, str]:
        """The user's own environment and login, with a back end and a passphrase of the rehearsal."""
        dropped = (HOME_VARIABLE, PASSPHRASE_VARIABLE)
        kept = {key: value for key, value in os.environ.items() if key not in dropped}
        return kept | {
            "PULUMI_BACKEND_URL": self.home.state.resolve().as_uri(),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.home.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def settings_file(self, stack: str) -> Path:
        """The settings of a stack in the copy of the project."""
        return self.program / f"Pulumi.{stack}.yaml"

    def _command(self, arguments: Sequence[str]) -> tuple[list[str], Path]:
        return [str(self.executable), *arguments], self.program

    def install(self) -> None:
        """Copy the project where it is missing, and install its packages and plug-ins. Raises ``MystiraError``."""
        if not self.program.exists():
            scratch = self.program.with_name(f"{self.program.name}.part")
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir(parents=True)
            for name in PROGRAM:
                shutil.copytree(PROJECT / name, scratch / name, ignore=shutil.ignore_patterns("__pycache__"))
            for name in FILES:
                shutil.copy(PROJECT / name, scratch)
            for file in PROJECT.glob(SETTINGS):
                copy_settings(file, scratch / file.name)
            scratch.rename(self.program)
        expect(self, "install")


@dataclass
class Rehearsal:
    """A stack, with those that it reads, brought up under other names and taken down again."""

    engine: Engine
    stack: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """Values by path in the project's namespace, such as ``naming.instance``, that replace those of every stack."""
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By stack: values that replace those of this stack only."""
    taken: dict[str, float] = field(default_factory=dict)
    """Seconds of each step that has ended."""

    @property
    def stacks(self) -> list[str]:
        """The stacks in the order in which they come up."""
        return [*needs_of(self.engine, self.stack), self.stack]

    def standing(self) -> list[str]:
        """The stacks that still have resources, from this rehearsal or an earlier one."""
        return [stack for stack in self.stacks if self.engine.resources(stack)]

    def up(self) -> None:
        """Bring the stacks up, then show that a second run would change nothing. Raises ``MystiraError``."""
        for stack in self.stacks:
            self.engine.ensure_stack(stack)
            for path, value in {**self.settings, **self.own.get(stack, {})}.items():
                expect(self.engine, "config", "set", "--path", self._key(path), value, "--stack", stack)
            for path in filter(partial(self._has, stack), ADOPTIONS):
                expect(self.engine, "config", "rm", "--path", self._key(path), "--stack", stack)
            self._timed(f"up {stack}", "up", "--stack", stack, "--yes", "--skip-preview", "--suppress-outputs")
        for stack in self.stacks:
            self._timed(f"second preview {stack}", "preview", "--stack", stack, "--expect-no-changes")

    def down(self) -> None:
        """Delete every stack that has resources, the last one first. Raises ``MystiraError``."""
        for stack in reversed(self.standing()):
            self._timed(f"destroy {stack}", "destroy", "--stack", stack, *TAKE_DOWN)

    def vaults(self) -> Iterator[str]:
        """The names of the vaults that the stacks have now: Azure keeps them after the deletion."""
        for stack in self.stacks:
            for each in self.engine.resources(stack):
                if each["type"] == "azure-native:keyvault:Vault":
                    yield str(each["inputs"]["vaultName"])

    def _timed(self, step: str, *arguments: str) -> None:
        started = time.monotonic()
        expect(self.engine, *arguments)
        self.taken[step] = time.monotonic() - started

    def _key(self, path: str) -> str:
        return f"{self.engine.project}:{path}"

    def _has(self, stack: str, path: str) -> bool:
        """Whether the settings of a stack contain a path."""
        first, *rest = path.split(".")
        found = parse(self.engine.settings_file(stack).read_text())["config"].get(self._key(first))
        for key in rest:
            found = found.get(key) if isinstance(found, dict) else None
        return found is not None


def expect(engine: Engine, *arguments: str) -> None:
    """Run a Pulumi command. Raises ``MystiraError`` where it fails."""
    if engine.run(arguments):
        raise MystiraError(f"`pulumi {' '.join(arguments)}` failed; its output is above")


def offline_engine(folder: Path) -> Engine:
    """The engine of the offline world in ``folder``, set up."""
    engine = Engine(Home(folder))
    prepare(engine)
    return engine


def azure_engine(folder: Path) -> InstalledPulumi:
    """The Pulumi of this machine in ``folder``, with the project's packages and plug-ins installed."""
    engine = InstalledPulumi.in_folder(folder)
    engine.install()
    return engine
