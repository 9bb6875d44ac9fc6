"""`mystira check`: every problem of settings and catalogue at once."""

from __future__ import annotations

from dataclasses import asdict

from components.problems import InvalidInput, Problem
from mystira.choosing import Folder, Stacks, chosen
from offline.commands.output import FAILED, AsJson, ended, print_json, say
from stacks.clock import today
from stacks.parts.part import Notice
from stacks.plan.load import PROJECT, plan_of


def check(stacks: Stacks = None, folder: Folder = PROJECT, as_json: AsJson = False) -> None:
    """Check settings and catalogue: every problem of every stack at once, each printed once.

    Exit code 1 when there is a problem. Notices (versions that end soon, settings that have no effect) are no problems.
    """
    names = chosen(stacks, folder)
    problems: dict[Problem, list[str]] = {}
    notices: dict[Notice, list[str]] = {}
    for stack in names:
        try:
            for notice in plan_of(stack, folder, today()).notices:
                notices.setdefault(notice, []).append(stack)
        except InvalidInput as error:
            for problem in error.problems:
                problems.setdefault(problem, []).append(stack)
    if as_json:
        print_json(
            {
                "stacks": names,
                "problems": [asdict(problem) | {"stacks": found} for problem, found in problems.items()],
                "notices": [asdict(notice) | {"stacks": found} for notice, found in notices.items()],
            }
        )
    else:
        for problem in problems:
            say(str(problem), style="red")
        for notice in notices:
            say(f"notice: {notice.text}", style="yellow")
        if not problems:
            say(f"{', '.join(names)}: no problems")
    ended(FAILED if problems else 0)
