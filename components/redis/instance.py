"""Azure Managed Redis: an instance, its one database, who may use it."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import redisenterprise

from components.placement import Placement
from components.redis.facts import ACCESS_POLICY, DATABASE, PORT
from components.redis.spec import RedisSpec
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround


class Redis(pulumi.ComponentResource):
    """TLS only, on port 10000.

    ``connection_string`` is for StackExchange.Redis. With ``access_keys`` it holds a password and is secret; without,
    clients log in with their identity.
    """

    TOKEN = "mystira:data:Redis"
    id: pulumi.Output[str]
    host: pulumi.Output[str]
    connection_string: pulumi.Output[str]

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
        surround(self, cluster, "redis", surroundings, inside=[*assignments, *logs], private=private)
        self.id = cluster.id
        self.host = cluster.host_name
        self.connection_string = pulumi.Output.concat(self.host, f":{PORT},ssl=True,abortConnect=False")
        if spec.access_keys:
            keys = redisenterprise.list_database_keys_output(
                cluster_name=cluster.name,
                database_name=database.name,
                resource_group_name=place.resource_group,
                opts=pulumi.InvokeOutputOptions(parent=database),
            )
            password = keys.primary_key if spec.store_key == "primary" else keys.secondary_key
            self.connection_string = pulumi.Output.secret(
                pulumi.Output.concat(self.connection_string, ",password=", password)
            )
        self.register_outputs({"host": self.host})


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
