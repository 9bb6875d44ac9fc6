"""Cosmos DB for NoSQL: an account with one database, its containers, and who may read and write documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import cosmosdb

from components.common import PrivatePathArgs, Surroundings, surround

DATA_ROLES: Mapping[str, str] = {
    "reader": "00000000-0000-0000-0000-000000000001",
    "contributor": "00000000-0000-0000-0000-000000000002",
}
"""Cosmos DB Built-in Data Reader and Data Contributor (Microsoft: Data plane security reference, Azure Cosmos DB)."""

SERVERLESS = "EnableServerless"
STALENESS_SECONDS, STALENESS_WRITES = 300, 100000
"""The least that Azure takes for bounded staleness in several regions (Microsoft: Consistency levels)."""


@dataclass(frozen=True)
class ContainerArgs:
    """A container. ``partition_key`` is a path (``/id``); ``ttl_seconds`` -1 lets each document say, ``None`` is off.

    ``unique_keys`` are lists of paths whose values together are unique in a partition; ``unindexed`` are paths that no
    query filters or sorts by.
    """

    name: str
    partition_key: str
    ttl_seconds: int | None = None
    unique_keys: Sequence[Sequence[str]] = ()
    unindexed: Sequence[str] = ()


@dataclass(frozen=True)
class DataRoleArgs:
    """One data role for one principal at the database. ``name`` is a GUID made from plain keys; ``role`` a key of
    :data:`DATA_ROLES`."""

    key: str
    name: str
    role: str
    principal_id: pulumi.Input[str]


@dataclass(frozen=True)
class CosmosAccountArgs:
    """A Cosmos DB account.

    ``locations`` are regions with whether their copies stand in several zones, the writing one first.
    ``maximum_throughput`` is the autoscale ceiling in RU/s that all containers share, ``None`` makes it serverless.
    ``backup_days`` is 7 or 30, continuous. ``allowed_ranges`` reach the account from outside; none closes it to the
    public. ``local_auth`` off refuses every key.
    """

    resource_group: pulumi.Input[str]
    location: str
    name: str
    locations: Sequence[tuple[str, bool]]
    maximum_throughput: int | None
    consistency: str
    backup_days: int
    allowed_ranges: Sequence[str]
    local_auth: bool
    database: str
    containers: Sequence[ContainerArgs]
    roles: Sequence[DataRoleArgs]
    private: PrivatePathArgs
    tags: Mapping[str, str]


class CosmosAccount(pulumi.ComponentResource):
    """An account whose keys never change databases or containers, with its data roles (estate S7, S9, R5)."""

    TOKEN = "mystira:data:CosmosAccount"
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    endpoint: pulumi.Output[str]

    def __init__(
        self, name: str, args: CosmosAccountArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        account = self._account(name, args)
        database = cosmosdb.SqlResourceSqlDatabase(
            name,
            database_name=args.database,
            account_name=account.name,
            resource_group_name=args.resource_group,
            resource=cosmosdb.SqlDatabaseResourceArgs(id=args.database),
            options=self._throughput(args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=account),
        )
        containers = [self._container(account, database, args, each) for each in args.containers]
        roles = [self._role(account, args, each, containers) for each in args.roles]
        inside = [database, *containers, *roles]
        surround(self, account, "cosmos-account", surroundings, inside=inside, private=args.private)
        self.id = account.id
        self.name = account.name
        self.endpoint = account.document_endpoint
        self.register_outputs({"endpoint": self.endpoint})

    def _account(self, name: str, args: CosmosAccountArgs) -> cosmosdb.DatabaseAccount:
        several = len(args.locations) > 1
        bounded = args.consistency == "BoundedStaleness"
        return cosmosdb.DatabaseAccount(
            name,
            account_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            kind="GlobalDocumentDB",
            database_account_offer_type=cosmosdb.DatabaseAccountOfferType.STANDARD,
            capabilities=[cosmosdb.CapabilityArgs(name=SERVERLESS)] if args.maximum_throughput is None else [],
            locations=[
                cosmosdb.LocationArgs(location_name=region, failover_priority=priority, is_zone_redundant=zones)
                for priority, (region, zones) in enumerate(args.locations)
            ],
            consistency_policy=cosmosdb.ConsistencyPolicyArgs(
                default_consistency_level=cosmosdb.DefaultConsistencyLevel(args.consistency),
                max_interval_in_seconds=STALENESS_SECONDS if bounded else None,
                max_staleness_prefix=STALENESS_WRITES if bounded else None,
            ),
            backup_policy=cosmosdb.ContinuousModeBackupPolicyArgs(
                type="Continuous",
                continuous_mode_properties=cosmosdb.ContinuousModePropertiesArgs(
                    tier=f"Continuous{args.backup_days}Days"
                ),
            ),
            enable_automatic_failover=several,
            enable_multiple_write_locations=False,
            disable_local_auth=not args.local_auth,
            disable_key_based_metadata_write_access=True,
            minimal_tls_version="Tls12",
            public_network_access="Enabled" if args.allowed_ranges else "Disabled",
            ip_rules=[cosmosdb.IpAddressOrRangeArgs(ip_address_or_range=each) for each in args.allowed_ranges],
            network_acl_bypass=cosmosdb.NetworkAclBypass.NONE,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    @staticmethod
    def _throughput(args: CosmosAccountArgs) -> cosmosdb.CreateUpdateOptionsArgs | None:
        if args.maximum_throughput is None:
            return None
        return cosmosdb.CreateUpdateOptionsArgs(
            autoscale_settings=cosmosdb.AutoscaleSettingsArgs(max_throughput=args.maximum_throughput)
        )

    @staticmethod
    def _container(
        account: cosmosdb.DatabaseAccount,
        database: cosmosdb.SqlResourceSqlDatabase,
        args: CosmosAccountArgs,
        container: ContainerArgs,
    ) -> cosmosdb.SqlResourceSqlContainer:
        keys = [cosmosdb.UniqueKeyArgs(paths=list(paths)) for paths in container.unique_keys]
        return cosmosdb.SqlResourceSqlContainer(
            container.name,
            container_name=container.name,
            database_name=database.name,
            account_name=account.name,
            resource_group_name=args.resource_group,
            resource=cosmosdb.SqlContainerResourceArgs(
                id=container.name,
                partition_key=cosmosdb.ContainerPartitionKeyArgs(
                    kind="Hash", paths=[container.partition_key], version=2
                ),
                default_ttl=container.ttl_seconds,
                unique_key_policy=cosmosdb.UniqueKeyPolicyArgs(unique_keys=keys) if keys else None,
                indexing_policy=cosmosdb.IndexingPolicyArgs(
                    automatic=True,
                    indexing_mode="consistent",
                    included_paths=[cosmosdb.IncludedPathArgs(path="/*")],
                    excluded_paths=[cosmosdb.ExcludedPathArgs(path=path) for path in container.unindexed],
                ),
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=database),
        )

    @staticmethod
    def _role(
        account: cosmosdb.DatabaseAccount,
        args: CosmosAccountArgs,
        role: DataRoleArgs,
        containers: Sequence[pulumi.Resource],
    ) -> cosmosdb.SqlResourceSqlRoleAssignment:
        # An assignment locks the whole account, so it comes after the containers, which are made side by side.
        return cosmosdb.SqlResourceSqlRoleAssignment(
            role.key,
            role_assignment_id=role.name,
            account_name=account.name,
            resource_group_name=args.resource_group,
            role_definition_id=account.id.apply(lambda id: f"{id}/sqlRoleDefinitions/{DATA_ROLES[role.role]}"),
            scope=account.id.apply(lambda id: f"{id}/dbs/{args.database}"),
            principal_id=role.principal_id,
            opts=pulumi.ResourceOptions(parent=account, depends_on=list(containers)),
        )
