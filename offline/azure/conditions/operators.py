"""The operators of conditions (Microsoft: Azure role assignment condition format and syntax)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an operator compares."""

    STRING = "text in single quotes"
    NUMBER = "a whole number"
    TIME = "a time in single quotes, such as '2026-12-31T00:00:00.0Z'"
    BOOL = "true or false"
    GUID = "a GUID"


PATTERNS: Mapping[Kind, str] = {
    Kind.STRING: r".*",
    Kind.NUMBER: r"-?\d+",
    Kind.TIME: r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z",
    Kind.BOOL: r"true|false",
    Kind.GUID: r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}
"""What a value of each kind looks like, in any case."""

QUOTED: Mapping[Kind, frozenset[bool]] = {
    Kind.STRING: frozenset({True}),
    Kind.NUMBER: frozenset({False}),
    Kind.TIME: frozenset({True}),
    Kind.BOOL: frozenset({False}),
    Kind.GUID: frozenset({True, False}),
}
"""Whether a value of each kind stands in quotes: Microsoft's examples have GUIDs without."""


@dataclass(frozen=True)
class Operator:
    """A comparison of two values."""

    name: str
    kind: Kind
    crosses: bool
    """Whether it also compares sets, after ``ForAnyOfAnyValues:`` and the like."""
    compare: Callable[[str, str], bool]


def _moment(text: str) -> tuple[str, str]:
    """A time as two texts that sort as times do: up to the second, and its fraction."""
    whole, _, fraction = text.upper().rstrip("Z").partition(".")
    return whole, fraction.rstrip("0")


_KEYS: Mapping[Kind, Callable[[str], Any]] = {
    Kind.STRING: str,
    Kind.NUMBER: int,
    Kind.TIME: _moment,
    Kind.BOOL: str.lower,
    Kind.GUID: str.lower,
}


def _like(text: str, pattern: str) -> bool:
    """``*`` and ``?`` stand for any text and any character, unless there is a backslash before them."""
    parts = re.findall(r"\\[*?]|.", pattern, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return bool(re.fullmatch("".join(wild.get(part) or re.escape(part[-1]) for part in parts), text, re.DOTALL))


def _made(kind: Kind, name: str, compare: Callable[[Any, Any], bool], *, crosses: bool, negated: bool) -> Operator:
    key = str.lower if name.endswith("IgnoreCase") else _KEYS[kind]
    return Operator(name, kind, crosses, lambda left, right: compare(key(left), key(right)) != negated)


def _all() -> list[Operator]:
    found: list[Operator] = []
    for verb, compare, crosses in (
        ("Equals", operator.eq, True),
        ("Like", _like, True),
        ("StartsWith", str.startswith, False),
    ):
        for no in ("", "Not"):
            for case in ("", "IgnoreCase"):
                name = f"String{no}{verb}{case}"
                found.append(_made(Kind.STRING, name, compare, crosses=crosses, negated=bool(no)))
    orders = {
        "Equals": operator.eq,
        "NotEquals": operator.ne,
        "GreaterThan": operator.gt,
        "GreaterThanEquals": operator.ge,
        "LessThan": operator.lt,
        "LessThanEquals": operator.le,
    }
    for family, kind, verbs in (
        ("Numeric", Kind.NUMBER, tuple(orders)),
        ("DateTime", Kind.TIME, tuple(orders)),
        ("Bool", Kind.BOOL, ("Equals", "NotEquals")),
        ("Guid", Kind.GUID, ("Equals", "NotEquals")),
    ):
        crosses = kind in (Kind.NUMBER, Kind.GUID)
        found += [_made(kind, family + verb, orders[verb], crosses=crosses, negated=False) for verb in verbs]
    return found


OPERATORS: Mapping[str, Operator] = {each.name.lower(): each for each in _all()}
"""By name in lower case: conditions may be written in any case (Azure/azure-cli #14958)."""

CROSSES: Mapping[str, tuple[Callable[..., bool], Callable[..., bool]]] = {
    "foranyofanyvalues": (any, any),
    "forallofanyvalues": (all, any),
    "foranyofallvalues": (any, all),
    "forallofallvalues": (all, all),
}
"""By prefix in lower case: how many of the values on the left, and of those on the right, must satisfy a comparison."""
