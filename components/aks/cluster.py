"""An AKS cluster whose identities have their rights before it exists, and whose pools are separate resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerservice

from components.aks.facts import LOG_AGENT, LOG_WORKSPACE
from components.aks.pools import agent_pool, initial_pool
from components.aks.spec import ClusterSpec, WindowSpec
from components.placement import Placement
from components.surroundings.surround import Surroundings, surround

AUTO_UPGRADE = "aksManagedAutoUpgradeSchedule"
NODE_OS_UPGRADE = "aksManagedNodeOSUpgradeSchedule"
IMAGE_CLEANER_HOURS = 120
ROTATION_POLL_INTERVAL = "2m"


@dataclass(frozen=True)
class ClusterIdentity:
    """A user-assigned identity that exists."""

    id: pulumi.Input[str]
    """Its resource id."""
    client_id: pulumi.Input[str]
    principal_id: pulumi.Input[str]
    """Its object id."""


class Cluster(pulumi.ComponentResource):
    """A cluster with Entra and Azure RBAC only, workload identity, and outbound through the subnet's NAT gateway.

    What the AKS baseline asks for and this cluster does not have is waived by name in docs/aks-controls.md.
    ``oidc_issuer`` is what federated credentials trust.
    """

    TOKEN = "mystira:compute:Cluster"
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]
    node_group: pulumi.Output[str]
    """The name of the group in which AKS keeps the nodes."""

    def __init__(
        self,
        name: str,
        spec: ClusterSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        control_plane: ClusterIdentity,
        kubelet: ClusterIdentity,
        granted: Sequence[pulumi.Resource],
        subnet_id: pulumi.Input[str],
        outbound_ips: Sequence[pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register the cluster after the role assignments of both identities (``granted``), which AKS checks while it
        makes the cluster and needs until it is deleted. Nodes come from ``outbound_ips``, so these always reach a
        public API server."""
        super().__init__(self.TOKEN, name, None, opts)
        first = next(pool for pool in spec.pools if pool.initial)
        cluster = containerservice.ManagedCluster(
            name,
            resource_name_=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            sku={"name": "Base", "tier": spec.tier},
            support_plan="KubernetesOfficial",
            kubernetes_version=spec.version,
            dns_prefix=spec.dns_prefix,
            node_resource_group=spec.node_group,
            node_resource_group_profile={"restriction_level": "ReadOnly"},
            identity=containerservice.ManagedClusterIdentityArgs(
                type=containerservice.ResourceIdentityType.USER_ASSIGNED,
                user_assigned_identities=[control_plane.id],
            ),
            identity_profile={
                "kubeletidentity": containerservice.UserAssignedIdentityArgs(
                    resource_id=kubelet.id, client_id=kubelet.client_id, object_id=kubelet.principal_id
                )
            },
            agent_pool_profiles=[initial_pool(first, spec.version, subnet_id, place.tags)],
            aad_profile={"managed": True, "enable_azure_rbac": True, "tenant_id": spec.tenant_id},
            disable_local_accounts=True,
            enable_rbac=True,
            oidc_issuer_profile={"enabled": True},
            security_profile={
                "workload_identity": {"enabled": True},
                "image_cleaner": {"enabled": True, "interval_hours": IMAGE_CLEANER_HOURS},
            },
            addon_profiles=self._addons(spec, surroundings.workspace_id),
            azure_monitor_profile={"metrics": {"enabled": spec.prometheus}},
            api_server_access_profile=self._access(spec, outbound_ips),
            network_profile=self._network(spec),
            auto_upgrade_profile={"upgrade_channel": spec.upgrade_channel, "node_os_upgrade_channel": "NodeImage"},
            auto_scaler_profile={"expander": "least-waste", "balance_similar_node_groups": "true"},
            storage_profile={
                "disk_csi_driver": {"enabled": True},
                "file_csi_driver": {"enabled": False},
                "blob_csi_driver": {"enabled": False},
                "snapshot_controller": {"enabled": False},
            },
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(granted)),
        )
        pools = [
            agent_pool(name, pool, cluster, place, subnet_id, spec.version)
            for pool in spec.pools
            if pool is not first or spec.manage_initial_pool
        ]
        windows = [
            self._window(name, config, window, cluster, place)
            for config, window in ((AUTO_UPGRADE, spec.upgrades), (NODE_OS_UPGRADE, spec.node_images))
        ]
        surround(self, cluster, "kubernetes-cluster", surroundings, inside=[*pools, *windows])
        self.id = cluster.id
        self.name = cluster.name
        self.node_group = cluster.node_resource_group.apply(lambda name: name or spec.node_group)
        self.oidc_issuer = cluster.oidc_issuer_profile.apply(lambda profile: profile.issuer_url if profile else "")
        self.register_outputs({"id": self.id, "oidcIssuer": self.oidc_issuer})

    @staticmethod
    def _addons(
        spec: ClusterSpec, workspace_id: pulumi.Input[str]
    ) -> Mapping[str, containerservice.ManagedClusterAddonProfileArgs]:
        rotation = {"enableSecretRotation": "true", "rotationPollInterval": ROTATION_POLL_INTERVAL}
        # The agent asks Entra for its token, with the identity of the add-on, instead of having a key of the workspace.
        logs = {LOG_WORKSPACE: workspace_id, "useAADAuth": "true"}
        return {
            "azureKeyvaultSecretsProvider": containerservice.ManagedClusterAddonProfileArgs(
                enabled=True, config=rotation
            ),
            "azurepolicy": containerservice.ManagedClusterAddonProfileArgs(enabled=True, config={"version": "v2"}),
            LOG_AGENT: containerservice.ManagedClusterAddonProfileArgs(
                enabled=spec.container_logs, config=logs if spec.container_logs else None
            ),
        }

    @staticmethod
    def _access(
        spec: ClusterSpec, outbound_ips: Sequence[pulumi.Input[str]]
    ) -> containerservice.ManagedClusterAPIServerAccessProfileArgs:
        if spec.private:
            return containerservice.ManagedClusterAPIServerAccessProfileArgs(
                disable_run_command=True,
                enable_private_cluster=True,
                enable_private_cluster_public_fqdn=False,
                private_dns_zone="system",
            )
        own = [pulumi.Output.concat(address, "/32") for address in outbound_ips]
        return containerservice.ManagedClusterAPIServerAccessProfileArgs(
            disable_run_command=True,
            enable_private_cluster=False,
            authorized_ip_ranges=[*spec.authorized_ranges, *own] if spec.authorized_ranges else None,
        )

    @staticmethod
    def _network(spec: ClusterSpec) -> containerservice.ContainerServiceNetworkProfileArgs:
        return containerservice.ContainerServiceNetworkProfileArgs(
            network_plugin="azure",
            network_plugin_mode="overlay",
            network_dataplane="cilium",
            network_policy="cilium",
            outbound_type="userAssignedNATGateway",
            load_balancer_sku="standard",
            pod_cidr=spec.pod_cidr,
            service_cidr=spec.service_cidr,
            dns_service_ip=spec.dns_service_ip,
        )

    @staticmethod
    def _window(
        name: str,
        config: str,
        window: WindowSpec,
        cluster: containerservice.ManagedCluster,
        place: Placement,
    ) -> containerservice.MaintenanceConfiguration:
        return containerservice.MaintenanceConfiguration(
            f"{name}-{config}",
            config_name=config,
            resource_group_name=place.resource_group,
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
