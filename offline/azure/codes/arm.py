"""Azure Resource Manager itself: what it refuses of any type, and how it answers when a fault is injected."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.repositories import AZURERM, NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

COMMON = "Microsoft: Troubleshoot common Azure deployment errors"
TAGS = "Microsoft: Use tags to organize your Azure resources"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "InvalidResourceName": (
        unconfirmed("a name that breaks the type's rule; services have codes of their own for it", "name rules"),
    ),
    "InvalidResourceReference": (Rule("the id of a resource that does not exist", COMMON),),
    "InvalidResourceLocation": (
        Rule("a new location for an existing resource", f"{NATIVE}#3053, MicrosoftDocs/azure-docs#70422"),
    ),
    "LocationNotAvailableForResourceType": (
        Rule("a region that does not offer the type", "Azure/AKS-Construction#193"),
    ),
    "ParentResourceNotFound": (Rule("a child before its parent", COMMON),),
    "ResourceGroupNotFound": (Rule("a resource before its group", COMMON),),
    "ResourceNotFound": (Rule("an extension, or the keys, of a resource that does not exist", COMMON),),
    "ScopeLocked": (
        Rule("deleting what a lock covers", "Azure Verified Modules TFFR6, Azure/azure-cli#20232"),
        Rule(
            "deleting a group that contains a lock",
            "microsoft/TeamCloud#146, MicrosoftDocs/azure-docs#71608, public logs (code)",
        ),
        unconfirmed("deleting any other resource that contains a lock", "Microsoft: Lock your Azure resources"),
    ),
    "TooManyTags": (unconfirmed("more than 50 tags", f"{TAGS}, {AZURERM}#4070"),),
    "PropertyChangeNotAllowed": (
        unconfirmed("other types: changing what is fixed at creation", "the document that the behaviour names"),
    ),
    "AlreadyInUse": (unconfirmed("a globally unique name that somebody else owns", "the name rule of the type"),),
    "Conflict": (Rule("the fault `conflict`", "Microsoft: Resolve common errors (Conflict)"),),
    "TooManyRequests": (Rule("the fault `throttled`", "Microsoft: Throttling Resource Manager requests"),),
    "RetryableError": (Rule("the fault `unready`", "tests/evidence/nat-gateway.yaml"),),
    "AnotherOperationInProgress": (Rule("the fault `busy`", "Microsoft: Resolve common errors"),),
    "InternalServerError": (Rule("the fault `server-error`", "Microsoft: Resolve common errors"),),
    "InternalExecutionError": (Rule("the fault `failed`", "Microsoft: Asynchronous operations"),),
}
