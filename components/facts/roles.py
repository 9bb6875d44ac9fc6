"""Built-in roles: what they are called, their id, what they reach, on what kind of resource they are granted.

A role is granted at the resource it names and nowhere wider. Pipelines have roles at the resource groups of their own
stack, and the cluster at the one in which it makes a private link service. ``data`` roles open what a resource holds,
``control`` roles change the resource itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SOURCE = "Microsoft: Azure built-in roles"


@dataclass(frozen=True)
class Role:
    """``kinds`` are the keys of the resource types, ``subnet`` or ``kubernetes-namespace``, at which this platform
    grants the role."""

    key: str
    id: str
    name: str
    plane: str
    kinds: tuple[str, ...]
    source: str


def _role(key: str, id: str, name: str, plane: str, *kinds: str) -> Role:
    return Role(key, id, name, plane, kinds, _SOURCE)


ROLES: Mapping[str, Role] = {
    role.key: role
    for role in (
        _role("acr-pull", "7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull", "data", "container-registry"),
        _role("acr-push", "8311e382-0749-4cb8-b61a-304f252e45ec", "AcrPush", "data", "container-registry"),
        _role(
            "network-contributor",
            "4d97b98b-1d4f-4787-a291-c67834d212e7",
            "Network Contributor",
            "control",
            "subnet",
            "virtual-network",
            "resource-group",
        ),
        _role(
            "identity-operator",
            "f1a07417-d97a-45cb-824c-7a7467783830",
            "Managed Identity Operator",
            "control",
            "user-assigned-identity",
        ),
        _role(
            "metrics-publisher",
            "3913510d-42f4-4e42-8a64-420c390055eb",
            "Monitoring Metrics Publisher",
            "data",
            "application-insights",
        ),
        _role(
            "log-reader",
            "73c42c96-874c-492b-b04d-ab87d138a893",
            "Log Analytics Reader",
            "data",
            "log-analytics-workspace",
        ),
        _role(
            "metrics-reader",
            "b0d8363b-8ddd-447d-831f-62ca05bff136",
            "Monitoring Data Reader",
            "data",
            "monitor-workspace",
        ),
        _role(
            "cluster-user",
            "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
            "Azure Kubernetes Service Cluster User Role",
            "control",
            "kubernetes-cluster",
        ),
        _role(
            "cluster-admin",
            "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
            "Azure Kubernetes Service RBAC Cluster Admin",
            "data",
            "kubernetes-cluster",
        ),
        _role(
            "cluster-writer",
            "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb",
            "Azure Kubernetes Service RBAC Writer",
            "data",
            "kubernetes-cluster",
            "kubernetes-namespace",
        ),
        _role(
            "cluster-reader",
            "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
            "Azure Kubernetes Service RBAC Reader",
            "data",
            "kubernetes-cluster",
            "kubernetes-namespace",
        ),
        _role(
            "bus-sender",
            "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
            "Azure Service Bus Data Sender",
            "data",
            "service-bus-queue",
            "service-bus-topic",
        ),
        _role(
            "bus-receiver",
            "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
            "Azure Service Bus Data Receiver",
            "data",
            "service-bus-queue",
            "service-bus-subscription",
        ),
        _role(
            "blob-contributor",
            "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
            "Storage Blob Data Contributor",
            "data",
            "blob-container",
        ),
        _role(
            "blob-reader",
            "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
            "Storage Blob Data Reader",
            "data",
            "blob-container",
        ),
        _role(
            "openai-user",
            "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
            "Cognitive Services OpenAI User",
            "data",
            "ai-account",
        ),
        _role(
            "search-index-contributor",
            "8ebe5a00-799e-43f5-93ac-243d3dce84a7",
            "Search Index Data Contributor",
            "data",
            "search-service",
        ),
        _role(
            "search-contributor",
            "7ca78c08-252a-4471-8644-bb5ff32d4ba0",
            "Search Service Contributor",
            "control",
            "search-service",
        ),
        _role(
            "key-vault-secrets-user",
            "4633458b-17de-408a-b874-0445c86b69e6",
            "Key Vault Secrets User",
            "data",
            "key-vault",
        ),
        _role(
            "key-vault-secrets-officer",
            "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
            "Key Vault Secrets Officer",
            "data",
            "key-vault",
        ),
        _role("key-vault-reader", "21090545-7ca7-4776-b22c-e363652d74d2", "Key Vault Reader", "data", "key-vault"),
        _role(
            "key-vault-crypto-user",
            "12338af0-0e69-4776-bea7-57ae8d297424",
            "Key Vault Crypto User",
            "data",
            "key-vault-key",
        ),
        _role(
            "key-vault-crypto-officer",
            "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
            "Key Vault Crypto Officer",
            "data",
            "key-vault",
        ),
        _role(
            "mail-owner",
            "09976791-48a7-449e-bb21-39d1a415f350",
            "Communication and Email Service Owner",
            "control",
            "communication-service",
        ),
        _role(
            "website-contributor",
            "de139f84-1756-47ae-9be6-808fbbe84772",
            "Website Contributor",
            "control",
            "static-site",
        ),
    )
}

PIPELINE_ROLES: Mapping[str, Role] = {
    role.key: role
    for role in (
        _role("contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", "control", "resource-group"),
        _role(
            "locks-contributor",
            "28bf596f-4eb7-45ce-b5bc-6cf482fec137",
            "Locks Contributor",
            "control",
            "resource-group",
        ),
        _role(
            "access-administrator",
            "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
            "Role Based Access Control Administrator",
            "control",
            "resource-group",
            "container-registry",
            "communication-service",
        ),
        _role(
            "reader",
            "acdd72a7-3385-48ef-bd42-f606fba81ae7",
            "Reader",
            "control",
            "resource-group",
            "container-registry",
            "communication-service",
            "dns-zone",
        ),
        _role(
            "dns-contributor",
            "befefa01-2a29-4197-83a8-272ff33ce314",
            "DNS Zone Contributor",
            "control",
            "dns-zone",
        ),
    )
}
"""What pipelines bring their stacks up with, and what answers the challenges of a certificate authority. The setting
`mystira:access` gives none of them."""


@dataclass(frozen=True)
class CustomRole:
    """A role of our own, where every built-in one opens more than is needed."""

    key: str
    name: str
    """What it allows, in words; its name at Azure, which is unique in the tenant, adds the platform."""
    plane: str
    kinds: tuple[str, ...]
    actions: tuple[str, ...]
    data_actions: tuple[str, ...]
    why: str
    """What the built-in role would open besides."""

    def role(self, id: str) -> Role:
        """The role, once its definition has an id."""
        return Role(self.key, id, self.name, self.plane, self.kinds, self.why)


_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"

BLOB_READ, BLOB_DELETE = f"{_BLOBS}/read", f"{_BLOBS}/delete"
BLOB_WRITES = (f"{_BLOBS}/write", f"{_BLOBS}/add/action", BLOB_DELETE)
"""The actions on blobs (Microsoft: Actions and attributes for Azure role assignment conditions for Azure Blob
Storage)."""

CUSTOM_ROLES: Mapping[str, CustomRole] = {
    role.key: role
    for role in (
        CustomRole(
            "registry-endpoint-approver",
            "Registry Endpoint Approver",
            "control",
            ("container-registry",),
            ("Microsoft.ContainerRegistry/registries/privateEndpointConnectionsApproval/action",),
            (),
            "Contributor, the only built-in role with this action, changes the registry",
        ),
        CustomRole(
            "state-writer",
            "State Writer",
            "data",
            ("blob-container",),
            (),
            (BLOB_READ, *BLOB_WRITES),
            "Storage Blob Data Contributor deletes the container, which no condition can prevent: conditions reach "
            "actions on blobs only",
        ),
    )
}
"""By key."""

TOO_WIDE: Mapping[str, str] = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "92aaf0da-9dab-42b6-94a3-d43ce8d16293": "Log Analytics Contributor",
    "e0f68234-74aa-48ed-b826-c38b57376e17": "Redis Cache Contributor",
    "090c5cfd-751d-490a-894a-3ce6f1109419": "Azure Service Bus Data Owner",
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
}
"""Roles that open more than any service or person of this platform needs (estate S12, S17)."""


def known_role(key: str) -> Role | CustomRole:
    """The role with a key. Raises ``KeyError`` for an unknown one."""
    return ROLES.get(key) or PIPELINE_ROLES.get(key) or CUSTOM_ROLES[key]


def definition_id(role: Role, subscription_id: str) -> str:
    """The id of the role's definition, as a role assignment names it."""
    return f"/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{role.id}"
