"""Which settings each part reads, seen while it answers its questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import new_class
from typing import Any

from stacks.context import Context
from stacks.parts.all import parts_of
from stacks.parts.part import AnyPart
from stacks.plan.make import settled, with_watched
from stacks.settings.section import Section

QUESTIONS = (
    "plan",
    "scopes",
    "products",
    "wants",
    "app_roles",
    "tenants",
    "records",
    "steps",
    "targets",
    "consumers",
    "grants",
    "versions",
    "known",
    "adopts",
    "unowned",
)
"""What decides what is built. Checks and notices read more, and build nothing."""


def reads(context: Context[Any]) -> Mapping[str, frozenset[str]]:
    """By key of a part: the paths of the settings that it reads (``redis.sku``), each with all that is below it.

    Settings that move a need or a service elsewhere count for the part that moves it.
    """
    parts = parts_of(context.environment)
    seen = _Seen()
    planned = with_watched(settled(context, parts), parts)
    looked_at = replace(planned, settings=seen.watched(context.settings, ""))
    return {part.key: frozenset(_read_by(part, looked_at, seen)) for part in parts}


def covers(path: str, read: frozenset[str]) -> bool:
    """Whether a setting is among those that were read, or within one of them."""
    return any(path == each or path.startswith(f"{each}.") for each in read)


def _read_by(part: AnyPart, context: Context[Any], seen: _Seen) -> set[str]:
    with seen.collecting() as found:
        for question in QUESTIONS:
            answer = getattr(part, question)(context)
            if isinstance(answer, Iterator):
                # A generator reads nothing before it is asked.
                list(answer)
        for service in context.catalogue:
            part.places(context, service)
            for need in service.needs:
                part.serves(context, service, need)
    return found


class _Seen:
    """Copies of settings that tell which of their values are looked at."""

    def __init__(self) -> None:
        self._paths: dict[int, str] = {}
        self._kept: list[Section] = []
        self._kinds: dict[type[Section], type[Section]] = {}
        self._found: set[str] = set()

    @contextmanager
    def collecting(self) -> Iterator[set[str]]:
        """What is read within this context; complete at its end."""
        self._found = set()
        yield self._found

    def watched(self, value: Any, path: str) -> Any:
        """A copy of ``value`` whose sections tell of their fields."""
        if isinstance(value, Section):
            kind = type(value)
            copy = value.model_copy(
                update={
                    name: self.watched(getattr(value, name), _joined(path, kind.key_of(name)))
                    for name in kind.model_fields
                }
            )
            self._paths[id(copy)] = path
            # An id is that of this copy for as long as the copy is there.
            self._kept.append(copy)
            object.__setattr__(copy, "__class__", self._watching(kind))
            return copy
        if isinstance(value, Mapping):
            return {key: self.watched(each, _joined(path, str(key))) for key, each in value.items()}
        if isinstance(value, tuple):
            return tuple(self.watched(each, _joined(path, str(number))) for number, each in enumerate(value))
        return value

    def _watching(self, kind: type[Section]) -> type[Section]:
        """The subclass of a section whose instances tell of their fields."""
        fields = frozenset(kind.model_fields)

        def looked_at(section: Section, name: str) -> Any:
            value = object.__getattribute__(section, name)
            if name in fields:
                self._note(section, name, value)
            return value

        if kind not in self._kinds:
            members = {"__getattribute__": looked_at, "__module__": kind.__module__}
            self._kinds[kind] = new_class(kind.__name__, (kind,), exec_body=lambda body: body.update(members))
        return self._kinds[kind]

    def _note(self, section: Section, name: str, value: Any) -> None:
        """A field was looked at. A section, or a mapping of sections, is only a way to what is in it."""
        if not _holds_sections(value):
            self._found.add(_joined(self._paths[id(section)], type(section).key_of(name)))


def _holds_sections(value: Any) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else (value,)
    return any(isinstance(each, Section) for each in inner)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
