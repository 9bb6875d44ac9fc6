"""Tiers 1 and 2 of one environment."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_azure_native as azure_native

from components.identity import ServiceIdentity, ServiceIdentityArgs
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
from stacks.build.groups import build_groups
from stacks.build.shared import SharedOutputs
from stacks.plan import EnvironmentPlan
from stacks.plan.model import Subnet

Groups = Mapping[str, pulumi.Output[str]]


def build_environment(plan: EnvironmentPlan, provider: azure_native.Provider) -> dict[str, object]:
    """Register an environment and return its outputs."""
    shared = SharedOutputs.read(plan.shared_stack)
    options = pulumi.ResourceOptions(provider=provider)
    groups = build_groups(plan, options)
    network = _network(plan, groups, options)
    workspace = _monitoring(plan, groups, options)
    identities = _services(plan, groups, workspace, options)
    return {
        "network_id": network.id,
        "outbound_ips": network.outbound_ips,
        "workspace_id": workspace.id,
        "identities": {key: identity.client_id for key, identity in identities.items()},
        "registry_login_server": shared.registry_login_server,
        "hosts": {f"{host.service}/{host.endpoint}": host.name for host in plan.hosts},
    }


def _network(plan: EnvironmentPlan, groups: Groups, options: pulumi.ResourceOptions) -> VirtualNetwork:
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
        options,
    )
    PrivateDns(
        "core",
        PrivateDnsArgs(groups["core"], plan.network.zones, plan.network.link, network.id, plan.tags),
        options,
    )
    return network


def _subnet(subnet: Subnet) -> SubnetArgs:
    role = subnet.role
    return SubnetArgs(
        name=role.key,
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


def _monitoring(plan: EnvironmentPlan, groups: Groups, options: pulumi.ResourceOptions) -> Workspace:
    monitoring = plan.monitoring
    workspace = Workspace(
        "core",
        WorkspaceArgs(
            groups["core"],
            plan.region,
            monitoring.workspace,
            monitoring.retention_days,
            monitoring.daily_cap_gb,
            plan.tags,
        ),
        options,
    )
    Notification(
        "core",
        NotificationArgs(
            groups["core"], monitoring.action_group, monitoring.short_name, monitoring.receivers, plan.tags
        ),
        options,
    )
    return workspace


def _services(
    plan: EnvironmentPlan, groups: Groups, workspace: Workspace, options: pulumi.ResourceOptions
) -> Mapping[str, ServiceIdentity]:
    identities: dict[str, ServiceIdentity] = {}
    for service in plan.services:
        group = groups[service.group]
        identities[service.key] = ServiceIdentity(
            service.key, ServiceIdentityArgs(group, plan.region, service.identity, service.tags), options
        )
        if service.telemetry:
            Telemetry(
                service.key,
                TelemetryArgs(group, plan.region, service.telemetry, workspace.id, plan.local_auth, service.tags),
                options,
            )
    return identities
