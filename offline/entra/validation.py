"""What azuread refuses by its schema before it sends anything (hashicorp/terraform-provider-azuread:
internal/helpers/tf/validation)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from components.entra.facts import MAXIMUM_URI
from offline.rpc.protocol import CheckFailure, Properties

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CLAIM = re.compile(r"[A-Za-z0-9:!#$%&'()*+,./;<=>?@\[\]^_{|}~`-]*")
_LONGEST_CLAIM = 249
_SCHEMES = ("http", "https", "ms-appx-web", "brk-multihub")


def values_at(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every known value at a dotted path; ``[]`` is any item of a list."""
    head, _, rest = path.partition(".")
    name = head.removesuffix("[]")
    found = value.get(name) if isinstance(value, dict) else None
    items = [(name, found)]
    if head != name:
        items = [(f"{name}[{index}]", item) for index, item in enumerate(found if isinstance(found, list) else [])]
    for where, item in items:
        if rest:
            yield from ((f"{where}.{below}", each) for below, each in values_at(item, rest))
        elif item is not None:
            yield where, item


def uuids(inputs: Properties, paths: Sequence[str]) -> Iterator[CheckFailure]:
    """Texts that are no UUID."""
    for path in paths:
        for where, value in values_at(inputs, path):
            if isinstance(value, str) and not _UUID.fullmatch(value):
                yield CheckFailure(where, f'expected "{where}" to be a valid UUID, got {value}')


def too_many(inputs: Properties, path: str, most: int) -> Iterator[CheckFailure]:
    """Lists with more items than the schema takes."""
    for where, value in values_at(inputs, path):
        if isinstance(value, list) and len(value) > most:
            reason = f"Too many list items: Attribute {where} supports {most} item maximum, but config has {len(value)}"
            yield CheckFailure(where, f"{reason} declared.")


def claim_values(inputs: Properties, path: str) -> Iterator[CheckFailure]:
    """Values of scopes and roles that no token can carry."""
    for where, value in values_at(inputs, path):
        if not isinstance(value, str):
            continue
        if len(value) > _LONGEST_CLAIM:
            yield CheckFailure(where, "Value must be between 0-249 characters in length")
        if value.startswith("."):
            yield CheckFailure(where, "Value must not begin with a period")
        if not _CLAIM.fullmatch(value):
            yield CheckFailure(
                where, "Value must be alphanumeric with these allowed characters: !#$%&'()*+,-./:;<=>?@[]^+_`{|}~"
            )


def redirect_uris(inputs: Properties, path: str, *, urn: bool, any_scheme: bool) -> Iterator[CheckFailure]:
    """Redirect URIs that azuread does not send."""
    for where, value in values_at(inputs, path):
        reason = _uri_reason(value, urn=urn, any_scheme=any_scheme) if isinstance(value, str) else ""
        if reason:
            yield CheckFailure(where, reason.format(f'"{where}"'))


def _uri_reason(uri: str, *, urn: bool, any_scheme: bool) -> str:
    if not uri:
        return "URI must not be empty for {}"
    if urn and uri.startswith("urn:") and uri.count(":") > 1:
        return ""
    parts = urlsplit(uri)
    if not parts.netloc:
        return "URI has no host for {}"
    if not any_scheme and not parts.path:
        return "URI must have a trailing slash when there is no path segment for {}"
    if not any_scheme and parts.scheme not in _SCHEMES:
        return f"unexpected URI scheme for {{}}, expected one of: {', '.join(_SCHEMES)}"
    return f"URI must be {MAXIMUM_URI} characters or less for {{}}" if len(uri) > MAXIMUM_URI else ""
