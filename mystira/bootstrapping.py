"""The steps that bring a stack up with a local state and then move that state into the store that the stack has made.

Each step finds out from what is there whether it is still to be done, so a run that was killed is simply repeated.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from components.problems import MystiraError
from mystira.rehearsal import InstalledPulumi
from offline.commands.output import say
from offline.engine.backend import check_alone, restore, stale_locks
from offline.engine.documents import parse
from offline.engine.home import Home
from offline.engine.recovery import settle_pending_creates
from offline.engine.run import BACKEND_VARIABLE, Engine

READ = "docs/runbooks/state.md"
PASSPHRASE = "passphrase"
"""The secrets provider of the local state, as Pulumi calls it."""

MISSING_RIGHTS = ("AuthorizationPermissionMismatch", "ForbiddenByRbac")
"""The codes with which a storage account and a vault refuse a login without its role (Microsoft: Troubleshoot 403
errors in Azure Storage; Azure Key Vault REST API error codes)."""
PAUSE_SECONDS = 15
ATTEMPTS = 41
"""A role assignment takes up to ten minutes to take effect (Microsoft: Troubleshoot Azure RBAC)."""


@dataclass(frozen=True)
class Target:
    """Where the state goes."""

    backend: str
    """The back end, as `pulumi login` takes it."""
    secrets_provider: str
    """The secrets provider, as `pulumi stack init` takes it."""


@dataclass
class Bootstrap:
    """The move of one stack. ``engine`` works on a local back end that nothing else uses."""

    engine: Engine
    stack: str
    target: Target
    settings: Path
    """The stack's settings file, into which Pulumi writes the secrets provider."""
    preflight: Callable[[], None]
    """Refuses what cannot work, before anything is made. Raises ``MystiraError``."""
    ask: bool = False
    """Whether Pulumi shows what it is about to create and asks."""
    wait: Callable[[float], None] = time.sleep

    def run(self) -> None:
        """Do what is still to be done. Raises ``MystiraError``."""
        self._forget_finished()
        if not (self._killed_after_move() if self._begun else self._moved()):
            self._up()
            self._move()
        self._expect(self._stored, "preview", "--stack", self.stack, "--expect-no-changes", "--suppress-outputs")
        self._clean()

    @property
    def _begun(self) -> bool:
        """Whether the local back end has the stack."""
        return self.engine.checkpoint(self.stack).exists()

    @property
    def _saved(self) -> Path:
        """The settings file as it was before a move. It exists during a move and after one that succeeded."""
        return self.engine.home.root / self.settings.name

    @property
    def _finished(self) -> Path:
        """What the folder of the local back end is called once nothing needs it: it goes in one step."""
        return self.engine.home.root.with_name(f"{self.engine.home.root.name}.finished")

    @property
    def _stored(self) -> dict[str, str]:
        """Variables with which Pulumi works on the store."""
        return {BACKEND_VARIABLE: self.target.backend}

    def _moved(self) -> bool:
        """Whether an earlier run has finished, here or elsewhere. Raises ``MystiraError`` for a state elsewhere."""
        settings = parse(self.settings.read_text()) or {}
        seen = settings.get("secretsprovider") or (PASSPHRASE if settings.get("encryptionsalt") else "")
        if seen and _vault(seen) != _vault(self.target.secrets_provider):
            raise MystiraError(
                f"{self.settings.name}: secretsprovider: {self.stack} has a state elsewhere; seen: {seen}; "
                f"allowed: {self.target.secrets_provider}, or none; read: {READ}"
            )
        return bool(seen)

    def _killed_after_move(self) -> bool:
        """Whether a run was killed when the store had the whole state. Of half a move nothing is left."""
        if not self._saved.exists():
            return False
        if self._store_has():
            return True
        say(f"{self.settings.name}: as it was before a move that was killed")
        shutil.copyfile(self._saved, self.settings)
        self._saved.unlink()
        return False

    def _up(self) -> None:
        """Bring the stack up with a local state."""
        if not self._begun:
            self.preflight()
            self._expect(None, "stack", "init", self.stack, "--no-select", "--secrets-provider", PASSPHRASE)
        check_alone(self.engine, self.stack)
        restore(self.engine, self.stack)
        if stale_locks(self.engine, self.stack):
            self._expect(None, "cancel", self.stack, "--yes")
        if self.engine.deployment(self.stack).get("pending_operations"):
            settle_pending_creates(self.engine, self.stack)
        say(f"{self.stack}: bringing it up with a local state")
        yes = () if self.ask else ("--yes", "--skip-preview")
        self._expect(None, "up", "--stack", self.stack, "--suppress-outputs", *yes)

    def _move(self) -> None:
        """Move the state, as soon as the roles have taken effect."""
        said = self._try_to_move()
        for _ in range(ATTEMPTS - 1):
            if not said:
                break
            self.wait(PAUSE_SECONDS)
            said = self._try_to_move()
        if said:
            raise MystiraError(
                f"this login may not use {self.target.backend} or {self.target.secrets_provider}; seen: {said}; "
                "allowed: a member of the group mystira:people.platform, or one that mystira:access gives both roles; "
                f"read: {READ}"
            )
        say(f"{self.stack}: the state is in {self.target.backend}")

    def _try_to_move(self) -> str:
        """Move the state; returns the code with which Azure refuses a login without its role, or nothing.

        Pulumi takes back what an attempt that fails has changed; only one that is killed leaves something.
        """
        if self._store_has():
            raise MystiraError(
                f"{self.target.backend}: {self.stack} has a state there, and another one in {self.engine.home.root}; "
                f"allowed: one of them; read: {READ}"
            )
        part = self._saved.with_name(f"{self._saved.name}.part")
        shutil.copyfile(self.settings, part)
        part.replace(self._saved)
        source, provider = self.engine.environment()[BACKEND_VARIABLE], self.target.secrets_provider
        arguments = ["stack", "migrate", source, self.stack, "--yes", "--secrets-provider", provider]
        done = self.engine.capture(arguments, self._stored)
        if done.returncode == 0:
            return ""
        self._saved.unlink()
        output = (done.stderr + done.stdout).strip()
        refused = next((code for code in MISSING_RIGHTS if code in output), "")
        if not refused:
            raise MystiraError(f"`pulumi stack migrate` failed: {output}; read: {READ}")
        say(f"{self.stack}: waiting for a role to take effect ({refused})")
        return refused

    def _store_has(self) -> bool:
        """Whether the store has the stack with its resources, which Pulumi writes last and in one step.

        A stack without resources is half a move: it is removed.
        """
        found = self.engine.capture(["stack", "export", "--stack", self.stack], self._stored)
        if found.returncode:
            return False
        if json.loads(found.stdout)["deployment"].get("resources"):
            return True
        self._expect(self._stored, "cancel", self.stack, "--yes")
        self._expect(self._stored, "stack", "rm", self.stack, "--yes", "--force", "--preserve-config")
        return False

    def _clean(self) -> None:
        """Remove every local copy: the back end with its passphrase, and what `pulumi stack migrate` set aside."""
        for copy in self.settings.parent.glob(f"{self.settings.name}.bak.*"):
            copy.unlink()
        if self.engine.home.root.exists():
            self.engine.home.root.rename(self._finished)
        self._forget_finished()

    def _forget_finished(self) -> None:
        shutil.rmtree(self._finished, ignore_errors=True)

    def _expect(self, variables: dict[str, str] | None, *arguments: str) -> None:
        if self.engine.run(arguments, variables):
            raise MystiraError(f"`pulumi {' '.join(arguments)}` failed; its output is above; read: {READ}")


def _vault(provider: str) -> str:
    """The vault of a secrets provider: a stack may have moved to another key there."""
    return provider.rpartition("/keys/")[0]


class CheckoutPulumi(InstalledPulumi):
    """The Pulumi of this machine on this checkout, with a local back end in a separate folder."""

    @classmethod
    def on(cls, program: Path, folder: Path) -> CheckoutPulumi:
        """On the checkout ``program``; ``folder`` keeps the local state and its passphrase."""
        return cls(Home(folder), program)

    @cached_property
    def executable(self) -> Path:
        """The `pulumi` on the PATH. The folder, which holds a passphrase, is for this user alone."""
        self.home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return super().executable
