"""Matching live resources to those of the plan: by id, then by type and what the convention says a name is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.facts.ids import path_values
from components.facts.model import PATHS, ResourceType
from components.facts.regions import CODES
from components.facts.types import RESOURCE_TYPES
from components.naming.rules import ENVIRONMENTS, ORGANISATIONS
from stacks.build.recording import Registration

OLD_CODES: Mapping[str, tuple[str, ...]] = {
    "action-group": ("alerts",),
    "postgresql-server": ("db",),
    "redis": ("cache",),
    "storage-account": ("stg",),
    "service-bus-namespace": ("queue",),
    "front-door-profile": ("fd",),
}
"""What live names say instead of the type's code (estate core 8.2)."""


@dataclass(frozen=True)
class Match:
    """A live resource: the key of the one it becomes, or the reason why there is none."""

    id: str
    key: str = ""
    reason: str = ""


def matches(ids: Iterable[str], registrations: Iterable[Registration]) -> list[Match]:
    """One match for every id, in their order. A resource of the plan is matched once at most."""
    planned = list(registrations)
    by_id = {each.id.lower(): each for each in planned}
    exact = {id: by_id[id.lower()].key for id in ids if id.lower() in by_id}
    taken = set(exact.values())
    found: list[Match] = []
    for id in ids:
        if id in exact:
            found.append(Match(id, exact[id]))
            continue
        match = _by_convention(id, [each for each in planned if each.key not in taken])
        if match.key:
            taken.add(match.key)
        found.append(match)
    return found


def _by_convention(id: str, free: list[Registration]) -> Match:
    kinds = list(_types_of(id))
    if not kinds:
        return Match(id, reason="its type is not one that this program makes")
    row = kinds[0]
    candidates = [each for each in free if each.row is row and _same_parent(each, id)]
    if not candidates:
        return Match(id, reason=f"the plan has no {row.key} that is not matched already")
    purpose = purpose_of(row, id.rpartition("/")[2])
    alike = [each for each in candidates if purpose in (each.name, purpose_of(row, each.physical), _last(each.name))]
    if len(alike) == 1:
        return Match(id, alike[0].key)
    names = ", ".join(sorted(each.key for each in alike or candidates))
    if alike:
        return Match(id, reason=f"several of the plan are for {purpose}: {names}")
    return Match(id, reason=f"none of the plan is for {purpose}: {names}")


def _types_of(id: str) -> Iterator[ResourceType]:
    """The types whose template the id fits, those without a scope first."""
    for scoped in (False, True):
        for row in RESOURCE_TYPES.values():
            if any(f"{{{name}}}" in row.id_template for name in PATHS) is scoped and path_values(row, id):
                yield row


def _same_parent(registration: Registration, id: str) -> bool:
    """Children stay with their parent: the names between the resource group and the last one are equal."""
    ours, theirs = path_values(registration.row, registration.id), path_values(registration.row, id)
    loose = {"subscriptionId", "resourceGroupName", registration.row.name_input}
    return all(ours[key].lower() == theirs[key].lower() for key in ours if key not in loose)


def purpose_of(row: ResourceType, name: str) -> str:
    """What a name is for: what is left without organisation, environment, type and region."""
    if row.abbreviation == "":
        return name.lower()
    codes = {row.abbreviation, *OLD_CODES.get(row.key, ())}
    if "-" not in name:
        compact = re.fullmatch(f"(?:{'|'.join(ORGANISATIONS)})(?:{'|'.join(ENVIRONMENTS)})(.*)", name.lower())
        rest = compact[1] if compact else name.lower()
        tail = re.fullmatch(f"(.+?)(?:{'|'.join(codes)})(?:{'|'.join(CODES)})?", rest)
        return tail[1] if tail else rest
    words = name.lower().split("-")
    words = words[1:] if words[0] in ORGANISATIONS else words
    words = words[1:] if words and words[0] in ENVIRONMENTS else words
    words = words[:-1] if words and words[-1] in CODES else words
    words = words[:-1] if words and words[-1] in codes else words
    return "-".join(words)


def _last(name: str) -> str:
    return name.partition("-")[2]
