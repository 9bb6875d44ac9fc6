"""Conditions of role assignments, read as Azure's format describes them: brackets, AND, OR, and what is compared.

:func:`holds` decides one as Azure would for a request, with attributes by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_TOKEN = re.compile(
    r"""\s*(?:(?P<word>AND\ NOT|AND|OR|!|\(|\))
    |(?P<kind>ActionMatches|SubOperationMatches)\{'(?P<named>[^']+)'\}
    |(?P<source>@Request|@Resource)\[(?P<attribute>[^\]]+)\]\ (?P<operator>[\w:]+)\ (?P<values>\{[^}]*\}|'[^']*'))""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Attempt:
    """What somebody tries to do."""

    action: str
    suboperation: str = ""
    request: Mapping[str, str] = field(default_factory=dict)
    """Attributes of the request."""
    resource: Mapping[str, str] = field(default_factory=dict)
    """Attributes of what it is about."""


def tokens(condition: str) -> list[re.Match[str]]:
    """The tokens of a condition. Raises ``ValueError`` where there is something else."""
    found, at = list[re.Match[str]](), 0
    while at < len(condition):
        match = _TOKEN.match(condition, at)
        if match is None:
            raise ValueError(f"not a condition from here: {condition[at : at + 60]!r}")
        found.append(match)
        at = match.end()
    return found


def holds(condition: str, attempt: Attempt) -> bool:
    """Whether a condition holds for an attempt. Raises ``ValueError`` where it is no condition."""
    parser = _Parser(iter(tokens(condition)), attempt)
    result = parser.expression()
    if parser.now is not None:
        raise ValueError(f"something follows: {parser.now.group()}")
    return result


class _Parser:
    def __init__(self, found: Iterator[re.Match[str]], attempt: Attempt) -> None:
        self._found, self._attempt = found, attempt
        self.now = next(found, None)

    def expression(self) -> bool:
        """Terms, joined by one kind of word: without brackets Azure lets nobody mix them."""
        result, joined = self._term(), ""
        while self._word() in ("AND", "AND NOT", "OR"):
            word = self._take()
            if joined and joined != word.partition(" ")[0]:
                raise ValueError("AND and OR without brackets")
            joined = word.partition(" ")[0]
            term = self._term()
            term = not term if word == "AND NOT" else term
            result = (result and term) if joined == "AND" else (result or term)
        return result

    def _term(self) -> bool:
        if self._word() == "!":
            self._take()
            return not self._term()
        if self._word() == "(":
            self._take()
            result = self.expression()
            if self._word() != ")":
                raise ValueError("a bracket is not closed")
            self._take()
            return result
        return self._compared()

    def _compared(self) -> bool:
        if self.now is None or self.now["word"]:
            raise ValueError("something is missing")
        here, self.now = self.now, next(self._found, None)
        if here["kind"]:
            seen = self._attempt.action if here["kind"] == "ActionMatches" else self._attempt.suboperation
            return seen.lower() == here["named"].lower()
        known = self._attempt.request if here["source"] == "@Request" else self._attempt.resource
        value = known.get(here["attribute"], "")
        wanted = [each.strip(" '") for each in here["values"].strip("{}").split(",")]
        return any(_OPERATORS[here["operator"]](value, each) for each in wanted)

    def _word(self) -> str:
        return (self.now and self.now["word"]) or ""

    def _take(self) -> str:
        word, self.now = self._word(), next(self._found, None)
        return word


_OPERATORS = {
    "ForAnyOfAnyValues:GuidEquals": lambda value, wanted: value.lower() == wanted.lower(),
    "ForAnyOfAnyValues:StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": fnmatchcase,
}
