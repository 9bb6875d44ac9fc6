"""One resource of each kind whose name is unique in all of Azure."""

import pulumi
import pulumi_azure_native as azure_native

from components.groups.spec import GroupSpec
from components.groups.tier import Tier
from components.guard.guard import install_guard
from components.naming.builder import Names, Project
from components.naming.rules import tags_for

REGION = "southafricanorth"
TENANT = "00000000-0000-4000-8000-000000000000"
TAGS = tags_for(environment="dev", service="core", team="platform", cost_center="development")
CORE = Project("core", tight="cor")

names = Names("mys", "dev", REGION, pulumi.Config().get("instance") or "")
install_guard()
provider = azure_native.Provider("azure", subscription_id="00000000-0000-4000-8000-000000000001", tenant_id=TENANT)
options = pulumi.ResourceOptions(provider=provider)
tier = Tier("tier", [GroupSpec("core", names.name(CORE, "resource-group"), REGION, TAGS)], options)
common = {"resource_group_name": tier.groups["core"].name, "location": REGION, "tags": TAGS, "opts": options}

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
