"""One resource of each kind whose name is unique in all of Azure."""

import pulumi
import pulumi_azure_native as azure_native

from components.naming.builder import Names, Project
from tests.engine.ground import REGION, TENANT, prepared

CORE = Project("core", tight="cor")

names = Names("mys", "dev", REGION, pulumi.Config().get("instance") or "")
ground = prepared(group=names.name(CORE, "resource-group"))
common = {"resource_group_name": ground.group, "location": REGION, "tags": ground.tags, "opts": ground.options}

azure_native.storage.StorageAccount(
    "core", account_name=names.name(CORE, "storage-account"), kind="StorageV2", sku={"name": "Standard_LRS"}, **common
)
azure_native.keyvault.Vault(
    "core",
    vault_name=names.name(CORE, "key-vault"),
    properties={"tenant_id": TENANT, "sku": {"family": "A", "name": "standard"}, "soft_delete_retention_in_days": 7},
    **common,
)
azure_native.cosmosdb.DatabaseAccount(
    "core",
    account_name=names.name(CORE, "cosmos-account"),
    kind="GlobalDocumentDB",
    database_account_offer_type="Standard",
    locations=[{"location_name": REGION, "failover_priority": 0}],
    **common,
)
azure_native.dbforpostgresql.Server(
    "core",
    server_name=names.name(CORE, "postgresql-server"),
    create_mode="Default",
    version="17",
    sku={"name": "Standard_B1ms", "tier": "Burstable"},
    storage={"storage_size_gb": 32},
    auth_config={"active_directory_auth": "Enabled", "password_auth": "Disabled", "tenant_id": TENANT},
    **common,
)
azure_native.containerregistry.Registry(
    "core", registry_name=names.name(CORE, "container-registry"), sku={"name": "Standard"}, **common
)
