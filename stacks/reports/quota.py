"""How many vCPUs the node pools of an environment need, compared with the quotas of the subscription."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from components.aks.facts import SURGE
from components.facts.quotas import REGIONAL
from components.facts.vm_sizes import VM_SIZES
from components.postgresql.facts import OFF, family_of, vcores_of
from components.postgresql.spec import PostgresqlSpec
from components.problems import MystiraError
from stacks.parts.aks.plan import AksPlan


class UnreadableUsage(MystiraError):
    """The input is not a usage list."""


@dataclass(frozen=True)
class Need:
    """What the pools need of one quota, in vCPUs."""

    name: str
    """The quota by Azure's name: a VM family, or ``cores`` for the region's total."""
    minimum: int
    """With every pool at its minimum, as after the first deployment."""
    maximum: int
    """With every pool at its maximum."""
    upgrade: int
    """While all pools are upgraded at their maximum: surge nodes included."""


@dataclass(frozen=True)
class Quota:
    """A quota of a subscription in a region."""

    limit: int
    used: int
    """By everything in the subscription."""


@dataclass(frozen=True)
class Line:
    """A need and its quota."""

    need: Need
    limit: int | None
    """vCPUs; ``None`` where no usage was given."""
    used: int | None
    """vCPUs in use now; ``None`` where no usage was given."""
    verdict: str
    """What a person reads."""
    bad: bool
    """Whether the quota is too small."""


def needs_of(plan: AksPlan) -> list[Need]:
    """One need per VM family of the pools, the region's total last."""
    lowest, highest, upgrade = Counter[str](), Counter[str](), Counter[str]()
    for pool in plan.cluster.pools:
        size = VM_SIZES[pool.vm_size]
        for name in (size.family, REGIONAL):
            lowest[name] += pool.minimum * size.vcpus
            highest[name] += pool.maximum * size.vcpus
            upgrade[name] += (pool.maximum + ceil(pool.maximum * SURGE)) * size.vcpus
    names = sorted(highest, key=lambda name: (name == REGIONAL, name))
    return [Need(name, lowest[name], highest[name], upgrade[name]) for name in names]


def database_needs_of(server: PostgresqlSpec) -> list[Need]:
    """What the PostgreSQL server needs of its own quotas: its family, and the region's total of all families."""
    copies = 1 + (server.high_availability != OFF) + len(server.replicas)
    vcores = copies * vcores_of(server.sku)
    return [Need(name, vcores, vcores, vcores) for name in (family_of(server.sku), REGIONAL)]


def report(needs: Iterable[Need], usage: str | None = None) -> Iterator[Line]:
    """One line per need. ``usage`` is what ``az vm list-usage -o json`` prints, ``None`` where nobody asked.

    Raises :class:`UnreadableUsage` for anything else.
    """
    if usage is None:
        return (Line(need, None, None, "", bad=False) for need in needs)
    return compared(needs, _quotas(usage))


def compared(
    needs: Iterable[Need], quotas: Mapping[str, Quota], own: Mapping[str, int] | None = None
) -> Iterator[Line]:
    """One line per need. ``quotas`` go by name in lower case; ``own`` is how much of each, by name, is in use by what
    the needs are those of. Without it nobody else uses anything."""
    for need in needs:
        quota = quotas.get(need.name.lower(), Quota(0, 0))
        others = 0 if own is None else quota.used - own.get(need.name, 0)
        verdict = next(
            (
                said
                for wanted, said in (
                    (need.minimum, "the deployment fails"),
                    (need.maximum, "the autoscaler stops before its maximum"),
                    (need.upgrade, "no room for an upgrade at the maximum"),
                )
                if quota.limit - others < wanted
            ),
            "good",
        )
        yield Line(need, quota.limit, quota.used, verdict, bad=verdict != "good")


def _quotas(usage: str) -> Mapping[str, Quota]:
    """By name in lower case."""
    try:
        rows = json.loads(usage)
        if not isinstance(rows, list):
            raise TypeError(type(rows).__name__)
        return {str(row["name"]["value"]).lower(): Quota(int(row["limit"]), int(row["currentValue"])) for row in rows}
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableUsage(
            f"usage: not a list of usages; seen: {error!r}; allowed: az vm list-usage --location <region> -o json"
        ) from error
