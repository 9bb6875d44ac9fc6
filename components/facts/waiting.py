"""What must wait: children that go one at a time, errors that pass by themselves, how long a type may take.

azure-native retries 408, 429, 5xx and 409 ``AnotherOperationInProgress`` by itself; everything else is fatal at the
first try unless it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ExclusiveParent:
    """A resource whose children Azure writes one at a time; ``code`` is how it refuses a second writer."""

    parent: str
    children: tuple[str, ...]
    code: str
    source: str


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
        ("postgresql-database", "postgresql-configuration", "postgresql-administrator"),
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
        "Microsoft: Azure Cosmos DB resource provider (one write of an account's children at a time)",
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
    PassingError("RequestConflict", "an AI account does one thing at a time", "EXCLUSIVE_PARENTS"),
    PassingError(
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        "an identity takes one credential at a time",
        "EXCLUSIVE_PARENTS",
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


_AKS_BASELINE = "mspnp/aks-baseline: docs/deploy/06-aks-cluster.md (about 18 minutes with add-ons)"

DURATIONS: Mapping[str, Duration] = {
    "kubernetes-cluster": Duration(10, 60, f"assumed; {_AKS_BASELINE}"),
    "agent-pool": Duration(4, 45),
    "maintenance-configuration": Duration(0.2, 15),
    "container-registry": Duration(1, 30),
    "registry-replication": Duration(2, 30),
    "private-endpoint": Duration(1.5, 20),
    "private-dns-zone": Duration(1, 20),
    "private-dns-zone-link": Duration(1, 20),
    "nat-gateway": Duration(0.5, 20),
    "virtual-network": Duration(0.3, 20),
    "log-analytics-workspace": Duration(0.7, 20),
    "key-vault": Duration(0.5, 20),
    "key-vault-key": Duration(0.2, 15),
    "key-vault-secret": Duration(0.1, 15),
}
USUAL = Duration(0.2, 20)
"""What is not in the table."""
