"""Azure Cosmos DB for NoSQL, which answers nearly everything that it refuses with ``BadRequest``."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.repositories import AZURERM, NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

QUOTAS = "Microsoft: Azure Cosmos DB service quotas"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "PreconditionFailed": (Rule("Cosmos DB: two operations on an account at once", f"{AZURERM}#15842"),),
    "ServiceUnavailable": (
        Rule(
            "Cosmos DB: a region without room for a new account, or closed to the subscription",
            "microsoft/vscode-cosmosdb#1958",
        ),
    ),
    "BadRequest": (
        Rule("Cosmos DB: writing an account whose creation failed", "Azure/bicep#7316"),
        Rule("Cosmos DB: locations", "Azure/azure-powershell#11560, MicrosoftDocs/azure-docs#105175"),
        Rule("Cosmos DB: backup together with other changes, throughput", f"Azure/bicep#12403, {AZURERM}#9611"),
        Rule("Cosmos DB: partition and unique keys", f"{NATIVE}#562, Azure/azure-sdk-for-python#40070"),
        Rule("Cosmos DB: a principal that Entra has not replicated yet", f"{NATIVE}#2816"),
        unconfirmed("Cosmos DB: capacity mode, free tier, backup, zones, scopes, a taken name, the rest", QUOTAS),
    ),
}
