"""Replays what Microsoft Graph has been seen to accept through the offline tenants, and compares the two answers."""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.azure.behaviour import at
from offline.rpc.protocol import Properties
from tests.evidence.entra.explained import EXPLAINED, NAMES, UNREAD
from tests.evidence.loading import FOLDER, Evidence, evidence
from tests.harness.tenant import ROLE, SCOPE, Tenant
from tests.harness.wire import leaves_at

EVIDENCE: Mapping[str, Evidence] = evidence(FOLDER / "entra")

DRAWN = ("guid", "generated")
"""Placeholders for what Entra draws: any value."""
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Leaf:
    """One property that Graph returned (Graph's path), and what the offline tenant returns for it."""

    path: str
    expected: Any
    found: Any
    same: bool
    reason: str
    """Why the two differ, or why nobody reads it; empty where nothing explains it."""

    @property
    def read_back(self) -> bool:
        """Whether azuread reads it, and reads the same. Nothing counts as read because it happens to be empty."""
        return self.same and self.reason != UNREAD


class Stage:
    """A tenant with what the requests name."""

    def __init__(self, folder: Path) -> None:
        self.tenant = Tenant(folder)
        api, other = self.tenant.application(), self.tenant.application("other")
        location = self.tenant.make("named-location", displayName="l", country={"countriesAndRegions": ["ZA"]})
        self.api = api
        self.names: dict[str, str] = {
            "application": api.properties["objectId"],
            "client": self.tenant.application("new").properties["clientId"],
            "exchange": "00000002-0000-0ff1-ce00-000000000000",
            "group": self.tenant.group().properties["objectId"],
            "location": location.properties["objectId"],
            "other": other.properties["clientId"],
            "principal": self.tenant.principal(other).properties["objectId"],
            "resource": self.tenant.principal(api).properties["objectId"],
            "role": ROLE,
            "scope": SCOPE,
            "tenant": self.tenant.id,
        }

    def replayed(self, key: str) -> list[Leaf]:
        """Replay the evidence of a type, and return all that Graph had returned. Raises what is refused."""
        found: list[Leaf] = []
        for request in EVIDENCE[key].requests:
            inputs = self._named(_as_inputs(key, request.body))
            if "/applications/{application}" in request.url:
                inputs["applicationId"] = self.api.id
            made = self.tenant.make(key, **inputs)
            seen = self.tenant.read(key, made.id).properties
            found += self._leaves(key, request.answer, {**seen, "id": made.id})
        return found

    def _leaves(self, key: str, answer: Any, seen: Properties) -> Iterator[Leaf]:
        for path, recorded in leaves_at(answer):
            expected = self._named(recorded)
            where = _INDEX.sub("", path)
            found = _found(seen, azuread_path(key, where), path)
            drawn = isinstance(expected, str) and any(f"{{{each}}}" in expected for each in DRAWN)
            same = bool(found) if drawn else found == expected or not (found or expected)
            reason = next((why for prefix, why in EXPLAINED.get(key, {}).items() if _below(where, prefix)), "")
            yield Leaf(path, expected, found, same, reason)

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._named(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._named(item) for item in value]
        if not isinstance(value, str):
            return value
        return _PLACEHOLDER.sub(lambda match: self.names.get(match[1], match[0]), value)


@functools.cache
def read_back() -> Mapping[str, tuple[int, int]]:
    """By type: how many of the properties that Graph returned come back, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    for key, each in EVIDENCE.items():
        with tempfile.TemporaryDirectory() as folder:
            leaves = Stage(Path(folder)).replayed(key)
        found[key] = (sum(leaf.read_back for leaf in leaves), each.properties_returned)
    return found


def azuread_path(key: str, path: str) -> str:
    """Where azuread has a property of Graph."""
    names = NAMES.get(key, {})
    for graph in sorted(names, key=len, reverse=True):
        if _below(path, graph):
            return f"{names[graph]}{path.removeprefix(graph)}".lstrip(".")
    return path


def _as_inputs(key: str, body: Properties) -> Properties:
    """A request with azuread's names, as the program gives them."""
    result: Properties = {}
    for path, value in leaves_at(body):
        where = azuread_path(key, _INDEX.sub("", path)).split(".")
        target = result
        for part in where[:-1]:
            target = target.setdefault(part, {})
        if _INDEX.search(path):
            target.setdefault(where[-1], []).append(value)
        else:
            target[where[-1]] = value
    return result


def _found(seen: Properties, where: str, path: str) -> Any:
    value = at(seen, *where.split("."))
    index = re.search(r"\[(\d+)\]$", path)
    if isinstance(value, list) and index:
        number = int(index[1])
        return value[number] if number < len(value) else None
    return value


def _below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}.")
