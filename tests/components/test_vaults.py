"""A key vault with its keys and secrets, by its spec."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings
from components.vaults.spec import EncryptionKeySpec, SecretSpec, SigningKeySpec, VaultSpec
from components.vaults.vault import Vault
from tests.harness.build import PLACE, WORKSPACE_ID, every, one, parents, private_path, surroundings
from tests.harness.compose import TENANT, Composition, compose

NAME = "mys-dev-app-kv-san"
KEY = SigningKeySpec(
    key="app-signing",
    name="signing",
    bits=3072,
    rotate_after_days=90,
    expire_after_days=180,
    expires_on=date(2027, 5, 20),
)
SECRET = SecretSpec(key="app-address", name="address", content_type="url", expires_on=date(2027, 5, 31))
TAGS = {"Owner": "platform"}
OFFICE = "203.0.113.0/24"
SPEC = VaultSpec(
    name=NAME,
    tenant_id=TENANT,
    soft_delete_days=90,
    purge_protection=True,
    public_access=False,
    allowed_ranges=(),
    recover=False,
    keys=(KEY,),
    private_endpoint="mys-dev-appvault-pe-san",
)


def built(
    spec: VaultSpec = SPEC, around: Surroundings | None = None, private: PrivatePath | None = None
) -> Composition:
    """The vault alone with a secret in it, private where its spec names an endpoint; its ids as outputs."""
    zone = "privatelink.vaultcore.azure.net"

    def program() -> dict[str, object]:
        path = private_path(spec.private_endpoint, "vault", zone) if spec.private_endpoint else None
        vault = Vault("app", spec, PLACE, around or surroundings(), private=private or path)
        vault.secret(SECRET, "hidden", TAGS)
        return {"id": vault.id, "keys": dict(vault.key_ids)}

    return compose(program)


def test_a_vault_takes_its_spec_and_its_place() -> None:
    """Only roles open it: there are no access policies, and nothing of Azure's own is let in but trusted services."""
    assert one(built(), "key-vault").inputs == {
        "vaultName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "tags": PLACE.tags,
        "properties": {
            "tenantId": TENANT,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "enablePurgeProtection": True,
            "enabledForDeployment": False,
            "enabledForDiskEncryption": False,
            "enabledForTemplateDeployment": False,
            "publicNetworkAccess": "Disabled",
            "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": []},
        },
    }


def test_purge_protection_that_is_off_is_not_sent() -> None:
    """Azure takes no `false`."""
    vault = one(built(replace(SPEC, purge_protection=False, soft_delete_days=7)), "key-vault")
    assert "enablePurgeProtection" not in vault.inputs["properties"]
    assert vault.inputs["properties"]["softDeleteRetentionInDays"] == 7


@pytest.mark.parametrize(
    ("public", "ranges", "access", "action", "rules"),
    [
        (True, (), "Enabled", "Allow", []),
        (True, (OFFICE,), "Enabled", "Deny", [{"value": OFFICE}]),
        (False, (OFFICE,), "Disabled", "Deny", []),
    ],
)
def test_who_reaches_it_from_the_internet(
    public: bool, ranges: tuple[str, ...], access: str, action: str, rules: list[dict[str, str]]
) -> None:
    vault = one(built(replace(SPEC, public_access=public, allowed_ranges=ranges)), "key-vault").inputs["properties"]
    assert vault["publicNetworkAccess"] == access
    assert (vault["networkAcls"]["defaultAction"], vault["networkAcls"]["ipRules"]) == (action, rules)


