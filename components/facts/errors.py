"""Errors that go away without intervention, and how long an operation that met one waits for that.

azure-native itself retries 408, 429, 5xx and 409 ``AnotherOperationInProgress``; every other error is fatal at the
first try unless it is listed here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TransientError:
    """An error that goes away without intervention."""

    code: str
    """As ARM sends it; after a colon, a part of the message that must be there too."""
    why: str
    """What is being waited for."""
    source: str
    """Who says that it goes away."""
    minutes: float = 10
    """How long it may last: the operation is tried again until then. What a source quotes, and some more."""
    written: str = 'Code="{code}"'
    """How the code stands in an error: ARM's as azure-native prints it, unless said otherwise."""


TRANSIENT_ERRORS: tuple[TransientError, ...] = (
    TransientError(
        "PrincipalNotFound",
        "a new identity takes a while to be known in all of Entra",
        "Microsoft: Troubleshoot Azure RBAC (new service principal, replication delay)",
    ),
    TransientError(
        "LinkedAuthorizationFailed",
        "a new role assignment takes up to ten minutes to reach every service",
        "Microsoft: Troubleshoot Azure RBAC (role assignment changes are not being detected)",
        minutes=12,
    ),
    TransientError(
        # One that is there under a condition says "has an authorization": waiting does not make the condition hold.
        "AuthorizationFailed: does not have authorization",
        "a role that was just given to the login takes up to ten minutes to reach every service",
        "Microsoft: Troubleshoot Azure RBAC (role assignment changes are not being detected)",
        minutes=12,
    ),
    TransientError(
        "CustomKubeletIdentityMissingPermissionError",
        "a cluster looks for its role on the kubelet identity before that role has reached every service",
        "Azure/azure-service-operator (managed_cluster_extensions.go: the cluster is tried again)",
        minutes=12,
    ),
    TransientError(
        "Forbidden: User does not have access to the resource in Azure",
        "a role at the cluster that was just given takes up to five minutes to reach its API server",
        "Microsoft: Use Microsoft Entra ID Authorization for the Kubernetes API (five minutes); Control cluster and "
        "node access using Privileged Identity Management (the message)",
        written=" is forbidden: ",
    ),
    TransientError("ServerIsBusy", "a PostgreSQL server does one thing at a time", "the type's row: one_at_a_time"),
    TransientError("ServerBusy", "the same, for its parameters", "Azure/bicep-registry-modules #4451"),
    TransientError(
        "AadAuthOperationCannotBePerformedWhenServerIsNotAccessible",
        "a PostgreSQL server that is still being changed takes no Entra administrators",
        "Azure/azure-postgresql #127",
    ),
    TransientError(
        "Conflict: because another operation is in progress",
        "a site takes one operation at a time, those of Azure's own included",
        "the type's row: one_at_a_time",
        minutes=20,
    ),
    TransientError("RequestConflict", "an AI account does one thing at a time", "the type's row: one_at_a_time"),
    TransientError(
        "AccountProvisioningStateInvalid: in state Accepted",
        "an AI account takes nothing else while it, or something below it, is being written",
        "hashicorp/terraform-provider-azurerm#31712 (for a moment after it says that it has Succeeded, too)",
    ),
    TransientError(
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        "an identity takes one credential at a time",
        "the type's row: one_at_a_time",
    ),
    TransientError(
        "PreconditionFailed: exclusive lock",
        "a Cosmos DB account takes one role assignment or private endpoint at a time",
        "the type's row: one_at_a_time; hashicorp/terraform-provider-azurerm#11126 (private endpoints too)",
    ),
    TransientError(
        "BadRequest: was not found in the AAD tenant",
        "Cosmos DB looks a principal up before all of Entra knows it, and takes no principal type",
        "pulumi/pulumi-azure-native#2816",
    ),
    TransientError(
        "MessagingGatewayTooManyRequests: Another conflicting operation",
        "a Service Bus entity takes one operation at a time (SubCode=40901); azure-native gives up after four tries",
        "Microsoft: Azure Service Bus Resource Manager exceptions (429, 40901)",
    ),
    TransientError(
        "StorageAccountOperationInProgress",
        "a storage account is busy while a private endpoint or its settings are written",
        "Azure/bicep-registry-modules#6001",
    ),
    TransientError(
        "OperationNotAllowed: Another operation",
        "a cluster does one thing at a time; other reasons for this code do not pass",
        "the type's row: one_at_a_time",
        minutes=30,
    ),
    TransientError(
        "BadRequest: find a metric named",
        "Azure knows the metrics of a new resource a few minutes after the resource",
        "hashicorp/terraform-provider-azurerm#22210",
        minutes=15,
    ),
    TransientError(
        "ScopeLocked",
        "a deleted lock takes a while to be forgotten",
        "Azure Verified Modules TFFR6 (retry on ScopeLocked)",
    ),
    TransientError(
        "InUseSubnetCannotBeDeleted: serviceAssociationLinks",
        "the subnet of a PostgreSQL server keeps its service association link for a while after the server is gone",
        "Azure/azure-data-labs-modules#268, hashicorp/terraform-provider-azurerm#15032, #10546",
        minutes=20,
    ),
)


FIRST_DELAY_SECONDS = 5.0


LONGEST_DELAY_SECONDS = 60.0
