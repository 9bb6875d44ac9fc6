"""Azure Database for PostgreSQL flexible server, inside the network, with Entra logins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import dbforpostgresql

from components.placement import Placement
from components.postgresql.facts import POOL_PORT, PORT, SAME_ZONE, ZONE_REDUNDANT
from components.postgresql.spec import PostgresqlSpec
from components.surroundings.surround import Surroundings, surround

HIGH_AVAILABILITY = {ZONE_REDUNDANT: "ZoneRedundant", SAME_ZONE: "SameZone"}


class Postgresql(pulumi.ComponentResource):
    """The server of an environment (S2-012, S3-118): no public side, Entra logins always, passwords only where asked.

    Parameters and administrators go one at a time (the guard chains them), replicas after them: while a
    copy is taken the server is busy. ``host`` answers reads and writes, ``read_hosts`` reads: the replicas, or the
    server itself where there are none.
    """

    TOKEN = "mystira:data:Postgresql"
    id: pulumi.Output[str]
    host: pulumi.Output[str]
    read_hosts: Sequence[pulumi.Output[str]]
    port: int
    servers: Sequence[dbforpostgresql.Server]
    """The server, then its replicas."""
    ready: Sequence[pulumi.Resource]
    """What is there once the server answers and its administrators may log in."""

    def __init__(
        self,
        name: str,
        spec: PostgresqlSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        principals: Mapping[str, pulumi.Input[str]],
        password: pulumi.Input[str] | None,
        subnet_id: pulumi.Input[str],
        zone_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register the server in the subnet ``subnet_id``, which is delegated to flexible servers and whose network
        resolves through the zone ``zone_id`` already. ``principals`` maps the keys that administrators name to object
        ids. ``password`` belongs to ``spec.login``; with ``None`` the server has no such login, and passwords are off.
        """
        if spec.passwords and password is None:
            raise ValueError(f"{name}: passwords need a password of {spec.login}")
        super().__init__(self.TOKEN, name, None, opts)
        self._place = place
        self._network = dbforpostgresql.NetworkArgs(
            delegated_subnet_resource_id=subnet_id,
            private_dns_zone_arm_resource_id=zone_id,
            # Without it Azure assumes public access, which it refuses for a server in a subnet.
            public_network_access="Disabled",
        )
        server = self._server(name, spec, password)
        made = [*self._parameters(name, spec, server), *self._administrators(name, spec, server, principals)]
        self.ready = made
        replicas: list[dbforpostgresql.Server] = []
        for physical in spec.replicas:
            copy = f"{name}-replica-{len(replicas) + 1}"
            replica = self._replica(copy, spec, physical, server, made)
            # Azure copies the parameters when it creates a replica, and never again (Microsoft: Read replicas).
            parameters = self._parameters(copy, spec, replica)
            surround(self, replica, "postgresql-server", surroundings, inside=parameters)
            replicas.append(replica)
            made = [*made, replica, *parameters]
        surround(self, server, "postgresql-server", surroundings, inside=made)
        self.id = server.id
        self.host = server.fully_qualified_domain_name
        self.read_hosts = [each.fully_qualified_domain_name for each in replicas] or [self.host]
        self.port = POOL_PORT if spec.pooled else PORT
        self.servers = [server, *replicas]
        self.register_outputs({"host": self.host})

    def _server(self, name: str, spec: PostgresqlSpec, password: pulumi.Input[str] | None) -> dbforpostgresql.Server:
        mode = HIGH_AVAILABILITY.get(spec.high_availability, "Disabled")
        return dbforpostgresql.Server(
            name,
            server_name=spec.name,
            resource_group_name=self._place.resource_group,
            location=self._place.location,
            create_mode="Default",
            version=spec.version,
            sku=dbforpostgresql.SkuArgs(name=spec.sku, tier=spec.tier),
            storage=dbforpostgresql.StorageArgs(
                storage_size_gb=spec.storage_gib, auto_grow="Enabled" if spec.auto_grow else "Disabled"
            ),
            high_availability=dbforpostgresql.HighAvailabilityArgs(
                mode=mode, standby_availability_zone=(spec.standby_zone or None) if mode != "Disabled" else None
            ),
            availability_zone=spec.zone or None,
            backup=dbforpostgresql.BackupArgs(
                backup_retention_days=spec.backup_days,
                geo_redundant_backup="Enabled" if spec.geo_backup else "Disabled",
            ),
            # Azure takes it with updates only: the build says what is left to do (stacks/parts/postgresql/build.py).
            maintenance_window=dbforpostgresql.MaintenanceWindowArgs(
                custom_window="Enabled",
                day_of_week=spec.maintenance.day,
                start_hour=spec.maintenance.hour,
                start_minute=spec.maintenance.minute,
            ),
            network=self._network,
            auth_config=dbforpostgresql.AuthConfigArgs(
                active_directory_auth="Enabled",
                password_auth="Enabled" if spec.passwords else "Disabled",
                tenant_id=spec.tenant_id,
            ),
            # Both or neither, whether passwords are on or off: Azure refuses a login without its password, and
            # passwords that are switched on without both (mslearn-azure-ai #230, azure-cli #29346).
            administrator_login=None if password is None else spec.login,
            administrator_login_password=None if password is None else pulumi.Output.secret(password),
            tags=self._place.tags,
            # A login that comes or goes would replace the server, with its databases: what it was created with stays.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["administratorLogin"]),
        )

    def _parameters(self, name: str, spec: PostgresqlSpec, server: dbforpostgresql.Server) -> list[pulumi.Resource]:
        return [
            dbforpostgresql.Configuration(
                f"{name}-{parameter}",
                configuration_name=parameter,
                server_name=server.name,
                resource_group_name=self._place.resource_group,
                source="user-override",
                value=value,
                opts=pulumi.ResourceOptions(parent=server),
            )
            for parameter, value in spec.parameters
        ]

    def _administrators(
        self,
        name: str,
        spec: PostgresqlSpec,
        server: dbforpostgresql.Server,
        principals: Mapping[str, pulumi.Input[str]],
    ) -> list[pulumi.Resource]:
        return [
            dbforpostgresql.AdministratorsMicrosoftEntra(
                f"{name}-{each.key}",
                object_id=principals.get(each.principal, each.principal),
                server_name=server.name,
                resource_group_name=self._place.resource_group,
                principal_name=each.name,
                principal_type=each.principal_type,
                tenant_id=spec.tenant_id,
                opts=pulumi.ResourceOptions(parent=server),
            )
            for each in spec.administrators
        ]

    def _replica(
        self,
        name: str,
        spec: PostgresqlSpec,
        physical: str,
        server: dbforpostgresql.Server,
        after: Sequence[pulumi.Resource],
    ) -> dbforpostgresql.Server:
        """A copy that follows the server: its backups, availability, logins and databases are the server's."""
        return dbforpostgresql.Server(
            name,
            server_name=physical,
            resource_group_name=self._place.resource_group,
            location=self._place.location,
            create_mode="Replica",
            source_server_resource_id=server.id,
            sku=dbforpostgresql.SkuArgs(name=spec.sku, tier=spec.tier),
            storage=dbforpostgresql.StorageArgs(
                storage_size_gb=spec.storage_gib, auto_grow="Enabled" if spec.auto_grow else "Disabled"
            ),
            network=self._network,
            tags=self._place.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )
