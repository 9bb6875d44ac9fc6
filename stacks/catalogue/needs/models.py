"""The need for language models."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Models(Need):
    """Language models of the AI account."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("ai",)
