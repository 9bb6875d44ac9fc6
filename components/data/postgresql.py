"""Azure Database for PostgreSQL flexible server, inside the network, with Entra logins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import dbforpostgresql

from components.common import Surroundings, surround
from components.facts.postgresql import POOL_PORT, PORT, SAME_ZONE, ZONE_REDUNDANT

HIGH_AVAILABILITY = {ZONE_REDUNDANT: "ZoneRedundant", SAME_ZONE: "SameZone"}
PRINCIPAL_TYPES = {
    "Group": dbforpostgresql.PrincipalType.GROUP,
    "ServicePrincipal": dbforpostgresql.PrincipalType.SERVICE_PRINCIPAL,
    "User": dbforpostgresql.PrincipalType.USER,
}


@dataclass(frozen=True)
class AdministratorArgs:
    """An Entra principal with all rights: ``name`` is what it logs in as, ``principal_type`` Group, User or
    ServicePrincipal; ``key`` tells it from the others."""

    key: str
    object_id: pulumi.Input[str]
    name: str
    principal_type: str


@dataclass(frozen=True)
class PasswordAdministratorArgs:
    """An administrator with a password, beside the Entra ones. The ``login`` cannot be changed once it is set."""

    login: str
    password: pulumi.Input[str] | None


@dataclass(frozen=True)
class MaintenanceArgs:
    """When Azure may patch, in UTC; ``day`` counts from 0, Sunday."""

    day: int
    hour: int
    minute: int


@dataclass(frozen=True)
class PostgresqlArgs:
    """A server. Its databases come with the SQL grants: one that Azure makes belongs to a role of Azure's choice.

    ``high_availability`` is ``zone-redundant``, ``same-zone`` or ``off``; ``zone`` and ``standby_zone`` may be empty:
    Azure's choice. ``storage_gib`` is where the disk starts; with ``auto_grow`` it grows by itself and never shrinks.
    ``geo_backup`` can only be chosen at creation. ``subnet_id`` is delegated to flexible servers; ``zone_id`` is a
    private DNS zone that is linked to its network already. ``parameters`` are name and value; ``pooled`` says that
    PgBouncer is among them. ``replicas`` are the names of read replicas in the same region and subnet.
    """

    resource_group: pulumi.Input[str]
    location: str
    tenant_id: str
    name: str
    version: str
    sku: str
    tier: str
    storage_gib: int
    auto_grow: bool
    high_availability: str
    zone: str
    standby_zone: str
    backup_days: int
    geo_backup: bool
    maintenance: MaintenanceArgs
    subnet_id: pulumi.Input[str]
    zone_id: pulumi.Input[str]
    parameters: Sequence[tuple[str, str]]
    pooled: bool
    administrators: Sequence[AdministratorArgs]
    password_administrator: PasswordAdministratorArgs | None
    replicas: Sequence[str]
    tags: Mapping[str, str]


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

    def __init__(
        self, name: str, args: PostgresqlArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        server = self._server(name, args)
        made = [*self._parameters(name, args, server), *self._administrators(name, args, server)]
        replicas: list[dbforpostgresql.Server] = []
        for physical in args.replicas:
            copy = f"{name}-replica-{len(replicas) + 1}"
            replica = self._replica(copy, args, physical, server, made)
            # A copy takes the parameters over when it is made and never again (Microsoft: Read replicas).
            parameters = self._parameters(copy, args, replica)
            surround(self, replica, "postgresql-server", surroundings, inside=parameters)
            replicas.append(replica)
            made = [*made, replica, *parameters]
        surround(self, server, "postgresql-server", surroundings, inside=made)
        self.id = server.id
        self.host = server.fully_qualified_domain_name
        self.read_hosts = [each.fully_qualified_domain_name for each in replicas] or [self.host]
        self.port = POOL_PORT if args.pooled else PORT
        self.register_outputs({"host": self.host})

    def _server(self, name: str, args: PostgresqlArgs) -> dbforpostgresql.Server:
        password = args.password_administrator
        mode = HIGH_AVAILABILITY.get(args.high_availability, "Disabled")
        return dbforpostgresql.Server(
            name,
            server_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            create_mode="Default",
            version=args.version,
            sku=dbforpostgresql.SkuArgs(name=args.sku, tier=args.tier),
            storage=dbforpostgresql.StorageArgs(
                storage_size_gb=args.storage_gib, auto_grow="Enabled" if args.auto_grow else "Disabled"
            ),
            high_availability=dbforpostgresql.HighAvailabilityArgs(
                mode=mode, standby_availability_zone=(args.standby_zone or None) if mode != "Disabled" else None
            ),
            availability_zone=args.zone or None,
            backup=dbforpostgresql.BackupArgs(
                backup_retention_days=args.backup_days,
                geo_redundant_backup="Enabled" if args.geo_backup else "Disabled",
            ),
            maintenance_window=dbforpostgresql.MaintenanceWindowArgs(
                custom_window="Enabled",
                day_of_week=args.maintenance.day,
                start_hour=args.maintenance.hour,
                start_minute=args.maintenance.minute,
            ),
            network=self._network(args),
            auth_config=dbforpostgresql.AuthConfigArgs(
                active_directory_auth="Enabled",
                password_auth="Enabled" if password else "Disabled",
                tenant_id=args.tenant_id,
            ),
            administrator_login=password.login if password else None,
            administrator_login_password=password.password if password else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    @staticmethod
    def _network(args: PostgresqlArgs) -> dbforpostgresql.NetworkArgs:
        # Public access must be said to be off: left out, Azure takes it for on and refuses it together with a subnet.
        return dbforpostgresql.NetworkArgs(
            delegated_subnet_resource_id=args.subnet_id,
            private_dns_zone_arm_resource_id=args.zone_id,
            public_network_access="Disabled",
        )

    @staticmethod
    def _parameters(name: str, args: PostgresqlArgs, server: dbforpostgresql.Server) -> list[pulumi.Resource]:
        return [
            dbforpostgresql.Configuration(
                f"{name}-{parameter}",
                configuration_name=parameter,
                server_name=server.name,
                resource_group_name=args.resource_group,
                source="user-override",
                value=value,
                opts=pulumi.ResourceOptions(parent=server),
            )
            for parameter, value in args.parameters
        ]

    @staticmethod
    def _administrators(name: str, args: PostgresqlArgs, server: dbforpostgresql.Server) -> list[pulumi.Resource]:
        return [
            dbforpostgresql.AdministratorsMicrosoftEntra(
                f"{name}-{each.key}",
                object_id=each.object_id,
                server_name=server.name,
                resource_group_name=args.resource_group,
                principal_name=each.name,
                principal_type=PRINCIPAL_TYPES[each.principal_type],
                tenant_id=args.tenant_id,
                opts=pulumi.ResourceOptions(parent=server),
            )
            for each in args.administrators
        ]

    def _replica(
        self,
        name: str,
        args: PostgresqlArgs,
        physical: str,
        server: dbforpostgresql.Server,
        after: Sequence[pulumi.Resource],
    ) -> dbforpostgresql.Server:
        """A copy that follows the server: its backups, availability, logins and databases are the server's."""
        return dbforpostgresql.Server(
            name,
            server_name=physical,
            resource_group_name=args.resource_group,
            location=args.location,
            create_mode="Replica",
            source_server_resource_id=server.id,
            sku=dbforpostgresql.SkuArgs(name=args.sku, tier=args.tier),
            storage=dbforpostgresql.StorageArgs(
                storage_size_gb=args.storage_gib, auto_grow="Enabled" if args.auto_grow else "Disabled"
            ),
            network=self._network(args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )
