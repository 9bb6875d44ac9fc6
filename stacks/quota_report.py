"""How many vCPUs the pools of an environment need, held against the quotas of the subscription."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from components.facts.node_pools import SURGE
from components.facts.quotas import REGIONAL
from components.facts.vm_sizes import VM_SIZES
from components.problems import MystiraError
from stacks.plan import EnvironmentPlan


class UnreadableUsage(MystiraError):
    """What should be a list of usages is none."""


@dataclass(frozen=True)
class Need:
    """vCPUs of one quota: at the start, with every pool at its maximum, and during an upgrade of all pools then."""

    name: str
    minimum: int
    maximum: int
    upgrade: int


@dataclass(frozen=True)
class Line:
    """A need and its quota; ``limit`` and ``used`` are ``None`` where no usage was given."""

    need: Need
    limit: int | None
    used: int | None
    verdict: str
    bad: bool


def needs_of(plan: EnvironmentPlan) -> list[Need]:
    """One for each family of the pools, the region's total last."""
    lowest, highest, upgrade = Counter[str](), Counter[str](), Counter[str]()
    for pool in plan.cluster.pools:
        size = VM_SIZES[pool.vm_size]
        for name in (size.family, REGIONAL):
            lowest[name] += pool.minimum * size.vcpus
            highest[name] += pool.maximum * size.vcpus
            upgrade[name] += (pool.maximum + ceil(pool.maximum * SURGE)) * size.vcpus
    names = sorted(highest, key=lambda name: (name == REGIONAL, name))
    return [Need(name, lowest[name], highest[name], upgrade[name]) for name in names]


def report(needs: list[Need], usage: str = "") -> Iterator[Line]:
    """One line a need. ``usage`` is what ``az vm list-usage -o json`` prints, empty for none.

    Raises :class:`UnreadableUsage` for anything else.
    """
    known = _quotas(usage) if usage else None
    for need in needs:
        if known is None:
            yield Line(need, None, None, "", bad=False)
            continue
        limit, used = known.get(need.name.lower(), (0, 0))
        verdict = next(
            (
                said
                for wanted, said in (
                    (need.minimum, "the deployment fails"),
                    (need.maximum, "the autoscaler stops before its maximum"),
                    (need.upgrade, "no room for an upgrade at the maximum"),
                )
                if limit < wanted
            ),
            "good",
        )
        yield Line(need, limit, used, verdict, bad=verdict != "good")


def _quotas(usage: str) -> Mapping[str, tuple[int, int]]:
    """Limit and usage by name in lower case."""
    try:
        rows = json.loads(usage)
        return {str(row["name"]["value"]).lower(): (int(row["limit"]), int(row["currentValue"])) for row in rows}
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableUsage(
            f"usage: not a list of usages; seen: {error!r}; allowed: az vm list-usage --location <region> -o json"
        ) from error
