"""The secret contract: parts say what they produce and what they take; mismatches are reported before any resource.

A value is a reference such as ``redis/endpoint/app``; ``stacks.parts.secrets.build`` turns it into the output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import AnyPart
from stacks.plan.records import record_wishes

READ = "docs/secrets.md"


def contract_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """Values that nothing produces, and products that nobody takes."""
    products = {product: part.key for part in parts for product in part.products(context)}
    wishes = [*(wish for part in parts for wish in part.wants(context)), *record_wishes(context, parts)]
    for wish in wishes:
        if wish.product not in products:
            yield Problem(wish.path, "nothing produces its value", wish.product, ", ".join(sorted(products)), READ)
    taken = {wish.product for wish in wishes}
    for product, part in products.items():
        if product not in taken:
            yield Problem(
                f"plan: {part}: {product}", "no need wants what it produces", product, "a secret of a need, or a record"
            )
