"""What a stack costs a month, and what a change adds to it: hours of the settings times list prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.facts.prices import LISTED, Price
from components.facts.pricing import PRICING, Pricing, Usage, usage_of
from components.facts.types import REGISTERED_TYPES
from components.facts.words import WORDS, by_product
from stacks.reports.events import Action, Change

Prices = Mapping[tuple[str, str, str], Price]


@dataclass(frozen=True)
class Priced:
    """A resource as a bill needs it."""

    kind: str
    """The key of its type."""
    name: str
    """Its logical name."""
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """Hours of one size in a month, for one resource."""

    resource: str
    """``AKS node pool core-services``."""
    usage: Usage
    price: Price | None
    """``None`` where no table has one."""

    @property
    def least(self) -> float | None:
        """Dollars a month with every pool at its minimum; ``None`` without a price."""
        return None if self.price is None else self.usage.least * self.price.dollars

    @property
    def most(self) -> float | None:
        """The same with every pool at its maximum."""
        return None if self.price is None else self.usage.most * self.price.dollars


@dataclass(frozen=True)
class Bill:
    """What a stack costs a month, as far as there are prices."""

    lines: tuple[Line, ...]
    """What is paid by the hour."""
    by_use: Mapping[str, str]
    """What is paid by use, by product: ``{"Storage": "account"}``. No settings say how much that is."""

    @property
    def least(self) -> float:
        """Dollars a month of the lines that have a price, with every pool at its minimum."""
        return sum(line.least or 0 for line in self.lines)

    @property
    def most(self) -> float:
        """The same with every pool at its maximum."""
        return sum(line.most or 0 for line in self.lines)

    @property
    def unpriced(self) -> tuple[Line, ...]:
        """What is paid by the hour and has no price."""
        return tuple(line for line in self.lines if line.price is None)


@dataclass(frozen=True)
class Difference:
    """What a change adds to the bill."""

    before: Bill
    after: Bill
    """Both of what changes, and of nothing else."""
    by_use: Mapping[str, str]
    """What is new and paid by use, by product."""

    @property
    def least(self) -> float:
        """Dollars a month more, with every pool at its minimum; negative: less."""
        return self.after.least - self.before.least

    @property
    def most(self) -> float:
        """The same with every pool at its maximum."""
        return self.after.most - self.before.most


def bill_of(resources: Iterable[Priced], region: str, prices: Prices = LISTED) -> Bill:
    """The bill of these resources; ``region`` is that of the stack."""
    found = [each for each in resources if each.kind in PRICING]
    lines = tuple(line for each in found for line in _lines(each, region, prices))
    used = [REGISTERED_TYPES[each.kind].token for each in found if PRICING[each.kind] is Pricing.USE]
    return Bill(lines, by_product(used))


def difference_of(changes: Iterable[Change], region: str, prices: Prices = LISTED) -> Difference:
    """What changes add to the bill: the inputs before and after of each resource that changes."""
    listed = list(changes)
    before = (Priced(each.kind, each.name, each.before) for each in listed if each.action is not Action.CREATE)
    after = (Priced(each.kind, each.name, each.after) for each in listed if each.action is not Action.DELETE)
    made = (Priced(each.kind, each.name, each.after) for each in listed if each.action is Action.CREATE)
    return Difference(bill_of(before, region, prices), bill_of(after, region, prices), bill_of(made, region).by_use)


def _lines(each: Priced, region: str, prices: Prices) -> Iterator[Line]:
    word = WORDS[each.kind]
    for usage in usage_of(each.kind, each.inputs, region):
        price = prices.get((usage.region, usage.service, usage.size))
        yield Line(f"{word.product} {word.one} {each.name}", usage, price)
