"""One look at a source: what becomes of everything in it, which lines follow, what is refused before one is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from components.problems import InvalidInput, Problem
from stacks.adopt.checks import Stale, foreign_problems, gone_problems, mistaken_problems, stale_entries
from stacks.adopt.following import Line, left_to_decide, lines_of, told_by
from stacks.adopt.match import matches
from stacks.adopt.outcome import Stacks
from stacks.adopt.reasons import Match, Reason
from stacks.adopt.source import Source
from stacks.build.recording import Planned
from stacks.context import Context
from stacks.plan.adoption import adoption_problems


@dataclass(frozen=True)
class Adoption:
    """What a source means for a stack."""

    source: Source
    matches: tuple[Match, ...]
    """Each instance once, and the groups that it implies."""
    entries: Mapping[str, str]
    """The entries of ``mystira:adopt`` that are new."""
    subnet_names: Mapping[str, str]
    """The lines of ``mystira:network.subnet_names`` that are new."""
    lines: tuple[Line, ...]
    """The settings that have to follow what is live."""
    open: tuple[Problem, ...]
    """What the plan refuses once they do: a person decides each."""
    stale: tuple[Stale, ...]
    """Entries that the source does not bear out."""

    @property
    def counts(self) -> Mapping[Reason, int]:
        """Instances by reason. Groups that the source only implies do not count."""
        found = Counter(match.reason for match in self.matches if not match.live.implied)
        return {reason: found[reason] for reason in Reason}


def stacks_of(context: Context[Any], subscriptions: Mapping[str, str]) -> Stacks:
    """Which stack is asked about. ``subscriptions`` are those of all stacks, by stack."""
    own = str(context.settings.azure.subscription_id).lower()
    others = {id.lower(): stack for stack, id in subscriptions.items() if id and id.lower() != own}
    network = getattr(context.settings, "network", None)
    return Stacks(context.environment, own, others, dict(network.subnet_names) if network else {})


def adoption(
    context: Context[Any],
    planned: Iterable[Planned],
    source: Source,
    stacks: Stacks,
    adopted: Mapping[str, str] | None = None,
) -> Adoption:
    """What ``source`` means for the stack. ``adopted`` is what its plan takes over already: the settings' entries, and
    what parts take over by themselves.

    Raises :class:`~components.problems.InvalidInput` for a foreign source, and for entries that a plan would refuse.
    """
    problems = list(foreign_problems(source, stacks, str(context.settings.azure.tenant_id)))
    if problems:
        raise InvalidInput(problems)
    planned, settings = tuple(planned), context.settings
    known = settings.adopt if adopted is None else adopted
    found = tuple(matches(source.live, planned, stacks, known))
    stale = tuple(stale_entries(settings.adopt, source, found, frozenset(each.key for each in planned)))
    problems = [*mistaken_problems(source, found, stacks), *gone_problems(stale, source)]
    entries = {match.key: match.id for match in found if match.key and match.key not in known}
    if not problems:
        tried = replace(context, settings=settings.model_copy(update={"adopt": {**settings.adopt, **entries}}))
        problems = list(adoption_problems(tried))
    if problems:
        raise InvalidInput(problems)
    names = {role: name for role, name in (match.setting for match in found) if role}
    fresh = {role: name for role, name in names.items() if role not in stacks.subnet_names}
    lines = lines_of(context, found)
    elsewhere = told_by(lines, found)
    entries = {key: id for key, id in sorted(entries.items()) if key not in elsewhere}
    left = left_to_decide(context, entries, fresh, lines)
    return Adoption(source, found, entries, dict(sorted(fresh.items())), lines, left, stale)
