"""Azure Managed Redis: an instance, its one database, who may use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import redisenterprise

from components.common import PrivatePathArgs, Surroundings, surround
from components.facts.redis import ACCESS_POLICY, DATABASE, PORT
from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class RedisArgs:
    """An instance of Azure Managed Redis (Microsoft: What is Azure Managed Redis?).

    ``clustering`` and ``eviction`` are Azure's words. ``persistence`` is ``aof`` (a log, written once a second),
    ``rdb`` (a snapshot every ``rdb_hours``: 1, 6 or 12) or empty. ``geo_replication_group`` founds a group, empty for
    none. ``consumers`` maps a name of your choice to the name of the access policy assignment and the object id of an
    identity. ``access_keys`` lets keys in beside identities; ``key`` is the one in use. ``private`` is the way in,
    ``None`` for public access. Zones are Azure's own choice: it refuses them as an input and spreads replicas by
    itself.
    """

    resource_group: pulumi.Input[str]
    location: str
    name: str
    sku: str
    high_availability: bool
    clustering: str
    eviction: str
    persistence: str
    rdb_hours: int
    geo_replication_group: str
    access_keys: bool
    key: StoreKey
    consumers: Mapping[str, tuple[str, pulumi.Input[str]]]
    private: PrivatePathArgs | None
    tags: Mapping[str, str]


class Redis(pulumi.ComponentResource):
    """TLS only, on port 10000.

    ``connection_string`` is for StackExchange.Redis: without a password, which an identity makes superfluous; with
    ``access_keys`` it holds one and is secret.
    """

    TOKEN = "mystira:data:Redis"
    id: pulumi.Output[str]
    host: pulumi.Output[str]
    connection_string: pulumi.Output[str]

    def __init__(
        self, name: str, args: RedisArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        cluster = redisenterprise.RedisEnterprise(
            name,
            cluster_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            sku={"name": args.sku},
            high_availability="Enabled" if args.high_availability else "Disabled",
            minimum_tls_version="1.2",
            public_network_access="Disabled" if args.private else "Enabled",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        database = redisenterprise.Database(
            name,
            cluster_name=cluster.name,
            database_name=DATABASE,
            resource_group_name=args.resource_group,
            client_protocol="Encrypted",
            port=PORT,
            clustering_policy=args.clustering,
            eviction_policy=args.eviction,
            access_keys_authentication="Enabled" if args.access_keys else "Disabled",
            persistence=_persistence(args),
            geo_replication=_geo_replication(args, cluster),
            opts=pulumi.ResourceOptions(parent=cluster),
        )
        assignments = [
            redisenterprise.AccessPolicyAssignment(
                f"{name}-{consumer}",
                access_policy_assignment_name=assignment,
                cluster_name=cluster.name,
                database_name=database.name,
                resource_group_name=args.resource_group,
                access_policy_name=ACCESS_POLICY,
                user={"object_id": object_id},
                opts=pulumi.ResourceOptions(parent=database),
            )
            for consumer, (assignment, object_id) in args.consumers.items()
        ]
        logs = surround(self, database, "redis-database", surroundings)
        surround(self, cluster, "redis", surroundings, inside=[*assignments, *logs], private=args.private)
        self.id = cluster.id
        self.host = cluster.host_name
        self.connection_string = pulumi.Output.concat(self.host, f":{PORT},ssl=True,abortConnect=False")
        if args.access_keys:
            keys = redisenterprise.list_database_keys_output(
                cluster_name=cluster.name,
                database_name=database.name,
                resource_group_name=args.resource_group,
                opts=pulumi.InvokeOutputOptions(parent=database),
            )
            password = keys.primary_key if args.key == "primary" else keys.secondary_key
            self.connection_string = pulumi.Output.secret(
                pulumi.Output.concat(self.connection_string, ",password=", password)
            )
        self.register_outputs({"host": self.host})


def _persistence(args: RedisArgs) -> redisenterprise.PersistenceArgs:
    return redisenterprise.PersistenceArgs(
        aof_enabled=args.persistence == "aof",
        aof_frequency="1s" if args.persistence == "aof" else None,
        rdb_enabled=args.persistence == "rdb",
        rdb_frequency=f"{args.rdb_hours}h" if args.persistence == "rdb" else None,
    )


def _geo_replication(
    args: RedisArgs, cluster: redisenterprise.RedisEnterprise
) -> redisenterprise.DatabasePropertiesGeoReplicationArgs | None:
    """A group of which this database is the first member; further members join it by its id."""
    if not args.geo_replication_group:
        return None
    itself = pulumi.Output.concat(cluster.id, "/databases/", DATABASE)
    return redisenterprise.DatabasePropertiesGeoReplicationArgs(
        group_nickname=args.geo_replication_group, linked_databases=[redisenterprise.LinkedDatabaseArgs(id=itself)]
    )
