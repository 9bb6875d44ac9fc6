"""The checks that rules are made of: each looks at inputs and says what it sees where they break a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from components.facts.regions import REGIONS
from policies.model import Check
from policies.values import MISSING, UNKNOWN, Resource

Test = Callable[[Any], bool]


def that(path: str, test: Test, *, missing: bool = False) -> Check:
    """Every value at ``path`` passes ``test``; ``missing``: one that is not set passes too."""

    def check(resource: Resource) -> Iterator[Any]:
        for where, value in resource.find(path):
            if value is UNKNOWN:
                yield UNKNOWN
            elif value is MISSING:
                if not missing:
                    yield f"{where}: not set"
            elif not test(value):
                yield f"{where}: {shown(value)}"

    return check


def one_of(path: str, *allowed: Any) -> Check:
    """Every value at ``path`` is set, to one of these."""
    return that(path, lambda value: value in allowed)


def not_set(path: str, *allowed: Any) -> Check:
    """What is at ``path`` is not set, or to one of these: Azure's own default is what the rule asks for."""
    return that(path, lambda value: value in allowed, missing=True)


def on(path: str) -> Check:
    """Every value at ``path`` is true. ``in`` would take 1 for it."""
    return that(path, lambda value: value is True or value == "true")


def off(path: str, *, default: bool = False) -> Check:
    """Every value at ``path`` is false; ``default``: or not set, where that is Azure's default."""
    return that(path, lambda value: value is False or value == "false", missing=default)


def at_least(path: str, minimum: int) -> Check:
    """Every value at ``path`` is at least ``minimum``."""
    return that(path, lambda value: isinstance(value, int | float) and value >= minimum)


def present(path: str) -> Check:
    """Every value at ``path`` is set."""
    return that(path, lambda value: value not in ("", [], {}))


def items(path: str, minimum: int) -> Check:
    """The list at ``path`` has at least ``minimum`` items."""

    def check(resource: Resource) -> Iterator[Any]:
        found = resource.value(path)
        if found is UNKNOWN:
            yield UNKNOWN
        elif not isinstance(found, list) or len(found) < minimum:
            yield f"{path}: {len(found) if isinstance(found, list) else 'not set'}"

    return check


def every(*checks: Check) -> Check:
    """All of these."""
    return lambda resource: (seen for check in checks for seen in check(resource))


def either(*checks: Check) -> Check:
    """At least one of these."""

    def check(resource: Resource) -> Iterator[Any]:
        found = [list(each(resource)) for each in checks]
        if all(found):
            if any(seen is UNKNOWN for each in found for seen in each):
                yield UNKNOWN
            else:
                yield ", ".join(dict.fromkeys(seen for each in found for seen in each))

    return check


def where(condition: Check, check: Check) -> Check:
    """``check`` where ``condition`` sees nothing wrong; where it does, the rule does not apply."""

    def both(resource: Resource) -> Iterator[Any]:
        found = list(condition(resource))
        if UNKNOWN in found:
            yield UNKNOWN
        elif not found:
            yield from check(resource)

    return both


def by_kind(**checks: Check) -> Check:
    """Another check for every kind; hyphens of a key are underscores here."""
    return lambda resource: checks[resource.kind.replace("-", "_")](resource)


def in_zones(check: Check) -> Check:
    """``check`` where the region of the resource has availability zones."""
    return where(that("location", lambda location: location in REGIONS and bool(REGIONS[location].zones)), check)


def shown(value: Any) -> str:
    """A value as Azure writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[]" if value == [] else str(value)
