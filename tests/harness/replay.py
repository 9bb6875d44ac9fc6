"""Replays what Azure has been seen to accept through the offline provider, and compares the two answers.

A request names other resources in braces, by the key of their type: they are made first, by replaying the evidence of
that type. Every type is replayed in a world of its own.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from components.facts.ids import made_id, path_values
from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import guid
from offline.azure.inputs import place
from offline.azure.services.identity import REPLICATED_AFTER
from offline.rpc.protocol import Properties, ProviderError
from offline.world.store import World
from tests.evidence.adapted import ADAPTED, NAMES, REMOVED
from tests.evidence.explained import EVERY_TYPE, EXPLAINED
from tests.evidence.loading import Body, Effect, Evidence, Request, evidence
from tests.harness.compose import schema
from tests.harness.offline import SUBSCRIPTION, provider
from tests.harness.wire import Wire, leaves_at

EVIDENCE: Mapping[str, Evidence] = evidence()

IDENTITY = "user-assigned-identity"
NETWORK = "virtual-network"

ITEMS = 5
"""In how many items of a list an effect is looked for."""

_PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)\}")
_SUBNET = re.compile(r"/virtualNetworks/\{virtual-network\}/subnets/([^/']+)")
_INDEX = re.compile(r"\[\d+\]")


class Reading(StrEnum):
    """What came back of one property that Azure returned."""

    SAME = "the same"
    OTHER = "another value"
    NONE = "nothing"


@dataclass(frozen=True)
class Leaf:
    """One property that Azure returned (SDK's path), and what the offline cloud returns for it."""

    path: str
    expected: Any
    found: Any
    reading: Reading
    reason: str
    """Why the two differ; empty where they do not, and where nothing explains it."""

    @property
    def read_back(self) -> bool:
        """Whether the property is there, with the same value or for a reason with another one."""
        return self.reading is Reading.SAME or (self.reading is Reading.OTHER and bool(self.reason))

    @property
    def unexplained(self) -> bool:
        """Whether it differs and nothing says why."""
        return self.reading is not Reading.SAME and not self.reason


class Stage:
    """A world, and what has been replayed in it."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder / "cloud.db")
        self.azure = provider(self.world)
        self._replayed: dict[str, list[Leaf]] = {}

    def replayed(self, key: str, changes: Mapping[str, Any] | None = None) -> list[Leaf]:
        """Replay the evidence of a type, once, and return all that Azure had returned. Raises what Azure refuses.

        ``changes`` are those that a type below it needs, in addition to its own.
        """
        if key not in self._replayed:
            self._replayed[key] = []
            for request in EVIDENCE[key].requests:
                self.make_what_is_named(key, request.url, request.body)
                self._replayed[key] += self._leaves(key, request, changes or {})
        return self._replayed[key]

    def make_what_is_named(self, key: str, *texts: Any) -> None:
        """Make the resources that a request of a type refers to."""
        needs = ADAPTED[key].needs if key in ADAPTED else {}
        named = {"resource-group", *_PLACEHOLDER.findall(repr(texts)), *needs}
        named |= {IDENTITY} if "guid" in named else set()
        for other in EVIDENCE:
            if other in named - {key}:
                self.replayed(other, needs.get(other))
        if IDENTITY in named:
            self._replicate_identities()
        subnets = {self.named(name, NETWORK) for name in _SUBNET.findall(repr(texts))}
        if subnets:
            self._make_subnets(subnets)

    def _replicate_identities(self) -> None:
        """Let Entra replicate the identities: the recordings repeat a request until it has."""
        for number in range(REPLICATED_AFTER):
            group = RESOURCE_TYPES["resource-group"]
            inputs = {"resourceGroupName": f"ev-later-{number}", "location": "westus2"}
            if self.world.get(made_id(group, {**inputs, "subscriptionId": SUBSCRIPTION})) is None:
                self.azure.create("urn", group.token, inputs, preview=False, timeout=0)

    def _make_subnets(self, names: set[str]) -> None:
        """Give the network subnets of these names."""
        url, body = EVIDENCE[NETWORK].requests[0].url, EVIDENCE[NETWORK].requests[0].body
        subnets = [{"name": name, "addressPrefix": f"10.0.{number}.0/24"} for number, name in enumerate(sorted(names))]
        self.send(NETWORK, url, {**self.inputs(NETWORK, url, body), "subnets": subnets})

    def inputs(self, key: str, url: str, body: Body) -> Properties:
        """The inputs with which the SDK sends a request."""
        row = RESOURCE_TYPES[key]
        wire = Wire(schema(), row.token)
        sent = _without_nulls(wire.inputs(self.named(body, key)))
        path = {
            name: value for name, value in path_values(row, self.named(url, key)).items() if name != "subscriptionId"
        }
        known = set(schema().inputs(row.token))
        inputs = {name: value for name, value in {**sent, **path}.items() if name in known}
        for where, value in ADAPTED[key].changes.items() if key in ADAPTED else ():
            _change(inputs, where, self.named(value, key))
        return inputs

    def effect(self, key: str, effect: Effect) -> list[Leaf]:
        """What an effect says of another resource, compared with it; ``[]`` in its path is the item closest to it."""
        value = self.said(key, effect.value, EVIDENCE[key].requests[0])
        answer = self.read(effect.on, self.id(effect.on))
        found = [list(self.compared(effect.on, _body(effect.property, value, index), answer)) for index in range(ITEMS)]
        found = [[leaf for leaf in leaves if leaf.expected is not None] for leaves in found]
        return max(found, key=lambda leaves: sum(leaf.reading is Reading.SAME for leaf in leaves))

    def id(self, key: str) -> str:
        """The id of the resource that the evidence of a type makes."""
        return self.named(EVIDENCE[key].requests[0].url, key)

    def send(self, key: str, url: str, inputs: Properties) -> Properties:
        """Create or update a resource; the inputs pass the SDK's check first. Returns what a later read returns."""
        token, id = RESOURCE_TYPES[key].token, self.named(url, key)
        _, failures = self.azure.check("urn", token, {}, inputs)
        assert not failures, f"{key}: the SDK does not take what Azure took: {failures}"
        if self.world.get(id) is None:
            id = self.azure.create("urn", token, inputs, preview=False, timeout=0).id
        else:
            self.azure.update("urn", token, id, {}, inputs, preview=False, timeout=0, ignore_changes=[])
        return self.read(key, id)

    def read(self, key: str, id: str) -> Properties:
        """What a refresh reads of a resource."""
        found = self.azure.read("urn", RESOURCE_TYPES[key].token, id, {}, {})
        assert found is not None, f"{key}: {id} cannot be read"
        return {"id": found.id, **found.properties}

    def named(self, value: Any, key: str) -> Any:
        """A value with names in place of its placeholders; ``key`` is the type that ``{name}`` is about."""
        return _replaced(value, lambda name: self._name(name, key))

    def _name(self, placeholder: str, key: str) -> str:
        if placeholder == "guid":
            identity = self.world.get(self.id(IDENTITY))
            return str(identity.body["principalId"]) if identity else guid(key)
        own = key if placeholder == "name" else "resource-group" if placeholder == "group" else placeholder
        if own == "postgresql-administrator":
            return self._name("guid", key)
        return NAMES.get(own, f"ev-{own}")

    def _leaves(self, key: str, request: Request, changes: Mapping[str, Any]) -> list[Leaf]:
        inputs = self.inputs(key, request.url, request.body)
        for where, value in changes.items():
            _change(inputs, where, self.named(value, key))
        answer = self.send(key, request.url, inputs)
        return list(self.compared(key, self.said(key, request.answer, request), answer))

    def said(self, key: str, recorded: Any, request: Request) -> Any:
        """A recorded value with the names that a request mentions; the others are Azure's choice."""
        mentioned = {
            *_PLACEHOLDER.findall(repr((request.url, request.body))),
            "name",
            "group",
            "subscription",
            "tenant",
        }
        known = mentioned - {"guid"}
        return _replaced(recorded, lambda name: self._name(name, key) if name in known else f"{{{name}}}")

    def compared(self, key: str, recorded: Body, answer: Properties) -> Iterator[Leaf]:
        """Every property that Azure returned, with what comes back here. A placeholder is any value."""
        wire = Wire(schema(), RESOURCE_TYPES[key].token)
        have = dict(leaves_at(answer))
        for path, expected in leaves_at(wire.outputs(recorded)):
            found = have.get(path)
            if expected in ([], {}) and any(each.startswith((f"{path}.", f"{path}[")) for each in have):
                found = "something"
            reading = Reading.SAME if _same(path, expected, found) else Reading.OTHER
            if found is None and expected is not None:
                reading = Reading.NONE
            reason = "" if reading is Reading.SAME else _reason(key, path, wire.unknown)
            yield Leaf(path, expected, found, reading, reason)


@functools.cache
def read_back() -> Mapping[str, tuple[int, int]]:
    """By type: how many of the properties that Azure returned come back, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    for key, each in EVIDENCE.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                leaves = Stage(Path(folder)).replayed(key)
            except ProviderError:
                leaves = []
        found[key] = (sum(leaf.read_back for leaf in leaves), each.properties_returned)
    return found


def _same(path: str, expected: Any, found: Any) -> bool:
    if not isinstance(expected, str) or not isinstance(found, str):
        return expected == found
    if path in ("location", "type"):
        return place(expected) == place(found)
    pattern = ".+".join(map(re.escape, _PLACEHOLDER.sub("\0", expected).split("\0")))
    # Azure chooses the case of the ids that it returns.
    return re.fullmatch(pattern, found, re.IGNORECASE if expected.startswith("/") else 0) is not None


def _body(path: str, value: Any, index: int) -> Body:
    """A body with one property. ``[]`` in its path is item ``index`` of a list, the items before it are empty."""
    head, _, rest = path.partition(".")
    inside = _body(rest, value, index) if rest else value
    name, bracket, number = head.partition("[")
    if not bracket:
        return {name: inside}
    return {name: [{"name": None}] * int(number.rstrip("]") or index) + [inside]}


def _reason(key: str, path: str, unknown: list[str]) -> str:
    if path in unknown:
        return "the SDK has no such output"
    where = _INDEX.sub("[]", path)
    for table in (EXPLAINED.get(key, {}), EVERY_TYPE):
        for prefix, reason in table.items():
            if where == prefix or where.startswith((prefix + ".", prefix + "[")):
                return reason
    return ""


def _replaced(value: Any, name: Any) -> Any:
    if isinstance(value, dict):
        return {_replaced(key, name): _replaced(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, name) for item in value]
    return _PLACEHOLDER.sub(lambda match: name(match[1]), value) if isinstance(value, str) else value


def _without_nulls(value: Any) -> Any:
    """Pulumi sends no nulls."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _change(inputs: Properties, path: str, value: Any) -> None:
    """Set or remove a property; ``[]`` is every item of a list."""
    head, _, rest = path.partition(".")
    if head.endswith("[]"):
        for item in inputs.get(head[:-2]) or []:
            _change(item, rest, value)
    elif rest:
        _change(inputs.setdefault(head, {}), rest, value)
    elif value is REMOVED:
        inputs.pop(head, None)
    else:
        inputs[head] = value
