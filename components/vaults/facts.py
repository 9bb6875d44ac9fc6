"""Azure Key Vault."""

from __future__ import annotations

from components.facts.duration_sources import APPLY_LOG, STEAMPIPE
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, ResourceType, Scope

NETWORK = "Microsoft: Configure Azure Key Vault networking settings"
ROTATION = "Microsoft: Configure cryptographic key auto-rotation in Azure Key Vault"

_VAULT = GROUP + "/providers/Microsoft.KeyVault/vaults/{vaultName}"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="key-vault",
        token="azure-native:keyvault:Vault",
        arm="Microsoft.KeyVault/vaults",
        id_template=_VAULT,
        name_input="vaultName",
        naming=Naming.FIVE_PART,
        abbreviation="kv",
        rule=NameRule(3, 24, r"[A-Za-z](?!.*--)[A-Za-z0-9-]*[A-Za-z0-9]", Scope.GLOBAL, NAME_RULES),
        taggable=True,
        stateful=True,
        diagnostics=("allLogs",),
        private_link=("vault",),
        creation_only=("properties.softDeleteRetentionInDays",),
        duration=Duration(2, 20, f"{APPLY_LOG}: 2 min 27 s; {STEAMPIPE} #96: more than 50 s"),
    ),
    ResourceType(
        key="key-vault-secret",
        token="azure-native:keyvault:Secret",
        arm="Microsoft.KeyVault/vaults/secrets",
        id_template=_VAULT + "/secrets/{secretName}",
        name_input="secretName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 127, r"[A-Za-z0-9-]+", Scope.PARENT, NAME_RULES),
        taggable=True,
        duration=Duration(0.1, 15, "assumed; through the vault itself 1 s"),
    ),
    ResourceType(
        key="key-vault-key",
        token="azure-native:keyvault:Key",
        arm="Microsoft.KeyVault/vaults/keys",
        id_template=_VAULT + "/keys/{keyName}",
        name_input="keyName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 127, r"[A-Za-z0-9-]+", Scope.PARENT, NAME_RULES),
        taggable=True,
        stateful=True,
        duration=Duration(0.2, 15),
    ),
)
