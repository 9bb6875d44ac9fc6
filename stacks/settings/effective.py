"""What settings come to: every value by its path, with those that a file leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.settings.models import Settings
from stacks.settings.section import Section


@dataclass(frozen=True)
class Effective:
    """The value of a setting in a stack."""

    value: Any
    """What the plan sees: text, a number, a list."""
    default: bool
    """Whether the file leaves it out."""


def effective(settings: Settings) -> Mapping[str, Effective]:
    """Every setting of a stack that is a single value or a list of these, by path: ``redis.sku``.

    Keys of a mapping are parts of the path (``service_bus.queues.app-events.time_to_live``), and so are the numbers of
    sections in a list (``monitoring.receivers.0.email``). An empty mapping has no values.
    """
    return dict(_values(settings, "", default=False))


def _values(value: Any, path: str, *, default: bool) -> Iterator[tuple[str, Effective]]:
    if isinstance(value, Section):
        for name in type(value).model_fields:
            yield from _values(
                getattr(value, name),
                _joined(path, type(value).key_of(name)),
                default=default or name not in value.model_fields_set,
            )
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _values(each, _joined(path, str(key)), default=default)
    elif isinstance(value, list | tuple) and any(isinstance(each, Section | Mapping) for each in value):
        for number, each in enumerate(value):
            yield from _values(each, _joined(path, str(number)), default=default)
    else:
        yield path, Effective(value, default)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
