"""What another value of a setting would change: two plans and their recordings side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.facts.model import ResourceType
from components.facts.words import word_of
from components.problems import InvalidInput, Problem
from stacks.build.recording import Planned, Recording

PLAIN = (str, int, float, bool, Mapping, list, type(None))
"""What the plan knows of an input."""

ADDS, REMOVES, REPLACES, CHANGES = "adds", "removes", "replaces", "changes"


@dataclass(frozen=True)
class Effect:
    """What becomes of one resource."""

    what: str
    """adds, removes, replaces or changes."""
    key: str
    """``redis/core``."""
    words: str
    """``Redis cluster``."""
    inputs: tuple[str, ...] = ()
    """The inputs that change, by their wire names; of what is added or removed none."""

    @property
    def line(self) -> str:
        """What a person reads."""
        return ": ".join((f"{self.what} {self.words} {self.key}", *([", ".join(self.inputs)] if self.inputs else [])))


def effects(before: Recording, after: Recording) -> Iterator[Effect]:
    """What differs between two recordings, in the order of registration; what is removed last."""
    old, new = ({each.key: each for each in recording.everything} for recording in (before, after))
    for key, each in new.items():
        if key not in old:
            yield Effect(ADDS, key, _words(each))
        elif inputs := tuple(_changed(old[key].inputs, each.inputs, "")):
            yield Effect(REPLACES if _replaced(old[key], each, inputs) else CHANGES, key, _words(each), inputs)
    yield from (Effect(REMOVES, key, _words(each)) for key, each in old.items() if key not in new)


def with_value(config: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A configuration with another value at a path: ``redis.sku``. What is not there on the way is made.

    Raises ``InvalidInput`` where the path leads through something that is no mapping.
    """
    first, rest = _split(config, path)
    if not rest:
        return {**config, first: value}
    inner = config.get(first, {})
    if isinstance(inner, list):
        numbered = with_value({str(number): each for number, each in enumerate(inner)}, rest, value)
        return {**config, first: list(numbered.values())}
    if not isinstance(inner, Mapping):
        raise InvalidInput([Problem(path, "leads through a single value", str(inner), "the path of a setting")])
    return {**config, first: with_value(inner, rest, value)}


def _split(config: Mapping[str, Any], path: str) -> tuple[str, str]:
    """The first key of a path, and the rest. Keys may hold dots: parameters of PostgreSQL do."""
    known = [str(key) for key in config if path == str(key) or path.startswith(f"{key}.")]
    first = max(known, key=len, default=path.split(".")[0])
    return first, path[len(first) + 1 :]


def _changed(old: Any, new: Any, path: str) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            yield from _changed(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _changed(left, right, f"{path}[{number}]")
    elif not (_unknown(old) and _unknown(new)) and old != new:
        yield path


def _unknown(value: Any) -> bool:
    """Whether only a deployment makes the value: two recordings have a different stand-in for each."""
    return not isinstance(value, PLAIN)


def _replaced(old: Planned, new: Planned, inputs: tuple[str, ...]) -> bool:
    """Whether the provider replaces it: under another name, in another place, or with another value of what is taken
    at creation only."""
    fixed = {each.path.replace("[]", "") for each in new.row.creation_only if each.replaces} - set(new.ignores)
    renamed = isinstance(new.row, ResourceType) and old.id != new.id
    return renamed or any(
        path == each or path.startswith((f"{each}.", f"{each}[")) for path in inputs for each in fixed
    )


def _words(resource: Planned) -> str:
    word = word_of(resource.row.token)
    return f"{word.product} {word.one}"
