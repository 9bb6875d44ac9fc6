"""Resources as plain data: inputs as the engine hands them over, with its marks for secrets and unknown values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from components.facts.model import RegisteredType
from components.facts.types import REGISTERED_BY_TOKEN
from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRINGS


class _Mark:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


UNKNOWN = _Mark("unknown")
"""A value that a preview does not know."""
MISSING = _Mark("not set")
"""A value that is not there."""


@dataclass(frozen=True)
class Secret:
    """A value that Pulumi keeps encrypted. Nothing prints what is in it."""

    value: Any = field(repr=False)


def plain(struct: Any) -> Any:
    """A ``google.protobuf.Struct`` as plain data."""
    fields = struct.fields
    if SIGNATURE_KEY in fields and fields[SIGNATURE_KEY].string_value == SECRET_SIGNATURE:
        return Secret(_value(fields["value"]))
    return {key: _value(value) for key, value in fields.items()}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_STRINGS else text
    if kind == "struct_value":
        return plain(value.struct_value)
    if kind == "list_value":
        return [_value(each) for each in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


@dataclass(frozen=True)
class Resource:
    """A resource about to be registered, or one of a whole stack."""

    urn: str
    type: str
    """Pulumi's type token."""
    name: str
    inputs: Mapping[str, Any]
    """By their names on the wire. Where only its outputs are known, these."""
    protect: bool = False
    kept: bool = False
    """Whether it is a live resource that was taken over, with whatever name it has."""
    untouched: bool = False
    """Whether it is one that stays as it is for now (`mystira:adoption`): no input of it is the program's."""
    refers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By input: the URNs of the resources that it is made from."""

    @cached_property
    def row(self) -> RegisteredType | None:
        """Its row of the type table."""
        return REGISTERED_BY_TOKEN.get(self.type)

    @property
    def kind(self) -> str:
        """The key of its type; the token where there is none."""
        return self.row.key if self.row else self.type

    def find(self, path: str) -> Iterator[tuple[str, Any]]:
        """Every value at a path such as ``subnets[].networkSecurityGroup.id``, with where it is: its parents' marks as
        secret taken away, :data:`MISSING` or :data:`UNKNOWN` where there is none."""
        yield from _find(self.inputs, path.replace("[]", ".[]").split("."), "")

    def value(self, path: str) -> Any:
        """The first value at a path."""
        return next((value for _, value in self.find(path)), MISSING)


def _find(value: Any, path: list[str], where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Secret):
        value = value.value
    if not path or value is UNKNOWN:
        yield where, value
        return
    first, *rest = path
    if first == "[]":
        if not isinstance(value, list):
            yield where, MISSING
            return
        for index, item in enumerate(value):
            yield from _find(item, rest, f"{where}[{index}]")
    elif isinstance(value, Mapping) and value.get(first) is not None:
        yield from _find(value[first], rest, f"{where}.{first}" if where else first)
    else:
        left = ".".join(path).replace(".[]", "[]")
        yield f"{where}.{left}" if where else left, MISSING


def texts(value: Any, where: str = "", *, secret: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Every text inside a value, with where it is and whether Pulumi keeps it secret."""
    if isinstance(value, Secret):
        yield from texts(value.value, where, secret=True)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, f"{where}.{key}" if where else key, secret=secret)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, f"{where}[{index}]", secret=secret)
    elif isinstance(value, str):
        yield where, value, secret
