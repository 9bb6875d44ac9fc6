"""The verbs of the Makefile: whole runs in the offline world, with the stacks that a stack needs brought up first."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Annotated, ParamSpec

import typer
from rich.console import Console

from components.problems import MystiraError
from offline.azure.owned import move_owned
from offline.engine.drift import drift_of
from offline.engine.home import PROJECT
from offline.engine.needs import check_needs, needs_of
from offline.engine.prepare import prepare
from offline.engine.recovery import needs_recovery
from offline.engine.recovery import recover as recovered
from offline.engine.run import Engine, EngineFailed
from offline.engine.summary import print_summary
from offline.world.store import World

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(highlight=False)
Parameters = ParamSpec("Parameters")
Stack = Annotated[str, typer.Argument(help="shared, dev, staging or prod")]

UNPROTECT = "UNPROTECT"
"""Variable that, set to 1, lets `destroy` delete what is protected."""

DRIFTED = 3
"""Exit code of `drift` when the cloud is not as Pulumi left it; 0 is clean, 1 an error, 2 a wrong command line. `make`
itself ends with 2 whatever its command said."""


def _reported(command: Callable[Parameters, int]) -> Callable[Parameters, None]:
    """A command whose errors are one message, never a traceback, and whose result is the exit code."""

    @wraps(command)
    def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except MystiraError as error:
            Console(stderr=True).print(f"error: {error}", style="red", markup=False, highlight=False)
            code = 1
        raise typer.Exit(code)

    return wrapper


def _engine(stack: str | None = None) -> Engine:
    engine = Engine()
    prepare(engine)
    if stack is not None:
        if stack not in engine.stacks():
            raise MystiraError(f"STACK: no such stack; seen: {stack}; allowed: {', '.join(engine.stacks())}")
        engine.ensure_stack(stack)
    move_owned(World(engine.home.cloud))
    return engine


@app.command()
@_reported
def setup() -> int:
    """Prepare the engine, its private home and the SDK's schema."""
    _engine()
    return 0


@app.command()
@_reported
def up(stack: Stack) -> int:
    """Bring up the stacks that this one needs, then the stack itself."""
    engine = _engine(stack)
    started = time.monotonic()
    brought_up: list[str] = []
    for each in [*needs_of(engine, stack), stack]:
        console.rule(f"[bold]{each}")
        engine.ensure_stack(each)
        before = World(engine.home.cloud).seen()
        code = engine.run(["up", "--stack", each, "--yes", "--suppress-outputs"])
        if code:
            if needs_recovery(engine, each, before):
                console.print(f"Next: make recover STACK={each}   (docs/runbooks/recovery.md)", style="bold")
            return code
        brought_up.append(each)
    print_summary(engine, brought_up, console, seconds=time.monotonic() - started)
    return 0


@app.command()
@_reported
def preview(stack: Stack) -> int:
    """Show what would change."""
    engine = _engine(stack)
    check_needs(engine, stack)
    return engine.run(["preview", "--stack", stack, "--diff"])


@app.command()
@_reported
def refresh(stack: Stack) -> int:
    """Bring the state up to date with the cloud."""
    return _engine(stack).run(["refresh", "--stack", stack, "--yes", "--skip-preview"])


@app.command()
@_reported
def recover(stack: Stack) -> int:
    """Clean up after a run that was killed or cut off, so that the next one finishes its work."""
    found = list(recovered(_engine(stack), stack).lines)
    for line in found:
        console.print(f"{stack}: {line}", markup=False, soft_wrap=True)
    console.print(f"{stack}: {'nothing to recover' if not found else f'Next: make up STACK={stack}'}", markup=False)
    return 0


@app.command()
@_reported
def drift(stack: Stack) -> int:
    """Report what differs from the state: 0 clean, 3 drift, 1 error."""
    found = drift_of(_engine(stack), stack)
    for line in found:
        console.print(line, markup=False, soft_wrap=True)
    console.print(f"{stack}: {'no drift' if not found else f'{len(found)} differences'}", markup=False)
    return DRIFTED if found else 0


@app.command()
@_reported
def secrets(stack: Stack) -> int:
    """Report age, end and owner of every secret: 0 only when all are good."""
    engine = _engine(stack)
    state = engine.capture(["stack", "export", "--stack", stack])
    if state.returncode:
        raise EngineFailed(state.stderr.strip())
    report = [sys.executable, "-m", "stacks", "secrets", stack, "--state", "-"]
    done = subprocess.run(report, input=state.stdout, text=True, cwd=PROJECT, env=engine.environment(), check=False)
    return done.returncode


@app.command()
@_reported
def destroy(stack: Stack) -> int:
    """Delete everything of the stack; what is protected only with UNPROTECT=1."""
    engine = _engine(stack)
    protected = [str(each["urn"]).rpartition("::")[2] for each in engine.resources(stack) if each.get("protect")]
    if protected and os.environ.get(UNPROTECT) != "1":
        raise MystiraError(
            f"{stack} holds data that is protected; seen: {', '.join(sorted(set(protected)))}; "
            f"allowed: make destroy STACK={stack} {UNPROTECT}=1; read: docs/runbooks/protection.md"
        )
    if protected:
        code = engine.run(["state", "unprotect", "--all", "--stack", stack, "--yes"])
        if code:
            return code
    code = engine.run(["destroy", "--stack", stack, "--yes", "--skip-preview"])
    kept = World(engine.home.cloud).kept()
    if kept:
        said = f"{len(kept)} deleted resources keep their names for a while, as at Azure: the next `up` meets them."
        console.print(said, soft_wrap=True)
        console.print("  .venv/bin/python -m offline cloud deleted      lists them", soft_wrap=True)
        console.print("  .venv/bin/python -m offline cloud purge --all  frees those that may be purged", soft_wrap=True)
        console.print(
            "  make reset                                     frees all, with everything else", soft_wrap=True
        )
    return code


if __name__ == "__main__":
    sys.exit(app())
