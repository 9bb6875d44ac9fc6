"""Storage accounts."""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.creation import documented, listed
from components.facts.duration_sources import STEAMPIPE
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, ResourceType, Scope
from components.facts.store_keys import StoreKey

REDUNDANCY = "Microsoft: Azure Storage redundancy"
LIFECYCLE = "Microsoft: Access tiers for blob data (archive: offline, and not for ZRS, GZRS or RA-GZRS)"
NETWORK = "Microsoft: Configure Azure Storage firewalls and virtual networks (IP network rules)"

KEY_NAMES: Mapping[StoreKey, str] = {"primary": "key1", "secondary": "key2"}
"""What Azure calls the two keys of an account."""

_STORAGE = GROUP + "/providers/Microsoft.Storage/storageAccounts/{accountName}"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="storage-account",
        token="azure-native:storage:StorageAccount",
        arm="Microsoft.Storage/storageAccounts",
        id_template=_STORAGE,
        name_input="accountName",
        naming=Naming.COMPACT,
        abbreviation="st",
        rule=NameRule(3, 24, r"[a-z0-9]+", Scope.GLOBAL, NAME_RULES),
        taggable=True,
        holds_data=True,
        private_link=("blob", "file", "queue", "table", "web", "dfs"),
        creation_only=(
            *listed("isHnsEnabled", "location"),
            *documented("Azure/azure-rest-api-specs#18441", "dnsEndpointType", "kind"),
            *documented(
                "Microsoft: Storage Accounts - Create (set once)", "enableNfsV3", "immutableStorageWithVersioning"
            ),
            # Infrastructure encryption stays, and 2024-01-01 marks encryption.services.*.keyType; the rest of it could
            # change, but keys that an adopted account was given are not taken away.
            *documented("Microsoft: Infrastructure encryption", "encryption"),
        ),
        duration=Duration(
            0.6,
            60,
            f"{STEAMPIPE} #96: 35 s, #220: 45 s, #300: 36 s, #306: 39 s; "
            "microsoft/Multi-Agent-Custom-Automation-Engine-Solution-Accelerator#248: 23 s",
        ),
    ),
    ResourceType(
        key="blob-service",
        token="azure-native:storage:BlobServiceProperties",
        arm="Microsoft.Storage/storageAccounts/blobServices",
        id_template=_STORAGE + "/blobServices/{blobServicesName}",
        name_input="blobServicesName",
        naming=Naming.FIXED,
        rule=NameRule(7, 7, "default", Scope.PARENT, "azure-native: storage.BlobServiceProperties"),
        diagnostics=("allLogs",),
    ),
    ResourceType(
        key="blob-container",
        token="azure-native:storage:BlobContainer",
        arm="Microsoft.Storage/storageAccounts/blobServices/containers",
        id_template=_STORAGE + "/blobServices/default/containers/{containerName}",
        name_input="containerName",
        naming=Naming.IN_PARENT,
        rule=NameRule(3, 63, r"[a-z0-9]+(-[a-z0-9]+)*", Scope.PARENT, NAME_RULES),
        holds_data=True,
        creation_only=documented("blob.json 2024-01-01 (in words)", "immutableStorageWithVersioning"),
    ),
    ResourceType(
        key="storage-lifecycle",
        token="azure-native:storage:ManagementPolicy",
        arm="Microsoft.Storage/storageAccounts/managementPolicies",
        id_template=_STORAGE + "/managementPolicies/{managementPolicyName}",
        name_input="managementPolicyName",
        naming=Naming.FIXED,
        rule=NameRule(7, 7, "default", Scope.PARENT, "azure-native: storage.ManagementPolicy"),
    ),
    ResourceType(
        key="file-share",
        token="azure-native:storage:FileShare",
        arm="Microsoft.Storage/storageAccounts/fileServices/shares",
        id_template=_STORAGE + "/fileServices/default/shares/{shareName}",
        name_input="shareName",
        naming=Naming.IN_PARENT,
        rule=NameRule(3, 63, r"[a-z0-9]+(-[a-z0-9]+)*", Scope.PARENT, NAME_RULES),
        holds_data=True,
    ),
)