def test_a_private_endpoint_leads_to_the_vault() -> None:
    found = built()
    endpoint = one(found, "private-endpoint").inputs
    assert endpoint["privateEndpointName"] == "mys-dev-appvault-pe-san"
    (connection,) = endpoint["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["vault"]
    assert connection["privateLinkServiceId"] == f"/key-vault/{NAME}"
    (zone,) = one(found, "private-dns-zone-group").inputs["privateDnsZoneConfigs"]
    assert zone["privateDnsZoneId"] == "/private-dns-zone/privatelink.vaultcore.azure.net"
    assert every(built(replace(SPEC, private_endpoint="")), "private-endpoint") == []


def test_an_endpoint_of_another_product_is_refused() -> None:
    with pytest.raises(ValueError, match="key-vault has no private link group blob"):
        built(private=private_path("pe", "blob"))


def test_a_signing_key_rotates_and_never_leaves_the_vault() -> None:
    found = built()
    key = one(found, "key-vault-key")
    assert key.inputs == {
        "keyName": "signing",
        "vaultName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "tags": PLACE.tags,
        "properties": {
            "kty": "RSA",
            "keySize": 3072,
            "keyOps": ["sign", "verify"],
            "attributes": {"enabled": True, "expires": 1810771200, "exportable": False},
            "rotationPolicy": {
                "attributes": {"expiryTime": "P180D"},
                "lifetimeActions": [
                    {"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": "P90D"}},
                    {"action": {"type": "notify"}, "trigger": {"timeBeforeExpiry": "P30D"}},
                ],
            },
        },
    }
    assert key.replaced_on == ("properties.keySize", "properties.kty"), "Azure silently ignores a change of either"
    assert key.ignored == ("properties.attributes",), "a later run computes a later day"
    assert found.outputs == {"id": f"/key-vault/{NAME}", "keys": {"signing": "/key-vault-key/signing"}}


def test_an_encryption_key_has_one_version_for_good() -> None:
    spec = replace(SPEC, keys=(), encryption_keys=(EncryptionKeySpec("state-pulumi-dev", "pulumi-dev", 3072),))
    found = built(spec)
    key = one(found, "key-vault-key")
    assert key.inputs["properties"] == {
        "kty": "RSA",
        "keySize": 3072,
        "keyOps": ["encrypt", "decrypt"],
        "attributes": {"enabled": True, "exportable": False},
    }
    assert key.replaced_on == ("properties.keySize", "properties.kty"), "Azure silently ignores a change of either"


def test_the_value_of_a_secret_is_secret_and_ends() -> None:
    secret = one(built(), "key-vault-secret")
    assert secret.inputs["secretName"] == "address"
    assert secret.inputs["vaultName"] == NAME
    assert secret.inputs["tags"] == TAGS
    properties = secret.inputs["properties"]
    assert (properties["value"], properties["contentType"]) == ("hidden", "url")
    end = datetime(2027, 5, 31, tzinfo=UTC)
    assert properties["attributes"] == {"enabled": True, "expires": int(end.timestamp())}
    assert secret.secrets == ("properties.value",)


def test_keys_and_secrets_go_with_the_vault_and_not_before() -> None:
    """azure-native deletes them through the vault itself, which a deployment may not reach."""
    found = built()
    for each in (one(found, "key-vault-key"), one(found, "key-vault-secret")):
        assert (each.deleted_with, each.retained) == ("app", True), each.name


def test_a_recovered_vault_says_so() -> None:
    found = built(replace(SPEC, recover=True, keys=()))
    assert one(found, "key-vault").inputs["properties"]["createMode"] == "recover"
    assert every(found, "key-vault-key") == []


def test_everything_is_below_what_it_belongs_to() -> None:
    assert parents(built()) == {
        ("key-vault", "app"): "Vault",
        ("key-vault-key", "app-signing"): "Vault",
        ("key-vault-secret", "app-address"): "Vault",
        ("diagnostic-setting", "key-vault-app"): "Vault",
        ("private-endpoint", "key-vault-app"): "Vault",
        ("private-dns-zone-group", "key-vault-app"): "private-endpoint",
    }


def test_who_reads_it_is_recorded_in_the_workspace() -> None:
    setting = one(built(), "diagnostic-setting").inputs
    assert (setting["resourceUri"], setting["workspaceId"]) == (f"/key-vault/{NAME}", WORKSPACE_ID)
    assert setting["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]


def test_its_lock_waits_for_everything_inside() -> None:
    around = surroundings(locked=True)
    built(around=around)
    (lock,) = around.locks.waiting
    assert (lock.name, lock.kind) == ("key-vault-app", "key-vault")
    assert {each.pulumi_resource_name for each in lock.made} == {"app", "app-signing", "key-vault-app"}
