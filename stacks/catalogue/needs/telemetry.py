"""Telemetry of its own."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Wanted, WantedSecret


@dataclass(frozen=True)
class Telemetry(Need):
    """Application Insights of its own, to which it sends with its identity (estate O3, S7)."""

    @property
    def parts(self) -> tuple[str, ...]:
        return ("application-insights",)

    @property
    def grants(self) -> tuple[Wanted, ...]:
        return (Wanted("metrics-publisher", "telemetry/{service}"),)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        value = "telemetry/connection-string/{service}"
        return (WantedSecret("appinsights-connection-string", "connection-string", value),)
