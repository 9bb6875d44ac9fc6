"""The need for language models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, Wanted, WantedSecret, from_vault


@dataclass(frozen=True)
class Models(Need):
    """Language models of the AI account. A service calls deployments by name and knows no model."""

    ENDPOINT: ClassVar[str] = "ai/endpoint"
    """The product for services that log in with their identity."""
    KEY: ClassVar[str] = "ai/api-key"
    """The product that is a key."""

    deployments: tuple[str, ...] = ()
    """The names under which it calls models: ``gpt-4o``. Whatever model is behind a name, the name stays."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("ai",)

    @property
    def grants(self) -> tuple[Wanted, ...]:
        return (Wanted("openai-user", "ai"),)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (
            WantedSecret("azure-ai-endpoint", "url", self.ENDPOINT),
            WantedSecret("azure-ai-api-key", "api-key", self.KEY, key_of="ai"),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        return from_vault(
            self.secrets,
            {"azure-ai-endpoint": "Ai__AzureOpenAI__Endpoint", "azure-ai-api-key": "Ai__AzureOpenAI__ApiKey"},
        )
