"""What Azure or a rule of this platform refuses about the search service."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from components.search.facts import CAPACITY, NETWORK, SEARCH_SKUS, SEARCH_UNITS
from stacks.context import Context
from stacks.parts.public_side import public_side_problems
from stacks.settings.models import EnvironmentSettings


def search_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """More replicas or partitions than the SKU has, and a public side that lets in nobody or everybody."""
    search = context.settings.search
    yield from public_side_problems(context, "search", search, NETWORK)
    sku = SEARCH_SKUS[search.sku]
    within = True
    for field, wanted, most in (
        ("replicas", search.replicas, sku.replicas),
        ("partitions", search.partitions, sku.partitions),
    ):
        if wanted > most:
            within = False
            path, what = context.path(f"search.{field}"), f"{sku.name} has fewer {field}"
            yield Problem(path, what, str(wanted), f"at most {most}", CAPACITY)
    units = search.replicas * search.partitions
    if within and units > SEARCH_UNITS:
        seen = f"{search.replicas} times {search.partitions}, {units} search units"
        what, allowed = "too many replicas for so many partitions", f"at most {SEARCH_UNITS} search units"
        yield Problem(context.path("search.replicas"), what, seen, allowed, CAPACITY)
