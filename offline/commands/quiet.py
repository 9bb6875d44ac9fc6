"""Runs of Pulumi that say what matters first: a quiet `up` where nobody watches, a preview that begins with losses."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from offline.commands.output import console, say
from offline.engine.run import Engine
from offline.engine.steps import Loss, events_in, losses

SECTIONS = ("Policies:", "Diagnostics:", "Resources:")
"""The headings with which Pulumi begins what it says at the end of a run."""

UPDATES = "Updating ("
"""How Pulumi begins an update, after its preview."""

LAST = 20
"""Lines that are shown of a run that was killed or never began."""

JSON = ("--json", "-j")
SHOWS = (*JSON, "--diff", "--debug", "-d", "--show-sames", "--show-config", "--show-reads", "--help", "-h")
"""Arguments that ask for something to see."""

EVENT_LOG = "--event-log"


def watched() -> bool:
    """Whether somebody watches: standard output is a terminal."""
    return sys.stdout.isatty()


def asks_to_see(arguments: Sequence[str]) -> bool:
    """Whether arguments ask for output that a file must not swallow."""
    return any(each in SHOWS for each in arguments)


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether the output is for a script, which wants nothing else in it."""
    return any(each in JSON for each in arguments)


def run_quietly(engine: Engine, arguments: Sequence[str], log: Path) -> int:
    """Run a Pulumi command without its progress: all that it prints is in ``log``, its last words are printed.

    Returns its exit code.
    """
    code = engine.logged(arguments, log)
    for line in ending(log.read_text()):
        say(line)
    return code


def ending(text: str) -> list[str]:
    """What Pulumi says at the end of a run: its last lines where it never came to its end."""
    lines = text.splitlines()
    # A preview comes first, and stops what must not begin; what it has to say besides, the update says again.
    began = max((number for number, line in enumerate(lines) if line.startswith(UPDATES)), default=0)
    lines = lines[began:]
    start = next((number for number, line in enumerate(lines) if line.startswith(SECTIONS)), -LAST)
    return lines[start:]


def previewed(engine: Engine, stack: str, arguments: Sequence[str]) -> int:
    """Run `pulumi preview`; prints what it replaces and deletes, then all that it printed. Returns its exit code."""
    log = engine.home.logs / f"preview-{stack}.log"
    usual = log.with_suffix(".jsonl").resolve()
    events, rest = _event_log(arguments, usual)
    events.unlink(missing_ok=True)
    arguments = [*rest, EVENT_LOG, str(events)]
    if watched():
        with console.status(f"previewing {stack}"):
            code = engine.logged([*arguments, "--color", "always"], log)
    else:
        code = engine.logged(arguments, log)
    found = losses(events_in(events))
    # A preview that failed may not have come as far as all of its losses.
    for line in lost(stack, found) if found or not code else ():
        say(line)
    if events == usual:
        # Several megabytes, of no use to anybody once they are read.
        events.unlink(missing_ok=True)
    sys.stdout.write(log.read_text())
    sys.stdout.flush()
    return code


def lost(stack: str, found: Sequence[Loss]) -> list[str]:
    """How a preview begins."""
    if not found:
        return [f"{stack}: nothing is replaced or deleted"]
    replaced = sum(each.replaced for each in found)
    return [
        f"{stack}: {replaced} replaced, {len(found) - replaced} deleted",
        *(f"  {each.line}" for each in found),
        "",
    ]


def _event_log(arguments: Sequence[str], usual: Path) -> tuple[Path, list[str]]:
    """The file for the engine's events, in full because the engine runs in another folder, and the other arguments."""
    events, rest = usual, list[str]()
    words = iter(arguments)
    for each in words:
        if each == EVENT_LOG:
            events = Path(next(words, usual))
        elif each.startswith(f"{EVENT_LOG}="):
            events = Path(each.partition("=")[2])
        else:
            rest.append(each)
    return events.resolve(), rest
