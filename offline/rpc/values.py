"""Pulumi's wire values as plain Python, and back.

The wire marks secrets, assets and references with objects that carry a signature. A provider need not care: secrets
are unwrapped and recorded by path, unknowns become :data:`~offline.rpc.protocol.UNKNOWN`, integral numbers become
``int`` (the wire knows only doubles).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from google.protobuf import struct_pb2

from components.facts.wire import (
    OUTPUT_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_STRING,
    UNKNOWN_STRINGS,
)
from offline.rpc.protocol import UNKNOWN, Properties, Secret

Path: TypeAlias = tuple[str | int, ...]
SecretPaths: TypeAlias = frozenset[Path]


def from_struct(struct: struct_pb2.Struct) -> tuple[Properties, SecretPaths]:
    """The plain properties of a message and the paths at which it held secrets."""
    secrets: set[Path] = set()
    plain = {key: _plain(value, (key,), secrets) for key, value in struct.fields.items()}
    return plain, frozenset(secrets)


def above_lists(secrets: Iterable[Path]) -> SecretPaths:
    """Where outputs are secret whose inputs are secret at ``secrets``.

    A list that holds a secret is secret as a whole: what comes back may have another order or length
    (pulumi/pulumi: sdk/go/common/resource/plugin ``annotateSecrets``).
    """
    return frozenset(_above_lists(path) for path in secrets)


def _above_lists(path: Path) -> Path:
    return path[: next((number for number, part in enumerate(path) if isinstance(part, int)), len(path))]


def to_struct(properties: Properties, secrets: Iterable[Path] = ()) -> struct_pb2.Struct:
    """A message with the given properties; values at ``secrets``, and every :class:`Secret`, are marked as such."""
    struct = struct_pb2.Struct()
    paths = frozenset(secrets)
    for key, value in properties.items():
        struct.fields[key].CopyFrom(_wire(value, (key,), paths))
    return struct


def _plain(value: struct_pb2.Value, path: Path, secrets: set[Path]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_STRINGS else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_plain(item, (*path, index), secrets) for index, item in enumerate(value.list_value.values)]
    if kind == "struct_value":
        fields = value.struct_value.fields
        signature = fields[SIGNATURE_KEY].string_value if SIGNATURE_KEY in fields else ""
        if signature == SECRET_SIGNATURE:
            secrets.add(path)
            return _plain(fields["value"], path, secrets)
        if signature == OUTPUT_SIGNATURE:
            if "secret" in fields and fields["secret"].bool_value:
                secrets.add(path)
            return _plain(fields["value"], path, secrets) if "value" in fields else UNKNOWN
        return {key: _plain(item, (*path, key), secrets) for key, item in fields.items()}
    return None


def _wire(value: Any, path: Path, secrets: SecretPaths) -> struct_pb2.Value:
    if isinstance(value, Secret):
        return _secret(_wire(value.value, path, secrets - {path}))
    if path in secrets:
        return _secret(_wire(value, path, secrets - {path}))
    result = struct_pb2.Value()
    if value is None:
        result.null_value = struct_pb2.NULL_VALUE
    elif value is UNKNOWN:
        result.string_value = UNKNOWN_STRING
    elif isinstance(value, bool):
        result.bool_value = value
    elif isinstance(value, (int, float)):
        result.number_value = value
    elif isinstance(value, str):
        result.string_value = value
    elif isinstance(value, dict):
        result.struct_value.SetInParent()
        for key, item in value.items():
            result.struct_value.fields[str(key)].CopyFrom(_wire(item, (*path, str(key)), secrets))
    elif isinstance(value, (list, tuple)):
        result.list_value.SetInParent()
        for index, item in enumerate(value):
            result.list_value.values.append(_wire(item, (*path, index), secrets))
    else:
        raise TypeError(f"a provider returned {type(value).__name__} at {'.'.join(map(str, path))}")
    return result


def _secret(inner: struct_pb2.Value) -> struct_pb2.Value:
    wrapped = struct_pb2.Value()
    wrapped.struct_value.fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
    wrapped.struct_value.fields["value"].CopyFrom(inner)
    return wrapped
