"""Key vaults, their keys and their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pulumi
from pulumi_azure_native import keyvault

from components.placement import Placement
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround
from components.vaults.spec import EncryptionKeySpec, SecretSpec, SigningKeySpec, VaultSpec


class Vault(pulumi.ComponentResource):
    """A vault that roles open and nothing else (estate S2), with an audit log and its keys.

    Secrets and keys are written through Azure Resource Manager, but azure-native deletes them through the vault itself,
    which a deployment may not reach: they stay when Pulumi forgets them, and go with the vault
    (pulumi-azure-native: custom_keyvault.go).
    """

    TOKEN = "mystira:vaults:Vault"
    id: pulumi.Output[str]
    key_ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        spec: VaultSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        private: PrivatePath | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self._place = place
        self._vault = keyvault.Vault(
            name,
            vault_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            properties=self._properties(spec),
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        keys = {key.name: self._key(key, _signing(key)) for key in spec.keys}
        keys |= {key.name: self._key(key, _encryption(key)) for key in spec.encryption_keys}
        surround(self, self._vault, "key-vault", surroundings, inside=list(keys.values()), private=private)
        self.id = self._vault.id
        self.key_ids = {name: key.id for name, key in keys.items()}
        self.register_outputs({"id": self.id})

    def secret(self, spec: SecretSpec, value: pulumi.Input[str], tags: Mapping[str, str]) -> keyvault.Secret:
        """Write a secret. Its value is a secret to Pulumi too; the SDK marks none."""
        return keyvault.Secret(
            spec.key,
            secret_name=spec.name,
            vault_name=self._vault.name,
            resource_group_name=self._place.resource_group,
            properties=keyvault.SecretPropertiesArgs(
                value=pulumi.Output.secret(value),
                content_type=spec.content_type,
                attributes=keyvault.SecretAttributesArgs(enabled=True, expires=_seconds(spec.expires_on)),
            ),
            tags=tags,
            opts=self._inside(),
        )

    def _key(self, key: SigningKeySpec | EncryptionKeySpec, properties: keyvault.KeyPropertiesArgs) -> keyvault.Key:
        return keyvault.Key(
            key.key,
            key_name=key.name,
            vault_name=self._vault.name,
            resource_group_name=self._place.resource_group,
            properties=properties,
            tags=self._place.tags,
            # Azure writes a key once and says nothing about a change: a replacement is refused, which is loud.
            opts=pulumi.ResourceOptions.merge(
                self._inside(),
                pulumi.ResourceOptions(
                    replace_on_changes=["properties.kty", "properties.keySize"],
                    # The day of the first version is that of its creation; each further run would compute another.
                    ignore_changes=["properties.attributes"],
                ),
            ),
        )

    def _inside(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, deleted_with=self._vault, retain_on_delete=True)

    @staticmethod
    def _properties(spec: VaultSpec) -> keyvault.VaultPropertiesArgs:
        closed = not spec.public_access or spec.allowed_ranges
        rules = [keyvault.IPRuleArgs(value=each) for each in spec.allowed_ranges if spec.public_access]
        return keyvault.VaultPropertiesArgs(
            tenant_id=spec.tenant_id,
            sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
            create_mode=keyvault.CreateMode.RECOVER if spec.recover else None,
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=spec.soft_delete_days,
            # Azure takes no `false` here, not even at creation (Azure/azure-rest-api-specs #18106).
            enable_purge_protection=True if spec.purge_protection else None,
            enabled_for_deployment=False,
            enabled_for_disk_encryption=False,
            enabled_for_template_deployment=False,
            public_network_access="Enabled" if spec.public_access else "Disabled",
            network_acls=keyvault.NetworkRuleSetArgs(
                bypass=keyvault.NetworkRuleBypassOptions.AZURE_SERVICES,
                default_action=keyvault.NetworkRuleAction.DENY if closed else keyvault.NetworkRuleAction.ALLOW,
                ip_rules=rules,
            ),
        )


def version_of(secret: keyvault.Secret) -> pulumi.Output[str]:
    """The version of a secret. It says nothing about the value, whose mark the SDK puts on all properties."""
    return pulumi.Output.unsecret(secret.properties).apply(
        lambda known: known.secret_uri_with_version.rpartition("/")[2]
    )


def _seconds(day: date) -> int:
    """The beginning of a day, UTC, in seconds since 1970, as Key Vault counts."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _signing(key: SigningKeySpec) -> keyvault.KeyPropertiesArgs:
    actions = [
        keyvault.LifetimeActionArgs(
            action=keyvault.ActionArgs(type=keyvault.KeyRotationPolicyActionType.ROTATE),
            trigger=keyvault.TriggerArgs(time_after_create=f"P{key.rotate_after_days}D"),
        ),
        keyvault.LifetimeActionArgs(
            action=keyvault.ActionArgs(type=keyvault.KeyRotationPolicyActionType.NOTIFY),
            trigger=keyvault.TriggerArgs(time_before_expiry=f"P{key.notify_before_days}D"),
        ),
    ]
    return keyvault.KeyPropertiesArgs(
        kty=keyvault.JsonWebKeyType.RSA,
        key_size=key.bits,
        key_ops=[keyvault.JsonWebKeyOperation.SIGN, keyvault.JsonWebKeyOperation.VERIFY],
        # The rotation policy gives an end to the versions that it makes, never to the first one.
        attributes=keyvault.KeyAttributesArgs(enabled=True, expires=_seconds(key.expires_on)),
        rotation_policy=keyvault.RotationPolicyArgs(
            attributes=keyvault.KeyRotationPolicyAttributesArgs(expiry_time=f"P{key.expire_after_days}D"),
            lifetime_actions=actions,
        ),
    )


def _encryption(key: EncryptionKeySpec) -> keyvault.KeyPropertiesArgs:
    return keyvault.KeyPropertiesArgs(
        kty=keyvault.JsonWebKeyType.RSA,
        key_size=key.bits,
        key_ops=[keyvault.JsonWebKeyOperation.ENCRYPT, keyvault.JsonWebKeyOperation.DECRYPT],
        attributes=keyvault.KeyAttributesArgs(enabled=True),
    )
