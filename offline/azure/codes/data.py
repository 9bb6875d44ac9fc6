"""Codes of databases, caches, queues, storage and vaults; Cosmos DB and most of Redis answer ``BadRequest``."""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.postgresql import NETWORK, POOLING, REPLICAS
from components.facts.service_bus import EXCEPTIONS
from offline.azure.codes.rule import Rule, unconfirmed

AZURERM = "hashicorp/terraform-provider-azurerm"
NATIVE = "pulumi/pulumi-azure-native"

POSTGRESQL: Mapping[str, tuple[Rule, ...]] = {
    "InvalidParameterValue": (
        Rule("a value that a parameter does not take", f"{NATIVE}#898"),
        unconfirmed("sizes, storage, versions, logins, backup, networks, replicas", "components/facts/postgresql"),
    ),
    "MissingRequiredParameter": (
        unconfirmed("a server with passwords, without login or password", "Microsoft: Servers - Create"),
    ),
    "ServerNameAlreadyExists": (unconfirmed("a name that somebody else has", "Microsoft: Servers - Create"),),
    "ServerIsBusy": (Rule("two operations on a server at once", f"{AZURERM}: children lock their server"),),
    "OperationFailed": (
        Rule("a parameter that is read only", f"{NATIVE}#898"),
        unconfirmed("a subnet without the delegation", NETWORK),
    ),
    "HANotSupportedForBurstableSkuWithMoreInfo": (
        unconfirmed("a standby of a burstable server", "Microsoft: Servers - Create"),
    ),
    "AvailabilityZoneNotAvailable": (
        unconfirmed("a zone that the region does not have", "Microsoft: Servers - Create"),
    ),
    "ConflictingPublicNetworkAccessAndVirtualNetworkConfiguration": (
        Rule("public access together with a network", f"{AZURERM}#26098"),
    ),
    "EmptyPrivateDnsZoneArmResourceId": (unconfirmed("a network without its zone", NETWORK),),
    "PrivateDnsZoneNameNotValid": (Rule("a zone of another name", f"{AZURERM}#24549"),),
    "ReadReplicaNotSupportedForBurstableSku": (unconfirmed("a replica of or on a burstable server", REPLICAS),),
    "ConfigurationNotExists": (
        Rule("a parameter that the server does not have", "Azure/azure-cli#31944"),
        unconfirmed("a parameter of a pooler that is off", POOLING),
    ),
    "AadAuthNotEnabled": (
        unconfirmed("an Entra administrator where Entra logins are off", "Microsoft: Administrators - Create"),
    ),
}

MESSAGING: Mapping[str, tuple[Rule, ...]] = {
    "MessagingGatewayBadRequest": (
        Rule("what a tier does not take", f"{AZURERM}#28576"),
        Rule("locks, sizes, forwarding and changes of queues, topics and subscriptions", EXCEPTIONS),
        Rule("Manage without Send and Listen", "Azure/azure-powershell#9786"),
    ),
    "MergeNamespaceFailedWithImmutablePropertyUpdate": (
        Rule("zone redundancy of a namespace that exists", f"{AZURERM}#27497"),
        unconfirmed("its number of partitions", "Microsoft: Enable partitioning for a Service Bus Premium namespace"),
    ),
    "InvalidAccessPolicyAssignment": (Rule("Redis: the same user twice", "microsoft/aspire#6746"),),
    "ResourceDeploymentFailure": (
        Rule("Redis: two assignments at once", "Azure/azure-dev#6640, microsoft/aspire#13043"),
    ),
    "RequestConflict": (
        unconfirmed("AI accounts: two children at once", "Azure/bicep-registry-modules: batch size 1"),
    ),
}

DOCUMENTS: Mapping[str, tuple[Rule, ...]] = {
    "PreconditionFailed": (Rule("Cosmos DB: two operations on an account at once", f"{AZURERM}#15842"),),
    "StorageAccountAlreadyTaken": (
        Rule("a name that somebody else has", "Microsoft: Resolve errors for storage account names"),
    ),
    "RedundancyConfigurationNotAvailableInRegion": (
        unconfirmed("ZRS in a region without zones", "Microsoft: Azure Storage redundancy"),
    ),
    "InvalidAccountType": (unconfirmed("an SKU that is not for the kind", "Microsoft: Storage account overview"),),
    "InvalidValuesForRequestParameters": (
        Rule("days of point-in-time restore", "Azure/arm-template-whatif#354"),
        unconfirmed("other days, ranges of addresses", "Microsoft: Blob soft delete; Configure storage firewalls"),
    ),
    "AccountPropertyCannotBeUpdated": (
        Rule("what an account is made with for good", "Azure/azure-rest-api-specs#18441"),
        unconfirmed("its kind, another redundancy", "Microsoft: Change how a storage account is replicated"),
    ),
    "ContainerOperationFailure": (Rule("restore without versioning or change feed", "Azure/ResourceModules#3100"),),
    "MissingLastAccessTimeBasedTrackingPolicy": (
        Rule("rules by last access without tracking", "avinor/terraform-azurerm-storage-account#19"),
    ),
    "PublicAccessNotPermitted": (Rule("a public container in a closed account", "Azure/azure-rest-api-specs#11331"),),
    "BlobTieringNotSupported": (Rule("archive in an account with ZRS", f"{AZURERM}#6031"),),
    "InvalidRequestPropertyValue": (
        unconfirmed("lifecycle rules without or with the same name", "Microsoft: Management Policies - Create"),
    ),
}

VAULTS: Mapping[str, tuple[Rule, ...]] = {
    "VaultAlreadyExists": (Rule("a name that somebody else has, or had", "Azure/azure-powershell#15115"),),
    "ConflictError": (Rule("a name that a deleted vault keeps", "Azure/azure-cli#29115"),),
    "SoftDeletedVaultDoesNotExist": (Rule("recovering what is not there", "AzureCosmosDB/OmniVec#24"),),
    "MethodNotAllowed": (Rule("purging what is protected", "MicrosoftDocs/azure-docs#55427"),),
    "Forbidden": (
        Rule("a secret or key deleted from outside the network", f"microsoft/multimodal-ai#171, {AZURERM}#4553"),
        unconfirmed("the same without the role for it", "Microsoft: Azure Key Vault error codes"),
    ),
}
