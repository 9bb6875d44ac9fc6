"""Private DNS zones, complete per product (Microsoft: Azure Private Endpoint private DNS zone values, public cloud).

An AI Services account answers under three names; one zone leaves two of them public (estate W12). A PostgreSQL server
in a delegated subnet has no private endpoint: its zone is named freely below a fixed suffix.
"""

from __future__ import annotations

from collections.abc import Mapping

ZONES: Mapping[str, tuple[str, ...]] = {
    "ai": (
        "privatelink.cognitiveservices.azure.com",
        "privatelink.openai.azure.com",
        "privatelink.services.ai.azure.com",
    ),
    "blob": ("privatelink.blob.core.windows.net",),
    "cosmos": ("privatelink.documents.azure.com",),
    "redis": ("privatelink.redis.azure.net",),
    "registry": ("privatelink.azurecr.io",),
    "search": ("privatelink.search.windows.net",),
    # The SCM site's names are records of the same zone (Microsoft: Using private endpoints for App Service apps, DNS).
    "sites": ("privatelink.azurewebsites.net",),
    "service-bus": ("privatelink.servicebus.windows.net",),
    "vault": ("privatelink.vaultcore.azure.net",),
}

POSTGRESQL_SUFFIX = ".private.postgres.database.azure.com"
"""Below it the zone of servers in delegated subnets; the first label must differ from a server's name (Microsoft:
Private networking with VNet integration in Azure Database for PostgreSQL flexible server)."""
