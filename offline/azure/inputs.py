"""Comparing and refreshing inputs as azure-native does (pulumi-azure-native: provider/pkg/provider/{diff,provider}.go).

A refresh reads outputs, not inputs. azure-native reduces the old and the new outputs to the shape of inputs and applies
the difference between the two to the inputs: what Azure filled in at creation stays out of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from offline.rpc.protocol import Change, Properties


def refreshed(inputs: Properties, before: Properties, now: Properties) -> Properties:
    """``inputs`` with the changes between the two projections."""
    return _applied_object(inputs, before, now)


def _applied(base: Any, before: Any, now: Any) -> Any:
    if before == now:
        return base
    if isinstance(base, dict) and isinstance(before, dict) and isinstance(now, dict):
        return _applied_object(base, before, now)
    if isinstance(base, list) and isinstance(before, list) and isinstance(now, list):
        return [
            item if index >= len(base) or index >= len(before) else _applied(base[index], before[index], item)
            for index, item in enumerate(now)
        ]
    return now


def _applied_object(base: Properties, before: Properties, now: Properties) -> Properties:
    result = {key: value for key, value in base.items() if key in now or key not in before}
    for key, value in now.items():
        if key not in before:
            result[key] = value
        elif before[key] != value:
            result[key] = _applied(base[key], before[key], value) if key in base else value
    return result


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Change]]:
    """The paths at which inputs differ, and how. Case and spaces of ``location`` do not count."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            where = f"{path}.{key}" if path else key
            if where == "location" and place(old.get(key)) == place(new.get(key)):
                continue
            if old.get(key) is None and new.get(key) is not None:
                yield where, Change.ADD
            elif old.get(key) is not None and new.get(key) is None:
                yield where, Change.DELETE
            elif old.get(key) is not None:
                yield from differences(old[key], new[key], where)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            where = f"{path}[{index}]"
            if index >= len(old):
                yield where, Change.ADD
            elif index >= len(new):
                yield where, Change.DELETE
            else:
                yield from differences(old[index], new[index], where)
    elif old != new:
        yield path, Change.UPDATE


def place(value: Any) -> Any:
    """A location without its case and spaces."""
    return value.lower().replace(" ", "") if isinstance(value, str) else value


_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")


def unchanged(old: Any, new: Any, path: str) -> bool:
    """Whether a value is the one that Azure told: nobody compares an enumeration of what comes back as it is, and Azure
    answers values that its API does not list."""
    for step in _STEP.findall(path):
        old, new = _below(old, step), _below(new, step)
    return new is not None and old == new


def _below(value: Any, step: str) -> Any:
    if step.startswith("["):
        index = int(step[1:-1])
        return value[index] if isinstance(value, list) and index < len(value) else None
    return value.get(step) if isinstance(value, dict) else None
