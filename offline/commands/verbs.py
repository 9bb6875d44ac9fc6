"""The verbs: whole runs in the offline world, with the stacks that a stack depends on brought up first."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from components.problems import InvalidInput, MystiraError, Problem
from offline.azure.owned import make_anomaly_rules, move_owned
from offline.azure.rules import LOCK
from offline.commands.output import FAILED, STALE, AsJson, console, ended, group, print_json, say
from offline.commands.pulumi import PASSED_ON
from offline.commands.quiet import asks_for_json, asks_to_see, previewed, run_quietly, watched
from offline.engine.drift import drift_of
from offline.engine.home import PROJECT
from offline.engine.looked import remember
from offline.engine.needs import check_needs, needs_of
from offline.engine.prepare import prepare
from offline.engine.recovery import needs_recovery
from offline.engine.recovery import recover as recovered
from offline.engine.run import Engine
from offline.engine.shadow import stacks_of
from offline.engine.summary import print_logs, print_summary
from offline.world.store import World

TAKE_DOWN = ("--yes", "--skip-preview", "--run-program", "--ignore-protect")
"""How `pulumi destroy` deletes all of a stack whose data nobody misses. The program runs for its hooks, which wait for
what Azure refuses for a while."""
POLICIES = ("--policy-pack", str(PROJECT / "policies"))
"""The policy pack, which looks at every preview and update."""
UNPROTECT = "UNPROTECT"
"""Variable that, set to 1, lets `destroy` delete a stack with locks."""

app = group("Run Pulumi on the offline cloud.")
Stack = Annotated[
    str,
    typer.Argument(
        help="a stack with a settings file, such as shared or dev", autocompletion=lambda: stacks_of(PROJECT)
    ),
]


def engine_for(stack: str | None = None) -> Engine:
    """The engine, set up, with ``stack`` created where it is missing. Raises ``InvalidInput`` for an unknown stack."""
    engine = Engine()
    if stack is not None and stack not in engine.stacks():
        raise InvalidInput([Problem("STACK", "no such stack", stack, ", ".join(engine.stacks()))])
    prepare(engine)
    if stack is not None:
        engine.ensure_stack(stack)
    move_owned(World(engine.home.cloud))
    return engine


@app.command()
def setup() -> None:
    """Prepare the engine, its private home, the servers of clusters and the SDK's schema."""
    engine_for()


@app.command(context_settings=PASSED_ON)
def up(stack: Stack, context: typer.Context) -> None:
    """Bring up the stacks that this one depends on, then the stack itself; as an identity, the stack itself alone.

    Further arguments go to `pulumi up` of the stack itself: `mystira offline up dev --target URN`.
    """
    engine = engine_for(stack)
    started = time.monotonic()
    brought_up: list[str] = []
    logs: list[Path] = []
    for each in [*_brought_up_first(engine, stack), stack]:
        console.rule(f"[bold]{each}")
        engine.ensure_stack(each)
        before = World(engine.home.cloud).seen()
        if _brought_up(engine, each, context.args if each == stack else [], logs):
            if needs_recovery(engine, each, before):
                say(f"Next: make recover STACK={each}   (docs/runbooks/recovery.md)", style="bold")
            print_logs(logs, console)
            raise typer.Exit(FAILED)
        brought_up.append(each)
    print_summary(engine, brought_up, console, seconds=time.monotonic() - started, logs=logs)


@app.command(context_settings=PASSED_ON)
def preview(stack: Stack, context: typer.Context) -> None:
    """Show what `up` would change, what it replaces and deletes first; further arguments go to `pulumi preview`."""
    engine = engine_for(stack)
    check_needs(engine, stack)
    arguments = ["preview", "--stack", stack, "--diff", *POLICIES, *context.args]
    if asks_for_json(context.args):
        _run(engine, *arguments)
    else:
        ended(FAILED if previewed(engine, stack, arguments) else 0)


@app.command(context_settings=PASSED_ON)
def refresh(stack: Stack, context: typer.Context) -> None:
    """Bring the state up to date with the cloud; further arguments go to `pulumi refresh`."""
    _run(engine_for(stack), "refresh", "--stack", stack, "--yes", "--skip-preview", *context.args)


@app.command()
def recover(stack: Stack) -> None:
    """Clean up after a run that was killed or cut off, so that the next `up` finishes the work."""
    found = list(recovered(engine_for(stack), stack).lines)
    for line in found:
        say(f"{stack}: {line}")
    say(f"{stack}: {'nothing to recover' if not found else f'Next: make up STACK={stack}'}")


@app.command()
def drift(stack: Stack, as_json: AsJson = False) -> None:
    """Report what differs between the state and the cloud: exit code 0 for no drift, 3 for drift, 1 for an error."""
    engine = engine_for(stack)
    found = drift_of(engine, stack)
    remember(engine.home, stack, found)
    if as_json:
        print_json({"stack": stack, "differences": found})
    else:
        for line in found:
            say(line)
        say(f"{stack}: {'no drift' if not found else f'{len(found)} differences'}")
    ended(STALE if found else 0)


@app.command(context_settings=PASSED_ON)
def destroy(stack: Stack, context: typer.Context) -> None:
    """Delete everything of the stack; a locked one (`mystira:protection`) only with UNPROTECT=1. Further arguments go
    to `pulumi destroy`."""
    engine = engine_for(stack)
    locked = {str(each["urn"]).rpartition("::")[2] for each in engine.resources(stack) if each["type"] == LOCK.token}
    if locked and os.environ.get(UNPROTECT) != "1":
        raise MystiraError(
            f"{stack} holds data that is locked; seen: {', '.join(sorted(locked))}; "
            f"allowed: make destroy STACK={stack} {UNPROTECT}=1; read: docs/runbooks/protection.md"
        )
    code = engine.run(["destroy", "--stack", stack, *TAKE_DOWN, *context.args])
    kept = World(engine.home.cloud).kept()
    if kept:
        say(f"{len(kept)} deleted resources keep their names for a while, as at Azure: the next `up` meets them.")
        say("  mystira offline cloud deleted      lists them")
        say("  mystira offline cloud purge --all  frees those that may be purged")
        say("  make reset                         frees all, with everything else")
    ended(FAILED if code else 0)


def _brought_up_first(engine: Engine, stack: str) -> list[str]:
    """What the stack depends on. An identity has no right in other stacks, so that they must be up already."""
    with World(engine.home.cloud).limits() as limits:
        alone = bool(limits.login().object_id)
    if alone:
        check_needs(engine, stack)
    return [] if alone else needs_of(engine, stack)


def _brought_up(engine: Engine, stack: str, further: Sequence[str], logs: list[Path]) -> int:
    """Run `pulumi up` and return its exit code. Where nobody watches, neither its preview nor a line for each step is
    printed, and ``logs`` gets the file with all of it. After one that succeeds Azure makes what it then misses."""
    code = _ended_up(engine, stack, further, logs)
    if code == 0:
        make_anomaly_rules(World(engine.home.cloud))
    return code


def _ended_up(engine: Engine, stack: str, further: Sequence[str], logs: list[Path]) -> int:
    arguments = ["up", "--stack", stack, "--yes", "--suppress-outputs", *POLICIES, *further]
    if watched() or asks_to_see(further):
        return engine.run(arguments)
    logs.append(engine.home.logs / f"up-{stack}.log")
    return run_quietly(engine, arguments, logs[-1])


def _run(engine: Engine, *arguments: str) -> None:
    """Run a Pulumi command; what it printed says why it failed."""
    ended(FAILED if engine.run(arguments) else 0)
