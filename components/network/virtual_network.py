"""A virtual network with its subnets, their security groups, and explicit outbound through a NAT gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import network

from components.network.spec import NatGatewaySpec, NetworkSpec, SecurityRule, SubnetSpec
from components.placement import Placement
from components.surroundings.surround import Surroundings, surround


class VirtualNetwork(pulumi.ComponentResource):
    """A network whose subnets are part of it.

    Subnets inline are one PUT and no race; their ids follow from the network's. What may go out goes through the NAT
    gateway: default outbound access is off (Azure: default outbound access retirement, 2026-03-31), except in delegated
    subnets, which cannot be private (Microsoft: Default outbound access in Azure).
    ``subnet_ids`` maps the subnets' keys to their ids.
    """

    TOKEN = "mystira:network:VirtualNetwork"
    id: pulumi.Output[str]
    subnet_ids: Mapping[str, pulumi.Output[str]]
    outbound_ips: Sequence[pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        spec: NetworkSpec,
        place: Placement,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        groups = {subnet.key: self._security_group(name, subnet, place, child) for subnet in spec.subnets}
        addresses = [
            self._public_ip(f"{name}-outbound-{index}", physical, spec.nat_gateway, place, child)
            for index, physical in enumerate(spec.nat_gateway.public_ips)
        ]
        gateway = network.NatGateway(
            name,
            nat_gateway_name=spec.nat_gateway.name,
            resource_group_name=place.resource_group,
            location=place.location,
            sku={"name": "Standard"},
            idle_timeout_in_minutes=spec.nat_gateway.idle_timeout_minutes,
            public_ip_addresses=[{"id": address.id} for address in addresses],
            zones=_zones(spec.nat_gateway),
            tags=place.tags,
            opts=child,
        )
        vnet = network.VirtualNetwork(
            name,
            virtual_network_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            address_space={"address_prefixes": [spec.address_space]},
            subnets=[self._subnet(subnet, groups[subnet.key], gateway) for subnet in spec.subnets],
            tags=place.tags,
            opts=child,
        )
        for kind, resource in (
            ("virtual-network", vnet),
            *(("network-security-group", group) for group in groups.values()),
            *(("public-ip-address", address) for address in addresses),
        ):
            surround(self, resource, kind, surroundings)
        self.id = vnet.id
        self.subnet_ids = {
            subnet.key: pulumi.Output.concat(vnet.id, "/subnets/", subnet.name) for subnet in spec.subnets
        }
        self.outbound_ips = [address.ip_address.apply(lambda ip: ip or "") for address in addresses]
        self.register_outputs({"id": self.id})

    @staticmethod
    def _security_group(
        name: str, subnet: SubnetSpec, place: Placement, opts: pulumi.ResourceOptions
    ) -> network.NetworkSecurityGroup:
        return network.NetworkSecurityGroup(
            f"{name}-{subnet.key}",
            network_security_group_name=subnet.security_group,
            resource_group_name=place.resource_group,
            location=place.location,
            security_rules=[_rule(rule) for rule in subnet.rules],
            tags=place.tags,
            opts=opts,
        )

    @staticmethod
    def _public_ip(
        name: str, physical: str, gateway: NatGatewaySpec, place: Placement, opts: pulumi.ResourceOptions
    ) -> network.PublicIPAddress:
        return network.PublicIPAddress(
            name,
            public_ip_address_name=physical,
            resource_group_name=place.resource_group,
            location=place.location,
            sku={"name": "Standard", "tier": "Regional"},
            public_ip_allocation_method="Static",
            public_ip_address_version="IPv4",
            zones=_zones(gateway),
            tags=place.tags,
            opts=opts,
        )

    @staticmethod
    def _subnet(
        subnet: SubnetSpec, group: network.NetworkSecurityGroup, gateway: network.NatGateway
    ) -> network.SubnetArgs:
        delegation = network.DelegationArgs(name="delegation", service_name=subnet.delegation)
        return network.SubnetArgs(
            name=subnet.name,
            address_prefix=subnet.cidr,
            default_outbound_access=None if subnet.delegation else False,
            delegations=[delegation] if subnet.delegation else None,
            nat_gateway=network.SubResourceArgs(id=gateway.id) if subnet.outbound else None,
            network_security_group=network.NetworkSecurityGroupArgs(id=group.id),
            private_endpoint_network_policies="Enabled" if subnet.endpoint_policies else "Disabled",
            private_link_service_network_policies="Enabled" if subnet.link_policies else "Disabled",
            service_endpoints=[
                network.ServiceEndpointPropertiesFormatArgs(service=service, locations=list(regions))
                for service, regions in subnet.service_endpoints.items()
            ]
            or None,
        )


def _rule(rule: SecurityRule) -> network.SecurityRuleArgs:
    return network.SecurityRuleArgs(
        name=rule.name,
        priority=rule.priority,
        direction=rule.direction,
        access=rule.access,
        protocol=rule.protocol,
        source_address_prefix=rule.source,
        source_port_range="*",
        destination_address_prefix=rule.destination,
        # Azure takes * in the singular only.
        destination_port_range="*" if "*" in rule.ports else None,
        destination_port_ranges=None if "*" in rule.ports else list(rule.ports),
        description=rule.description,
    )


def _zones(gateway: NatGatewaySpec) -> list[str] | None:
    return [gateway.zone] if gateway.zone else None
