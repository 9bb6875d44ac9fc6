"""`mystira offline directory …`: what decides in a tenant what Entra takes, apart from its objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Annotated, Any

import typer

from offline.commands.output import AsJson, group, print_json, say
from offline.engine.home import Home
from offline.entra.behaviour import TENANT
from offline.world.limits import NO_LICENCE, P1, P2, Directory
from offline.world.store import World

directory = group("Change what the Entra tenants of the offline cloud have: licence, security defaults, URI policy.")

EVERY = "every tenant"


class Licence(StrEnum):
    """A licence of Entra ID."""

    P1 = P1
    P2 = P2
    NONE = NO_LICENCE


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


Tenant = Annotated[str, typer.Option(help="a tenant id; every tenant without it")]
Kind = Annotated[Licence, typer.Argument(help="the licence of Entra ID that the tenant has")]
To = Annotated[Switch, typer.Argument(help="what it is from now on")]


@directory.command()
def licence(kind: Kind, tenant: Tenant = "") -> None:
    """Conditional Access takes P1, its risk levels P2. At first: P1."""
    _change(tenant, licence=kind.value)


@directory.command()
def security_defaults(to: To, tenant: Tenant = "") -> None:
    """While they are on, no Conditional Access policy can be. At first: off."""
    _change(tenant, security_defaults=to is Switch.ON)


@directory.command()
def uri_policy(to: To, tenant: Tenant = "") -> None:
    """While it is on, v1 applications take only identifier URIs of the tenant. At first: on."""
    _change(tenant, uri_policy=to is Switch.ON)


@directory.command()
def show(as_json: AsJson = False) -> None:
    """Show the settings of every tenant that has objects or settings of its own."""
    found = _tenants(World(Home.default().cloud))
    if as_json:
        print_json([{"tenant": tenant, **asdict(each)} for tenant, each in found.items()])
        return
    for tenant, each in found.items():
        switches = (f"{name} {'on' if value else 'off'}" for name, value in _switches(each))
        say(f"{tenant or EVERY}  licence {each.licence}, {', '.join(switches)}")


def _switches(each: Directory) -> Iterator[tuple[str, bool]]:
    yield "security defaults", each.security_defaults
    yield "URI policy", each.uri_policy


def _tenants(world: World) -> dict[str, Directory]:
    """The settings by tenant; those of every tenant first."""
    having = {str(each.body[TENANT]) for each in world.all() if TENANT in each.body}
    with world.limits() as limits:
        return {tenant: limits.directory(tenant) for tenant in ("", *sorted(having | set(limits.tenants())))}


def _change(tenant: str, **changes: Any) -> None:
    with World(Home.default().cloud).limits() as limits:
        limits.set_directory(tenant, replace(limits.directory(tenant), **changes))
