"""PostgreSQL flexible servers."""

from __future__ import annotations

from collections.abc import Mapping

from components.postgresql.facts import NETWORK, POOLING, REPLICAS
from offline.azure.codes.repositories import AZURERM, NATIVE, RECORDINGS
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "InvalidParameterValue": (
        Rule("a value that a parameter does not take", f"{NATIVE}#898"),
        Rule("zones of a server and its standby that do not fit", "Azure/azure-cli#32559"),
        unconfirmed("sizes, storage, versions, logins, backup, networks, replicas", "components/postgresql/facts"),
    ),
    "UpsertServerManagementOperationDowngradeDiskSizeUnsupported": (
        Rule("a disk smaller than it has grown to", "Altinn/dialogporten#4127, astronomer/deploy-action#33"),
    ),
    "MissingRequiredParameter": (
        Rule(
            "a login without its password, whether passwords are on or off", "MicrosoftLearning/mslearn-azure-ai #230"
        ),
    ),
    "EngineCredentialsNotProvided": (
        Rule("passwords that are switched on without login and password", "Azure/azure-cli #29346"),
    ),
    "ServerNameAlreadyExists": (unconfirmed("a name that somebody else owns", "Microsoft: Servers - Create"),),
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
    "AadAuthOperationCannotBePerformedWhenServerIsNotAccessible": (
        Rule("an Entra administrator of a server that is not ready", f"{RECORDINGS}: FlexibleServer_20250801"),
    ),
    "AadAuthNotEnabled": (
        unconfirmed("an Entra administrator where Entra logins are off", "Microsoft: Administrators - Create"),
    ),
}
