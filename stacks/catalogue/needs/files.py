"""Files in the storage account."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Files(Need):
    """Blobs of the storage account."""

    read_only: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        return ("blob",)
