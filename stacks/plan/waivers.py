"""What may be weaker than the rule, when it is named with a reason (``mystira:waivers``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.facts.regions import REGIONS
from components.problems import Problem
from stacks.plan.stores import STORES
from stacks.settings import EnvironmentSettings, Settings, SharedSettings
from stacks.settings.loading import file_name

_RULES: Mapping[str, str] = {
    "nat-gateway-zone": "outbound traffic does not depend on one zone",
    "local-auth": "only identities open doors, never keys",
    "aks-tier": "the API server has an uptime agreement",
    "aks-api-open": "the Kubernetes API is reached from named ranges or privately",
    "aks-zones": "the system and services pools stand in every zone of the region",
    "registry-public-access": "the registry is reached from named ranges or privately",
}
RULES: Mapping[str, str] = _RULES | {rule: what for store in STORES for rule, what in store.rules.items()}


def waiver_problems(stack: str, settings: Settings) -> Iterator[Problem]:
    """A weakness without its waiver, and a waiver of no rule."""
    prefix = f"{file_name(stack)}: mystira:waivers"
    for rule in sorted(set(_weaknesses(settings)) - settings.waivers.keys()):
        yield Problem(f"{prefix}.{rule}", f"missing: the settings break the rule that {RULES[rule]}", "", "a reason")
    for rule in sorted(settings.waivers.keys() - RULES.keys()):
        yield Problem(f"{prefix}.{rule}", "no such rule", rule, ", ".join(sorted(RULES)))


def idle_waiver_problems(stack: str, settings: Settings) -> Iterator[Problem]:
    """A waiver without its weakness. Ask when all else is well: a setting that is refused may only seem to keep a rule,
    as high availability does on a tier that has none."""
    for rule in sorted(RULES.keys() & settings.waivers.keys() - set(_weaknesses(settings))):
        path = f"{file_name(stack)}: mystira:waivers.{rule}"
        yield Problem(path, "waives a rule that the settings keep", "", "no such entry")


def _weaknesses(settings: Settings) -> Iterator[str]:
    if isinstance(settings, EnvironmentSettings):
        yield "nat-gateway-zone"
        if settings.local_auth == "on":
            yield "local-auth"
        aks, zones = settings.aks, REGIONS[settings.azure.region].zones
        if aks.tier == "Free":
            yield "aks-tier"
        if aks.api == "public" and not aks.authorized_ranges:
            yield "aks-api-open"
        pools = [pool for key, pool in aks.pools.items() if key in ("system", "services")]
        if any(pool.minimum < max(len(zones), 2) for pool in pools):
            yield "aks-zones"
        for store in STORES:
            yield from store.weaknesses(settings)
    if (
        isinstance(settings, SharedSettings)
        and settings.registry.public_access
        and not settings.registry.allowed_ranges
    ):
        yield "registry-public-access"
