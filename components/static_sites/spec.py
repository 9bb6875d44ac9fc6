"""What a static site consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StaticSiteSpec:
    """A static site, without its content: releases bring that."""

    name: str
    """Its physical name."""
    region: str
    """Where its previews run; the content is served from everywhere. A change replaces it."""
    public: bool
    """Whether it answers at all: by a private link nobody asks it, and without this it refuses everybody."""
    previews: bool
    """Whether branches and pull requests get environments of their own, which anybody reaches who knows the host."""
