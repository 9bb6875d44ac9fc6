"""Bodies of Azure's API in the shape of the SDK: lifted out of ``properties``, under the SDK's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.facts.types import BY_TOKEN
from offline.arm.tables import CONTAINING
from offline.rpc.protocol import Properties
from offline.schema.check import Schema

RENAMED = {
    # Of the headers of a web test.
    "key": "headerfieldname",
    "value": "headerfieldvalue",
    "networkacls": "networkruleset",
    "odata.type": "odatatype",
    "supportshttpstrafficonly": "enablehttpstrafficonly",
}
"""Names of the API that the SDK has under another name (x-ms-client-name), both in lower case."""

CASED = {"Id": "location", "Kind": "webtestkind", "Name": "webtestname"}
"""The same within the properties of a web test, whose envelope has others of these names, in lower case."""

CONTAINER = "properties"
"""Azure puts most properties of a resource into this object; the SDK lifts them out of it, except where its own type
has a property of that name."""

Spec = Mapping[str, Any]
Fields = Mapping[str, Spec]


@dataclass
class Wire:
    """Translates the bodies of one type. ``unknown`` collects the paths of what the SDK does not know."""

    schema: Schema
    token: str
    unknown: list[str] = field(default_factory=list)

    def inputs(self, body: Properties) -> Properties:
        """A request."""
        return self._object(body, self.schema.content["resources"][self.token]["inputs"], "", self._input_fields)

    def outputs(self, body: Properties) -> Properties:
        """An answer."""
        return self._object(body, self.schema.content["resources"][self.token]["outputs"], "", self._output_fields)

    def _input_fields(self, kind: str) -> Fields:
        return self.schema.content["types"][kind]["properties"]

    def _output_fields(self, kind: str) -> Fields:
        return self.schema.content["results"][kind]

    def _object(self, value: Properties, known: Fields, path: str, fields: Any) -> Properties:
        names = {_plain(name): name for name in known}
        result: Properties = {}
        for key, item in value.items():
            inside = key not in known or (not path and BY_TOKEN[self.token].key in CONTAINING)
            if key == CONTAINER and inside and isinstance(item, dict):
                # What the resource itself has as well, such as a type of its own, the SDK cannot lift.
                own = {_plain(name) for name in value} - {_plain(name) for name in item if CASED.get(name, "") in names}
                lifted = {name: each for name, each in item.items() if _plain(name) not in own}
                left = {name: each for name, each in item.items() if _plain(name) in own}
                result |= self._object(lifted, known, path, fields)
                if left:
                    result[CONTAINER] = left
                    self.unknown += [leaf for leaf, _ in leaves_at(left, f"{path}.{CONTAINER}".lstrip("."))]
                continue
            spellings = (CASED.get(key, ""), _plain(key), RENAMED.get(_plain(key), ""))
            name = next((names[each] for each in spellings if each in names), None)
            where = f"{path}.{name or key}".lstrip(".")
            if name is None and not (key == "id" and not path):
                self.unknown += [leaf for leaf, _ in leaves_at(item, where)]
            result[name or key] = self._value(item, known[name] if name else {"kind": "any"}, where, fields)
        return result

    def _value(self, value: Any, spec: Spec, path: str, fields: Any) -> Any:
        kind = spec["kind"]
        if kind == "oneOf":
            return self._value(value, self._closest(value, spec["of"], fields), path, fields)
        if kind == "object" and isinstance(value, dict):
            return self._object(value, fields(spec["type"]), path, fields)
        if kind == "array" and isinstance(value, list):
            return [self._value(item, spec["items"], f"{path}[{index}]", fields) for index, item in enumerate(value)]
        if kind == "map" and isinstance(value, dict):
            return {name: self._value(item, spec["items"], f"{path}.{name}", fields) for name, item in value.items()}
        return value

    @staticmethod
    def _closest(value: Any, options: list[Spec], fields: Any) -> Spec:
        """The option with most of the value's properties; the first if none fits better."""
        keys = {_plain(key) for key in value} if isinstance(value, dict) else set()

        def fit(spec: Spec) -> int:
            return len(keys & {_plain(name) for name in fields(spec["type"])}) if spec["kind"] == "object" else 0

        return max(options, key=fit)


def _plain(name: str) -> str:
    """A name as Azure and the SDK both spell it: ``Application_Type`` is ``applicationType``."""
    return name.replace("_", "").lower()


def leaves_at(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of JSON with its path. An empty object or list is one."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves_at(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves_at(item, f"{path}[{index}]")
    else:
        yield path, value
