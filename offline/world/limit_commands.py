"""``python -m offline cloud quota|register|unregister|login|pace|limits``: what bounds a run from outside."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from components.facts.quotas import QUOTAS
from components.facts.regions import GLOBAL, REGIONS
from components.facts.resource_types import BY_TOKEN, RESOURCE_TYPES
from components.problems import MystiraError
from offline.azure.quotas import limit_of, usage
from offline.azure.subscription import ALWAYS, namespace_of
from offline.engine.home import Home
from offline.world.limits import Login
from offline.world.store import World

NAMESPACES = {namespace_of(row.arm).lower(): namespace_of(row.arm) for row in RESOURCE_TYPES.values()}
"""The resource providers of this platform, as Azure writes them."""

console = Console(highlight=False, soft_wrap=True)
Namespace = Annotated[str, typer.Argument(help="a resource provider, such as Microsoft.KeyVault")]


def add_to(cloud: typer.Typer) -> None:
    """Add the commands to those of ``offline cloud``."""
    for command in (quota, unregister, register, login, pace, limits):
        cloud.command()(command)


def quota(
    region: Annotated[str, typer.Argument(help="a region by Azure's name")],
    name: Annotated[str, typer.Argument(help="a VM family, cores for the region's total, or another quota")],
    limit: Annotated[int, typer.Argument(min=0, help="vCPUs, or a number of resources")],
) -> None:
    """Set how much of something a region may hold."""
    known = {each.lower(): each for each in QUOTAS}
    if region not in REGIONS or region == GLOBAL:
        allowed = ", ".join(sorted(REGIONS.keys() - {GLOBAL}))
        raise MystiraError(f"no such region; seen: {region}; allowed: {allowed}")
    if name.lower() not in known:
        raise MystiraError(f"no such quota; seen: {name}; allowed: {', '.join(QUOTAS)}")
    with _world().limits() as found:
        found.set_quota(region, known[name.lower()], limit)


def unregister(
    namespace: Namespace,
    locked: Annotated[bool, typer.Option("--locked", help="the login may not register it again")] = False,
) -> None:
    """Let the subscription not be registered for a resource provider."""
    known, world = _namespace(namespace), _world()
    used = [each.id for each in world.all() if namespace_of(BY_TOKEN[each.token].arm).lower() == known.lower()]
    if used:
        raise MystiraError(
            f"{known} has resources, so that Azure does not unregister it; seen: {used[0]}; allowed: none of its types "
            "(Microsoft: Azure resource providers and types)"
        )
    with world.limits() as found:
        found.unregister(known, locked=locked)


def register(namespace: Namespace) -> None:
    """Register a resource provider, as an owner of the subscription does."""
    with _world().limits() as found:
        found.register(_namespace(namespace))


def login(
    tenant: Annotated[str, typer.Option(help="the tenant that the login is of")] = "",
    subscription: Annotated[str, typer.Option(help="the only subscription that it knows")] = "",
    expired: Annotated[bool, typer.Option("--expired", help="its token has run out")] = False,
) -> None:
    """Log in as somebody else; without an option as the one that the settings ask for."""
    with _world().limits() as found:
        found.set_login(Login(tenant, subscription, expired))


def pace(
    seconds: Annotated[float, typer.Argument(min=0, help="seconds for each minute at Azure; 0 for no waiting")],
) -> None:
    """Let every create take its usual time (docs/operations.md), scaled."""
    with _world().limits() as found:
        found.set_pace(seconds)


def limits() -> None:
    """What is not as usual, and what is in use of the quotas."""
    world = _world()
    with world.limits() as found:
        for kind, name, value in found.told():
            console.print(f"{kind}  {name}  {value}".rstrip(), markup=False)
    with world.reading() as cloud:
        for (subscription, region, name), used in sorted(usage(cloud).items()):
            limit = limit_of(cloud, region, name)
            console.print(f"in use  {subscription}  {region}  {name}  {used} of {limit}", markup=False)


def _namespace(text: str) -> str:
    known = NAMESPACES.get(text.lower())
    if known is None or known.lower() in ALWAYS:
        allowed = ", ".join(sorted(name for name in NAMESPACES.values() if name.lower() not in ALWAYS))
        raise MystiraError(f"no resource provider that can be registered; seen: {text}; allowed: {allowed}")
    return known


def _world() -> World:
    return World(Home.default().cloud)
