"""What a resource group takes with it."""

from __future__ import annotations

from tests.harness.compose import TENANT
from tests.harness.offline import REGION, ROOT, Cloud, token_of

RESOURCE_GROUP = token_of("resource-group")
WORKSPACE, VAULT = token_of("log-analytics-workspace"), token_of("key-vault")


def test_a_group_is_deleted_with_everything_in_it(cloud: Cloud) -> None:
    cloud.network()
    cloud.delete(RESOURCE_GROUP, ROOT)
    assert cloud.world.all() == []


def test_a_group_that_is_deleted_keeps_what_azure_keeps(cloud: Cloud) -> None:
    cloud.workspace()
    properties = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "softDeleteRetentionInDays": 7}
    vault = cloud.make(VAULT, vaultName="mys-dev-app-kv-san", location=REGION, properties=properties)
    key = {"kty": "RSA", "keySize": 2048, "keyOps": ["sign"]}
    cloud.make(token_of("key-vault-key"), vaultName="mys-dev-app-kv-san", keyName="one", properties=key)
    cloud.delete(RESOURCE_GROUP, ROOT)
    assert {each.token for each in cloud.world.kept()} == {WORKSPACE, VAULT}
    cloud.make(RESOURCE_GROUP, location=REGION)
    recover = {"vaultName": "mys-dev-app-kv-san", "location": REGION}
    cloud.refused("ConflictError", VAULT, **recover, properties=properties)
    cloud.make(VAULT, **recover, properties={**properties, "createMode": "recover"})
    assert cloud.world.get(f"{vault.id}/keys/one") is not None
