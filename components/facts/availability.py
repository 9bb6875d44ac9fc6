"""How Azure is asked whether a globally unique name is free, by product.

Each product has its own call (the REST API specification of the version named here, with its examples). What it
answers is ``{"nameAvailable": false, "reason": "AlreadyExists", "message": …}`` everywhere but where a row says
otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SPECS = "Azure/azure-rest-api-specs"


@dataclass(frozen=True)
class NameCheck:
    """The call of one type."""

    key: str
    """The key of the type."""
    path: str
    """What follows the subscription's id; ``{location}`` is that of the resource."""
    api_version: str
    type: str
    """What the request calls the type; empty where it names none."""
    source: str
    """Operation and file of the specification."""
    name: str = "name"
    """The property of the request that holds the name."""
    free: str = "nameAvailable"
    """The property of the answer that says whether the name is free."""


NAME_CHECKS: Mapping[str, NameCheck] = {
    check.key: check
    for check in (
        NameCheck(
            "storage-account",
            "/providers/Microsoft.Storage/checkNameAvailability",
            "2024-01-01",
            "Microsoft.Storage/storageAccounts",
            f"{_SPECS}: StorageAccounts_CheckNameAvailability",
        ),
        NameCheck(
            "key-vault",
            "/providers/Microsoft.KeyVault/checkNameAvailability",
            "2023-07-01",
            "Microsoft.KeyVault/vaults",
            f"{_SPECS}: Vaults_CheckNameAvailability",
        ),
        NameCheck(
            "container-registry",
            "/providers/Microsoft.ContainerRegistry/checkNameAvailability",
            "2023-07-01",
            "Microsoft.ContainerRegistry/registries",
            f"{_SPECS}: Registries_CheckNameAvailability",
        ),
        NameCheck(
            "service-bus-namespace",
            "/providers/Microsoft.ServiceBus/CheckNameAvailability",
            "2021-11-01",
            "",
            f"{_SPECS}: Namespaces_CheckNameAvailability",
        ),
        NameCheck(
            "postgresql-server",
            "/providers/Microsoft.DBforPostgreSQL/locations/{location}/checkNameAvailability",
            "2024-08-01",
            "Microsoft.DBforPostgreSQL/flexibleServers",
            f"{_SPECS}: CheckNameAvailabilityWithLocation_Execute",
        ),
        NameCheck(
            "ai-account",
            "/providers/Microsoft.CognitiveServices/checkDomainAvailability",
            "2025-06-01",
            "Microsoft.CognitiveServices/accounts",
            f"{_SPECS}: CheckDomainAvailability",
            name="subdomainName",
            free="isSubdomainAvailable",
        ),
        NameCheck(
            "search-service",
            "/providers/Microsoft.Search/checkNameAvailability",
            "2025-05-01",
            "searchServices",
            f"{_SPECS}: Services_CheckNameAvailability",
        ),
        NameCheck(
            "communication-service",
            "/providers/Microsoft.Communication/checkNameAvailability",
            "2025-05-01",
            "Microsoft.Communication/CommunicationServices",
            f"{_SPECS}: CommunicationServices_CheckNameAvailability",
        ),
        NameCheck(
            "web-app",
            "/providers/Microsoft.Web/checknameavailability",
            "2024-04-01",
            "Microsoft.Web/sites",
            f"{_SPECS}: CheckNameAvailability of Microsoft.Web",
        ),
    )
}
"""By key of the type."""

COSMOS = "cosmos-account"
COSMOS_NAMES = "/providers/Microsoft.DocumentDB/databaseAccountNames/{name}"
COSMOS_VERSION = "2024-11-15"
"""Cosmos DB has no such call: ``HEAD`` of the name answers 200 where the account exists and 404 where it does not
(Azure/azure-rest-api-specs: DatabaseAccounts_CheckNameExists)."""

NOT_ASKED: Mapping[str, str] = {
    "redis": "Microsoft.Cache publishes the action locations/checknameavailability, and no operation of its API",
    "front-door-endpoint": "Azure adds a hash to the name",
    "web-app-host-name": "a name in one of our DNS zones",
    "static-site-domain": "a name in one of our DNS zones",
}
"""Globally unique types without a public call, and why."""
