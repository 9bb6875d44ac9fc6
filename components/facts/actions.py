"""What Azure Resource Manager asks of a login: the actions behind every request that this program sends.

A type's own actions follow from its name: ``<provider>/<types>/{read,write,delete}`` (Microsoft: Understand Azure role
definitions, "Actions format"). This module says what follows from nothing: the actions on what a request refers to,
those of functions, and the types that are never deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_AKS = "Microsoft: Access and identity options for AKS (AKS cluster permissions)"
_ENDPOINTS = "Microsoft: Azure RBAC permissions for Azure Private Link"
_ROLES = "Microsoft: Azure built-in roles"

GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
"""A resource group, as actions call it."""

_GROUP = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+", re.IGNORECASE)

READ_TAGS = "Microsoft.Resources/tags/read"
"""What the program asks before its first resource: whether the login can see the subscription."""


@dataclass(frozen=True)
class Linked:
    """An action on a resource that another one refers to: Azure checks it although nobody writes that resource."""

    target: str
    """The ARM type referred to; ``*`` for any."""
    verb: str
    """What follows the target's type in the action: ``join/action``."""
    within: str
    """A property that the reference must be inside; empty: anywhere."""
    source: str


LINKED: tuple[Linked, ...] = (
    Linked(
        "Microsoft.Network/virtualNetworks/subnets",
        "joinViaServiceEndpoint/action",
        "virtualNetworkRules",
        "Microsoft: Virtual Network service endpoints (Provisioning)",
    ),
    Linked("Microsoft.Network/virtualNetworks/subnets", "join/action", "", _AKS),
    Linked("Microsoft.Network/virtualNetworks", "join/action", "", _ROLES),
    Linked("Microsoft.Network/networkSecurityGroups", "join/action", "", _ROLES),
    Linked("Microsoft.Network/natGateways", "join/action", "", _ROLES),
    Linked("Microsoft.Network/publicIPAddresses", "join/action", "", _ROLES),
    Linked("Microsoft.Network/privateDnsZones", "join/action", "", _ENDPOINTS),
    Linked(
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "assign/action",
        "userAssignedIdentities",
        f"{_AKS}; {_ROLES}",
    ),
    Linked("Microsoft.ManagedIdentity/userAssignedIdentities", "assign/action", "identityProfile", _AKS),
    Linked("Microsoft.Web/serverFarms", "join/action", "serverFarmId", _ROLES),
    Linked(
        "Microsoft.OperationalInsights/workspaces",
        "sharedKeys/action",
        "workspaceId",
        "Microsoft: Manage access to "
        "Log Analytics workspaces (read the workspace keys to allow sending logs to this workspace)",
    ),
    Linked("*", "privateEndpointConnectionsApproval/action", "privateLinkServiceConnections", _ENDPOINTS),
)
"""In the order in which they are tried: the first that fits a reference decides."""

_BUS = "Microsoft.ServiceBus/namespaces"

FUNCTIONS: Mapping[str, str] = {
    "azure-native:authorization:getClientToken": "",
    "azure-native:resources:getTagAtScope": READ_TAGS,
    "azure-native:storage:listStorageAccountKeys": "Microsoft.Storage/storageAccounts/listKeys/action",
    "azure-native:cosmosdb:listDatabaseAccountKeys": "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
    "azure-native:redisenterprise:listDatabaseKeys": "Microsoft.Cache/redisEnterprise/databases/listKeys/action",
    "azure-native:servicebus:listNamespaceKeys": f"{_BUS}/authorizationRules/listkeys/action",
    "azure-native:servicebus:listQueueKeys": f"{_BUS}/queues/authorizationRules/listkeys/action",
    "azure-native:servicebus:listTopicKeys": f"{_BUS}/topics/authorizationRules/listkeys/action",
    "azure-native:containerservice:listManagedClusterUserCredentials": (
        "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"
    ),
    "azure-native:cognitiveservices:listAccountKeys": "Microsoft.CognitiveServices/accounts/listKeys/action",
    "azure-native:search:listAdminKey": "Microsoft.Search/searchServices/listAdminKeys/action",
}
"""By token of a function of the SDK that the program may call: the action behind it; empty where Azure Resource Manager
is not asked (Microsoft: Azure resource provider operations)."""

