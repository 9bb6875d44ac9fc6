"""Values that stand for nothing: the committed settings hold some, for the offline cloud. A real run needs others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from pydantic import BaseModel

from stacks.settings.types import DOCUMENTATION

DOCUMENTATION_6 = IPv6Network("2001:db8::/32")
"""The range for examples of IPv6 (RFC 3849)."""

_ID = re.compile(r"(?:^|/)0{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?:/|$)", re.IGNORECASE)
_DIGEST = re.compile(r"sha256:0{48}[0-9a-f]{16}")
_DOMAIN = re.compile(
    r"(?:\S+@)?(?:(?:[a-z0-9-]+\.)+(?:example|test|invalid|localhost)|(?:[a-z0-9-]+\.)*example\.(?:com|net|org))",
    re.IGNORECASE,
)


def fictitious_values(settings: BaseModel) -> Iterator[tuple[str, str, str]]:
    """The path of every fictitious value, the value, and what it should be."""
    yield from _values(settings.model_dump(mode="json"), "")


def _values(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _values(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _values(item, f"{path}.{number}")
    elif isinstance(value, str) and (wanted := _wanted(value)):
        yield path, value, wanted


def _wanted(value: str) -> str:
    """What should be there instead; empty where a value may well be real."""
    if _ID.search(value):
        return "an id of your own tenant"
    if _DIGEST.fullmatch(value):
        return "the digest of an image"
    if is_reserved_domain(value):
        return "a domain that exists (RFC 2606 reserves this one)"
    return "addresses of your own (RFC 5737 and RFC 3849 reserve these)" if _is_documentation(value) else ""


def is_reserved_domain(value: str) -> bool:
    """Whether a host or an e-mail address is in a domain that RFC 2606 reserves, so that nobody answers there."""
    return bool(_DOMAIN.fullmatch(value))


def _is_documentation(value: str) -> bool:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return False
    if isinstance(network, IPv4Network):
        return any(network.subnet_of(each) for each in DOCUMENTATION)
    return network.subnet_of(DOCUMENTATION_6)
