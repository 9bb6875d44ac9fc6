"""`mystira status`: how the stacks are, in the offline world or at Azure."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from components.problems import MystiraError
from mystira.choosing import chosen
from offline.commands.output import AsJson, print_json, say
from offline.engine.home import Home
from offline.engine.looked import last_look
from offline.engine.run import TODAY, Engine
from stacks.clock import today
from stacks.plan.load import PROJECT, plan_of
from stacks.reports.status import Drift, Status, lines_of, status_of
from stacks.settings.loading import stacks_in

READ = "docs/runbooks/first-deployment.md"
HISTORY = ("--json", "--page-size", "1")

One = Annotated[
    str, typer.Argument(help="a stack; all by default", autocompletion=lambda: stacks_in(PROJECT), show_default=False)
]
Real = Annotated[
    bool | None,
    typer.Option(
        "--real/--offline",
        help="the stacks of your own Pulumi, or those of the offline world; offline where there is a world",
        show_default=False,
    ),
]


class BackEnd(Protocol):
    """Where stacks are, and how a person goes on from there."""

    today: date
    looks: str
    """The command that looks for drift; ``{stack}`` stands for the stack."""
    recovers: str
    brings_up: str

    def deployment(self, stack: str) -> Mapping[str, Any] | None:
        """The state, ``None`` where there is no such stack."""
        ...

    def history(self, stack: str) -> Sequence[Mapping[str, Any]]:
        """The last update of a stack that is there."""
        ...

    def drift(self, stack: str, updated: str) -> Drift | None:
        """The last look for drift; ``updated`` is when the stack was updated last."""
        ...


@dataclass
class OfflineStacks:
    """The stacks of the offline world."""

    engine: Engine
    today: date = TODAY
    looks: str = "look: make drift STACK={stack}"
    recovers: str = "make recover STACK={stack}"
    brings_up: str = "make up STACK={stack}"

    def deployment(self, stack: str) -> Mapping[str, Any] | None:
        return self.engine.deployment(stack) if self.engine.checkpoint(stack).exists() else None

    def history(self, stack: str) -> Sequence[Mapping[str, Any]]:
        return self.engine.json(["stack", "history", "--stack", stack, *HISTORY]) or ()

    def drift(self, stack: str, updated: str) -> Drift | None:
        found = last_look(self.engine.home, stack)
        return Drift(found.at, found.differences, outdated=_instant(updated) > _instant(found.at)) if found else None


@dataclass
class RealStacks:
    """The stacks of the Pulumi on the PATH, with the back end that its user has logged in to."""

    folder: Path = PROJECT
    today: date = field(default_factory=today)
    looks: str = "look: pulumi refresh --preview-only --diff -s {stack}, or the last run of the workflow drift"
    recovers: str = "pulumi refresh -s {stack} (docs/runbooks/recovery.md)"
    brings_up: str = "pulumi up -s {stack} (docs/runbooks/first-deployment.md)"

    def deployment(self, stack: str) -> Mapping[str, Any] | None:
        found = self._json(stack, "stack", "export", "--stack", stack)
        return None if found is None else found.get("deployment") or {}

    def history(self, stack: str) -> Sequence[Mapping[str, Any]]:
        return self._json(stack, "stack", "history", "--stack", stack, *HISTORY) or ()

    def drift(self, stack: str, updated: str) -> Drift | None:
        return None

    def _json(self, stack: str, *arguments: str) -> Any:
        """What Pulumi prints, ``None`` where it knows no such stack."""
        command = ["pulumi", *arguments, "--non-interactive"]
        try:
            done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            allowed = "Pulumi, logged in; or --offline"
            raise MystiraError(f"PATH: no pulumi, which knows {stack}; allowed: {allowed}; read: {READ}") from None
        said = " ".join(done.stderr.split())
        if done.returncode and f"no stack named '{stack}' found" in said:
            return None
        if done.returncode:
            raise MystiraError(f"{' '.join(command)}: seen: {said}; allowed: a login to the back end; read: {READ}")
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise MystiraError(f"{' '.join(command)}: not JSON; seen: {error.msg}") from error


def status(stack: One = "", real: Real = None, as_json: AsJson = False) -> None:
    """Show how a stack is: last update, resources, pending operations, drift, secrets due, ends of life, waivers."""
    stacks = chosen([stack] if stack else None, PROJECT)
    home = Home.default()
    offline = home.state.exists() if real is None else not real
    back_end: BackEnd = OfflineStacks(Engine(home)) if offline else RealStacks()
    with ThreadPoolExecutor() as threads:
        found = list(threads.map(lambda each: _status(back_end, each), stacks))
    if as_json:
        print_json({"offline": offline, "stacks": found})
        return
    say("The offline world; --real shows the stacks at Azure." if offline else "The stacks of your own Pulumi.")
    for each in found:
        commands = {
            name: getattr(back_end, name).format(stack=each.stack) for name in ("looks", "recovers", "brings_up")
        }
        for line in lines_of(each, **commands):
            say(line)


def _instant(text: str) -> datetime:
    """A moment of Pulumi's history or of ours; the beginning of time for none."""
    return datetime.fromisoformat(text) if text else datetime.min.replace(tzinfo=UTC)


def _status(back_end: BackEnd, stack: str) -> Status:
    plan = plan_of(stack, PROJECT, back_end.today)
    deployment = back_end.deployment(stack)
    history = back_end.history(stack) if deployment is not None else ()
    updated = str(history[0].get("endTime") or "") if history else ""
    return status_of(plan, deployment, history, back_end.today, back_end.drift(stack, updated))
