"""Key vaults, their keys and their secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pulumi
from pulumi_azure_native import keyvault

from components.common import PrivatePathArgs, Surroundings, surround


@dataclass(frozen=True)
class SigningKeyArgs:
    """An RSA key that signs and verifies and never leaves the vault.

    ``bits`` is 2048, 3072 or 4096. A new version is made ``rotate_after_days`` days after the last one; each expires
    after ``expire_after_days`` and is told of ``notify_before_days`` before.
    """

    key: str
    name: str
    bits: int
    rotate_after_days: int
    expire_after_days: int
    notify_before_days: int = 30


@dataclass(frozen=True)
class VaultArgs:
    """A vault.

    ``soft_delete_days`` 7 to 90, fixed at creation. ``purge_protection`` cannot be taken back. ``allowed_ranges`` are
    who comes from outside while ``public_access`` is on; empty is everybody. ``private`` is the way from inside.
    ``recover`` brings a deleted vault of this name back with all it held; it fails where there is none.
    """

    resource_group: pulumi.Input[str]
    location: str
    tenant_id: str
    name: str
    soft_delete_days: int
    purge_protection: bool
    public_access: bool
    allowed_ranges: Sequence[str]
    private: PrivatePathArgs | None
    recover: bool
    keys: Sequence[SigningKeyArgs]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class SecretArgs:
    """A secret; ``key`` is its logical name. ``expires_on`` is the day on which it stops being valid, UTC."""

    key: str
    name: str
    value: pulumi.Input[str]
    content_type: str
    expires_on: date
    tags: Mapping[str, str]


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
        self, name: str, args: VaultArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self._args = args
        self._vault = keyvault.Vault(
            name,
            vault_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            properties=self._properties(args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        keys = {key.name: self._key(key) for key in args.keys}
        surround(self, self._vault, "key-vault", surroundings, inside=list(keys.values()), private=args.private)
        self.id = self._vault.id
        self.key_ids = {name: key.id for name, key in keys.items()}
        self.register_outputs({"id": self.id})

    def secret(self, args: SecretArgs) -> keyvault.Secret:
        """Write a secret. Its value is a secret to Pulumi too; the SDK marks none."""
        expires = datetime(args.expires_on.year, args.expires_on.month, args.expires_on.day, tzinfo=UTC)
        return keyvault.Secret(
            args.key,
            secret_name=args.name,
            vault_name=self._vault.name,
            resource_group_name=self._args.resource_group,
            properties=keyvault.SecretPropertiesArgs(
                value=pulumi.Output.secret(args.value),
                content_type=args.content_type,
                attributes=keyvault.SecretAttributesArgs(enabled=True, expires=int(expires.timestamp())),
            ),
            tags=args.tags,
            opts=self._inside(),
        )

    def _key(self, key: SigningKeyArgs) -> keyvault.Key:
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
        return keyvault.Key(
            key.key,
            key_name=key.name,
            vault_name=self._vault.name,
            resource_group_name=self._args.resource_group,
            properties=keyvault.KeyPropertiesArgs(
                kty=keyvault.JsonWebKeyType.RSA,
                key_size=key.bits,
                key_ops=[keyvault.JsonWebKeyOperation.SIGN, keyvault.JsonWebKeyOperation.VERIFY],
                rotation_policy=keyvault.RotationPolicyArgs(
                    attributes=keyvault.KeyRotationPolicyAttributesArgs(expiry_time=f"P{key.expire_after_days}D"),
                    lifetime_actions=actions,
                ),
            ),
            tags=self._args.tags,
            # Azure writes a key once and says nothing about a change: a replacement is refused, which is loud.
            opts=pulumi.ResourceOptions.merge(
                self._inside(), pulumi.ResourceOptions(replace_on_changes=["properties.kty", "properties.keySize"])
            ),
        )

    def _inside(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, deleted_with=self._vault, retain_on_delete=True)

    @staticmethod
    def _properties(args: VaultArgs) -> keyvault.VaultPropertiesArgs:
        closed = not args.public_access or args.allowed_ranges
        rules = [keyvault.IPRuleArgs(value=each) for each in args.allowed_ranges if args.public_access]
        return keyvault.VaultPropertiesArgs(
            tenant_id=args.tenant_id,
            sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
            create_mode=keyvault.CreateMode.RECOVER if args.recover else None,
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=args.soft_delete_days,
            # Azure takes no `false` here, not even at creation (Azure/azure-rest-api-specs #18106).
            enable_purge_protection=True if args.purge_protection else None,
            enabled_for_deployment=False,
            enabled_for_disk_encryption=False,
            enabled_for_template_deployment=False,
            public_network_access="Enabled" if args.public_access else "Disabled",
            network_acls=keyvault.NetworkRuleSetArgs(
                bypass=keyvault.NetworkRuleBypassOptions.AZURE_SERVICES,
                default_action=keyvault.NetworkRuleAction.DENY if closed else keyvault.NetworkRuleAction.ALLOW,
                ip_rules=rules,
            ),
        )
