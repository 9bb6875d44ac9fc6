"""A small estate in the shapes of Terraform's state: modules, indexes, data sources, deposed objects, canaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
TENANT = "00000000-0000-4000-8000-000000000000"
CANARY = "CANARY-of-a-secret"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
LOG_CONTRIBUTOR = "92aaf0da-9dab-42b6-94a3-d43ce8d16293"
REGION = "southafricanorth"


def group(name: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}"


def id_of(code: str, path: str, environment: str = "dev") -> str:
    """The id of a resource in one of an environment's groups."""
    return f"{group(f'mys-{environment}-{code}-rg-san')}/providers/{path}"


NETWORK = id_of("core", "Microsoft.Network/virtualNetworks/mys-dev-core-vnet-san")
BUS = id_of("core", "Microsoft.ServiceBus/namespaces/mysdevcoresbsan")
STORY = id_of("story", "Microsoft.ManagedIdentity/userAssignedIdentities/mys-dev-story-identity-san")
VAULT = id_of("story", "Microsoft.KeyVault/vaults/mys-dev-story-kv-san")
ZONE = id_of("core", "Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net")
CLUSTER = id_of("core", "Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san")
CACHE = id_of("core", "Microsoft.Cache/redis/mys-dev-core-cache")
RECORDS = f"{group('mys-shared-terraform-rg-san')}/providers/Microsoft.Network/dnsZones/mystira.app"


def assignment(scope: str, role: str, principal: str, name: str) -> dict[str, Any]:
    """A role assignment as azurerm keeps it."""
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "scope": scope,
        "role_definition_id": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "principal_id": principal,
    }


def subnet(name: str, cidr: str) -> dict[str, Any]:
    return {"id": f"{NETWORK}/subnets/{name}", "address_prefixes": [cidr]}


def secret(name: str) -> dict[str, Any]:
    """A secret as azurerm keeps it: its id is the address in the vault."""
    address = f"https://mys-dev-story-kv-san.vault.azure.net/secrets/{name}"
    return {
        "id": f"{address}/0123456789abcdef0123456789abcdef",
        "value": CANARY,
        "versionless_id": address,
        "resource_id": f"{VAULT}/secrets/{name}/versions/0123456789abcdef0123456789abcdef",
        "resource_versionless_id": f"{VAULT}/secrets/{name}",
    }


def resource(type: str, name: str, *instances: Mapping[str, Any], module: str = "", **more: Any) -> dict[str, Any]:
    """A resource of the state; an instance with ``key`` has it as its index."""
    found = [
        {
            **({"index_key": each["key"]} if "key" in each else {}),
            "attributes": {name: value for name, value in each.items() if name != "key"},
        }
        for each in instances
    ]
    where = {"module": module} if module else {}
    return {**where, "mode": "managed", "type": type, "name": name, "instances": found, **more}


RESOURCES: list[dict[str, Any]] = [
    resource("azurerm_resource_group", "main", {"id": group("mys-dev-core-rg-san"), "location": REGION}),
    resource("azurerm_resource_group", "story", {"id": group("mys-dev-story-rg-san"), "location": REGION}),
    resource("azurerm_resource_group", "app", {"id": group("mys-dev-app-rg-san"), "location": REGION}),
    resource("azurerm_virtual_network", "main", {"id": NETWORK, "location": REGION}),
    resource("azurerm_subnet", "aks", subnet("aks-subnet", "10.0.8.0/22")),
    resource("azurerm_subnet", "chain", subnet("chain-subnet", "10.0.1.0/24")),
    resource(
        "azurerm_user_assigned_identity",
        "story_generator",
        {"id": STORY, "location": REGION, "principal_id": "p-story", "client_id": "c-story", "tenant_id": TENANT},
        module="module.story_generator",
    ),
    resource("azurerm_key_vault", "story", {"id": VAULT, "location": REGION, "tenant_id": TENANT}),
    resource("azurerm_key_vault_secret", "postgres", secret("postgres-connection-string")),
    resource("azurerm_key_vault_secret", "redis", secret("redis-connection-string")),
    resource("azurerm_servicebus_namespace", "shared", {"id": BUS, "default_primary_connection_string": CANARY}),
    resource(
        "azurerm_servicebus_queue",
        "queues",
        {"key": "publisher-events", "id": f"{BUS}/queues/publisher-events"},
        {"key": "app-events", "id": f"{BUS}/queues/app-events"},
        module='module.shared_servicebus["a"].module.inner[0]',
    ),
    resource("azurerm_role_assignment", "vault", assignment(VAULT, SECRETS_USER, "p-story", "one")),
    resource(
        "azurerm_role_assignment",
        "log",
        assignment(
            id_of("core", "Microsoft.OperationalInsights/workspaces/mys-dev-core-log"),
            LOG_CONTRIBUTOR,
            "p-story",
            "two",
        ),
    ),
    resource("azurerm_private_dns_zone", "vaults", {"id": ZONE}),
    resource(
        "azurerm_private_dns_zone_virtual_network_link",
        "vaults",
        {"id": f"{ZONE}/virtualNetworkLinks/old-link", "virtual_network_id": NETWORK},
    ),
    resource("azurerm_redis_cache", "shared", {"id": CACHE, "primary_access_key": CANARY}),
    resource("azurerm_dns_cname_record", "api", {"id": f"{RECORDS}/CNAME/dev.api"}),
    resource("azurerm_dns_cname_record", "staging", {"id": f"{RECORDS}/CNAME/staging.api"}),
    resource(
        "azurerm_static_web_app",
        "main",
        {"key": 0, "id": id_of("app", "Microsoft.Web/staticSites/mys-dev-swa-eus2"), "api_key": CANARY},
    ),
    resource("azurerm_service_plan", "main", {"id": id_of("app", "Microsoft.Web/serverFarms/mys-dev-asp-san")}),
    resource(
        "azurerm_container_registry",
        "shared",
        {"id": f"{group('mys-shared-acr-rg-san')}/providers/Microsoft.ContainerRegistry/registries/myssharedacr"},
    ),
    resource(
        "azuread_application",
        "admin_api",
        {"id": "/applications/o-api", "client_id": "c-api", "display_name": "Mystira Admin API (dev)"},
        module="module.entra_id",
    ),
    resource(
        "azuread_service_principal",
        "admin_api",
        {"id": "/servicePrincipals/s-api", "object_id": "s-api", "client_id": "c-api"},
        module="module.entra_id",
    ),
    resource(
        "azuread_application",
        "cicd",
        {"id": "/applications/o-cicd", "client_id": "c-cicd", "display_name": "Mystira CI/CD (dev)"},
    ),
    resource(
        "azuread_application_federated_identity_credential",
        "branch",
        {"id": "o-cicd/federatedIdentityCredential/f", "application_id": "/applications/o-cicd"},
    ),
]
"""What is live."""

NONE: list[dict[str, Any]] = [
    resource(
        "azurerm_key_vault",
        "shared",
        {"id": id_of("core", "Microsoft.KeyVault/vaults/mys-dev-core-kv-san")},
        mode="data",
    ),
    resource("random_password", "postgres", {"id": "none", "result": CANARY}),
    resource("azurerm_kubernetes_cluster", "main", {"id": f"{CLUSTER}-old"}),
]
"""What is none: a data source, an object of the state alone, and one on its way out."""
NONE[2]["instances"][0]["deposed"] = "0a1b2c3d"

STATE: dict[str, Any] = {"version": 4, "terraform_version": "1.11.4", "resources": [*RESOURCES, *NONE]}
