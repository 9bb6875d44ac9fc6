"""`mystira offline cloud quota|register|unregister|login|rights|pace|limits`: what bounds a run from outside."""

from __future__ import annotations

from typing import Annotated

import typer

from components.facts.quotas import QUOTAS
from components.facts.regions import GLOBAL, REGIONS
from components.facts.subscriptions import ALWAYS_REGISTERED
from components.problems import MystiraError
from offline.azure.loaded import arm_type
from offline.azure.quotas import limit_of, usage
from offline.azure.role_definitions import BUILT_IN
from offline.azure.subscription import namespace_of
from offline.commands.login import login
from offline.commands.output import AsJson, print_json, say
from offline.engine.home import Home
from offline.rest.subscription import FEATURES, NAMESPACES
from offline.world.store import World

REGISTRABLE = {name.lower(): name for name in (*NAMESPACES, *FEATURES)}
"""What a subscription can be registered for: providers, and features of theirs."""

Namespace = Annotated[str, typer.Argument(help="a resource provider, such as Microsoft.KeyVault, or a feature of one")]


def add_to(cloud: typer.Typer) -> None:
    """Add these commands to a group."""
    for command in (quota, unregister, register, login, rights, pace, limits):
        cloud.command()(command)


def quota(
    region: Annotated[str, typer.Argument(help="a region by Azure's name, such as southafricanorth")],
    name: Annotated[str, typer.Argument(help="a VM family, cores for the region's total, or another quota")],
    limit: Annotated[int, typer.Argument(min=0, help="vCPUs, or a number of resources")],
) -> None:
    """Set a quota of the subscription in a region."""
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
    locked: Annotated[bool, typer.Option("--locked", help="the login may not register it")] = False,
) -> None:
    """Unregister the subscription from a resource provider or a feature."""
    known, world = _namespace(namespace), _world()
    used = [each.id for each in world.all() if namespace_of(arm_type(each)).lower() == known.lower()]
    if used:
        raise MystiraError(
            f"{known} has resources, so Azure refuses to unregister it; seen: {used[0]}; allowed: none of its types "
            "(Microsoft: Azure resource providers and types)"
        )
    with world.limits() as found:
        found.unregister(known, locked=locked)


def register(namespace: Namespace) -> None:
    """Register the subscription for a resource provider or a feature, as its owner would."""
    with _world().limits() as found:
        found.register(_namespace(namespace))


def rights(
    roles: Annotated[
        list[str] | None,
        typer.Argument(help="built-in roles at the subscription, such as Contributor; Owner by default"),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="an action that every one of them excludes; several times for several")
    ] = None,
) -> None:
    """Give the person these roles and no others; without options, all rights."""
    known = {name.lower(): name for name in BUILT_IN}
    unknown = [role for role in roles or () if role.lower() not in known]
    if unknown:
        raise MystiraError(f"no such role; seen: {unknown[0]}; allowed: {', '.join(BUILT_IN)}")
    with _world().limits() as found:
        found.set_rights([known[role.lower()] for role in roles or ()], without or ())


def pace(
    seconds: Annotated[float, typer.Argument(min=0, help="seconds for each minute at Azure; 0 for no waiting")],
) -> None:
    """Make every create take its usual time at Azure (docs/operations.md), scaled."""
    with _world().limits() as found:
        found.set_pace(seconds)


def limits(as_json: AsJson = False) -> None:
    """Show every limit that was changed, and how much of each quota is in use."""
    world = _world()
    with world.limits() as found:
        changed = [{"kind": kind, "name": name, "value": value} for kind, name, value in found.told()]
    with world.reading() as cloud:
        in_use = [
            {
                "subscription": subscription,
                "region": region,
                "name": name,
                "used": used,
                "limit": limit_of(cloud, region, name),
            }
            for (subscription, region, name), used in sorted(usage(cloud).items())
        ]
    if as_json:
        print_json({"changed": changed, "in_use": in_use})
        return
    for each in changed:
        say("  ".join(each.values()).rstrip())
    for each in in_use:
        say("in use  {subscription}  {region}  {name}  {used} of {limit}".format(**each))


def _namespace(text: str) -> str:
    known = REGISTRABLE.get(text.lower())
    if known is None or known.lower() in ALWAYS_REGISTERED:
        allowed = ", ".join(sorted(name for name in REGISTRABLE.values() if name.lower() not in ALWAYS_REGISTERED))
        raise MystiraError(f"no resource provider that can be registered; seen: {text}; allowed: {allowed}")
    return known


def _world() -> World:
    return World(Home.default().cloud)
