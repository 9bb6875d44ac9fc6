"""Cosmos DB for NoSQL: an account with one database, its containers, and who may read and write documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import cosmosdb

from components.cosmos.facts import DATA_ROLES, SERVERLESS, STALENESS_SECONDS, STALENESS_WRITES
from components.cosmos.spec import ContainerSpec, CosmosSpec, DataRoleSpec
from components.placement import Placement
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround


class CosmosAccount(pulumi.ComponentResource):
    """An account whose keys never change databases or containers, with its data roles (estate S7, S9, R5).

    Clients log in with their identity at ``endpoint``. ``connection_string`` holds a key and is secret; it exists
    only with ``local_auth``, because no client accepts one without a key.
    """

    TOKEN = "mystira:data:CosmosAccount"
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    connection_string: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        spec: CosmosSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        principals: Mapping[str, pulumi.Input[str]],
        private: PrivatePath,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register the account. ``principals`` holds the object ids of the keys that its data roles name."""
        super().__init__(self.TOKEN, name, None, opts)
        account = self._account(name, spec, place)
        database = cosmosdb.SqlResourceSqlDatabase(
            name,
            database_name=spec.database,
            account_name=account.name,
            resource_group_name=place.resource_group,
            resource=cosmosdb.SqlDatabaseResourceArgs(id=spec.database),
            options=self._throughput(spec),
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=account),
        )
        containers = [self._container(account, database, place, each) for each in spec.containers]
        roles = [
            self._role(account, spec, place, each, principals.get(each.principal, each.principal), containers)
            for each in spec.roles
        ]
        inside = [database, *containers, *roles]
        surround(self, account, "cosmos-account", surroundings, inside=inside, private=private)
        self.id = account.id
        self.name = account.name
        self.endpoint = account.document_endpoint
        self.connection_string = self._connection_string(account, spec, place) if spec.local_auth else None
        self.register_outputs({"endpoint": self.endpoint})

    def _account(self, name: str, spec: CosmosSpec, place: Placement) -> cosmosdb.DatabaseAccount:
        several = len(spec.locations) > 1
        bounded = spec.consistency == "BoundedStaleness"
        return cosmosdb.DatabaseAccount(
            name,
            account_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            kind="GlobalDocumentDB",
            database_account_offer_type=cosmosdb.DatabaseAccountOfferType.STANDARD,
            capabilities=[cosmosdb.CapabilityArgs(name=SERVERLESS)] if spec.maximum_throughput is None else [],
            locations=[
                cosmosdb.LocationArgs(location_name=region, failover_priority=priority, is_zone_redundant=zones)
                for priority, (region, zones) in enumerate(spec.locations)
            ],
            consistency_policy=cosmosdb.ConsistencyPolicyArgs(
                default_consistency_level=cosmosdb.DefaultConsistencyLevel(spec.consistency),
                max_interval_in_seconds=STALENESS_SECONDS if bounded else None,
                max_staleness_prefix=STALENESS_WRITES if bounded else None,
            ),
            backup_policy=self._backup(spec),
            enable_automatic_failover=several,
            enable_multiple_write_locations=False,
            disable_local_auth=not spec.local_auth,
            disable_key_based_metadata_write_access=True,
            minimal_tls_version="Tls12",
            public_network_access="Enabled" if spec.allowed_ranges else "Disabled",
            ip_rules=[cosmosdb.IpAddressOrRangeArgs(ip_address_or_range=each) for each in spec.allowed_ranges],
            network_acl_bypass=cosmosdb.NetworkAclBypass.NONE,
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    @staticmethod
    def _backup(
        spec: CosmosSpec,
    ) -> cosmosdb.ContinuousModeBackupPolicyArgs | cosmosdb.PeriodicModeBackupPolicyArgs:
        periodic = spec.periodic_backup
        if periodic is None:
            tier = f"Continuous{spec.backup_days}Days"
            return cosmosdb.ContinuousModeBackupPolicyArgs(
                type="Continuous", continuous_mode_properties=cosmosdb.ContinuousModePropertiesArgs(tier=tier)
            )
        return cosmosdb.PeriodicModeBackupPolicyArgs(
            type="Periodic",
            periodic_mode_properties=cosmosdb.PeriodicModePropertiesArgs(
                backup_interval_in_minutes=periodic.interval_minutes,
                backup_retention_interval_in_hours=periodic.retention_hours,
                backup_storage_redundancy=periodic.redundancy,
            ),
        )

    @staticmethod
    def _throughput(spec: CosmosSpec) -> cosmosdb.CreateUpdateOptionsArgs | None:
        if spec.maximum_throughput is None:
            return None
        return cosmosdb.CreateUpdateOptionsArgs(
            autoscale_settings=cosmosdb.AutoscaleSettingsArgs(max_throughput=spec.maximum_throughput)
        )

    @staticmethod
    def _container(
        account: cosmosdb.DatabaseAccount,
        database: cosmosdb.SqlResourceSqlDatabase,
        place: Placement,
        container: ContainerSpec,
    ) -> cosmosdb.SqlResourceSqlContainer:
        keys = [cosmosdb.UniqueKeyArgs(paths=list(paths)) for paths in container.unique_keys]
        return cosmosdb.SqlResourceSqlContainer(
            container.name,
            container_name=container.name,
            database_name=database.name,
            account_name=account.name,
            resource_group_name=place.resource_group,
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
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=database),
        )

    @staticmethod
    def _role(
        account: cosmosdb.DatabaseAccount,
        spec: CosmosSpec,
        place: Placement,
        role: DataRoleSpec,
        principal_id: pulumi.Input[str],
        containers: Sequence[pulumi.Resource],
    ) -> cosmosdb.SqlResourceSqlRoleAssignment:
        # An assignment locks the whole account, so it comes after the containers, which are made side by side.
        # A container's scope is the data plane's, `colls`, not its resource id (API specification, 2025-04-15:
        # CosmosDBSqlRoleAssignmentCreateUpdate).
        place_in = f"/colls/{role.container}" if role.container else ""
        return cosmosdb.SqlResourceSqlRoleAssignment(
            role.key,
            role_assignment_id=role.name,
            account_name=account.name,
            resource_group_name=place.resource_group,
            role_definition_id=account.id.apply(lambda id: f"{id}/sqlRoleDefinitions/{DATA_ROLES[role.role]}"),
            scope=account.id.apply(lambda id: f"{id}/dbs/{spec.database}{place_in}"),
            principal_id=principal_id,
            opts=pulumi.ResourceOptions(parent=account, depends_on=list(containers)),
        )

    @staticmethod
    def _connection_string(account: cosmosdb.DatabaseAccount, spec: CosmosSpec, place: Placement) -> pulumi.Output[str]:
        """An archive is opened with the key that only reads."""
        keys = cosmosdb.list_database_account_keys_output(
            account_name=account.name,
            resource_group_name=place.resource_group,
            opts=pulumi.InvokeOutputOptions(parent=account),
        )
        if spec.store_key == "primary":
            key = keys.primary_readonly_master_key if spec.read_only else keys.primary_master_key
        else:
            key = keys.secondary_readonly_master_key if spec.read_only else keys.secondary_master_key
        text = pulumi.Output.concat("AccountEndpoint=", account.document_endpoint, ";AccountKey=", key, ";")
        return pulumi.Output.secret(text)
