"""The vocabulary of the settings: each type says what it allows, with an example."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from components.facts.regions import GLOBAL, REGIONS


def _guid(value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        raise ValueError("a GUID, for example 10de18e7-0a1f-4b1c-9f43-0b8a1a2b3c4d") from None


def _cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        raise ValueError("an IPv4 range without host bits, for example 10.0.8.0/22") from None
    return str(network)


def _private_cidr(value: str) -> str:
    if not ipaddress.IPv4Network(_cidr(value)).is_private:
        raise ValueError("a private IPv4 range, for example 10.0.0.0/16")
    return value


def _region(value: str) -> str:
    if value not in REGIONS or value == GLOBAL:
        raise ValueError("one of " + ", ".join(sorted(name for name in REGIONS if name != GLOBAL)))
    return value


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise ValueError("an e-mail address, for example platform@example.org")
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}", value):
        raise ValueError("a lower-case domain, for example mystira.app")
    return value


def _digest(value: str) -> str:
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", value):
        raise ValueError("an image digest, sha256: and 64 hexadecimal digits")
    return value


Guid = Annotated[str, AfterValidator(_guid)]
Cidr = Annotated[str, AfterValidator(_cidr)]
PrivateCidr = Annotated[str, AfterValidator(_private_cidr)]
RegionName = Annotated[str, AfterValidator(_region)]
Email = Annotated[str, AfterValidator(_email)]
Domain = Annotated[str, AfterValidator(_domain)]
Digest = Annotated[str, AfterValidator(_digest)]
Text = Annotated[str, Field(min_length=1)]
