"""The need to call another service."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, WantedSecret


@dataclass(frozen=True)
class Calls(Need):
    """HTTP or RPC to another service."""

    service: str
    """The key of the service that is called."""
    port: str = ""
    """The name of the port whose address ``secret`` holds."""
    secret: str = ""
    """The secret in the caller's vault that holds the address in the cluster; empty: the caller reads it from its own
    settings."""

    @property
    def calls(self) -> tuple[str, ...]:
        return (self.service,)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        if not self.secret:
            return ()
        return (WantedSecret(self.secret, "url", f"endpoint/{self.service}/{self.port}"),)
