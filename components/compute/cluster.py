"""An AKS cluster whose identities have their rights before it exists, and whose pools are resources of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerservice

from components.common import Surroundings, surround
from components.compute.pools import PoolArgs, agent_pool, initial_pool

AUTO_UPGRADE = "aksManagedAutoUpgradeSchedule"
NODE_OS_UPGRADE = "aksManagedNodeOSUpgradeSchedule"
IMAGE_CLEANER_HOURS = 120
ROTATION_POLL_INTERVAL = "2m"


@dataclass(frozen=True)
class WindowArgs:
    """When upgrades may run: weekly, at least four hours from ``start`` (HH:MM, local by ``utc_offset``)."""

    day: str
    start: str
    hours: int
    utc_offset: str


@dataclass(frozen=True)
class ClusterIdentity:
    """A user-assigned identity that exists: its resource id, its client id, its object id."""

    id: pulumi.Input[str]
    client_id: pulumi.Input[str]
    principal_id: pulumi.Input[str]


@dataclass(frozen=True)
class ClusterArgs:
    """A cluster.

    ``version`` is a Kubernetes minor version; ``upgrade_channel`` patch, stable, rapid, node-image or none. ``private``
    takes the API server off the internet; otherwise ``authorized_ranges`` may reach it, and the cluster's own outbound
    addresses always (``outbound_ips``), because nodes come from there. ``tier`` is Free, Standard or Premium.
    ``node_group`` names the resource group that Azure makes for the nodes. ``initial_pool`` is made with the cluster;
    Azure takes changes of it only through the pool itself, so it becomes a resource of its own once it is adopted
    (``manage_initial_pool``). ``granted`` are the role assignments of both identities: AKS checks them while it makes
    the cluster, and needs them until it is deleted.
    """

    resource_group: pulumi.Input[str]
    location: str
    tenant_id: str
    name: str
    dns_prefix: str
    node_group: str
    version: str
    tier: str
    upgrade_channel: str
    upgrades: WindowArgs
    node_images: WindowArgs
    private: bool
    authorized_ranges: Sequence[str]
    outbound_ips: Sequence[pulumi.Input[str]]
    subnet_id: pulumi.Input[str]
    pod_cidr: str
    service_cidr: str
    dns_service_ip: str
    control_plane: ClusterIdentity
    kubelet: ClusterIdentity
    initial_pool: PoolArgs
    pools: Sequence[PoolArgs]
    manage_initial_pool: bool
    granted: Sequence[pulumi.Resource]
    tags: Mapping[str, str]


class Cluster(pulumi.ComponentResource):
    """A cluster with Entra and Azure RBAC only, workload identity, and outbound through the subnet's NAT gateway.

    What the AKS baseline asks for and this cluster does not have is waived by name in docs/aks-controls.md.
    ``oidc_issuer`` is what federated credentials trust.
    """

    TOKEN = "mystira:compute:Cluster"
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]

    def __init__(
        self, name: str, args: ClusterArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        cluster = containerservice.ManagedCluster(
            name,
            resource_name_=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            sku={"name": "Base", "tier": args.tier},
            support_plan="KubernetesOfficial",
            kubernetes_version=args.version,
            dns_prefix=args.dns_prefix,
            node_resource_group=args.node_group,
            node_resource_group_profile={"restriction_level": "ReadOnly"},
            identity=containerservice.ManagedClusterIdentityArgs(
                type=containerservice.ResourceIdentityType.USER_ASSIGNED,
                user_assigned_identities=[args.control_plane.id],
            ),
            identity_profile={
                "kubeletidentity": containerservice.UserAssignedIdentityArgs(
                    resource_id=args.kubelet.id, client_id=args.kubelet.client_id, object_id=args.kubelet.principal_id
                )
            },
            agent_pool_profiles=[initial_pool(args.initial_pool, args.version, args.subnet_id, args.tags)],
            aad_profile={"managed": True, "enable_azure_rbac": True, "tenant_id": args.tenant_id},
            disable_local_accounts=True,
            enable_rbac=True,
            oidc_issuer_profile={"enabled": True},
            security_profile={
                "workload_identity": {"enabled": True},
                "image_cleaner": {"enabled": True, "interval_hours": IMAGE_CLEANER_HOURS},
            },
            addon_profiles=self._addons(),
            api_server_access_profile=self._access(args),
            network_profile=self._network(args),
            auto_upgrade_profile={"upgrade_channel": args.upgrade_channel, "node_os_upgrade_channel": "NodeImage"},
            auto_scaler_profile={"expander": "least-waste", "balance_similar_node_groups": "true"},
            storage_profile={
                "disk_csi_driver": {"enabled": True},
                "file_csi_driver": {"enabled": False},
                "blob_csi_driver": {"enabled": False},
                "snapshot_controller": {"enabled": False},
            },
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.granted)),
        )
        own = (args.initial_pool, *args.pools) if args.manage_initial_pool else tuple(args.pools)
        pools = [
            agent_pool(name, pool, cluster, args.resource_group, args.subnet_id, args.version, args.tags)
            for pool in own
        ]
        windows = [
            self._window(name, config, window, cluster, args.resource_group)
            for config, window in ((AUTO_UPGRADE, args.upgrades), (NODE_OS_UPGRADE, args.node_images))
        ]
        surround(self, cluster, "kubernetes-cluster", surroundings, inside=[*pools, *windows])
        self.id = cluster.id
        self.name = cluster.name
        self.oidc_issuer = cluster.oidc_issuer_profile.apply(lambda profile: profile.issuer_url if profile else "")
        self.register_outputs({"id": self.id, "oidcIssuer": self.oidc_issuer})

    @staticmethod
    def _addons() -> Mapping[str, containerservice.ManagedClusterAddonProfileArgs]:
        rotation = {"enableSecretRotation": "true", "rotationPollInterval": ROTATION_POLL_INTERVAL}
        return {
            "azureKeyvaultSecretsProvider": containerservice.ManagedClusterAddonProfileArgs(
                enabled=True, config=rotation
            ),
            "azurepolicy": containerservice.ManagedClusterAddonProfileArgs(enabled=True, config={"version": "v2"}),
        }

    @staticmethod
    def _access(args: ClusterArgs) -> containerservice.ManagedClusterAPIServerAccessProfileArgs:
        if args.private:
            return containerservice.ManagedClusterAPIServerAccessProfileArgs(
                disable_run_command=True,
                enable_private_cluster=True,
                enable_private_cluster_public_fqdn=False,
                private_dns_zone="system",
            )
        own = [pulumi.Output.concat(address, "/32") for address in args.outbound_ips]
        return containerservice.ManagedClusterAPIServerAccessProfileArgs(
            disable_run_command=True,
            enable_private_cluster=False,
            authorized_ip_ranges=[*args.authorized_ranges, *own] if args.authorized_ranges else None,
        )

    @staticmethod
    def _network(args: ClusterArgs) -> containerservice.ContainerServiceNetworkProfileArgs:
        return containerservice.ContainerServiceNetworkProfileArgs(
            network_plugin="azure",
            network_plugin_mode="overlay",
            network_dataplane="cilium",
            network_policy="cilium",
            outbound_type="userAssignedNATGateway",
            load_balancer_sku="standard",
            pod_cidr=args.pod_cidr,
            service_cidr=args.service_cidr,
            dns_service_ip=args.dns_service_ip,
        )

    @staticmethod
    def _window(
        name: str,
        config: str,
        window: WindowArgs,
        cluster: containerservice.ManagedCluster,
        group: pulumi.Input[str],
    ) -> containerservice.MaintenanceConfiguration:
        return containerservice.MaintenanceConfiguration(
            f"{name}-{config}",
            config_name=config,
            resource_group_name=group,
            resource_name_=cluster.name,
            maintenance_window=containerservice.MaintenanceWindowArgs(
                duration_hours=window.hours,
                start_time=window.start,
                utc_offset=window.utc_offset,
                schedule=containerservice.ScheduleArgs(
                    weekly=containerservice.WeeklyScheduleArgs(day_of_week=window.day, interval_weeks=1)
                ),
            ),
            opts=pulumi.ResourceOptions(parent=cluster),
        )
