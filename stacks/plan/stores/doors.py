"""How a store is reached over the network: what stands there, for whom, behind which doors.

Each store says it about itself (``Store.targets``); ``stacks.plan.network_paths`` proves that every consumer comes
through exactly one of the doors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ENDPOINTS = "private-endpoints"
"""The role of the subnet in which private endpoints stand."""

EVERYBODY = "0.0.0.0/0"
"""As a range of a door without a firewall."""


class Way(StrEnum):
    """The kinds of doors."""

    DELEGATED = "delegated subnet"
    PRIVATE = "private endpoint"
    PUBLIC = "public"


@dataclass(frozen=True)
class Door:
    """One way in.

    ``setting`` is where the settings say it, ``allowed`` what they could say instead. A delegated subnet or a private
    endpoint stands in the subnet with the role ``subnet``. A public door lets ``ranges`` in and, if ``own``, the
    addresses from which the environment's network goes out; ``waiver`` is the rule that it breaks.
    """

    way: Way
    setting: str
    allowed: str = ""
    subnet: str = ""
    ranges: tuple[str, ...] = ()
    own: bool = False
    waiver: str = ""


@dataclass(frozen=True)
class Target:
    """Something that answers on ``ports`` (``443``, ``8500-8599``; TCP) to ``consumers``, keys of services or of parts.

    ``group`` is the key of its private DNS zones in components/facts/private_link, or ``postgresql``. ``setting`` and
    ``allowed`` are for who finds no door that works.
    """

    name: str
    group: str
    consumers: tuple[str, ...]
    ports: tuple[str, ...]
    doors: tuple[Door, ...]
    setting: str
    allowed: str


def private(setting: str, allowed: str) -> Door:
    """A private endpoint."""
    return Door(Way.PRIVATE, setting, allowed, subnet=ENDPOINTS)


def offices(setting: str, ranges: tuple[str, ...], waiver: str) -> tuple[Door, ...]:
    """The public side beside a private endpoint, for people behind named addresses; none without such addresses."""
    allowed = "addresses of offices only"
    return (Door(Way.PUBLIC, setting, allowed, ranges=ranges, waiver=waiver),) if ranges else ()
