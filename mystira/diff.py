"""`mystira diff`: the settings in which two stacks differ."""

from __future__ import annotations

import json
from typing import Any

from rich.table import Table

from mystira.choosing import Folder, Stack, chosen
from offline.commands.output import AsJson, console, print_json, say
from stacks.plan.load import PROJECT
from stacks.reports.settings import differences
from stacks.settings.effective import Effective
from stacks.settings.loading import from_file

ABSENT = "-"
"""A stack that has no such setting, or no such key."""


def diff(left: Stack, right: Stack, folder: Folder = PROJECT, as_json: AsJson = False) -> None:
    """Show the settings in which two stacks differ, by path, defaults included."""
    chosen([left, right], folder)
    found = list(differences(from_file(left, folder), from_file(right, folder)))
    if as_json:
        print_json([{"path": each.path, left: _plain(each.left), right: _plain(each.right)} for each in found])
        return
    table = Table()
    for heading in ("setting", left, right):
        table.add_column(heading, overflow="fold")
    for each in found:
        table.add_row(each.path, shown(each.left), shown(each.right))
    if found:
        console.print(table)
    say(f"{len(found)} settings differ" if found else f"{left} and {right} have the same settings")


def shown(value: Effective | None) -> str:
    """A value as a person reads it."""
    if value is None:
        return ABSENT
    plain = value.value in (None, "") or isinstance(value.value, bool | list | tuple)
    text = json.dumps(value.value, default=str) if plain else str(value.value)
    return f"{text} (default)" if value.default else text


def _plain(value: Effective | None) -> dict[str, Any] | None:
    return None if value is None else {"value": value.value, "default": value.default}
