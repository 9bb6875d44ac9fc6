"""The names that pulumi-kubernetes makes (provider/pkg/metadata/naming.go)."""

from __future__ import annotations

import hashlib
import secrets

from offline.kubernetes.kinds import annotation, text
from offline.rpc.protocol import UNKNOWN, Properties

AUTONAMED = "pulumi.com/autonamed"
DIGITS = 8
MANAGER_ANNOTATION = "pulumi.com/patchFieldManager"
MANAGER_PREFIX = "pulumi-kubernetes-"
CREATOR = "pulumi-kubernetes"
"""The field manager of every create: the first update moves its fields (provider/pkg/await/await.go ``Creation``)."""


def unique_name(prefix: str, seed: bytes = b"") -> str:
    """``prefix`` with eight hexadecimal digits: those of the engine's seed, drawn where it gives none.

    The same seed gives the same name, as at Pulumi (sdk/go/common/resource ``NewUniqueName``), but other digits.
    """
    drawn = hashlib.sha256(prefix.encode() + b"\0" + seed).hexdigest() if seed else secrets.token_hex(DIGITS)
    return f"{prefix}{drawn[:DIGITS]}"


def named(body: Properties) -> bool:
    """Whether an object has a name, be it one that a preview does not know yet."""
    metadata = body.get("metadata")
    return isinstance(metadata, dict) and (metadata.get("name") is UNKNOWN or bool(metadata.get("name")))


def autonamed(body: Properties) -> bool:
    """Whether an object has a name that the provider made."""
    return annotation(body, AUTONAMED) == "true"


def with_autoname(body: Properties, old: Properties, logical: str, seed: bytes) -> Properties:
    """An object with a name: its own, else that which the provider made before, else a new one. Its metadata stay as
    they are where a preview does not know them."""
    metadata = body.setdefault("metadata", {})
    if named(body) or not isinstance(metadata, dict):
        return body
    if old and not autonamed(old):
        return body
    name = text(old, "name") if old else unique_name(f"{logical}-", seed)
    annotations = metadata.get("annotations")
    if annotations is not UNKNOWN:
        metadata["annotations"] = {**(annotations or {}), AUTONAMED: "true"}
    metadata["name"] = name
    return body


def manager_of(state: Properties, body: Properties) -> str:
    """The field manager of an object: that of its annotation, that of its state, else a new one."""
    return annotation(body, MANAGER_ANNOTATION) or state.get("__fieldManager") or unique_name(MANAGER_PREFIX)
