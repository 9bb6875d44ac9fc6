"""Azure Key Vault."""

from __future__ import annotations

from components.facts.creation import UNMARKED_LOCATION, documented
from components.facts.duration_sources import APPLY_LOG, STEAMPIPE
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, ResourceType, Scope

API_VERSION = "2024-11-01"
"""Of the control plane, as the SDK uses it for vaults, keys and secrets."""

NETWORK = "Microsoft: Configure Azure Key Vault networking settings"
EXPIRY = "Azure/azure-policy: Key Vault keys should have an expiration date (152b15f7-8e1f-4c1f-ab71-8c010ba5dbc0)"
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
        holds_data=True,
        diagnostics=("allLogs",),
        private_link=("vault",),
        creation_only=(
            *documented(UNMARKED_LOCATION, "location"),
            *documented(
                "hashicorp/terraform-provider-azurerm: key_vault_resource.go", "properties.softDeleteRetentionInDays"
            ),
        ),
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
        holds_data=True,
        creation_only=documented(
            "Microsoft: Keys - Create If Not Exist (ARM changes no key that exists)",
            "properties.attributes",
            "properties.curveName",
            "properties.keyOps",
            "properties.keySize",
            "properties.kty",
            "properties.rotationPolicy",
        ),
        duration=Duration(0.2, 15),
    ),
)
