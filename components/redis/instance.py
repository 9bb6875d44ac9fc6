"""Azure Managed Redis: an instance, its one database, who may use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pulumi
from pulumi_azure_native import redisenterprise

from components.placement import Placement
from components.redis.facts import ACCESS_POLICY, DATABASE, PORT
from components.redis.spec import RedisSpec
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround


class Redis(pulumi.ComponentResource):
    """TLS only, on port 10000.

    Clients log in to ``endpoint`` (host and port) with their identity. ``connection_string`` is for
    StackExchange.Redis; it holds a key and is secret, and exists only with ``access_keys``.
    """

    TOKEN = "mystira:data:Redis"
    id: pulumi.Output[str]
    host: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    connection_string: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        spec: RedisSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        principals: Mapping[str, pulumi.Input[str]],
        private: PrivatePath | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register the instance. ``principals`` holds the object id of each consumer by its key, ``identity/app``."""
        super().__init__(self.TOKEN, name, None, opts)
        cluster = redisenterprise.RedisEnterprise(
            name,
            cluster_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            sku={"name": spec.sku},
            high_availability="Enabled" if spec.high_availability else "Disabled",
            minimum_tls_version="1.2",
            public_network_access="Disabled" if private else "Enabled",
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        database = redisenterprise.Database(
            name,
            cluster_name=cluster.name,
            database_name=DATABASE,
            resource_group_name=place.resource_group,
            client_protocol="Encrypted",
            port=PORT,
            clustering_policy=spec.clustering,
            eviction_policy=spec.eviction,
            access_keys_authentication="Enabled" if spec.access_keys else "Disabled",
            persistence=_persistence(spec),
            geo_replication=_geo_replication(spec, cluster),
            opts=pulumi.ResourceOptions(parent=cluster),
        )
        assignments = [
            redisenterprise.AccessPolicyAssignment(
                f"{name}-{consumer}",
                access_policy_assignment_name=assignment,
                cluster_name=cluster.name,
                database_name=database.name,
                resource_group_name=place.resource_group,
                access_policy_name=ACCESS_POLICY,
                user={"object_id": principals[f"identity/{consumer}"]},
                opts=pulumi.ResourceOptions(parent=database),
            )
            for consumer, assignment in spec.consumers.items()
        ]
        logs = surround(self, database, "redis-database", surroundings)
        # While a database or its assignments are written or deleted, the cluster takes no endpoint (terraform-provider-
        # azurerm #18651).
        path = private and replace(private, after=[database, *assignments])
        surround(self, cluster, "redis", surroundings, inside=[*assignments, *logs], private=path)
        self.id = cluster.id
        self.host = cluster.host_name
        self.endpoint = pulumi.Output.concat(self.host, f":{PORT}")
        self.connection_string = None
        if spec.access_keys:
            keys = redisenterprise.list_database_keys_output(
                cluster_name=cluster.name,
                database_name=_written(database),
                resource_group_name=place.resource_group,
                opts=pulumi.InvokeOutputOptions(parent=database),
            )
            password = keys.primary_key if spec.store_key == "primary" else keys.secondary_key
            self.connection_string = pulumi.Output.secret(
                pulumi.Output.concat(self.endpoint, ",ssl=True,abortConnect=False,password=", password)
            )
        self.register_outputs({"host": self.host})


def _written(database: redisenterprise.Database) -> pulumi.Output[str]:
    """The name of a database, unknown in a preview that changes it: keys that are about to be switched on cannot be
    listed yet. azure-native previews an update without what only Azure says (provider.go, Update)."""
    return pulumi.Output.all(database.name, database.provisioning_state).apply(lambda known: str(known[0]))


def _persistence(spec: RedisSpec) -> redisenterprise.PersistenceArgs:
    return redisenterprise.PersistenceArgs(
        aof_enabled=spec.persistence == "aof",
        aof_frequency="1s" if spec.persistence == "aof" else None,
        rdb_enabled=spec.persistence == "rdb",
        rdb_frequency=f"{spec.rdb_hours}h" if spec.persistence == "rdb" else None,
    )


def _geo_replication(
    spec: RedisSpec, cluster: redisenterprise.RedisEnterprise
) -> redisenterprise.DatabasePropertiesGeoReplicationArgs | None:
    """A group of which this database is the first member; further members join it by its id."""
    if not spec.geo_replication_group:
        return None
    itself = pulumi.Output.concat(cluster.id, "/databases/", DATABASE)
    return redisenterprise.DatabasePropertiesGeoReplicationArgs(
        group_nickname=spec.geo_replication_group, linked_databases=[redisenterprise.LinkedDatabaseArgs(id=itself)]
    )
