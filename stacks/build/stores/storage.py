"""The storage account of an environment."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import storage as azure_storage

from components.data.storage import BlobContainerArgs, StorageAccount, StorageAccountArgs
from components.facts.store_keys import StoreKey
from stacks.build.stores.base import Site
from stacks.plan.stores.storage import ACCOUNT, CONNECTION_STRING

KEY_NAMES: Mapping[StoreKey, str] = {"primary": "key1", "secondary": "key2"}
"""What Azure calls the two keys of a storage account."""


def build_storage(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register the account with its containers and lifecycle rules."""
    plan, storage = site.plan, site.plan.stores.storage
    group = site.groups["core"]
    account = StorageAccount(
        "core",
        StorageAccountArgs(
            resource_group=group,
            location=plan.region,
            name=storage.name,
            sku=storage.sku,
            infrastructure_encryption=storage.infrastructure_encryption,
            restore_days=storage.restore_days,
            version_days=storage.version_days,
            change_feed_days=storage.change_feed_days,
            allowed_ranges=storage.allowed_ranges,
            cors_origins=storage.cors_origins,
            local_auth=plan.local_auth,
            containers=[
                BlobContainerArgs(
                    name,
                    each.anonymous,
                    each.cool_after_days,
                    each.cold_after_days,
                    each.archive_after_days,
                    each.delete_after_days,
                )
                for name, each in storage.containers.items()
            ],
            private=site.private(storage.endpoint, "blob", "blob"),
            tags=plan.tags,
        ),
        site.surroundings,
        site.options,
    )
    site.scopes.resources |= {ACCOUNT: account.id}
    site.scopes.resources |= {f"container/{name}": id for name, id in account.container_ids.items()}
    if not plan.local_auth:
        return {CONNECTION_STRING: pulumi.Output.concat("BlobEndpoint=", account.blob_endpoint)}
    return {CONNECTION_STRING: _with_key(account, group, plan.store_key, site.options)}


def _with_key(
    account: StorageAccount, group: pulumi.Output[str], which: StoreKey, options: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    name = KEY_NAMES[which]
    listed = azure_storage.list_storage_account_keys_output(
        account_name=account.name,
        resource_group_name=group,
        opts=pulumi.InvokeOutputOptions(provider=options.provider),
    )
    key = listed.keys.apply(lambda keys: next(each.value for each in keys if each.key_name == name))
    return pulumi.Output.secret(
        pulumi.Output.concat(
            "DefaultEndpointsProtocol=https;AccountName=",
            account.name,
            ";AccountKey=",
            key,
            ";BlobEndpoint=",
            account.blob_endpoint,
        )
    )
