"""Cosmos DB of an environment."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import cosmosdb

from components.data.cosmos import ContainerArgs, CosmosAccount, CosmosAccountArgs, DataRoleArgs
from components.facts.store_keys import StoreKey
from stacks.build.stores.base import Site
from stacks.plan.stores.cosmos import CONNECTION_STRING, CosmosPlan


def build_cosmos(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register the account with its database, containers and data roles; nothing where it has been removed."""
    plan, cosmos = site.plan, site.plan.stores.cosmos
    if cosmos is None:
        return {}
    group = site.groups["core"]
    principals = site.scopes.principals
    account = CosmosAccount(
        "core",
        CosmosAccountArgs(
            resource_group=group,
            location=plan.region,
            name=cosmos.name,
            locations=cosmos.locations,
            maximum_throughput=cosmos.maximum_throughput,
            consistency=cosmos.consistency,
            backup_days=cosmos.backup_days,
            allowed_ranges=cosmos.allowed_ranges,
            local_auth=plan.local_auth,
            database=cosmos.database,
            containers=[
                ContainerArgs(name, each.partition_key, each.ttl_seconds, each.unique_keys, each.unindexed)
                for name, each in cosmos.containers.items()
            ],
            roles=[
                DataRoleArgs(each.key, each.name, each.role, principals.get(each.principal, each.principal))
                for each in cosmos.roles
            ],
            private=site.private(cosmos.endpoint, "Sql", "cosmos"),
            tags=plan.tags,
        ),
        site.surroundings,
        site.options,
    )
    keys = _keys(account, group, site.options) if plan.local_auth else None
    return {CONNECTION_STRING: _connection_string(account, cosmos, keys, plan.store_key)}


def _keys(
    account: CosmosAccount, group: pulumi.Output[str], options: pulumi.ResourceOptions
) -> pulumi.Output[cosmosdb.ListDatabaseAccountKeysResult]:
    return cosmosdb.list_database_account_keys_output(
        account_name=account.name,
        resource_group_name=group,
        opts=pulumi.InvokeOutputOptions(provider=options.provider),
    )


def _connection_string(
    account: CosmosAccount,
    cosmos: CosmosPlan,
    keys: pulumi.Output[cosmosdb.ListDatabaseAccountKeysResult] | None,
    which: StoreKey,
) -> pulumi.Output[str]:
    """Without keys the service logs in with its identity; an archive is opened with the key that only reads."""
    if keys is None:
        return pulumi.Output.concat("AccountEndpoint=", account.endpoint, ";")
    if which == "primary":
        key = keys.primary_readonly_master_key if cosmos.read_only else keys.primary_master_key
    else:
        key = keys.secondary_readonly_master_key if cosmos.read_only else keys.secondary_master_key
    return pulumi.Output.secret(pulumi.Output.concat("AccountEndpoint=", account.endpoint, ";AccountKey=", key, ";"))
