"""`mystira smoke`: whether what a stack shows to the internet answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import httpx
import typer

from mystira.choosing import Folder, Stack, plan_for
from offline.commands.output import FAILED, AsJson, ended, print_json, say
from stacks.parts.edge.plan import EDGE
from stacks.parts.hosts.plan import HOSTS
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan

WAIT_SECONDS = 10.0
"""For one answer, as the estate's monitor waits (estate-platform §3.5)."""
BETWEEN_SECONDS = 15.0
TRIES = 20
"""Five minutes: a release starts, certificates and names spread."""
BAD = 400

Minutes = Annotated[int, typer.Option("--tries", min=1, help="how often each is asked, 15 seconds apart")]


@dataclass(frozen=True)
class Answer:
    """What one address answered last."""

    name: str
    url: str
    good: bool
    seen: str
    """The status, or why there was none."""


def smoke(stack: Stack, folder: Folder = PROJECT, tries: Minutes = TRIES, as_json: AsJson = False) -> None:
    """Ask everything that a stack shows to the internet until it answers; exit code 1 where something does not.

    Asked are the public hosts that its edge serves, each at its probe. A redirect is an answer. A host that is only
    prepared, or that no edge serves, is listed and not asked.
    """
    asked, left_out = targets(plan_for(stack, folder))
    answers = list(ask_all(asked, tries))
    bad = [each for each in answers if not each.good]
    if as_json:
        print_json({"stack": stack, "answers": answers, "not_served": left_out})
    else:
        for each in answers:
            say(f"{'ok    ' if each.good else 'FAILED'} {each.name} {each.url}: {each.seen}")
        for name in left_out:
            say(f"not served here: {name}")
        say(f"{stack}: {len(answers)} asked, {len(bad)} do not answer")
    ended(FAILED if bad else 0)


def targets(plan: StackPlan) -> tuple[Sequence[tuple[str, str]], Sequence[str]]:
    """What is asked, name and address, and the hosts that the edge does not serve."""
    edge = plan.get(EDGE)
    served = {each.host for each in edge.spec.entrances} if edge else set[str]()
    hosts = [each for each in plan.get(HOSTS) or () if each.monitor_url]
    asked = [(each.name, each.monitor_url) for each in hosts if each.name in served]
    return asked, [each.name for each in hosts if each.name not in served]


def ask_all(
    asked: Sequence[tuple[str, str]], tries: int = TRIES, wait: Callable[[float], None] = time.sleep
) -> Iterator[Answer]:
    """Ask each until it answers, or often enough."""
    with httpx.Client(timeout=WAIT_SECONDS, follow_redirects=False) as client:
        waiting, rest = list(asked), tries
        while waiting:
            rest -= 1
            answers = [_ask(client, name, url) for name, url in waiting]
            yield from (each for each in answers if each.good or not rest)
            waiting = [(each.name, each.url) for each in answers if not each.good] if rest else []
            if waiting:
                wait(BETWEEN_SECONDS)


def _ask(client: httpx.Client, name: str, url: str) -> Answer:
    try:
        status = client.get(url).status_code
    except httpx.HTTPError as error:
        return Answer(name, url, good=False, seen=f"{type(error).__name__}: {error}")
    return Answer(name, url, good=status < BAD, seen=f"HTTP {status}")
