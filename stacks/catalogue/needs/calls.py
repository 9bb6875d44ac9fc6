"""The need to call another service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, WantedSecret


@dataclass(frozen=True)
class Calls(Need):
    """HTTP or RPC to another service."""

    DOOR: ClassVar[str] = "gateway/{endpoint}"
    """What stands for an internal endpoint among the private DNS groups and in network paths."""

    service: str
    """The key of the service that is called."""
    port: str = ""
    """The name of the port whose address ``secret`` holds."""
    secret: str = ""
    """The secret in the caller's vault that holds the address in the cluster; empty: the caller reads it from its own
    settings."""
    endpoint: str = ""
    """The internal endpoint of the called service through which it is called; empty: the caller runs in the cluster and
    calls the service itself."""
    variable: str = ""
    """The variable that holds the address of that endpoint; empty: none."""

    @property
    def calls(self) -> tuple[str, ...]:
        return (self.service,)

    @property
    def callees(self) -> tuple[str, ...]:
        return () if self.endpoint else (self.service,)

    @property
    def zones(self) -> tuple[str, ...]:
        return (self.DOOR.format(endpoint=self.endpoint),) if self.endpoint else ()

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        if not self.secret:
            return ()
        return (WantedSecret(self.secret, "url", f"endpoint/{self.service}/{self.port}"),)

    @property
    def variables(self) -> tuple[Variable, ...]:
        found = []
        if self.secret:
            name = f"{self.service}_{self.port}_URL".replace("-", "_").upper()
            found.append(Variable(name, secret=self.secret))
        if self.variable:
            found.append(Variable(self.variable, known=f"host/{self.service}/{self.endpoint}"))
        # What the caller asks a token for.
        audience = f"{self.service}_AUDIENCE".replace("-", "_").upper()
        found.append(Variable(audience, known=f"entra/audience/{self.service}"))
        return tuple(found)
