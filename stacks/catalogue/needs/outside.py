"""The network outside."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Outside(Need):
    """Going out to a network of its own, such as a peer-to-peer one; ``ports`` with their protocols."""

    ports: tuple[str, ...]
