"""Calling another service."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, WantedSecret


@dataclass(frozen=True)
class Calls(Need):
    """HTTP or RPC to another service.

    ``secret`` names where the vault of the caller holds the address of ``port`` of the other one in the cluster, for
    a program that takes it from there; empty for one that is told by its settings.
    """

    service: str
    port: str = ""
    secret: str = ""

    @property
    def calls(self) -> tuple[str, ...]:
        return (self.service,)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        if not self.secret:
            return ()
        return (WantedSecret(self.secret, "url", f"endpoint/{self.service}/{self.port}"),)
