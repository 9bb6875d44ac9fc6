"""The need for a disk."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Disk(Need):
    """A data disk for each replica."""

    size_gib: int
    """The size of each new disk, in GiB; ``services.<key>.disk_gib`` overrides it."""
    path: str
    """Where it is mounted."""
