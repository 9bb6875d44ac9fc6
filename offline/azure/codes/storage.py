"""Storage accounts."""

from __future__ import annotations

from collections.abc import Mapping

from components.storage.facts import REDUNDANCY
from offline.azure.codes.repositories import AZURERM, RECORDINGS
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "StorageAccountAlreadyTaken": (
        Rule("a name that somebody else owns", "Microsoft: Resolve errors for storage account names"),
    ),
    "RedundancyConfigurationNotAvailableInRegion": (unconfirmed("ZRS in a region without zones", REDUNDANCY),),
    "InvalidAccountType": (unconfirmed("an SKU that the kind does not offer", "Microsoft: Storage account overview"),),
    "AccountNameInvalid": (Rule("a name that breaks the rule for accounts", f"{RECORDINGS}: AzureName_IsImmutable"),),
    "FailedIdentityOperation": (
        Rule("an identity that is not named by its id", f"{RECORDINGS}: StorageAccountWithKubernetesReference"),
    ),
    "InvalidValuesForRequestParameters": (
        Rule("days of keys", f"{RECORDINGS}: OperationAccepted_LongRunningOperationFails"),
        Rule("days of point-in-time restore", "Azure/arm-template-whatif#354"),
        unconfirmed("other days, ranges of addresses", "Microsoft: Blob soft delete; Configure storage firewalls"),
    ),
    "AccountPropertyCannotBeUpdated": (
        Rule("changing what is fixed at creation", "Azure/azure-rest-api-specs#18441"),
        unconfirmed("changing its kind or redundancy", "Microsoft: Change how a storage account is replicated"),
    ),
    "ContainerOperationFailure": (Rule("restore without versioning or change feed", "Azure/ResourceModules#3100"),),
    "MissingLastAccessTimeBasedTrackingPolicy": (
        Rule("lifecycle rules by last access without tracking", "avinor/terraform-azurerm-storage-account#19"),
    ),
    "PublicAccessNotPermitted": (Rule("a public container in a closed account", "Azure/azure-rest-api-specs#11331"),),
    "BlobTieringNotSupported": (Rule("archive in an account with ZRS", f"{AZURERM}#6031"),),
    "ManagementPolicyNotFound": (
        Rule(
            "REST: the lifecycle rules of an account that has none", "Azure/azure-sdk-for-net: StorageAccountTests.cs"
        ),
    ),
    "InvalidRequestPropertyValue": (
        unconfirmed("no lifecycle rule, or two with the same name", "Microsoft: Management Policies - Create"),
    ),
}
