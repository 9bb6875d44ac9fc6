"""What a subscription must have switched on besides the program's resources: resource providers and features."""

from __future__ import annotations

from dataclasses import dataclass

ALWAYS_REGISTERED = frozenset(
    {"microsoft.authorization", "microsoft.resources", "microsoft.portal", "microsoft.consumption"}
)
"""Namespaces that every subscription has registered.

Microsoft: Resource providers for Azure services (registered by default).
"""

ENCRYPTION_AT_HOST = "Microsoft.Compute/EncryptionAtHost"
"""A feature of the subscription, which only its owner registers."""


@dataclass(frozen=True)
class Silent:
    """A resource provider that a type needs although none of the type's own requests reaches it."""

    key: str
    """The key of the type that needs it."""
    namespace: str
    why: str
    source: str


SILENT: tuple[Silent, ...] = (
    Silent(
        "kubernetes-cluster",
        "Microsoft.Compute",
        "its nodes are virtual machines of this subscription",
        "Microsoft: Prerequisites for an AKS cluster (register Microsoft.Compute, Microsoft.Network)",
    ),
    Silent(
        "kubernetes-cluster",
        "Microsoft.PolicyInsights",
        "its policy add-on reports there",
        "Microsoft: Understand Azure Policy for Kubernetes clusters (prerequisites)",
    ),
)
