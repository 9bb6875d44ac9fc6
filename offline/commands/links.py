"""`mystira offline cloud approve`: what the owner of a private link service or an app does at Azure."""

from __future__ import annotations

from typing import Annotated

import typer

from components.problems import MystiraError
from offline.azure.private_links import ORIGIN, Link, pending
from offline.azure.private_links import approve as approve_link
from offline.commands.output import say
from offline.engine.home import Home
from offline.world.store import World


def add_to(cloud: typer.Typer) -> None:
    """Add the command to a group."""
    cloud.command()(approve)


def approve(
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="names or ids of what links of Front Door lead to: an app, a link service"),
    ] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="every link that waits")] = False,
) -> None:
    """Approve private links of Front Door, each at its target."""
    world = World(Home.default().cloud)
    with world.reading() as cloud:
        waiting = pending(cloud)
    wanted = {each.lower() for each in targets or ()}
    unknown = wanted - {known for link in waiting for known in _called(link)}
    if unknown or not (wanted or all_of_them):
        seen, names = ", ".join(sorted(unknown)) or "no name", ", ".join(sorted({_name(link) for link in waiting}))
        raise MystiraError(f"no link waits there; seen: {seen}; allowed: {names or 'none: no link waits'}, or --all")
    for link in waiting:
        if all_of_them or wanted & _called(link):
            with world.writing("approve", ORIGIN, link.target) as writer:
                approve_link(writer, link)
            say(f"{_name(link)}: approved for {link.profile.rpartition('/')[2]}")


def _name(link: Link) -> str:
    return link.target.rpartition("/")[2]


def _called(link: Link) -> set[str]:
    """What a person may call the target of a link."""
    return {link.target, _name(link)}
