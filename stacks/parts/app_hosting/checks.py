"""What Azure or a rule of this platform refuses about App Service."""

from __future__ import annotations

from collections.abc import Iterator

from components.app_hosting.facts import (
    ADDRESSES_FOR_EACH_INSTANCE,
    FEWEST_WITH_ZONES,
    KEPT_ADDRESSES,
    LIMITS,
    RUNTIME,
    SKUS,
    SUBNET,
    ZONES,
    Tier,
    tier_name,
)
from components.facts.lifecycles import LIFECYCLES
from components.facts.regions import REGIONS
from components.problems import Problem
from stacks.context import Context
from stacks.parts.lifecycles import creation_problems
from stacks.parts.network.subnets import APP_SERVICE
from stacks.settings.hosting import AppHosting
from stacks.settings.models import EnvironmentSettings

READ_SKUS = "components/app_hosting/facts.py"
DOTNET = "dotnet"
"""What the end-of-life table calls the runtime."""


def version_of(runtime: str) -> str:
    """The version of a runtime, ``10.0`` of ``DOTNETCORE|10.0``; empty for another one."""
    stack, _, version = runtime.partition("|")
    return version if stack == RUNTIME else ""


def app_hosting_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Everything about App Service that Azure would refuse, that has ended, or for which there is no room."""
    settings = context.settings.hosting.app
    tier = SKUS.get(settings.sku)
    if tier is None:
        path = context.path("hosting.app.sku")
        yield Problem(path, "not an SKU of App Service here", settings.sku, ", ".join(SKUS), READ_SKUS)
    else:
        yield from _sku_problems(context, settings, tier)
    if settings.minimum > settings.maximum:
        seen = f"{settings.minimum} to {settings.maximum}"
        yield Problem(context.path("hosting.app.minimum"), "above the maximum", seen, "minimum ≤ maximum")
    yield from _runtime_problems(context, settings)
    yield from _subnet_problems(context, settings)


def _sku_problems(context: Context[EnvironmentSettings], settings: AppHosting, tier: Tier) -> Iterator[Problem]:
    name, instances = tier_name(settings.sku), f"{settings.minimum} to {settings.maximum}"
    if settings.slot and not tier.slots:
        path, allowed = context.path("hosting.app.slot"), f"false, with a waiver, or one of {_with('slots')}"
        yield Problem(path, f"{name} has no slots", f"true on {settings.sku}", allowed, LIMITS)
    if settings.maximum > tier.instances:
        path, allowed = context.path("hosting.app.maximum"), f"at most {tier.instances}, or a larger SKU"
        yield Problem(path, f"more instances than {name} has", str(settings.maximum), allowed, LIMITS)
    elif settings.minimum < settings.maximum and not tier.autoscale:
        path, allowed = context.path("hosting.app.maximum"), f"the minimum, or one of {_with('autoscale')}"
        yield Problem(path, f"{name} does not scale by rules", instances, allowed, LIMITS)
    if not settings.zone_redundant:
        return
    path, region = context.path("hosting.app.zone_redundant"), context.settings.azure.region
    if not tier.zones:
        allowed = f"false, with a waiver, or one of {_with('zones')}"
        yield Problem(path, f"{name} has no zones", f"true on {settings.sku}", allowed, ZONES)
    elif not REGIONS[region].zones:
        yield Problem(path, f"{region} has no zones", "true", "false, with a waiver", ZONES)
    elif settings.minimum < FEWEST_WITH_ZONES:
        path, allowed = context.path("hosting.app.minimum"), f"{FEWEST_WITH_ZONES} or more, or no zone_redundant"
        yield Problem(path, "too few instances for several zones", str(settings.minimum), allowed, ZONES)


def _with(ability: str) -> str:
    """The SKUs that can do something."""
    return ", ".join(sku for sku, tier in SKUS.items() if getattr(tier, ability))


def _runtime_problems(context: Context[EnvironmentSettings], settings: AppHosting) -> Iterator[Problem]:
    path, version = context.path("hosting.app.runtime"), version_of(settings.runtime)
    known = [row for row in LIFECYCLES if row.what == DOTNET]
    if version not in {row.version for row in known}:
        kept = [row for row in known if row.closed_for_new is None or row.closed_for_new > context.today]
        allowed = ", ".join(f"{RUNTIME}|{row.version}" for row in kept)
        yield Problem(path, "not a runtime of this platform", settings.runtime, allowed, known[0].source)
    yield from creation_problems(path, DOTNET, version, context.today, running=False)


def _subnet_problems(context: Context[EnvironmentSettings], settings: AppHosting) -> Iterator[Problem]:
    """A subnet without room for twice the instances: while a plan changes its machines it has both. One that is missing
    is the network's problem."""
    subnet = context.settings.network.subnets.get(APP_SERVICE)
    wanted = ADDRESSES_FOR_EACH_INSTANCE * settings.maximum
    if subnet is not None and subnet.num_addresses - KEPT_ADDRESSES < wanted:
        seen = f"{subnet}, {subnet.num_addresses - KEPT_ADDRESSES} free addresses"
        path, allowed = context.path(f"network.subnets.{APP_SERVICE}"), f"room for {wanted}, twice hosting.app.maximum"
        yield Problem(path, "too small for App Service", seen, allowed, SUBNET)
