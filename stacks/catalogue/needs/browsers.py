"""The need to answer browsers."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Variable


@dataclass(frozen=True)
class Browsers(Need):
    """Requests of the service's own sites, from other origins than its own."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        return (Variable("CorsSettings__AllowedOrigins", known="origins/{service}"),)