LISTED: Mapping[str, str] = dict.fromkeys(("web-app-settings", "web-app-slot-settings"), "list/action")
"""By key of a type that holds what Azure counts as secret: the action that reads it, in addition to ``read``
(Azure/azure-rest-api-specs: WebApps_ListApplicationSettings, the only operation that returns variables)."""

_WITH_THE_SITE = "goes with its site or slot"

WATCHES, COUNTS_COSTS, SECURES = "Monitoring Contributor", "Cost Management Contributor", "Security Admin"

AT_THE_SUBSCRIPTION: Mapping[str, str] = {
    "Microsoft.Consumption": COUNTS_COSTS,
    "Microsoft.CostManagement": COUNTS_COSTS,
    "Microsoft.Insights": WATCHES,
    "Microsoft.Security": SECURES,
}
"""By provider of what belongs to a subscription and to no resource group: the built-in role that a person gives there
to whoever brings it up (Microsoft: Azure built-in roles)."""

NEVER_DELETED: Mapping[str, str] = {
    "blob-service": "comes and goes with its account",
    "postgresql-configuration": "is set back to its default by a write",
    "service-bus-network-rules": "is set back to its default by a write",
    "key-vault-secret": "goes with its vault (retainOnDelete)",
    "key-vault-key": "goes with its vault (retainOnDelete)",
    "web-app-scm-allowed": _WITH_THE_SITE,
    "web-app-ftp-allowed": _WITH_THE_SITE,
    "web-app-slot-scm-allowed": _WITH_THE_SITE,
    "web-app-slot-ftp-allowed": _WITH_THE_SITE,
}
"""Types that the program writes and Azure Resource Manager is never asked to delete, and why."""


def type_of(id: str) -> str:
    """The ARM type of the resource with this id, as its path spells it; empty for what is no id of a resource."""
    _, separator, own = id.rpartition("/providers/")
    if separator:
        namespace, *rest = own.split("/")
        return "/".join([namespace, *rest[::2]])
    return GROUPS if _GROUP.fullmatch(id) else ""


def role_for(action: str, scope: str) -> str:
    """The role that a person gives at a subscription for an action on what is in none of its resource groups; empty for
    any other action. ``scope`` is the subscription, or what is directly below it."""
    if "/resourcegroups/" in scope.lower():
        return ""
    provider = action.partition("/")[0].lower()
    return next((role for name, role in AT_THE_SUBSCRIPTION.items() if name.lower() == provider), "")


def allowed(action: str, roles: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a role has the action and does not exclude it itself: what one role excludes, another may have.

    Each role is what Azure calls a permission: ``actions`` and ``notActions``, both patterns.
    """
    return any(_any(action, role.get("actions")) and not _any(action, role.get("notActions")) for role in roles)


def _any(action: str, patterns: Iterable[str] | None) -> bool:
    return any(fits(action, pattern) for pattern in patterns or ())


def fits(action: str, pattern: str) -> bool:
    """Whether a pattern covers an action.

    Actions are case-insensitive, and ``*`` stands for anything, slashes included (Microsoft: Understand Azure role
    definitions). Between two slashes it also stands for nothing: Managed Identity Operator, which has
    ``userAssignedIdentities/*/assign/action``, assigns identities (Microsoft: Use a managed identity in AKS).
    """
    wanted = re.escape(pattern).replace(r"/\*/", "/(?:.*/)?").replace(r"\*", ".*")
    return bool(re.fullmatch(wanted, action, re.IGNORECASE))


def references(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every id of a resource within inputs, and the properties that it is inside."""
    if isinstance(value, str):
        if value.lower().startswith("/subscriptions/") and "/providers/" in value:
            yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            # Identities may come as the keys of a map.
            yield from references(key, path)
            yield from references(item, (*path, str(key)))
    elif isinstance(value, Iterable):
        for item in value:
            yield from references(item, path)


def linked(id: str, inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The actions that writing a resource takes on those that it refers to, each with the id of that resource."""
    for path, other in references(inputs):
        target = type_of(other)
        link = next(
            (
                link
                for link in LINKED
                if link.target.lower() in ("*", target.lower()) and (not link.within or link.within in path)
            ),
            None,
        )
        # What a role or a lock is for is no use of it, and a resource does not join what is its own.
        related = id.lower().startswith(f"{other.lower()}/") or other.lower().startswith(f"{id.lower()}/")
        if link is not None and not related:
            yield f"{target}/{link.verb}", other
