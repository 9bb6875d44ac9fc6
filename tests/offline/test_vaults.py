"""What Azure refuses around vaults, secrets and keys, and what it keeps of what was deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from components.facts.roles import ROLES, definition_id
from offline.azure.errors import ArmError
from offline.azure.provider import AzureProvider
from offline.azure.subscription import CALLER
from offline.azure.vaults import readers_without_role
from offline.engine.home import HOME_VARIABLE
from offline.rpc.protocol import Created, Properties, ProviderError
from offline.world import command
from offline.world.store import World
from tests.harness.compose import schema

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"
TENANT = "00000000-0000-4000-8000-000000000000"
GROUP = "mys-dev-app-rg-san"
NAME = "mys-dev-app-kv-san"
VAULT = "azure-native:keyvault:Vault"
SECRET = "azure-native:keyvault:Secret"
KEY = "azure-native:keyvault:Key"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
REGION = "southafricanorth"
RSA = {"kty": "RSA", "keySize": 3072, "keyOps": ["sign", "verify"]}


class Cloud:
    """A provider on one world, with short words for vaults and what is in them."""

    def __init__(self, world: World, subscription: str = SUBSCRIPTION) -> None:
        self.world = world
        self.azure = AzureProvider(world, schema(), "3.29.0")
        self.azure.configure({"subscriptionId": subscription, "tenantId": TENANT})
        self.make("azure-native:resources:ResourceGroup", location=REGION)

    def make(self, token: str, **inputs: Any) -> Created:
        if "scope" not in inputs:
            inputs.setdefault("resourceGroupName", GROUP)
        return self.azure.create("urn", token, inputs, preview=False, timeout=0)

    def update(self, token: str, id: str, **inputs: Any) -> Properties:
        news = {"resourceGroupName": GROUP, **inputs}
        return self.azure.update("urn", token, id, {}, news, preview=False, timeout=0, ignore_changes=[])

    def delete(self, token: str, id: str) -> None:
        self.azure.delete("urn", token, id, {}, timeout=0)

    def vault(self, **properties: Any) -> Created:
        return self.make(VAULT, **vault_inputs(**properties))

    def secret(self, name: str = "redis", value: str = "hidden", **more: Any) -> Created:
        attributes = {"enabled": True, "expires": 1811721600}
        properties = {"value": value, "contentType": "connection-string", "attributes": attributes}
        return self.make(SECRET, vaultName=NAME, secretName=name, properties=properties, **more)

    def key(self, name: str = "jwt-signing") -> Created:
        return self.make(KEY, vaultName=NAME, keyName=name, properties=RSA)

    def grant(self, role: str, principal: str, scope: str, number: int = 1) -> Created:
        return self.make(
            ASSIGNMENT,
            scope=scope,
            roleAssignmentName=f"00000000-0000-4000-8000-{number:012d}",
            roleDefinitionId=definition_id(ROLES[role], SUBSCRIPTION),
            principalId=principal,
            principalType="User" if principal == CALLER else "ServicePrincipal",
        )


def vault_inputs(**properties: Any) -> dict[str, Any]:
    base = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}
    said = {"softDeleteRetentionInDays": 90, "publicNetworkAccess": "Disabled", **properties}
    return {"vaultName": NAME, "location": REGION, "properties": {**base, **said}}


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(World(tmp_path / "cloud.db"))


def refusal(code: str, act: Any) -> ArmError:
    with pytest.raises(ArmError) as caught:
        act()
    assert caught.value.code == code, str(caught.value)
    assert "advice:" in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"enablePurgeProtection": False}, 'The property "enablePurgeProtection" cannot be set to false'),
        ({"enableSoftDelete": False}, 'The property "enableSoftDelete" cannot be set to false'),
        ({"softDeleteRetentionInDays": 5}, "is invalid"),
        ({"softDeleteRetentionInDays": 91}, "is invalid"),
        ({"tenantId": OTHER}, "An invalid value was provided for 'tenantId'."),
    ],
)
def test_what_no_vault_may_be(cloud: Cloud, said: dict[str, Any], message: str) -> None:
    assert message in str(refusal("BadRequest", lambda: cloud.vault(**said)))
    assert cloud.world.of_type(VAULT) == []


def test_what_a_vault_cannot_become(cloud: Cloud) -> None:
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


def test_a_name_that_somebody_else_has(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, VAULT)
    refused = refusal("VaultAlreadyExists", cloud.vault)
    assert "The vault name 'mys-dev-app-kv-san' is already in use. Vault names are globaly unique" in str(refused)


def test_a_name_is_taken_for_one_type_at_a_time(cloud: Cloud) -> None:
    account, other = "azure-native:storage:StorageAccount", "mys-dev-pub-kv-san"
    for token in (VAULT, account, account):
        cloud.world.take_name(NAME.upper(), token)
    cloud.world.take_name(other, account)
    with cloud.world.reading() as reader:
        assert [reader.taken(NAME, token) for token in (VAULT, account, SECRET)] == [True, True, False]
        assert [reader.taken(other, token) for token in (VAULT, account)] == [False, True]
    refusal("VaultAlreadyExists", cloud.vault)
    cloud.make(VAULT, **{**vault_inputs(), "vaultName": other})


def test_a_deleted_vault_keeps_its_name_and_comes_back_with_what_it_held(cloud: Cloud) -> None:
    refusal("SoftDeletedVaultDoesNotExist", lambda: cloud.vault(createMode="recover"))
    made = cloud.vault()
    secret, key = cloud.secret(), cloud.key()
    cloud.grant("key-vault-secrets-user", "p", made.id)
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


def test_a_deleted_vault_of_another_subscription_is_nobodys_to_recover(cloud: Cloud) -> None:
    cloud.delete(VAULT, cloud.vault().id)
    other = Cloud(cloud.world, OTHER)
    refusal("VaultAlreadyExists", other.vault)
    refusal("VaultAlreadyExists", lambda: other.vault(createMode="recover"))


@pytest.fixture
def here(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """The cloud that the commands look at."""
    monkeypatch.setenv(HOME_VARIABLE, str(cloud.world.path.parent))
    return cloud


def test_deleted_vaults_are_listed_and_purged(here: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    first = here.vault(softDeleteRetentionInDays=7)
    assert command.main(["cloud", "delete", first.id]) == 0
    assert command.main(["cloud", "deleted"]) == 0
    assert capsys.readouterr().out == f"{VAULT}  {NAME}  kept 7 days, can be purged\n"
    with pytest.raises(command.NotInCloud, match="seen: ghost"):
        command.main(["cloud", "purge", "ghost"])
    with pytest.raises(command.NotInCloud, match="seen: no name"):
        command.main(["cloud", "purge"])
    assert command.main(["cloud", "purge", NAME]) == 0
    here.delete(VAULT, here.vault(enablePurgeProtection=True).id)
    assert command.main(["cloud", "deleted"]) == 0
    assert "kept 90 days, until then" in capsys.readouterr().out
    assert command.main(["cloud", "purge", "--all"]) == 0
    with pytest.raises(command.NotInCloud, match="Operation 'DeletedVaultPurge' is not allowed"):
        command.main(["cloud", "purge", NAME])
    assert len(here.world.kept()) == 1


def test_a_value_goes_in_and_never_comes_out(cloud: Cloud) -> None:
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


def test_secrets_are_deleted_through_the_vault_which_may_be_closed(cloud: Cloud) -> None:
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
    cloud.grant("key-vault-secrets-officer", CALLER, made.id, 1)
    cloud.grant("key-vault-crypto-officer", CALLER, made.id, 2)
    cloud.delete(SECRET, secret.id)
    cloud.delete(KEY, key.id)
    assert "deleted but recoverable state" in str(refusal("Conflict", cloud.secret))
    assert "deleted but recoverable state" not in str(cloud.secret("other"))
    cloud.update(VAULT, made.id, **vault_inputs())
    refusal("Conflict", cloud.secret)


def test_a_key_is_made_once_and_then_only_looked_at(cloud: Cloud) -> None:
    cloud.vault()
    made = cloud.key()
    assert made.properties["keyUri"] == f"https://{NAME}.vault.azure.net/keys/jwt-signing"
    again = cloud.update(KEY, made.id, vaultName=NAME, keyName="jwt-signing", properties={**RSA, "keySize": 2048})
    assert again == made.properties
    assert again["keySize"] == 3072


def opened(cloud: Cloud) -> Created:
    """A vault whose secrets and keys the caller may delete."""
    made = cloud.vault(publicNetworkAccess="Enabled")
    for number, role in enumerate(("key-vault-secrets-officer", "key-vault-crypto-officer"), 1):
        cloud.grant(role, CALLER, made.id, number)
    return made


def test_a_deleted_key_keeps_its_name_among_keys(cloud: Cloud) -> None:
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


def test_a_purged_vault_forgets_the_names_of_what_was_deleted_in_it(here: Cloud) -> None:
    vault = opened(here)
    for token, made in ((KEY, here.key()), (SECRET, here.secret())):
        here.delete(token, made.id)
    here.delete(VAULT, vault.id)
    assert command.main(["cloud", "purge", NAME]) == 0
    here.vault()
    assert here.key().properties["name"] == "jwt-signing"
    assert here.secret().properties["name"] == "redis"


def test_a_secret_needs_its_vault(cloud: Cloud) -> None:
    refusal("ParentResourceNotFound", cloud.secret)


def test_a_reader_without_the_role_is_reported(here: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    vault = here.vault()
    identity = here.make(IDENTITY, resourceName="mys-dev-app-identity-san", location=REGION)
    secret = here.secret(tags={"Reader": "mys-dev-app-identity-san"})
    (line,) = readers_without_role(here.world)
    assert (
        line == f"{secret.id}: mys-dev-app-identity-san may not read it; it needs key-vault-secrets-user at the vault"
    )
    assert command.main(["cloud", "readers"]) == 1
    here.grant("key-vault-secrets-user", identity.properties["principalId"], vault.id)
    assert command.main(["cloud", "readers"]) == 0
    assert "every secret can be read by its reader" in capsys.readouterr().out
    here.secret("stray")
    (line,) = readers_without_role(here.world)
    assert "no identity is called ''" in line
