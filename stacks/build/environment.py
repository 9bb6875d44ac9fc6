"""Tiers 1 and 2 of one environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

import pulumi
import pulumi_azure_native as azure_native

from components.common import Locks, PrivatePathArgs, Surroundings
from components.common.surroundings import private_path
from components.facts.private_link import ZONES
from components.identity import Identity, IdentityArgs
from components.monitoring import Notification, NotificationArgs, Telemetry, TelemetryArgs, Workspace, WorkspaceArgs
from components.network import (
    NatGatewayArgs,
    PrivateDns,
    PrivateDnsArgs,
    SecurityRuleArgs,
    SubnetArgs,
    VirtualNetwork,
    VirtualNetworkArgs,
)
from stacks.build.cluster import build_cluster
from stacks.build.groups import build_groups
from stacks.build.scopes import Scopes
from stacks.build.secrets import places, write_secrets
from stacks.build.shared import SharedOutputs
from stacks.build.stores import Site, build_stores
from stacks.plan import EnvironmentPlan
from stacks.plan.grants import CONTROL_PLANE, KUBELET
from stacks.plan.model import Subnet
from stacks.plan.secrets import TELEMETRY
from stacks.plan.stores.doors import ENDPOINTS

Groups = Mapping[str, pulumi.Output[str]]


def build_environment(plan: EnvironmentPlan, provider: azure_native.Provider) -> dict[str, object]:
    """Register an environment and return its outputs."""
    shared = SharedOutputs.read(plan.shared_stack)
    options = pulumi.ResourceOptions(provider=provider)
    groups = build_groups(plan, options)
    locks = Locks(plan.protection)
    workspace = Workspace(
        "core",
        WorkspaceArgs(
            groups["core"],
            plan.region,
            plan.monitoring.workspace,
            plan.monitoring.retention_days,
            plan.monitoring.daily_cap_gb,
            plan.tags,
        ),
        locks,
        options,
    )
    around = Surroundings(workspace.id, None, locks)
    network, zones = _network(plan, groups, around, options)
    surroundings = replace(around, subnet_id=network.subnet_ids[ENDPOINTS])
    _notification(plan, groups, options)
    _registry_path(plan, groups, shared, zones, surroundings, options)
    scopes = Scopes(resources={"registry": shared.registry_id, "workspace": workspace.id, "network": network.id})
    scopes.resources |= {f"subnet/{name}": id for name, id in network.subnet_ids.items()}
    identities, telemetry = _services(plan, groups, workspace, scopes, options)
    cluster = build_cluster(plan, groups["core"], network, surroundings, scopes, options)
    site = Site(
        plan,
        groups,
        network.subnet_ids,
        zones.zone_ids,
        identities,
        surroundings,
        scopes,
        options,
        cluster.oidc_issuer,
        outbound_ips=network.outbound_ips,
    )
    write_secrets(site, {**telemetry, **build_stores(site)})
    for workload in plan.workloads:
        identities[workload.service].trust(workload.service_account, cluster.oidc_issuer, workload.subject)
    later = [each for each in plan.grants if each.principal not in (CONTROL_PLANE, KUBELET)]
    granted = scopes.build(plan, later, options)
    locks.put((each.kind, granted[each.key]) for each in later)
    return {
        "network_id": network.id,
        "outbound_ips": network.outbound_ips,
        "workspace_id": workspace.id,
        "cluster_name": cluster.name,
        "oidc_issuer": cluster.oidc_issuer,
        "identities": {key: identity.client_id for key, identity in identities.items()},
        "registry_login_server": shared.registry_login_server,
        "hosts": {f"{host.service}/{host.endpoint}": host.name for host in plan.hosts},
        **site.outputs,
        "secrets": places(site),
        "tokens": [asdict(each) for each in plan.tokens],
    }


def _network(
    plan: EnvironmentPlan, groups: Groups, around: Surroundings, options: pulumi.ResourceOptions
) -> tuple[VirtualNetwork, PrivateDns]:
    network = VirtualNetwork(
        "core",
        VirtualNetworkArgs(
            resource_group=groups["core"],
            location=plan.region,
            name=plan.network.name,
            address_space=plan.network.address_space,
            subnets=[_subnet(subnet) for subnet in plan.network.subnets],
            nat_gateway=NatGatewayArgs(
                plan.network.outbound.name,
                plan.network.outbound.public_ips,
                plan.network.outbound.idle_timeout_minutes,
                plan.network.outbound.zone,
            ),
            tags=plan.tags,
        ),
        around,
        options,
    )
    zones = PrivateDns(
        "core",
        PrivateDnsArgs(groups["core"], plan.network.zones, plan.network.link, network.id, plan.tags),
        options,
    )
    return network, zones


def _registry_path(
    plan: EnvironmentPlan,
    groups: Groups,
    shared: SharedOutputs,
    zones: PrivateDns,
    surroundings: Surroundings,
    options: pulumi.ResourceOptions,
) -> None:
    """Images are pulled inside the network, from the registry of all environments."""
    path = PrivatePathArgs(
        name=plan.registry_endpoint,
        location=plan.region,
        resource_group=groups["core"],
        group="registry",
        zones={zone: zones.zone_ids[zone] for zone in ZONES["registry"]},
        tags=plan.tags,
    )
    private_path("registry", shared.registry_id, path, surroundings, options)


def _subnet(subnet: Subnet) -> SubnetArgs:
    role = subnet.role
    return SubnetArgs(
        key=role.key,
        name=subnet.name,
        cidr=subnet.cidr,
        security_group=subnet.security_group,
        rules=[
            SecurityRuleArgs(
                rule.name,
                rule.priority,
                rule.direction,
                rule.access,
                rule.protocol,
                rule.source,
                rule.destination,
                rule.ports,
                rule.why,
            )
            for rule in role.rules
        ],
        delegation=role.delegation,
        outbound=role.outbound,
        endpoint_policies=role.endpoint_policies,
    )


def _notification(plan: EnvironmentPlan, groups: Groups, options: pulumi.ResourceOptions) -> None:
    monitoring = plan.monitoring
    Notification(
        "core",
        NotificationArgs(
            groups["core"], monitoring.action_group, monitoring.short_name, monitoring.receivers, plan.tags
        ),
        options,
    )


def _services(
    plan: EnvironmentPlan, groups: Groups, workspace: Workspace, scopes: Scopes, options: pulumi.ResourceOptions
) -> tuple[Mapping[str, Identity], Mapping[str, pulumi.Output[str]]]:
    """The identity of each service, by key, and what its telemetry produces for its vault."""
    identities: dict[str, Identity] = {}
    products: dict[str, pulumi.Output[str]] = {}
    for service in plan.services:
        group = groups[service.group]
        identity = Identity(service.key, IdentityArgs(group, plan.region, service.identity, service.tags), options)
        identities[service.key] = identity
        scopes.principals[f"identity/{service.key}"] = identity.principal_id
        if service.telemetry:
            telemetry = Telemetry(
                service.key,
                TelemetryArgs(group, plan.region, service.telemetry, workspace.id, plan.local_auth, service.tags),
                options,
            )
            scopes.resources[f"telemetry/{service.key}"] = telemetry.id
            products[f"{TELEMETRY}{service.key}"] = telemetry.connection_string
    return identities, products
