"""`mystira show` and `mystira grants`: what is in a stack's plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any

from rich.table import Table

from components.problems import MystiraError
from mystira.choosing import Folder, Stack, plan_for
from offline.commands.output import AsJson, console, print_json, say
from stacks.parts.all import parts_of
from stacks.parts.groups.plan import GROUPS
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.plan.load import PROJECT

SHOWN = 4
"""How many names of a part `show` prints."""


def show(stack: Stack, folder: Folder = PROJECT, as_json: AsJson = False) -> None:
    """Show the resource groups and the parts of a stack; with `--json` its whole plan, every name decided."""
    plan = plan_for(stack, folder)
    if as_json:
        print_json(plan)
        return
    say(f"{stack}: {plan.environment} in {plan.region}, subscription {plan.subscription_id}")
    groups = Table("tier", "group", "name", title="resource groups", title_justify="left")
    for tier in plan.of(GROUPS):
        for group in tier.groups:
            groups.add_row(str(tier.number), group.key, group.name)
    parts = Table("part", "what it makes", title="parts, in the order in which they are built", title_justify="left")
    for part in parts_of(plan.environment):
        made = plan.parts.get(part.key)
        parts.add_row(part.key, "not in this stack" if made is None else _shortened(dict.fromkeys(names_in(made))))
    console.print(groups, parts)


def names_in(value: Any) -> Iterator[str]:
    """The physical names in the plan of a part: of its records, or, where they have none, of those inside them."""
    name = getattr(value, "name", None)
    if isinstance(name, str):
        yield name
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from names_in(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            inner = getattr(value, field.name)
            if is_dataclass(inner) or isinstance(inner, tuple):
                yield from names_in(inner)


def _shortened(names: Collection[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join([*islice(names, SHOWN), *([f"{more} more"] if more > 0 else [])])


def grants(stack: Stack, folder: Folder = PROJECT) -> None:
    """Print the SQL that gives services their rights in a stack's databases (docs/runbooks/postgresql.md)."""
    plan = plan_for(stack, folder).get(POSTGRESQL_SERVER)
    if plan is None:
        raise MystiraError(f"{stack} has no databases; allowed: an environment, such as dev")
    print(plan.script, end="")
