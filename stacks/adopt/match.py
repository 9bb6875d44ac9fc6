"""Matching live resources to those of the plan: only in the stack's own groups and subscription, by attributes first.

The order of the source changes nothing: ids are taken parents first, and in their own order. Each step is a look into
an index, so that the work grows with the number of ids.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from components.facts.model import DirectoryType, KubernetesType, ResourceType
from stacks.adopt.decisions import MOVES
from stacks.adopt.live import Live, ancestors, canonical, group_of, last_of, parent_of
from stacks.adopt.names import CONVENTIONAL, purpose_of, region_of
from stacks.adopt.outcome import Stacks, outcome
from stacks.adopt.parts import part_of
from stacks.adopt.planned import (
    ALONE,
    APPLICATION,
    ASSIGNMENTS,
    CREDENTIAL,
    DOMAIN,
    GROUP,
    LINK,
    RECORD,
    ROUTE,
    SERVICE_PRINCIPAL,
    ZONE,
    Plan,
    Sign,
    alone,
    assignment,
    credential,
    domain,
    link,
    principal_of,
    record,
    route,
    zone,
)
from stacks.adopt.reasons import Match, Reason
from stacks.build.recording import Planned, Registration

SELECTOR = "spec.selector"

TIERED = ("front-door-profile", "waf-policy")
"""Types that are not what the plan means before they have its tier: a part of it wants Premium, which nobody sets here
(docs/runbooks/edge.md)."""

LATE = (*ASSIGNMENTS, LINK)
"""Types that refer to other resources, which are matched before them."""


def matches(
    live: Sequence[Live], planned: Iterable[Planned], stacks: Stacks, entries: Mapping[str, str] | None = None
) -> list[Match]:
    """One match for each live resource, and for each group of the plan that the source only implies, in the order of
    their ids. ``entries`` is what the settings adopt already: it is neither changed nor matched again."""
    return _Matching(Plan(planned), stacks, entries or {}).run(live)


@dataclass
class _Matching:
    plan: Plan
    stacks: Stacks
    entries: Mapping[str, str]
    became: dict[str, Planned] = field(default_factory=dict)
    """By id in lower case of an adopted live resource: what it becomes."""
    keys: dict[str, Live] = field(default_factory=dict)
    """By key: the live resource that is adopted for it."""
    principals: dict[str, str] = field(default_factory=dict)
    """By object id of an adopted identity: what stands for it in the plan."""
    clients: dict[str, str] = field(default_factory=dict)
    """By application id: the key of the adopted application."""
    inside: Counter[Sign] = field(default_factory=Counter)
    """Of types of which one may be alone in its parent, and of zones of a domain: how many the source has."""
    hints: dict[int, str] = field(default_factory=dict)
    """By identity of a live resource: why a counterpart in the plan is not it."""

    def run(self, live: Sequence[Live]) -> list[Match]:
        everything = [*live, *_implied(live)]
        rows = ((each, each.row) for each in live)
        for each, row in rows:
            if row and row.key in ALONE:
                self.inside[alone(row.key, parent_of(each.id))] += 1
            elif row and row.key == ZONE:
                self.inside[zone(last_of(each.id))] += 1
        by_entry = {id.lower(): key for key, id in self.entries.items()}
        mine = [each for each in everything if not self.stacks.owner(each)]
        for level in _levels(mine):
            for each in level:
                self._take(each, self.plan.by_key.get(by_entry.get(each.id.lower(), "")))
            for each in level:
                self._take(each, self._exact(each))
            for each in level:
                self._take(each, self._signed(each))
            self._by_convention(level)
        found = {id(each): each for each in everything}
        taken = {id(each): key for key, each in self.keys.items()}
        made: dict[str, Match] = {}
        told: list[Match] = []
        for each in sorted(found.values(), key=_before):
            key = taken.get(id(each), "")
            if key:
                match = Match(live=each, reason=Reason.ADOPTED, key=key)
            else:
                part = part_of(each, self.became, self.stacks.subnet_names)
                match = part or outcome(each, self.stacks, made, self.hints.get(id(each), ""))
            if not each.implied or key:
                told.append(match)
                for name in (each.id, each.client, each.principal, each.id.rpartition("/")[2] if each.kind else ""):
                    made.setdefault(name.lower(), match)
        return sorted(told, key=lambda match: (match.live.kind, match.id.lower(), match.live.address))

    def _take(self, live: Live, planned: Planned | None) -> None:
        if planned is None or planned.key in self.keys or live.id.lower() in self.became or not live.id:
            return
        kept = self.entries.get(planned.key, live.id)
        if kept.lower() != live.id.lower():
            self.hints[id(live)] = f"mystira:adopt.{planned.key} names another id"
            return
        apart = _apart(live, planned)
        if apart:
            self.hints[id(live)] = f"not {planned.key}: {apart}"
            return
        self.keys[planned.key] = live
        self.became[live.id.lower()] = planned
        if isinstance(planned, Registration) and live.principal:
            self.principals[live.principal.lower()] = principal_of(planned)
        if planned.row.key == APPLICATION and live.client:
            self.clients[live.client.lower()] = planned.key

    def _planned_id(self, id: str) -> str:
        """The id that a live id has in the plan, in lower case: with the names that its adopted parents have there."""
        for above in (id, *ancestors(id)):
            planned = self.became.get(above.lower())
            if isinstance(planned, Registration):
                return (planned.id + id[len(above) :]).lower()
        return id.lower()

    def _exact(self, live: Live) -> Planned | None:
        planned = self.plan.by_id.get(self._planned_id(live.id))
        return planned if planned and planned.row is live.row else None

    def _signed(self, live: Live) -> Planned | None:
        sign = self._sign(live)
        return self.plan.by_sign.get(sign) if sign else None

    def _sign(self, live: Live) -> Sign | None:
        row = live.row
        if row is None:
            return None
        if isinstance(row, KubernetesType):
            return row.key, live.id
        if isinstance(row, DirectoryType):
            of_app = row.key == SERVICE_PRINCIPAL
            return (row.key, self.clients.get(live.client.lower(), "")) if of_app else (row.key, live.name)
        parent = parent_of(live.id)
        if row.key in ASSIGNMENTS and live.assignee:
            holder = self.principals.get(live.assignee.lower(), live.assignee)
            return assignment(row.key, self._planned_id("/" + live.scope.strip("/")), f"/{live.role}", holder)
        if row.key == LINK and live.network:
            return link(self._planned_id(parent), self._planned_id(live.network))
        if row.key in ALONE:
            return alone(row.key, self._planned_id(parent)) if self.inside[alone(row.key, parent)] == 1 else None
        if row.key == DOMAIN and live.host:
            return domain(self._planned_id(parent), live.host)
        if row.key == ROUTE and live.domains:
            return route(self._planned_id(parent), map(self._planned_id, live.domains))
        if row.key == ZONE:
            return self._zone(live)
        if row.key == CREDENTIAL and live.subject:
            return credential(self._planned_id(parent), live.subject)
        return record(live.id) if row.key == RECORD else None

    def _zone(self, live: Live) -> Sign | None:
        sign = zone(last_of(live.id))
        if self.inside[sign] > 1 and sign in self.plan.by_sign:
            self.hints[id(live)] = f"one of {self.inside[sign]} zones of this domain: name the one that answers by hand"
            return None
        return sign

    def _by_convention(self, level: Iterable[Live]) -> None:
        """By type and what the names are for. Where two live resources could be one of the plan, neither is."""
        wanted: dict[str, list[tuple[bool, Live]]] = defaultdict(list)
        for each in level:
            if each.id.lower() in self.became or id(each) in self.hints:
                continue
            for planned, near in self._alike(each):
                wanted[planned.key].append((near, each))
        for key, found in sorted(wanted.items()):
            nearest = [each for near, each in found if near] or [each for _, each in found]
            if len(nearest) == 1:
                self._take(nearest[0], self.plan.by_key[key])
                continue
            for each in nearest:
                self.hints[id(each)] = f"one of {len(nearest)} that could be {key}: write the entry by hand"

    def _alike(self, live: Live) -> Iterator[tuple[Registration, bool]]:
        """What in the plan a live resource is for, and whether that is in the same group."""
        row, name = live.row, live.id.rpartition("/")[2]
        if not isinstance(row, ResourceType) or row.naming not in CONVENTIONAL:
            return
        if self.stacks.is_strange(live, name):
            return
        home = self._home(live)
        if row.key != GROUP and home is None:
            return
        purpose = purpose_of(row, name) or (home.name if home else "")
        found = [each for each in self.plan.by_purpose.get((row.key, purpose), ()) if each.key not in self.keys]
        if not found and not purpose_of(row, name):
            # A name that says nothing else is that of the only one.
            found = [each for each in self.plan.of_type[row.key] if each.key not in self.keys]
            found = found if len(self.plan.of_type[row.key]) == 1 else []
        if len(found) == 1:
            yield found[0], home is not None and self.plan.group_of(found[0]) == home.key

    def _home(self, live: Live) -> Planned | None:
        """The group of the plan that a live resource is in."""
        group, _ = group_of(live.id)
        return self.became.get(group.lower())


def _levels(live: Iterable[Live]) -> Iterator[list[Live]]:
    """Parents before children, what refers to others last, each level in the order of ids."""
    found: dict[tuple[bool, int], list[Live]] = defaultdict(list)
    for each in sorted(live, key=lambda each: (each.kind, each.id.lower(), each.address)):
        row = each.row
        late = (row is not None and row.key in LATE) or each.kind == SERVICE_PRINCIPAL
        found[late, 0 if each.kind else each.id.count("/")].append(each)
    return (found[key] for key in sorted(found))


def _before(live: Live) -> tuple[int, int, str, str]:
    """The order in which reasons are found: parents before children, what is about others after them."""
    kinds = ("", APPLICATION, SERVICE_PRINCIPAL)
    about = len(kinds) if live.role or live.kind not in kinds else kinds.index(live.kind)
    return about, live.id.count("/"), live.id.lower(), live.address


def _implied(live: Iterable[Live]) -> Iterator[Live]:
    """The resource groups that the source does not list although something of it lies in them."""
    told = {each.id.lower() for each in live}
    groups = sorted({canonical(group_of(each.id)[0]) for each in live} - {""}, key=str.lower)
    seen: set[str] = set()
    for group in groups:
        if group.lower() not in told | seen:
            seen.add(group.lower())
            yield Live(id=group, implied=True)


def _apart(live: Live, planned: Planned) -> str:
    """Why a live resource cannot become one of the plan although its name says so; empty where it can."""
    if isinstance(planned.row, KubernetesType):
        if planned.row.suffixed:
            return "every change recreates it under a new name"
        return _selector(live, planned)
    if not isinstance(planned, Registration) or live.implied:
        return ""
    if planned.row.key == RECORD and parent_of(live.id).lower() != parent_of(planned.id).lower():
        return f"another zone than the plan's: mystira:dns.adopt of shared names {parent_of(live.id)} first"
    if planned.id and group_of(live.id)[0] and not group_of(planned.id)[0]:
        return "it is of a resource group, the plan's of the subscription"
    if planned.row.key in TIERED and live.tier != (tier := planned.inputs["sku"]["name"]):
        return f"it is {live.tier or 'of a tier that the source does not tell'}, the plan's {tier}"
    wanted = str(planned.inputs.get("location") or "").replace(" ", "").lower()
    seen = live.location or region_of(planned.row, live.id.rpartition("/")[2])
    guessed = not live.location
    if not wanted or not seen or wanted == seen or (guessed and "global" in (wanted, seen)):
        return ""
    return f"it is in {seen}, the plan's in {wanted} ({MOVES}/places.md)"


def _selector(live: Live, planned: Planned) -> str:
    """A selector that is another than the plan's, where the kind never changes it."""
    seen = json.loads(live.selector) if live.selector else {}
    if "matchLabels" not in seen or all(each.path != SELECTOR for each in planned.row.creation_only):
        return ""
    wanted = planned.inputs.get("spec", {}).get("selector")
    return "" if seen == wanted else "its selector is another and cannot change: delete it first"
