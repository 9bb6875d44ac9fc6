"""What must wait: children that go one at a time, errors that pass by themselves, how long a type may take.

azure-native retries 408, 429, 5xx and 409 ``AnotherOperationInProgress`` by itself; everything else is fatal at the
first try unless it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ExclusiveParent:
    """A resource whose children Azure writes one at a time.

    ``code``, ``message`` and ``status`` are how it refuses a second writer.
    """

    parent: str
    children: tuple[str, ...]
    code: str
    source: str
    message: str = "Another operation on {parent} is in progress."
    status: int = 409


EXCLUSIVE_PARENTS: tuple[ExclusiveParent, ...] = (
    ExclusiveParent(
        "kubernetes-cluster",
        ("agent-pool", "maintenance-configuration"),
        "OperationNotAllowed",
        "Microsoft: Troubleshoot the OperationNotAllowed error code in AKS (another operation is in progress)",
    ),
    ExclusiveParent(
        "user-assigned-identity",
        ("federated-credential",),
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        "Microsoft: Important considerations and restrictions for federated identity credentials",
    ),
    ExclusiveParent(
        "postgresql-server",
        ("postgresql-configuration", "postgresql-administrator"),
        "ServerIsBusy",
        "hashicorp/terraform-provider-azurerm: flexible server children lock their server",
    ),
    ExclusiveParent(
        "ai-account",
        ("ai-deployment", "ai-project"),
        "RequestConflict",
        "Azure/bicep-registry-modules: cognitive-services account deploys its children with batch size 1",
    ),
    ExclusiveParent(
        "cosmos-account",
        ("cosmos-database", "cosmos-role-assignment"),
        "PreconditionFailed",
        "hashicorp/terraform-provider-azurerm#15842 (role assignments of an account one after another)",
        "There is another user operation in progress which requires an exclusive lock on [{parent}]. "
        "Please retry after sometime.",
        412,
    ),
    ExclusiveParent(
        "redis-database",
        ("redis-access-policy-assignment",),
        "ResourceDeploymentFailure",
        "Azure/azure-dev #6640, microsoft/aspire #13043 (the second of two assignments at once ends as Failed)",
    ),
)

PARENT_OF: Mapping[str, ExclusiveParent] = {child: row for row in EXCLUSIVE_PARENTS for child in row.children}


@dataclass(frozen=True)
class PassingError:
    """An error that goes away by itself: ``code`` as ARM sends it, why, and who says so."""

    code: str
    why: str
    source: str


PASSING_ERRORS: tuple[PassingError, ...] = (
    PassingError(
        "PrincipalNotFound",
        "a new identity takes a while to be known in all of Entra",
        "Microsoft: Troubleshoot Azure RBAC (new service principal, replication delay)",
    ),
    PassingError(
        "LinkedAuthorizationFailed",
        "a new role assignment takes up to ten minutes to reach every service",
        "Microsoft: Troubleshoot Azure RBAC (role assignment changes are not being detected)",
    ),
    PassingError(
        "AuthorizationFailed",
        "the same, for the caller's own new rights",
        "Microsoft: Troubleshoot Azure RBAC (role assignment changes are not being detected)",
    ),
    PassingError("ServerIsBusy", "a PostgreSQL server does one thing at a time", "EXCLUSIVE_PARENTS"),
    PassingError("ServerBusy", "the same, for its parameters", "Azure/bicep-registry-modules #4451"),
    PassingError(
        "AadAuthOperationCannotBePerformedWhenServerIsNotAccessible",
        "a PostgreSQL server that is still being changed takes no Entra administrators",
        "Azure/azure-postgresql #127",
    ),
    PassingError("RequestConflict", "an AI account does one thing at a time", "EXCLUSIVE_PARENTS"),
    PassingError(
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        "an identity takes one credential at a time",
        "EXCLUSIVE_PARENTS",
    ),
    PassingError(
        "PreconditionFailed: exclusive lock",
        "a Cosmos DB account takes one role assignment or private endpoint at a time",
        "EXCLUSIVE_PARENTS; hashicorp/terraform-provider-azurerm#11126 (private endpoints too)",
    ),
    PassingError(
        "BadRequest: was not found in the AAD tenant",
        "Cosmos DB looks a principal up before all of Entra knows it, and takes no principal type",
        "pulumi/pulumi-azure-native#2816",
    ),
    PassingError(
        "StorageAccountOperationInProgress",
        "a storage account is busy while a private endpoint or its settings are written",
        "Azure/bicep-registry-modules#6001",
    ),
    PassingError(
        "OperationNotAllowed: Another operation",
        "a cluster does one thing at a time; other reasons for this code do not pass",
        "EXCLUSIVE_PARENTS",
    ),
    PassingError(
        "ScopeLocked",
        "a deleted lock takes a while to be forgotten",
        "Azure Verified Modules TFFR6 (retry on ScopeLocked)",
    ),
)

ATTEMPTS = 12
FIRST_DELAY_SECONDS = 5.0
LONGEST_DELAY_SECONDS = 60.0


@dataclass(frozen=True)
class Duration:
    """How long a type usually takes to create, in minutes, and after how many minutes it has failed."""

    minutes: float
    timeout_minutes: int
    source: str = "assumed"


_LOG = "apply log of grid-meter-app: terraform/azure (2026-09-24, centralus)"
_OLD_AKS = "Azure/AKS #1439 (2020: 9 min 10 s, its pools 4 min to 4 min 10 s; in a bad month 13 and 9)"
_STEAMPIPE = "turbot/steampipe-plugin-azure"
_AZURERM = "hashicorp/terraform-provider-azurerm"
_ADDONS = "mspnp/aks-baseline: docs/deploy/06-aks-cluster.md (18 minutes with add-ons)"

DURATIONS: Mapping[str, Duration] = {
    "kubernetes-cluster": Duration(6, 60, f"{_LOG}: 4 min 10 s with two nodes; {_OLD_AKS}; {_ADDONS}"),
    "agent-pool": Duration(4, 45, _OLD_AKS),
    "maintenance-configuration": Duration(0.2, 15),
    "container-registry": Duration(0.5, 30, f"{_LOG}: 18 s; Premium assumed to be longer"),
    "registry-replication": Duration(2, 30),
    "user-assigned-identity": Duration(0.5, 20, f"{_LOG}: 28 s"),
    "federated-credential": Duration(0.5, 20, f"{_LOG}: 28 s"),
    "private-endpoint": Duration(1.5, 20, f"assumed; {_AZURERM} #33298 (whole acceptance tests in 4 to 5 minutes)"),
    "private-dns-zone": Duration(0.6, 20, f"{_STEAMPIPE} #824: 35 s; {_LOG}: 32 s"),
    "private-dns-zone-link": Duration(0.6, 20, f"{_LOG}: 32 s"),
    "nat-gateway": Duration(0.5, 20),
    "virtual-network": Duration(0.15, 20, f"{_STEAMPIPE} #824: 8 s; Azure/terraform-azurerm-aks #74: 8 s; {_LOG}: 5 s"),
    "log-analytics-workspace": Duration(
        0.7,
        20,
        f"assumed; Azure/terraform-azurerm-aks #74 (2020): 7 s; {_AZURERM} #33259: whole acceptance tests in 2 minutes",
    ),
    "redis": Duration(6, 60, f"{_LOG}: 7 min 32 s together with its database; {_AZURERM} #30932: at times beyond 30"),
    "redis-database": Duration(1.5, 45, f"{_LOG}: 7 min 32 s together with the cluster; the parts assumed"),
    "redis-access-policy-assignment": Duration(0.3, 30, f"microsoft/aspire #13043: 17 s; {_LOG}: 12 s"),
    "service-bus-namespace": Duration(
        2, 30, f"assumed; {_STEAMPIPE} #200: more than 1 minute; {_AZURERM} #24676: a whole Premium test in 108 s"
    ),
    "cosmos-account": Duration(
        4,
        180,
        "Azure/azure-libraries-for-net #185: 3 minutes; gbowerman/azurerm #23: 2 to 3, one region; "
        f"{_AZURERM} #4271 and #13967: a second region takes far longer (limit 180)",
    ),
    "cosmos-database": Duration(0.55, 30, "vdesabou/kafka-docker-playground #7155 and #7953: 33 s"),
    "cosmos-container": Duration(0.6, 30, "assumed to be as long as a database"),
    "cosmos-role-assignment": Duration(0.8, 30),
    "storage-account": Duration(
        0.6,
        60,
        f"{_STEAMPIPE} #96: 35 s, #220: 45 s, #300: 36 s, #306: 39 s; "
        "microsoft/Multi-Agent-Custom-Automation-Engine-Solution-Accelerator#248: 23 s",
    ),
    "postgresql-server": Duration(5, 60, f"{_LOG}: 5 min 6 s in a delegated subnet, one zone"),
    "postgresql-configuration": Duration(0.5, 30),
    "postgresql-administrator": Duration(0.7, 30),
    "key-vault": Duration(2, 20, f"{_LOG}: 2 min 27 s; {_STEAMPIPE} #96: more than 50 s"),
    "key-vault-key": Duration(0.2, 15),
    "key-vault-secret": Duration(0.1, 15, "assumed; through the vault itself 1 s"),
}
USUAL = Duration(0.2, 20)
"""What is not in the table."""
