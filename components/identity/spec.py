"""What a managed identity consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class IdentitySpec:
    """A user-assigned identity."""

    name: str
    """Its physical name."""
