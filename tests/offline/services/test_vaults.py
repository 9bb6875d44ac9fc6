"""What Azure refuses about vaults, secrets and keys, and what it keeps of deleted ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from offline.azure.services.vaults import BEHAVIOURS, KEY, SECRET, VAULT, readers_without_role
from offline.azure.subscription import CALLER
from offline.rpc.protocol import Created, ProviderError
from tests.harness.compose import TENANT
from tests.harness.offline import REGION, Cloud, refusal

OTHER_SUBSCRIPTION = "00000000-0000-4000-8000-000000000002"


NAME = "mys-dev-app-kv-san"


RSA = {"kty": "RSA", "keySize": 3072, "keyOps": ["sign", "verify"]}


class Vaults(Cloud):
    """A cloud with short ways to make vaults and what is in them."""

    def vault(self, **properties: Any) -> Created:
        return self.make(VAULT, **vault_inputs(**properties))

    def secret(self, name: str = "redis", value: str = "hidden", **more: Any) -> Created:
        attributes = {"enabled": True, "expires": 1811721600}
        properties = {"value": value, "contentType": "connection-string", "attributes": attributes}
        return self.make(SECRET, vaultName=NAME, secretName=name, properties=properties, **more)

    def key(self, name: str = "jwt-signing") -> Created:
        return self.make(KEY, vaultName=NAME, keyName=name, properties=RSA)


def vault_inputs(**properties: Any) -> dict[str, Any]:
    base = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}
    said = {"softDeleteRetentionInDays": 90, "publicNetworkAccess": "Disabled", **properties}
    return {"vaultName": NAME, "location": REGION, "properties": {**base, **said}}


@pytest.fixture
def cloud(tmp_path: Path) -> Vaults:
    return Vaults(tmp_path)


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"enablePurgeProtection": False}, 'The property "enablePurgeProtection" cannot be set to false'),
        ({"enableSoftDelete": False}, 'The property "enableSoftDelete" cannot be set to false'),
        ({"softDeleteRetentionInDays": 5}, "is invalid"),
        ({"softDeleteRetentionInDays": 91}, "is invalid"),
        ({"tenantId": OTHER_SUBSCRIPTION}, "An invalid value was provided for 'tenantId'."),
    ],
)
def test_what_no_vault_may_be(cloud: Vaults, properties: dict[str, Any], message: str) -> None:
    assert message in str(refusal("BadRequest", lambda: cloud.vault(**properties)))
    assert cloud.world.of_type(VAULT) == []


def test_what_a_vault_cannot_become(cloud: Vaults) -> None:
    made = cloud.vault(enablePurgeProtection=True)

    def change(**properties: Any) -> Any:
        return lambda: cloud.update(VAULT, made.id, **vault_inputs(**properties))

    refused = refusal("BadRequest", change(enablePurgeProtection=True, softDeleteRetentionInDays=7))
    assert "has been set already and it can't be modified" in str(refused)
    assert "irreversible action" in str(refusal("BadRequest", change()))
    refusal("SoftDeletedVaultDoesNotExist", change(enablePurgeProtection=True, createMode="recover"))
    opened = change(enablePurgeProtection=True, publicNetworkAccess="Enabled")()
    assert opened["properties"]["publicNetworkAccess"] == "Enabled"
    assert opened["properties"]["vaultUri"] == f"https://{NAME}.vault.azure.net/"


def test_a_name_that_somebody_else_has(cloud: Vaults) -> None:
    cloud.world.take_name(NAME, VAULT)
    refused = refusal("VaultAlreadyExists", cloud.vault)
    assert "The vault name 'mys-dev-app-kv-san' is already in use. Vault names are globaly unique" in str(refused)


def test_a_name_is_taken_for_one_type_at_a_time(cloud: Vaults) -> None:
    account, other = "azure-native:storage:StorageAccount", "mys-dev-pub-kv-san"
    for token in (VAULT, account, account):
        cloud.world.take_name(NAME.upper(), token)
    cloud.world.take_name(other, account)
    with cloud.world.reading() as reader:
        assert [reader.taken(NAME, token) for token in (VAULT, account, SECRET)] == [True, True, False]
        assert [reader.taken(other, token) for token in (VAULT, account)] == [False, True]
    refusal("VaultAlreadyExists", cloud.vault)
    cloud.make(VAULT, **{**vault_inputs(), "vaultName": other})


def test_a_deleted_vault_keeps_its_name_and_comes_back_with_what_it_held(cloud: Vaults) -> None:
    refusal("SoftDeletedVaultDoesNotExist", lambda: cloud.vault(createMode="recover"))
    made = cloud.vault()
    secret, key = cloud.secret(), cloud.key()
    cloud.grant("key-vault-secrets-user", "00000000-0000-4000-8000-0000000000bb", made.id)
    cloud.delete(VAULT, made.id)
    assert [each.id for each in cloud.world.kept()] == [made.id]
    assert cloud.world.get(secret.id) is None
    refused = refusal("ConflictError", cloud.vault)
    assert refused.status == 409
    assert "already exists in deleted state" in str(refused)
    back = cloud.vault(createMode="recover")
    assert back.id == made.id
    assert "createMode" not in back.properties["properties"]
    assert {each.id for each in cloud.world.all() if each.id.startswith(made.id + "/")} == {secret.id, key.id}
    assert cloud.world.kept() == []
    with pytest.raises(ProviderError, match="cannot create already existing resource"):
        cloud.secret()


def test_a_deleted_vault_of_another_subscription_is_nobodys_to_recover(cloud: Vaults) -> None:
    cloud.delete(VAULT, cloud.vault().id)
    other = Vaults(cloud.world, OTHER_SUBSCRIPTION)
    refusal("VaultAlreadyExists", other.vault)
    refusal("VaultAlreadyExists", lambda: other.vault(createMode="recover"))


def test_a_value_goes_in_and_never_comes_out(cloud: Vaults) -> None:
    cloud.vault()
    made = cloud.secret(value="hidden-1")
    first = made.properties["properties"]
    assert "value" not in first
    assert first["attributes"]["expires"] == 1811721600
    assert first["attributes"]["created"] == first["attributes"]["updated"]
    assert first["secretUri"] == f"https://{NAME}.vault.azure.net/secrets/redis"
    inputs = {"vaultName": NAME, "secretName": "redis", "properties": {"value": "hidden-2"}}
    second = cloud.update(SECRET, made.id, **inputs)
    assert second["properties"]["secretUriWithVersion"] != first["secretUriWithVersion"]
    read = cloud.azure.read("urn", SECRET, made.id, inputs, second)
    assert read is not None
    assert read.inputs == inputs
    assert "hidden" not in json.dumps([[each.id, each.body] for each in cloud.world.all()])
    assert "hidden" not in str(cloud.world.operations())


def test_secrets_are_deleted_through_the_vault_which_may_be_closed(cloud: Vaults) -> None:
    made = cloud.vault()
    secret, key = cloud.secret(), cloud.key()
    for token, id in ((SECRET, secret.id), (KEY, key.id)):
        refused = refusal("Forbidden", lambda token=token, id=id: cloud.delete(token, id))
        assert "InnerError=ForbiddenByConnection" in str(refused)
    rules = {"defaultAction": "Deny", "bypass": "AzureServices", "ipRules": []}
    opened = {"publicNetworkAccess": "Enabled", "networkAcls": rules}
    cloud.update(VAULT, made.id, **vault_inputs(**opened))
    assert "ForbiddenByFirewall" in str(refusal("Forbidden", lambda: cloud.delete(SECRET, secret.id)))
    cloud.update(VAULT, made.id, **vault_inputs(publicNetworkAccess="Enabled"))
    assert "ForbiddenByRbac" in str(refusal("Forbidden", lambda: cloud.delete(SECRET, secret.id)))
    assert "ForbiddenByRbac" in str(refusal("Forbidden", lambda: cloud.delete(KEY, key.id)))
    cloud.grant("key-vault-secrets-officer", CALLER, made.id)
    cloud.grant("key-vault-crypto-officer", CALLER, made.id)
    cloud.delete(SECRET, secret.id)
    cloud.delete(KEY, key.id)
    assert "deleted but recoverable state" in str(refusal("Conflict", cloud.secret))
    assert "deleted but recoverable state" not in str(cloud.secret("other"))
    cloud.update(VAULT, made.id, **vault_inputs())
    refusal("Conflict", cloud.secret)


def test_a_key_is_made_once_and_then_only_looked_at(cloud: Vaults) -> None:
    cloud.vault()
    made = cloud.key()
    assert made.properties["keyUri"] == f"https://{NAME}.vault.azure.net/keys/jwt-signing"
    again = cloud.update(KEY, made.id, vaultName=NAME, keyName="jwt-signing", properties={**RSA, "keySize": 2048})
    assert again == made.properties
    assert again["keySize"] == 3072


def opened(cloud: Vaults) -> Created:
    """A vault whose secrets and keys the caller may delete."""
    made = cloud.vault(publicNetworkAccess="Enabled")
    for role in ("key-vault-secrets-officer", "key-vault-crypto-officer"):
        cloud.grant(role, CALLER, made.id)
    return made


def test_a_deleted_key_keeps_its_name_among_keys(cloud: Vaults) -> None:
    vault = opened(cloud)
    cloud.delete(KEY, cloud.key().id)
    message = (
        "Key jwt-signing is currently in a deleted but recoverable state, and its name cannot be reused; in this "
        "state, the key can only be recovered or purged."
    )
    refused = refusal("Conflict", cloud.key)
    assert message in str(refused)
    assert refused.status == 409
    refusal("Conflict", lambda: cloud.key("JWT-signing"))
    secret = cloud.secret("jwt-signing")
    cloud.key("other")
    cloud.delete(SECRET, secret.id)
    assert "Secret jwt-signing is" in str(refusal("Conflict", lambda: cloud.secret("jwt-signing")))
    assert message in str(refusal("Conflict", cloud.key))
    cloud.update(VAULT, vault.id, **vault_inputs(publicNetworkAccess="Enabled"))
    assert message in str(refusal("Conflict", cloud.key))


def test_a_key_keeps_the_end_that_it_was_created_with(cloud: Vaults) -> None:
    cloud.vault()

    def key(expires: int) -> dict[str, Any]:
        return {"vaultName": NAME, "keyName": "jwt-signing", "properties": {**RSA, "attributes": {"expires": expires}}}

    made = cloud.make(KEY, **key(1810771200))
    assert made.properties["attributes"]["expires"] == 1810771200
    assert cloud.update(KEY, made.id, **key(1900000000))["attributes"]["expires"] == 1810771200


def test_a_secret_needs_its_vault(cloud: Vaults) -> None:
    refusal("ParentResourceNotFound", cloud.secret)


def test_a_purged_vault_forgets_the_names_of_what_was_deleted_in_it(cloud: Vaults) -> None:
    vault = opened(cloud)
    for token, made in ((KEY, cloud.key()), (SECRET, cloud.secret())):
        cloud.delete(token, made.id)
    cloud.delete(VAULT, vault.id)
    with cloud.world.writing("purge", VAULT, vault.id) as writer:
        writer.forget(NAME, VAULT)
    cloud.vault()
    assert cloud.key().properties["name"] == "jwt-signing"
    assert cloud.secret().properties["name"] == "redis"


def test_a_vault_with_purge_protection_is_not_purged(cloud: Vaults) -> None:
    cloud.delete(VAULT, cloud.vault(enablePurgeProtection=True).id)
    (gone,) = cloud.world.kept()
    refused = BEHAVIOURS[VAULT].purge_refusal(gone)
    assert refused is not None
    assert (refused.code, refused.status) == ("MethodNotAllowed", 405)


def test_a_reader_without_the_role_is_reported(cloud: Vaults) -> None:
    vault, reader = cloud.vault(), cloud.identity("mys-dev-app-identity-san")
    secret = cloud.secret(tags={"Reader": "mys-dev-app-identity-san"})
    (line,) = readers_without_role(cloud.world)
    assert line == (
        f"{secret.id}: mys-dev-app-identity-san may not read it; it needs key-vault-secrets-user at the vault"
    )
    cloud.grant("key-vault-secrets-user", reader.properties["principalId"], vault.id)
    assert readers_without_role(cloud.world) == []
    cloud.secret("stray")
    (line,) = readers_without_role(cloud.world)
    assert "no identity is called ''" in line
