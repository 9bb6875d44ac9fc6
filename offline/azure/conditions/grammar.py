"""The grammar of conditions: text to a tree (Microsoft: Azure role assignment condition format and syntax).

condition  = operation
operation  = unary, ({"AND", unary} | {"OR", unary})     both in one only with parentheses
unary      = "NOT", unary | "(", operation, ")" | function | comparison
function   = ("ActionMatches" | "SubOperationMatches"), "{", text, "}" | "Exists", attribute
comparison = operand, operator, operand
operand    = attribute | value | "{", value, {",", value}, "}"
attribute  = "@", ("Request" | "Resource" | "Principal" | "Environment"), "[", name, "]"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from components.access.facts import CONDITION_BYTES
from offline.azure.conditions.operators import CROSSES, OPERATORS, PATTERNS, QUOTED, Operator


class InvalidCondition(ValueError):
    """A condition that Azure does not take; says where and what is allowed there."""


@dataclass(frozen=True)
class Attribute:
    """``@Request[Microsoft.Authorization/roleAssignments:PrincipalType]``."""

    source: str
    """``Request``, ``Resource``, ``Principal`` or ``Environment``."""
    name: str


@dataclass(frozen=True)
class Value:
    """A literal."""

    text: str
    quoted: bool


Operand = Attribute | tuple[Value, ...]


@dataclass(frozen=True)
class Comparison:
    """Two operands and what compares them."""

    left: Operand
    cross: str
    """The prefix in lower case, such as ``foranyofanyvalues``; empty for none."""
    operator: str
    """The name in lower case."""
    right: Operand


@dataclass(frozen=True)
class Matches:
    """``ActionMatches`` or ``SubOperationMatches``."""

    suboperation: bool
    pattern: str


@dataclass(frozen=True)
class Exists:
    """Whether an attribute has a value."""

    attribute: Attribute


@dataclass(frozen=True)
class Not:
    """The opposite."""

    inner: Expression


@dataclass(frozen=True)
class Joined:
    """Two or more expressions, all or any of which must hold."""

    conjunction: bool
    """Whether all must hold."""
    parts: tuple[Expression, ...]


Expression = Comparison | Matches | Exists | Not | Joined

SOURCES = ("Request", "Resource", "Principal", "Environment")

_TOKEN = re.compile(
    r"\s*(?:(?P<attribute>@(?:Request|Resource|Principal|Environment)\[[^\[\]]+\])"
    r"|(?P<text>'[^']*')"
    r"|(?P<guid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])"
    r"|(?P<number>-?\d+)(?![\w-])"
    r"|(?P<word>[a-z]+(?::[a-z]+)?)"
    r"|(?P<sign>&&|\|\||[(){},!]))",
    re.IGNORECASE,
)
_SIGNS = {"&&": "and", "||": "or", "!": "not"}
_CONJUNCTIONS = {"and": True, "or": False}
_FUNCTIONS = {"actionmatches": False, "suboperationmatches": True}
_VALUES = ("text", "guid", "number")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """The word or sign in lower case, with one name for each; empty for anything else."""
        lower = self.text.lower()
        return _SIGNS.get(lower, lower) if self.kind in ("word", "sign") else ""


@cache
def parsed(text: str) -> Expression:
    """The tree of a condition. Raises :class:`InvalidCondition`."""
    if len(text.encode()) > CONDITION_BYTES:
        raise InvalidCondition(f"{len(text.encode())} bytes; allowed: {CONDITION_BYTES}")
    reader = _Reader(text)
    found = reader.operation()
    reader.expect("", "AND, OR or the end")
    return found


class _Reader:
    """Reads one condition from its first token to its last."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0

    @property
    def _now(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._now
        self._next += token.kind != "end"
        return token

    def _taken(self, word: str) -> bool:
        """Whether the next token is this word or sign, which is then behind us."""
        found = self._now.word == word
        self._next += found
        return found

    def expect(self, word: str, allowed: str) -> None:
        """Take a word or sign, or the end for an empty one. Raises :class:`InvalidCondition` for anything else."""
        if self._now.word != word or (not word and self._now.kind != "end"):
            raise self._invalid(allowed)
        self._take()

    def _invalid(self, allowed: str) -> InvalidCondition:
        seen = self._now.text or "the end"
        return InvalidCondition(f"at character {self._now.at + 1}; seen: {seen}; allowed: {allowed}")

    def operation(self) -> Expression:
        parts, joint = [self._unary()], ""
        while self._now.word in _CONJUNCTIONS:
            if joint and self._now.word != joint:
                # "a AND b OR c" is ambiguous: Microsoft asks for parentheses.
                raise self._invalid("parentheses where AND and OR meet")
            joint = self._take().word
            parts.append(self._unary())
        return Joined(_CONJUNCTIONS[joint], tuple(parts)) if joint else parts[0]

    def _unary(self) -> Expression:
        if self._taken("not"):
            return Not(self._unary())
        if self._taken("("):
            found = self.operation()
            self.expect(")", "AND, OR or )")
            return found
        if self._taken("exists"):
            return Exists(self._attribute())
        if self._now.word in _FUNCTIONS:
            return self._function()
        return self._comparison()

    def _function(self) -> Matches:
        suboperation = _FUNCTIONS[self._take().word]
        self.expect("{", "{")
        if self._now.kind != "text":
            raise self._invalid("an action in single quotes")
        pattern = self._take().text[1:-1]
        self.expect("}", "}")
        return Matches(suboperation, pattern)

    def _attribute(self) -> Attribute:
        if self._now.kind != "attribute":
            raise self._invalid(f"an attribute of {', '.join(f'@{source}[…]' for source in SOURCES)}")
        source, _, name = self._take().text[1:-1].partition("[")
        return Attribute(next(each for each in SOURCES if each.lower() == source.lower()), name)

    def _comparison(self) -> Comparison:
        before = self._now
        left, _ = self._operand()
        token = self._now
        cross, _, name = token.word.rpartition(":")
        found = OPERATORS.get(name)
        if found is None or (cross and (cross not in CROSSES or not found.crosses)):
            raise self._invalid("an operator, such as StringEquals or ForAnyOfAnyValues:GuidEquals")
        self._take()
        at = self._now
        right, many = self._operand()
        if many and not cross:
            raise InvalidCondition(f"at character {at.at + 1}; seen: several values; allowed: one after {found.name}")
        for place, operand in ((before, left), (at, right)):
            _check(found, operand, place)
        return Comparison(left, cross, found.name.lower(), right)

    def _operand(self) -> tuple[Operand, bool]:
        """An operand, and whether it is a set of several values."""
        if self._now.kind == "attribute":
            return self._attribute(), False
        if not self._taken("{"):
            return (self._value(),), False
        values = [self._value()]
        while self._taken(","):
            values.append(self._value())
        self.expect("}", ", or }")
        return tuple(values), len(values) > 1

    def _value(self) -> Value:
        if self._now.kind in _VALUES or self._now.word in ("true", "false"):
            token = self._take()
            return Value(token.text[1:-1], True) if token.kind == "text" else Value(token.text, False)
        raise self._invalid("an attribute, text in single quotes, a number, a GUID, true or false")


def _check(operator: Operator, operand: Operand, place: _Token) -> None:
    """Raise :class:`InvalidCondition` for a value that is not of the operator's kind."""
    for value in operand if isinstance(operand, tuple) else ():
        good = re.fullmatch(PATTERNS[operator.kind], value.text, re.IGNORECASE | re.DOTALL)
        if not good or value.quoted not in QUOTED[operator.kind]:
            what = f"seen: {value.text}; allowed for {operator.name}: {operator.kind}"
            raise InvalidCondition(f"at character {place.at + 1}; {what}")


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise InvalidCondition(f"at character {start + 1}; seen: {text[start : start + 20]}; allowed: {_ALLOWED}")
        found.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return [*found, _Token("end", "", len(text))]


_ALLOWED = "attributes, functions, operators, values, AND, OR, NOT and parentheses"
