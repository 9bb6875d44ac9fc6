"""Checking every input, at every depth, against the SDK's own types."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from offline.rpc.protocol import UNKNOWN, CheckFailure, Properties

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "map": dict,
    "object": dict,
    "enum": str,
}


@dataclass(frozen=True)
class Schema:
    """The schema file. ``outputs`` names all properties of a resource, ``check`` finds what the SDK does not know."""

    file: Path

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The whole file; :mod:`offline.schema.extract` describes it."""
        return json.loads(self.file.read_text())

    def outputs(self, token: str) -> list[str]:
        """All output properties of a type, camel case, inputs that come back included."""
        return list(self.content["resources"][token]["outputs"])

    def inputs(self, token: str) -> list[str]:
        """All input properties of a type, camel case."""
        return list(self.content["resources"][token]["inputs"])

    def api_version(self, token: str) -> str:
        """The version of Azure's API that the SDK sends for a type; empty for what is not at Azure Resource Manager."""
        return str(self.content["resources"][token]["apiVersion"])

    def check(self, token: str, inputs: Properties) -> list[CheckFailure]:
        """Unknown or missing properties, wrong types and values outside an enum, each with its path."""
        resource = self.content["resources"][token]
        return list(self._object(inputs, resource["inputs"], resource["required"], ""))

    def project(self, token: str, outputs: Properties) -> Properties:
        """The outputs that are also inputs, at every depth: properties that only Azure sets are left out."""
        known = self.content["resources"][token]["inputs"]
        return {
            name: self._projected(outputs[name], spec)
            for name, spec in known.items()
            if name != "id" and outputs.get(name) is not None
        }

    def _projected(self, value: Any, spec: Mapping[str, Any]) -> Any:
        kind = spec["kind"]
        if kind == "object" and isinstance(value, dict):
            fields = self.content["types"][spec["type"]]["properties"]
            return {name: self._projected(value[name], fields[name]) for name in value if name in fields}
        if kind == "array" and isinstance(value, list):
            return [self._projected(item, spec["items"]) for item in value]
        if kind == "map" and isinstance(value, dict):
            return {name: self._projected(item, spec["items"]) for name, item in value.items()}
        return value

    def preview(self, token: str, inputs: Properties) -> Properties:
        """The outputs as azure-native previews them: inputs where the types match, everything else unknown."""
        return {
            name: self._foreseen(inputs[name], spec) if inputs.get(name) is not None else UNKNOWN
            for name, spec in self.content["resources"][token]["outputs"].items()
        }

    def _foreseen(self, value: Any, spec: Mapping[str, Any]) -> Any:
        kind = spec["kind"]
        if kind == "any" or value is UNKNOWN:
            return value
        if kind == "object" and isinstance(value, dict):
            fields = self.content["results"][spec["type"]]
            return {
                name: self._foreseen(value[name], each) if value.get(name) is not None else UNKNOWN
                for name, each in fields.items()
            }
        if kind == "array" and isinstance(value, list):
            return [self._foreseen(item, spec["items"]) for item in value]
        if kind == "map" and isinstance(value, dict):
            return {name: self._foreseen(item, spec["items"]) for name, item in value.items()}
        return value if _fits(value, kind) and kind not in ("object", "array", "map") else UNKNOWN

    def _object(
        self, value: Properties, known: Mapping[str, Any], required: list[str], path: str
    ) -> Iterator[CheckFailure]:
        for name in required:
            if value.get(name) is None:
                yield CheckFailure(_join(path, name), "missing required property")
        for name, item in value.items():
            if name.startswith("__"):
                continue
            if name not in known:
                close = difflib.get_close_matches(name, known, 1)
                hint = f", did you mean {close[0]}?" if close else ""
                yield CheckFailure(_join(path, name), f"the SDK has no such property{hint}")
            else:
                yield from self._value(item, known[name], _join(path, name))

    def _value(self, value: Any, spec: Mapping[str, Any], path: str) -> Iterator[CheckFailure]:
        kind: str = spec["kind"]
        if value is None or value is UNKNOWN or kind == "any":
            return
        if kind == "oneOf":
            tried = [list(self._value(value, each, path)) for each in spec["of"]]
            yield from min(tried, key=len)
            return
        if not _fits(value, kind):
            yield CheckFailure(path, f"seen {json.dumps(value, default=str)}, allowed: {kind}")
        elif kind == "enum" and value.lower() not in map(str.lower, spec["values"]):
            # Azure answers some values in another case than its API lists them (hostingMode of a search service), and
            # what is ignored or imported comes back as an input. azure-native compares no enumeration at all.
            yield CheckFailure(path, f"seen {value!r}, allowed: {', '.join(spec['values'])}")
        elif kind == "array":
            for index, item in enumerate(value):
                yield from self._value(item, spec["items"], f"{path}[{index}]")
        elif kind == "map":
            for name, item in value.items():
                yield from self._value(item, spec["items"], f"{path}[{json.dumps(name)}]")
        elif kind == "object":
            nested = self.content["types"][spec["type"]]
            yield from self._object(value, nested["properties"], nested["required"], path)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _fits(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])
