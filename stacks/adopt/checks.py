"""What is asked before an entry is written: is this the right source, and do the entries that are there hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.facts.model import RegisteredType, ResourceType
from components.facts.types import REGISTERED_TYPES
from components.problems import Problem
from stacks.adopt.live import subscription_of
from stacks.adopt.outcome import Stacks
from stacks.adopt.reasons import Match, Reason
from stacks.adopt.source import READ, Source


def foreign_problems(source: Source, stacks: Stacks, tenant: str) -> Iterator[Problem]:
    """Resources of a subscription that no stack has, or of another tenant."""
    known = {stacks.subscription, *stacks.others}
    found = Counter(subscription_of(each.id) for each in source.live)
    for subscription, count in sorted(found.items()):
        if subscription and subscription not in known:
            what = f"{_counted(count)} of a subscription that no stack has"
            yield Problem(source.name, what, subscription, " or ".join(sorted(known)), READ)
    tenants = Counter(each.tenant.lower() for each in source.live)
    for other, count in sorted(tenants.items()):
        if other and other != tenant.lower():
            yield Problem(source.name, f"{_counted(count)} of another tenant", other, tenant, READ)


def mistaken_problems(source: Source, matches: Sequence[Match], stacks: Stacks) -> Iterator[Problem]:
    """A source of another stack: nothing in it is this one's."""
    own = [match for match in matches if match.reason is Reason.ADOPTED and not match.live.implied]
    others = Counter(match.stack for match in matches if match.reason is Reason.OTHER_STACK)
    if not own and others:
        seen = ", ".join(f"{count} of {stack}" for stack, count in sorted(others.items()))
        yield Problem(source.name, f"holds nothing that {stacks.environment} takes over", seen, "its own source", READ)


@dataclass(frozen=True)
class Stale:
    """An entry of ``mystira:adopt`` that the source does not bear out. It stays: a person may have written it."""

    key: str
    id: str
    why: str

    def __str__(self) -> str:
        return f"mystira:adopt.{self.key}: {self.why}; it stays as it is ({self.id})"


def stale_entries(
    entries: Mapping[str, str], source: Source, matches: Sequence[Match], keys: frozenset[str]
) -> Iterator[Stale]:
    """Entries whose id is not in the source, and those for which the plan has no resource. ``keys`` are those that it
    has.

    A source tells of some services only: Azure Resource Manager knows neither Entra's objects nor a cluster's. An entry
    of a service of which it tells nothing is not missed.
    """
    live = {each.id.lower() for each in source.live} | {match.id.lower() for match in matches}
    told = {_service(each.kind) for each in source.live}
    for key, id in entries.items():
        if key not in keys:
            yield Stale(key, id, "the plan has no such resource")
        elif id.lower() not in live and _service(key.partition("/")[0]) in told:
            yield Stale(key, id, "it is gone" if source.complete else f"{source.name} does not have it")


def gone_problems(stale: Sequence[Stale], source: Source) -> Iterator[Problem]:
    """Adopted resources that a complete source no longer has: the next run cannot import them."""
    for each in stale if source.complete else ():
        allowed = "an id that exists, or no entry"
        yield Problem(f"mystira:adopt.{each.key}", each.why, each.id, allowed, READ)


def _service(kind: str) -> type[RegisteredType]:
    """Whose things are of this kind: Azure's, Entra's, a cluster's. What only has an id is Azure's."""
    return type(REGISTERED_TYPES[kind]) if kind in REGISTERED_TYPES else ResourceType


def _counted(count: int) -> str:
    return f"{count} resource{'s' * (count != 1)}"
