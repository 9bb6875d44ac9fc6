"""The need for telemetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, Wanted, WantedSecret


@dataclass(frozen=True)
class Telemetry(Need):
    """An Application Insights resource for the service alone, which logs in with its identity (estate O3, S7)."""

    metrics: tuple[str, ...] = ()
    """Metrics of its own that it sends there, each a count of what must not be (`mystira.sync.failures`): rules with a
    query look at them."""
    PRODUCT: ClassVar[str] = "telemetry/connection-string/{service}"
    """The product that its part makes for the vault of a service."""

    @property
    def parts(self) -> tuple[str, ...]:
        return ("application-insights",)

    @property
    def grants(self) -> tuple[Wanted, ...]:
        return (Wanted("metrics-publisher", "telemetry/{service}"),)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("appinsights-connection-string", "connection-string", self.PRODUCT),)

    @property
    def variables(self) -> tuple[Variable, ...]:
        return (Variable("APPLICATIONINSIGHTS_CONNECTION_STRING", secret="appinsights-connection-string"),)
