"""AI accounts and their models."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.repositories import AZURERM, NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "RequestConflict": (Rule("AI accounts: two children at once", f"{AZURERM}#22607, Azure/azure-dev#9398"),),
    "AccountProvisioningStateInvalid": (
        Rule("AI accounts: a private endpoint while the account is being written", f"{AZURERM}#15152, {AZURERM}#31712"),
        unconfirmed("AI accounts: a child of an account whose creation failed", f"{AZURERM}#15152"),
    ),
    "FlagMustBeSetForRestore": (
        Rule("AI accounts: a name that a deleted account keeps for 48 hours", "Azure/azure-cli#18146"),
    ),
    "CanNotRestoreANonExistingResource": (
        Rule("AI accounts: recovering an account that was never deleted", "public logs"),
    ),
    "CustomDomainInUse": (
        Rule("AI accounts: a sub-domain that somebody else has", "public logs"),
        unconfirmed("AI accounts: a sub-domain that a deleted account of another group keeps", "public logs"),
    ),
    "CannotDeleteResource": (
        Rule("AI accounts: deleting one that has projects", "Azure/terraform-provider-azapi#894"),
    ),
    "DeploymentModelNotSupported": (
        Rule("models: a model or version that the region does not have", "dotnet/eShop#342"),
    ),
    "ServiceModelDeprecating": (Rule("models: a version that is closed to newcomers", "Azure/azure-dev#7900"),),
    "ServiceModelDeprecated": (Rule("models: a version that has retired", "public logs"),),
    "InvalidResourceProperties": (
        Rule("models: a deployment without an SKU", "Azure/bicep-registry-modules#423"),
        Rule(
            "models: an SKU under which the region does not have the model",
            "OriginalByteMe/LibreChatAzureDeployment#5",
        ),
    ),
    "InsufficientQuota": (
        Rule("models: more tokens a minute than the quota has left", "microsoft/PubSec-Info-Assistant#880"),
    ),
    "CannotChangeDeploymentModel": (
        Rule("models: another model under the same name", "Azure-Samples/azure-search-openai-demo#1330"),
    ),
    "Resource has invalid content filter": (
        Rule(
            "content filters: one without source or blocking",
            f"{NATIVE}#3022, Azure/terraform-azurerm-avm-res-cognitiveservices-account#118",
        ),
    ),
    "BadRequest": (
        Rule("AI accounts: listing the keys of an account whose keys are off", "public logs"),
        unconfirmed("AI accounts: another sub-domain", f"{AZURERM}: cognitive_account"),
    ),
}
