"""The need for search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, Wanted, WantedSecret, from_vault


@dataclass(frozen=True)
class Search(Need):
    """Search indexes, which the service reads and fills. Their definitions change with a role of people
    (``access``)."""

    ENDPOINT: ClassVar[str] = "search/endpoint"
    """The product for services that log in with their identity."""
    KEY: ClassVar[str] = "search/api-key"
    """The product that is a key."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("search",)

    @property
    def grants(self) -> tuple[Wanted, ...]:
        return (Wanted("search-index-contributor", "search"),)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (
            WantedSecret("azure-search-endpoint", "url", self.ENDPOINT),
            WantedSecret("azure-search-api-key", "api-key", self.KEY, key_of="search"),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        return from_vault(
            self.secrets,
            {
                "azure-search-endpoint": "Ai__AzureSearch__Endpoint",
                "azure-search-api-key": "Ai__AzureSearch__ApiKey",
            },
        )
