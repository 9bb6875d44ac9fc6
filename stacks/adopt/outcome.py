"""Whose a live resource is, and what becomes of one that the plan has no counterpart for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from components.facts.model import KubernetesType
from components.naming.environments import environment_in, environment_of
from components.naming.rules import ENVIRONMENTS
from stacks.adopt.decisions import MOVES, RUNBOOK, decision_about
from stacks.adopt.live import Live, ancestors, group_of, subscription_of
from stacks.adopt.planned import RECORD
from stacks.adopt.reasons import Match, Reason
from stacks.settings.loading import SHARED

NODES = re.compile(r"MC_(.+)_(.+)_[a-z0-9]+", re.IGNORECASE)
"""The group that AKS makes for the nodes of a cluster, from its group, its name and its region (Microsoft: Frequently
asked questions about AKS)."""
OBJECTS_LINE = f"{RUNBOOK}, Objects in the cluster"
ZONE_LINE = f"{RUNBOOK}, The zone of the domain"
NODES_LINE = f"{RUNBOOK}, What Azure makes itself"

UNLABELLED = "prod"
"""Whose hosts have no label (docs/parity.md, S0-08)."""


@dataclass(frozen=True)
class Stacks:
    """Which stack is asked about, and which others there are."""

    environment: str
    subscription: str
    """In lower case."""
    others: Mapping[str, str] = field(default_factory=dict)
    """By subscription of another stack, in lower case: its environment."""
    subnet_names: Mapping[str, str] = field(default_factory=dict)
    """By role: the names of subnets that the settings keep already."""

    def owner(self, live: Live) -> str:
        """The environment of another stack that a live resource belongs to; empty where it belongs to none."""
        row = live.row
        if live.kind:
            return self._another(environment_in(live.name))
        if row is not None and row.key == RECORD:
            return ""
        subscription = subscription_of(live.id)
        if subscription != self.subscription and subscription in self.others and not live.role:
            return self.others[subscription]
        _, group = group_of(live.id)
        nodes = NODES.fullmatch(group)
        if live.role:
            # A role at what another stack has may be this stack's: of its cluster at the registry.
            return ""
        return self._another(environment_of(nodes[1] if nodes else group))

    def is_strange(self, live: Live, name: str) -> bool:
        """Whether a name or a tag is that of another environment, in whichever group it is."""
        tagged = live.environment if live.environment in ENVIRONMENTS else ""
        return bool(self._another(environment_of(name)) or self._another(tagged))

    def _another(self, environment: str) -> str:
        return "" if environment == self.environment else environment


def outcome(live: Live, stacks: Stacks, made: Mapping[str, Match], hint: str) -> Match:
    """What becomes of a live resource that is not matched. ``made`` are those of what it
    may belong to, by id, by object id and by application id, in lower case."""
    owner = stacks.owner(live)
    if owner:
        return Match(live=live, reason=Reason.OTHER_STACK, stack=owner)
    if NODES.fullmatch(group_of(live.id)[1]):
        return Match(live=live, reason=Reason.OUTSIDE, where=NODES_LINE)
    if live.row is not None and live.row.key == RECORD:
        # Records lie in one zone for all; who has one is in its name.
        of = environment_in(live.id.rpartition("/")[2]) or UNLABELLED
        if of != stacks.environment:
            return Match(live=live, reason=Reason.OTHER_STACK, stack=of)
    if live.role and (whose := _of_role(live, stacks, made)):
        return Match(live=live, reason=Reason.OTHER_STACK, stack=whose)
    if hint and isinstance(live.row, KubernetesType):
        return Match(live=live, reason=Reason.OUTSIDE, where=OBJECTS_LINE, detail=hint)
    if hint and live.row is not None and live.row.key == RECORD:
        return Match(live=live, reason=Reason.OUTSIDE, where=ZONE_LINE, how=f"{MOVES}/dns-zone.md", detail=hint)
    above = _above(live, made)
    if above is not None and above.reason is Reason.OTHER_STACK and not live.role:
        return Match(live=live, reason=Reason.OTHER_STACK, stack=above.stack)
    decision = decision_about(live)
    if decision is not None:
        return Match(live=live, reason=decision.reason, where=decision.where, how=decision.how, detail=hint)
    if above is not None and above.reason in (Reason.NO_SUCCESSOR, Reason.OUTSIDE):
        name = above.above or _name(above.live)
        return Match(live=live, reason=above.reason, where=above.where, how=above.how, above=name)
    return Match(live=live, reason=Reason.UNKNOWN, detail=hint)


def _above(live: Live, made: Mapping[str, Match]) -> Match | None:
    """What becomes of the nearest parent that the source has, or of what it is about."""
    for about in (live.client, *live.belongs_to):
        found = made.get(about.lower()) if live.kind and about else None
        if found and found.live is not live:
            return found
    own, bound, _ = live.id.partition("|")
    # Terraform gives what binds two resources both of their ids.
    start = live.scope if live.role else own if bound else ""
    for id in (*filter(None, (start,)), *ancestors(start or live.id)):
        found = made.get(id.lower())
        if found:
            return found
    return None


def _of_role(live: Live, stacks: Stacks, made: Mapping[str, Match]) -> str:
    """The other environment whose role assignment this is: that of what it is at, and of who has it where that is
    used by all."""
    at, holder = environment_of(group_of(live.scope)[1]), made.get(live.assignee.lower())
    if at not in ("", SHARED, stacks.environment):
        return at
    return holder.stack if holder else ""


def _name(live: Live) -> str:
    return live.name or live.id.rpartition("/")[2]
