"""What the estate's vaults hold (estate-core §6.2), and what became of each: here, replaced, or waiting for a part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stacks.parts.secrets.plan import SecretPlan

_KEY = "the key `jwt-signing`: its private half never leaves the vault"
_HOST = "no secret: it follows from the hosts (output `tokens`)"


@dataclass(frozen=True)
class ParityRow:
    """A secret of the estate: ``product`` is the beginning of its value's name here, made by ``part``.

    ``instead`` says what replaced it for good.
    """

    service: str
    name: str
    product: str = ""
    part: str = ""
    instead: str = ""

    def found(self, secrets: Iterable[SecretPlan]) -> SecretPlan | None:
        """The secret that takes its place."""
        for spec in secrets:
            same = spec.value == self.product or spec.value.startswith(f"{self.product}/")
            if self.product and spec.service == self.service and same:
                return spec
        return None

    def made_by(self, products: Iterable[str]) -> bool:
        """Whether its producer exists."""
        made = (each == self.product or each.startswith(f"{self.product}/") for each in products)
        return bool(self.product) and any(made)


PARITY: tuple[ParityRow, ...] = (
    ParityRow("story-generator", "postgres-connection-string", "postgresql/connection-string", "PostgreSQL"),
    ParityRow("story-generator", "redis-connection-string", "redis/endpoint", "Redis"),
    ParityRow(
        "story-generator",
        "appinsights-connection-string",
        "telemetry/connection-string/story-generator",
        "Application Insights",
    ),
    ParityRow("story-generator", "azure-ai-endpoint", "ai/endpoint", "Azure AI"),
    ParityRow("story-generator", "azure-ai-api-key", "ai/api-key", "Azure AI, where keys are on"),
    ParityRow("publisher", "chain-rpc-endpoint", "endpoint/chain/rpc", "the plan"),
    ParityRow("publisher", "servicebus-connection-string", "service-bus/namespace", "Service Bus"),
    ParityRow(
        "publisher", "appinsights-connection-string", "telemetry/connection-string/publisher", "Application Insights"
    ),
    ParityRow("admin-api", "postgres-connection-string", "postgresql/connection-string", "PostgreSQL"),
    ParityRow("admin-api", "redis-connection-string", "redis/endpoint", "Redis"),
    ParityRow(
        "admin-api", "appinsights-connection-string", "telemetry/connection-string/admin-api", "Application Insights"
    ),
    ParityRow("admin-api", "azure-ad-tenant-id", "entra/tenant", "Entra ID"),
    ParityRow("admin-api", "azure-ad-client-id", "entra/client-id/admin-api", "Entra ID"),
    ParityRow("admin-api", "admin-ui-client-id", "entra/client-id/admin-ui", "Entra ID"),
    ParityRow("chain", "appinsights-connection-string", "telemetry/connection-string/chain", "Application Insights"),
    ParityRow("app", "cosmos-connection-string", "cosmos/endpoint", "Cosmos DB"),
    ParityRow("app", "storage-connection-string", "storage/endpoint", "storage"),
    ParityRow("app", "acs-connection-string", "mail/endpoint", "mail"),
    ParityRow("app", "redis-connection-string", "redis/endpoint", "Redis"),
    ParityRow("app", "postgresql-connection-string", "postgresql/connection-string", "PostgreSQL"),
    ParityRow("app", "jwt-rsa-private-key", instead=_KEY),
    ParityRow("app", "jwt-rsa-public-key", instead=_KEY),
    ParityRow("app", "jwt-issuer", instead=_HOST),
    ParityRow("app", "jwt-audience", instead=_HOST),
    *(
        ParityRow("story-generator", name, instead="none: the service has no documents (Terragrunt's copy only)")
        for name in ("cosmos-endpoint", "cosmos-api-key", "cosmos-database-id", "cosmos-container-id")
    ),
)
