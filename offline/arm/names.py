"""What a resource id says in a template: the deployment that it belongs to, its type, its name and its scope.

Microsoft: Set name and type for child resources in ARM templates; Set scope for extension resources in ARM templates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.facts.model import ResourceType

PROVIDERS = "/providers/"
RESOURCE_GROUPS = "Microsoft.Resources/resourceGroups"
_GROUP = re.compile(r"(/subscriptions/[^/]+/resourceGroups/[^/]+)(/.*)?", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"(/subscriptions/[^/]+)(/.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """Where a resource stands in a template."""

    deployment: str
    """The id of the resource group, or of the subscription, that it is deployed to."""
    type: str
    """``Microsoft.Storage/storageAccounts/blobServices``: the namespace and the type of each parent and its own."""
    name: str
    """``account/default``: the name of each parent and its own."""
    scope: str = ""
    """What an extension resource is about, as an id relative to the deployment, such as
    ``Microsoft.Storage/storageAccounts/account``; empty for the deployment itself and for what is no extension."""


def address(row: ResourceType, id: str) -> Address:
    """The address of a resource. Raises ``ValueError`` for an id that is outside every subscription."""
    deployment, rest = _deployment(id)
    if not rest:
        subscription = _SUBSCRIPTION.fullmatch(deployment)
        return Address(subscription[1] if subscription else "", RESOURCE_GROUPS, deployment.rpartition("/")[2])
    before, _, own = rest.rpartition(PROVIDERS)
    namespace, *parts = own.split("/")
    kind = "/".join((namespace, *parts[::2]))
    # Ids are case-insensitive; who reads a template by its types, such as a scanner, may not be.
    kind = row.arm if kind.lower() == row.arm.lower() else kind
    return Address(deployment, kind, "/".join(parts[1::2]), before.removeprefix(PROVIDERS))


def _deployment(id: str) -> tuple[str, str]:
    """The id of the deployment, and what comes after it."""
    found = _GROUP.fullmatch(id) or _SUBSCRIPTION.fullmatch(id)
    if found is None:
        raise ValueError(f"{id}: neither in a resource group nor in a subscription")
    return found[1], found[2] or ""
