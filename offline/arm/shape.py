"""Properties in the shape of the SDK's inputs, rewritten as Azure's API and its templates have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.facts.ids import placeholders
from components.facts.model import ResourceType
from offline.arm.tables import CONTAINING, ENVELOPE, FLATTENED, INSIDE, RENAMED, WRAPPED, WRAPPED_ENVELOPE
from offline.azure.string_sets import PROPERTY as IDENTITIES
from offline.rpc.protocol import Properties
from offline.schema.check import Schema

CONTAINER = "properties"


@dataclass(frozen=True)
class Shape:
    """Rewrites the properties of one type."""

    schema: Schema
    row: ResourceType

    def body(self, inputs: Properties) -> Properties:
        """The body of a request: ``properties`` and what stands beside them, without what the id says, unless the table
        has Azure's name of it: then the body says it again."""
        known: Mapping[str, Any] = self.schema.content["resources"][self.row.token]["inputs"]
        path = placeholders(self.row)
        again = RENAMED.get(self.row.key, {})
        sent = {name: value for name, value in inputs.items() if name not in path or name in again}
        renamed = self._object(sent, known, self.row.key)
        if IDENTITIES in renamed.get("identity", {}):
            # The SDK takes a list of what Azure has as a map with nothing to say about each.
            listed = renamed["identity"][IDENTITIES]
            renamed = {**renamed, "identity": {**renamed["identity"], IDENTITIES: {id: {} for id in listed}}}
        if CONTAINER in known and self.row.key not in CONTAINING:
            return renamed
        return _wrapped(renamed, ENVELOPE - INSIDE.get(self.row.key, frozenset()))

    def _object(self, value: Properties, known: Mapping[str, Any], key: str) -> Properties:
        names = RENAMED.get(key, {})
        return {names.get(name, name): self._value(item, known.get(name)) for name, item in value.items()}

    def _value(self, value: Any, spec: Mapping[str, Any] | None) -> Any:
        kind = spec["kind"] if spec else "any"
        if spec is None or kind == "any":
            return value
        if kind == "oneOf":
            return self._value(value, self._closest(value, spec["of"]))
        if kind == "object" and isinstance(value, dict):
            made = self._object(value, self._fields(spec), spec["type"])
            made = _deepened(made, FLATTENED.get(spec["type"], {}))
            return _wrapped(made, WRAPPED_ENVELOPE) if spec["type"] in WRAPPED else made
        if kind == "array" and isinstance(value, list):
            return [self._value(item, spec["items"]) for item in value]
        if kind == "map" and isinstance(value, dict):
            return {name: self._value(item, spec["items"]) for name, item in value.items()}
        return value

    def _fields(self, spec: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.schema.content["types"][spec["type"]]["properties"]

    def _closest(self, value: Any, options: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        """The option with most of the value's properties; the first if none fits better."""
        keys = value.keys() if isinstance(value, dict) else set()
        return max(options, key=lambda each: len(keys & self._fields(each).keys()) if each["kind"] == "object" else 0)


def _deepened(value: Properties, objects: Mapping[str, frozenset[str]]) -> Properties:
    """``value`` with the properties of these objects in them."""
    for name, inside in objects.items():
        if found := {key: item for key, item in value.items() if key in inside}:
            value = {**{key: item for key, item in value.items() if key not in inside}, name: found}
    return value


def _wrapped(value: Properties, beside: frozenset[str]) -> Properties:
    """``value`` with a container around everything that does not stand beside it."""
    inside = {name: item for name, item in value.items() if name not in beside}
    outside = {name: item for name, item in value.items() if name in beside}
    return {**outside, CONTAINER: inside} if inside else outside
