"""A storage account for blobs: containers, what happens to old blobs, who may use it from a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import storage

from components.common import PrivatePathArgs, Surroundings, surround

DEFAULT = "default"
"""The only name that a blob service or a lifecycle policy can have."""

METHODS = ("GET", "HEAD", "OPTIONS", "PUT")
"""What browsers do with a signed URL: read, and upload. They delete through the service (estate S10)."""

HEADERS = ("content-type", "x-ms-blob-type", "x-ms-blob-content-type", "x-ms-version", "range", "if-*")
PREFLIGHT_SECONDS = 3600


@dataclass(frozen=True)
class BlobContainerArgs:
    """A container. The days count from the last access for ``cool_days`` and ``cold_days``, from the last change for
    ``archive_days`` and ``delete_days``; ``None`` leaves a step out. ``anonymous`` lets anybody read its blobs."""

    name: str
    anonymous: bool = False
    cool_days: int | None = None
    cold_days: int | None = None
    archive_days: int | None = None
    delete_days: int | None = None


@dataclass(frozen=True)
class StorageAccountArgs:
    """A storage account (general purpose v2).

    ``sku`` is Standard_LRS, _ZRS, _GRS or _GZRS, or one of the last two with RA for reading the copy. Deleted blobs and
    containers come back for ``restore_days`` (1 to 365); earlier versions and snapshots are kept for ``version_days``,
    the change feed for ``change_feed_days`` (``None``: no feed). ``allowed_ranges`` reach it from outside; none closes
    it to the public. ``local_auth`` off refuses account keys and what is signed with them.
    ``infrastructure_encryption`` encrypts twice and is decided at creation.
    """

    resource_group: pulumi.Input[str]
    location: str
    name: str
    sku: str
    infrastructure_encryption: bool
    restore_days: int
    version_days: int
    change_feed_days: int | None
    allowed_ranges: Sequence[str]
    cors_origins: Sequence[str]
    local_auth: bool
    containers: Sequence[BlobContainerArgs]
    private: PrivatePathArgs
    tags: Mapping[str, str]


class StorageAccount(pulumi.ComponentResource):
    """Blobs that can be restored and are never taken offline while somebody reads them (S2-018; estate S9, S10, R10).

    Last access times are tracked, so that what is read stays hot and what comes back into use returns (Microsoft: Blob
    lifecycle management policy structure, enableAutoTierToHotFromCool).
    """

    TOKEN = "mystira:data:StorageAccount"
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    blob_endpoint: pulumi.Output[str]
    container_ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: StorageAccountArgs,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        account = self._account(name, args)
        service = self._service(name, account, args)
        containers = {
            each.name: storage.BlobContainer(
                each.name,
                container_name=each.name,
                account_name=account.name,
                resource_group_name=args.resource_group,
                public_access=storage.PublicAccess.BLOB if each.anonymous else storage.PublicAccess.NONE,
                # What is in a container from its first day on can be restored.
                opts=pulumi.ResourceOptions(parent=account, depends_on=[service]),
            )
            for each in args.containers
        }
        policy = storage.ManagementPolicy(
            name,
            management_policy_name=DEFAULT,
            account_name=account.name,
            resource_group_name=args.resource_group,
            policy=storage.ManagementPolicySchemaArgs(rules=_rules(args)),
            # Azure takes a rule about last access only where access is tracked.
            opts=pulumi.ResourceOptions(parent=account, depends_on=[service]),
        )
        logged = surround(self, service, "blob-service", surroundings)
        inside = [*logged, *containers.values(), policy]
        surround(self, account, "storage-account", surroundings, inside=inside, private=args.private)
        self.id = account.id
        self.name = account.name
        self.blob_endpoint = account.primary_endpoints.apply(lambda endpoints: endpoints.blob)
        self.container_ids = {key: each.id for key, each in containers.items()}
        self.register_outputs({"blobEndpoint": self.blob_endpoint})

    def _account(self, name: str, args: StorageAccountArgs) -> storage.StorageAccount:
        encrypted = storage.EncryptionServiceArgs(enabled=True, key_type="Account")
        return storage.StorageAccount(
            name,
            account_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            kind="StorageV2",
            sku=storage.SkuArgs(name=args.sku),
            access_tier=storage.AccessTier.HOT,
            allow_blob_public_access=any(each.anonymous for each in args.containers),
            allow_cross_tenant_replication=False,
            allow_shared_key_access=args.local_auth,
            default_to_o_auth_authentication=True,
            enable_https_traffic_only=True,
            minimum_tls_version="TLS1_2",
            is_local_user_enabled=False,
            encryption=storage.EncryptionArgs(
                key_source="Microsoft.Storage",
                require_infrastructure_encryption=args.infrastructure_encryption,
                services=storage.EncryptionServicesArgs(blob=encrypted),
            ),
            public_network_access="Enabled" if args.allowed_ranges else "Disabled",
            network_rule_set=storage.NetworkRuleSetArgs(
                bypass="None",
                default_action=storage.DefaultAction.DENY,
                ip_rules=[
                    storage.IPRuleArgs(action=storage.Action.ALLOW, i_p_address_or_range=each)
                    for each in args.allowed_ranges
                ],
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    @staticmethod
    def _service(name: str, account: storage.StorageAccount, args: StorageAccountArgs) -> storage.BlobServiceProperties:
        rule = storage.CorsRuleArgs(
            allowed_origins=list(args.cors_origins),
            allowed_methods=list(METHODS),
            allowed_headers=list(HEADERS),
            exposed_headers=["etag", "content-length", "content-range"],
            max_age_in_seconds=PREFLIGHT_SECONDS,
        )
        kept = storage.DeleteRetentionPolicyArgs(enabled=True, days=args.restore_days)
        return storage.BlobServiceProperties(
            name,
            blob_services_name=DEFAULT,
            account_name=account.name,
            resource_group_name=args.resource_group,
            is_versioning_enabled=True,
            delete_retention_policy=kept,
            container_delete_retention_policy=kept,
            change_feed=storage.ChangeFeedArgs(
                enabled=args.change_feed_days is not None, retention_in_days=args.change_feed_days
            ),
            last_access_time_tracking_policy=storage.LastAccessTimeTrackingPolicyArgs(
                enable=True, name="AccessTimeTracking", blob_type=["blockBlob"], tracking_granularity_in_days=1
            ),
            cors=storage.CorsRulesArgs(cors_rules=[rule] if args.cors_origins else []),
            opts=pulumi.ResourceOptions(parent=account),
        )


def _rules(args: StorageAccountArgs) -> list[storage.ManagementPolicyRuleArgs]:
    """One rule for each container that has steps, and one for what is left over from earlier versions everywhere."""
    rules = [
        _rule(each.name, storage.ManagementPolicyActionArgs(base_blob=_steps(each)), [f"{each.name}/"])
        for each in args.containers
        if any(days is not None for days in (each.cool_days, each.cold_days, each.archive_days, each.delete_days))
    ]
    old = storage.DateAfterCreationArgs(days_after_creation_greater_than=args.version_days)
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


def _steps(container: BlobContainerArgs) -> storage.ManagementPolicyBaseBlobArgs:
    def unread(days: int | None) -> storage.DateAfterModificationArgs | None:
        return storage.DateAfterModificationArgs(days_after_last_access_time_greater_than=days) if days else None

    def unchanged(days: int | None) -> storage.DateAfterModificationArgs | None:
        return storage.DateAfterModificationArgs(days_after_modification_greater_than=days) if days else None

    return storage.ManagementPolicyBaseBlobArgs(
        enable_auto_tier_to_hot_from_cool=True if container.cool_days else None,
        tier_to_cool=unread(container.cool_days),
        tier_to_cold=unread(container.cold_days),
        tier_to_archive=unchanged(container.archive_days),
        delete=unchanged(container.delete_days),
    )
