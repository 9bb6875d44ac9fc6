"""Pulumi as a pipeline runs it: the program on the PATH, the state of `shared`'s store, the login of the job.

The state is reached with a login separate from that of the providers (docs/runbooks/first-deployment.md): a file with a
token of GitHub, which is written anew before every command, because it is good for minutes only. Without GitHub's
variables, at a person's desk, both logins are those of the person.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.problems import MystiraError
from mystira.choosing import plan_for
from mystira.preflight.login import REQUEST_URL, assertion
from stacks.parts.state.plan import STATE
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.settings.loading import SHARED

BACKEND = "PULUMI_BACKEND_URL"
CLIENT_ID = "AZURE_CLIENT_ID"
QUIET = ("--non-interactive", "--color", "never")
POLICIES = PROJECT / "policies"
"""The policy pack that every preview and every update runs."""


class PulumiFailed(MystiraError):
    """A Pulumi command failed; the message is what it printed last."""


@dataclass(frozen=True)
class Pulumi:
    """Pulumi for one stack."""

    plan: StackPlan
    folder: Path = PROJECT

    @property
    def stack(self) -> str:
        """The stack that every command names."""
        return self.plan.stack

    def run(self, *arguments: str) -> None:
        """Run a command on the terminal. Raises :class:`PulumiFailed`."""
        with self._environment() as variables:
            done = subprocess.run(self._command(arguments), cwd=self.folder, env=variables, check=False)
        if done.returncode:
            raise PulumiFailed(f"pulumi {arguments[0]} --stack {self.stack} failed; its output says why")

    def capture(self, *arguments: str) -> str:
        """What a command prints. Raises :class:`PulumiFailed` with its error."""
        with self._environment() as variables:
            done = subprocess.run(
                self._command(arguments),
                cwd=self.folder,
                env=variables,
                check=False,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
            )
        if done.returncode:
            raise PulumiFailed(_error(arguments[0], self.stack, done))
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What a command prints as JSON. Raises :class:`PulumiFailed`."""
        printed = self.capture(*arguments, "--json")
        try:
            return json.loads(printed) if printed.strip() else {}
        except ValueError as error:
            raise PulumiFailed(f"pulumi {arguments[0]} --stack {self.stack}: no JSON; seen: {error}") from error

    def exported(self) -> str:
        """The state, with its secrets encrypted."""
        return self.capture("stack", "export")

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["pulumi", *arguments, "--stack", self.stack, "--non-interactive"]

    @contextmanager
    def _environment(self) -> Iterator[dict[str, str]]:
        """The variables of a command; the token's file is deleted after it."""
        variables = {**os.environ, "PULUMI_DEBUG_COMMANDS": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"}
        if BACKEND not in variables:
            variables[BACKEND] = backend()
        if not os.environ.get(REQUEST_URL):
            yield variables
            return
        client, tenant, subscription = (
            os.environ.get(CLIENT_ID, ""),
            self.plan.tenant_id,
            self.plan.subscription_id,
        )
        with tempfile.TemporaryDirectory() as folder:
            token = Path(folder) / "token"
            token.touch(mode=0o600)
            token.write_text(assertion(os.environ)())
            yield {
                **variables,
                "ARM_USE_OIDC": "true",
                "ARM_CLIENT_ID": client,
                "ARM_TENANT_ID": tenant,
                "ARM_SUBSCRIPTION_ID": subscription,
                "AZURE_TENANT_ID": tenant,
                "AZURE_FEDERATED_TOKEN_FILE": str(token),
                # With it kubelogin asks GitHub anew each time (Azure/kubelogin: githubactionscredential.go).
                "AAD_LOGIN_METHOD": "workloadidentity",
            }


def pulumi_for(stack: str) -> Pulumi:
    """Pulumi for a stack, on its committed settings. Raises ``InvalidInput`` for what is wrong with them."""
    return Pulumi(plan_for(stack))


def backend() -> str:
    """Where the state is, as `shared` says."""
    return plan_for(SHARED).of(STATE).backend


def _error(command: str, stack: str, done: subprocess.CompletedProcess[str]) -> str:
    said = done.stderr.strip() or done.stdout.strip()
    try:
        messages = [str(each["message"]).strip() for each in json.loads(done.stdout)["diagnostics"]]
    except (ValueError, KeyError, TypeError):
        messages = [said]
    return f"pulumi {command} --stack {stack}: " + "\n".join(each for each in messages if each)
