"""A storage account for blobs: containers, and what happens to old blobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import storage

from components.placement import Placement
from components.storage.facts import KEY_NAMES
from components.storage.spec import BlobContainerSpec, StorageSpec
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround

DEFAULT = "default"
"""The only name that a blob service or a lifecycle policy can have."""


class StorageAccount(pulumi.ComponentResource):
    """Blobs that can be restored and are never taken offline while somebody reads them (S2-018; estate S9, S10, R10).

    Last access times are tracked, so that what is read stays hot and what comes back into use returns (Microsoft: Blob
    lifecycle management policy structure, enableAutoTierToHotFromCool).

    Clients log in with their identity at ``blob_endpoint``. ``connection_string`` holds a key and is secret; there is
    none without ``local_auth``, because clients take one without a key for anonymous access.
    """

    TOKEN = "mystira:data:StorageAccount"
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    blob_endpoint: pulumi.Output[str]
    connection_string: pulumi.Output[str] | None
    container_ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        spec: StorageSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        private: PrivatePath | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        account = self._account(name, spec, place)
        service = self._service(name, account, spec, place)
        containers = {
            each.name: storage.BlobContainer(
                each.name,
                container_name=each.name,
                account_name=account.name,
                resource_group_name=place.resource_group,
                public_access=storage.PublicAccess.BLOB if each.anonymous else storage.PublicAccess.NONE,
                # What is in a container from its first day on can be restored.
                opts=pulumi.ResourceOptions(parent=account, depends_on=[service]),
            )
            for each in spec.containers
        }
        policy = storage.ManagementPolicy(
            name,
            management_policy_name=DEFAULT,
            account_name=account.name,
            resource_group_name=place.resource_group,
            policy=storage.ManagementPolicySchemaArgs(rules=_rules(spec)),
            # Azure takes a rule about last access only where access is tracked.
            opts=pulumi.ResourceOptions(parent=account, depends_on=[service]),
        )
        logged = surround(self, service, "blob-service", surroundings)
        inside = [*logged, *containers.values(), policy]
        surround(self, account, "storage-account", surroundings, inside=inside, private=private)
        self.id = account.id
        self.name = account.name
        self.blob_endpoint = account.primary_endpoints.apply(lambda endpoints: endpoints.blob)
        self.connection_string = self._connection_string(account, spec, place) if spec.local_auth else None
        self.container_ids = {key: each.id for key, each in containers.items()}
        self.register_outputs({"blobEndpoint": self.blob_endpoint})

    def _account(self, name: str, spec: StorageSpec, place: Placement) -> storage.StorageAccount:
        encrypted = storage.EncryptionServiceArgs(enabled=True, key_type="Account")
        closed = not spec.public_access or spec.allowed_ranges
        ranges = spec.allowed_ranges if spec.public_access else ()
        return storage.StorageAccount(
            name,
            account_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            kind="StorageV2",
            sku=storage.SkuArgs(name=spec.sku),
            access_tier=storage.AccessTier.HOT,
            allow_blob_public_access=any(each.anonymous for each in spec.containers),
            allow_cross_tenant_replication=False,
            allow_shared_key_access=spec.local_auth,
            default_to_o_auth_authentication=True,
            enable_https_traffic_only=True,
            minimum_tls_version="TLS1_2",
            is_local_user_enabled=False,
            encryption=storage.EncryptionArgs(
                key_source="Microsoft.Storage",
                require_infrastructure_encryption=spec.infrastructure_encryption,
                services=storage.EncryptionServicesArgs(blob=encrypted),
            ),
            public_network_access="Enabled" if spec.public_access else "Disabled",
            network_rule_set=storage.NetworkRuleSetArgs(
                # Nothing of Azure's own needs in, so trusted services stay out (docs/parity.md).
                bypass="None",
                default_action=storage.DefaultAction.DENY if closed else storage.DefaultAction.ALLOW,
                ip_rules=[
                    storage.IPRuleArgs(action=storage.Action.ALLOW, i_p_address_or_range=each) for each in ranges
                ],
            ),
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    @staticmethod
    def _service(
        name: str, account: storage.StorageAccount, spec: StorageSpec, place: Placement
    ) -> storage.BlobServiceProperties:
        kept = storage.DeleteRetentionPolicyArgs(enabled=True, days=spec.restore_days)
        return storage.BlobServiceProperties(
            name,
            blob_services_name=DEFAULT,
            account_name=account.name,
            resource_group_name=place.resource_group,
            is_versioning_enabled=True,
            delete_retention_policy=kept,
            container_delete_retention_policy=kept,
            change_feed=storage.ChangeFeedArgs(
                enabled=spec.change_feed_days is not None, retention_in_days=spec.change_feed_days
            ),
            last_access_time_tracking_policy=storage.LastAccessTimeTrackingPolicyArgs(
                enable=True, name="AccessTimeTracking", blob_type=["blockBlob"], tracking_granularity_in_days=1
            ),
            # No browser reaches a private account: blobs go through the services.
            cors=storage.CorsRulesArgs(cors_rules=[]),
            opts=pulumi.ResourceOptions(parent=account),
        )

    @staticmethod
    def _connection_string(account: storage.StorageAccount, spec: StorageSpec, place: Placement) -> pulumi.Output[str]:
        blobs = account.primary_endpoints.apply(lambda endpoints: endpoints.blob)
        name = KEY_NAMES[spec.store_key]
        listed = storage.list_storage_account_keys_output(
            account_name=account.name,
            resource_group_name=place.resource_group,
            opts=pulumi.InvokeOutputOptions(parent=account),
        )
        key = listed.keys.apply(lambda keys: next(each.value for each in keys if each.key_name == name))
        parts = ("DefaultEndpointsProtocol=https;AccountName=", account.name, ";AccountKey=", key)
        return pulumi.Output.secret(pulumi.Output.concat(*parts, ";BlobEndpoint=", blobs))


def _rules(spec: StorageSpec) -> list[storage.ManagementPolicyRuleArgs]:
    """One rule for each container that has steps, and one for what is left over from earlier versions everywhere."""
    rules = [
        _rule(each.name, storage.ManagementPolicyActionArgs(base_blob=_steps(each)), [f"{each.name}/"])
        for each in spec.containers
        if any(
            days is not None
            for days in (each.cool_after_days, each.cold_after_days, each.archive_after_days, each.delete_after_days)
        )
    ]
    old = storage.DateAfterCreationArgs(days_after_creation_greater_than=spec.version_days)
    leftovers = storage.ManagementPolicyActionArgs(
        snapshot=storage.ManagementPolicySnapShotArgs(delete=old),
        version=storage.ManagementPolicyVersionArgs(delete=old),
    )
    return [*rules, _rule("earlier-versions", leftovers, [])]


def _rule(
    name: str, actions: storage.ManagementPolicyActionArgs, prefixes: Sequence[str]
) -> storage.ManagementPolicyRuleArgs:
    filters = storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"], prefix_match=list(prefixes) or None)
    return storage.ManagementPolicyRuleArgs(
        name=name,
        type="Lifecycle",
        enabled=True,
        definition=storage.ManagementPolicyDefinitionArgs(actions=actions, filters=filters),
    )


def _steps(container: BlobContainerSpec) -> storage.ManagementPolicyBaseBlobArgs:
    def unread(days: int | None) -> storage.DateAfterModificationArgs | None:
        return storage.DateAfterModificationArgs(days_after_last_access_time_greater_than=days) if days else None

    def unchanged(days: int | None) -> storage.DateAfterModificationArgs | None:
        return storage.DateAfterModificationArgs(days_after_modification_greater_than=days) if days else None

    return storage.ManagementPolicyBaseBlobArgs(
        enable_auto_tier_to_hot_from_cool=True if container.cool_after_days else None,
        tier_to_cool=unread(container.cool_after_days),
        tier_to_cold=unread(container.cold_after_days),
        tier_to_archive=unchanged(container.archive_after_days),
        delete=unchanged(container.delete_after_days),
    )
