"""The need for what ASP.NET Core is told about where it runs."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Variable


@dataclass(frozen=True)
class AspNet(Need):
    """The service runs on ASP.NET Core, which chooses its configuration by the environment's name, and in the cluster
    is told on which ports to listen."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        return (
            Variable("ASPNETCORE_ENVIRONMENT", known="environment/name"),
            Variable("ASPNETCORE_HTTP_PORTS", known="ports/{service}"),
        )
