"""Key vaults, their secrets and keys."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.repositories import AZURERM
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "VaultAlreadyExists": (Rule("a name that somebody else owns, or owned", "Azure/azure-powershell#15115"),),
    "ConflictError": (Rule("a name that a deleted vault keeps", "Azure/azure-cli#29115"),),
    "SoftDeletedVaultDoesNotExist": (Rule("recovering a vault that was never deleted", "AzureCosmosDB/OmniVec#24"),),
    "MethodNotAllowed": (Rule("purging a protected vault", "MicrosoftDocs/azure-docs#55427"),),
    "Forbidden": (
        Rule("deleting a secret or key from outside the network", f"microsoft/multimodal-ai#171, {AZURERM}#4553"),
        unconfirmed("deleting one without the role for it", "Microsoft: Azure Key Vault error codes"),
    ),
    "Conflict": (
        Rule("a secret under a name that a deleted one keeps", "Azure/azure-powershell#19733"),
        unconfirmed("a key under a name that a deleted one keeps", "MicrosoftDocs/azure-docs#50150"),
    ),
    "BadRequest": (
        Rule("vaults: switching purge protection off", "Azure/azure-rest-api-specs#18106"),
        unconfirmed(
            "vaults: another tenant, soft delete off, days of soft delete", "Microsoft: Vaults - Create Or Update"
        ),
    ),
}
