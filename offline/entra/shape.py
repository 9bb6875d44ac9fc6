"""How azuread compares what a program asks for with what is there, by the schema of a type.

azuread is a Terraform provider behind Pulumi's bridge, which plans on the state: a set has no order, an empty value is
one that was not given, and a property that Entra fills in stays when the program says nothing about it
(hashicorp/terraform-plugin-sdk v2; pulumi/pulumi-terraform-bridge).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.azure.behaviour import at
from offline.rpc.protocol import Change, Properties

ITEMS = "[]"
"""At the end of a name: every item of that list."""


@dataclass(frozen=True)
class Shape:
    """What azuread's schema says of a type beyond names and types. Paths are dotted; ``[]`` is any item of a list."""

    defaults: Properties = field(default_factory=dict)
    """What azuread adds to the inputs at every depth, within blocks that are there."""
    sets: frozenset[str] = frozenset()
    """Lists that are sets: another order is no difference."""
    kept: frozenset[str] = frozenset()
    """Properties that Entra fills in and that the program may set: where it does not, they stay as they are."""
    remade: Mapping[str, str] = field(default_factory=dict)
    """Input → output that is unknown in the preview of a change of that input."""

    def with_defaults(self, inputs: Properties) -> Properties:
        """Inputs with azuread's defaults."""
        return _filled(inputs, self.defaults)

    def changes(self, before: Properties, after: Properties) -> Mapping[str, Change]:
        """The paths at which what is there differs from what is asked for. Both are complete: what Entra fills in is in
        both."""
        left, right = without_zeros(before), without_zeros(after)
        for path in self.kept:
            if _is_zero(at(right, *path.split("."))):
                left = _without(left, path.split("."))
        return dict(self._differences(left, right, ""))

    def refreshed(self, base: Any, before: Any, now: Any, path: str = "") -> Any:
        """The inputs ``base`` with what changed between two reads (pulumi-terraform-bridge: pkg/tfbridge/schema.go)."""
        if self.canonical(before, path) == self.canonical(now, path):
            return base
        if isinstance(base, dict) and isinstance(before, dict) and isinstance(now, dict):
            return self._refreshed_object(base, before, now, path)
        if isinstance(base, list) and isinstance(before, list) and isinstance(now, list):
            return [self._as_given(base, before, item, path) for item in now]
        return now

    def canonical(self, value: Any, path: str) -> Any:
        """A value with its sets in one order."""
        if isinstance(value, dict):
            return {name: self.canonical(item, _join(path, name)) for name, item in value.items()}
        if isinstance(value, list):
            items = [self.canonical(item, path + ITEMS) for item in value]
            return sorted(items, key=_text) if _general(path) in self.sets else items
        return value

    def _refreshed_object(self, base: Properties, before: Properties, now: Properties, path: str) -> Properties:
        result = {key: value for key, value in base.items() if key in now or key not in before}
        for key, value in now.items():
            where = _join(path, key)
            if key not in before:
                result[key] = value
            elif self.canonical(before[key], where) != self.canonical(value, where):
                result[key] = self.refreshed(base[key], before[key], value, where) if key in base else value
        return result

    def _as_given(self, base: list[Any], before: list[Any], item: Any, path: str) -> Any:
        """An item of a list as the program gave it, if it is one that has not changed."""
        item_path = path + ITEMS
        if any(self.canonical(item, item_path) == self.canonical(each, item_path) for each in before):
            return next((each for each in base if _within(each, item)), item)
        return item

    def _differences(self, before: Any, after: Any, path: str) -> Iterator[tuple[str, Change]]:
        if isinstance(before, dict) and isinstance(after, dict):
            for name in sorted(before.keys() | after.keys()):
                where = _join(path, name)
                if name not in before:
                    yield where, Change.ADD
                elif name not in after:
                    yield where, Change.DELETE
                else:
                    yield from self._differences(before[name], after[name], where)
        elif isinstance(before, list) and isinstance(after, list) and _general(path) not in self.sets:
            for index in range(max(len(before), len(after))):
                where = f"{path}[{index}]"
                if index >= len(before):
                    yield where, Change.ADD
                elif index >= len(after):
                    yield where, Change.DELETE
                else:
                    yield from self._differences(before[index], after[index], where)
        elif self.canonical(before, path) != self.canonical(after, path):
            yield path, Change.UPDATE


def without_zeros(value: Any) -> Any:
    """A value without what Terraform takes for not given: empty texts, lists and blocks, zero and false."""
    if isinstance(value, dict):
        left = {name: without_zeros(item) for name, item in value.items() if not name.startswith("__")}
        return {name: item for name, item in left.items() if not _is_zero(item)}
    if isinstance(value, list):
        return [without_zeros(item) for item in value]
    return value


def _without(value: Properties, path: list[str]) -> Properties:
    """A block without what is at a path."""
    name, *rest = path
    if not rest or not isinstance(value.get(name), dict):
        return {key: item for key, item in value.items() if key != name or rest}
    return {**value, name: _without(value[name], rest)}


def _is_zero(value: Any) -> bool:
    return value is None or value is False or value in ("", 0, [], {})


def _filled(value: Any, defaults: Properties) -> Any:
    """A block with defaults, at every depth of the blocks that are there."""
    if not isinstance(value, dict):
        return value
    result = {**value}
    for name, default in defaults.items():
        plain = name.removesuffix(ITEMS)
        now = result.get(plain)
        if name != plain and isinstance(now, list):
            result[plain] = [_filled(item, default) for item in now]
        elif name == plain and now is None and not isinstance(default, dict):
            result[plain] = default
        elif name == plain and isinstance(default, dict):
            result = {**result, plain: _filled(now, default)} if now is not None else result
    return result


def _within(part: Any, whole: Any) -> bool:
    """Whether everything that a block says is also in another."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(_within(item, whole.get(name)) for name, item in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(any(_within(one, other) for other in whole) for one in part)
    return part == whole or (_is_zero(part) and _is_zero(whole))


def _general(path: str) -> str:
    return re.sub(r"\[\d+\]", ITEMS, path)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)
