"""A virtual network with its subnets, their security groups, and explicit outbound through a NAT gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from components.common import Surroundings, surround


@dataclass(frozen=True)
class SecurityRuleArgs:
    """One rule of a security group.

    ``direction`` is Inbound or Outbound, ``access`` Allow or Deny, ``protocol`` Tcp, Udp or ``*``;
    ``source`` and ``destination`` are a service tag, a range or ``*``; ``ports`` destination ports.
    """

    name: str
    priority: int
    direction: str
    access: str
    protocol: str
    source: str
    destination: str
    ports: Sequence[str]
    description: str


@dataclass(frozen=True)
class SubnetArgs:
    """One subnet; ``key`` is how the program speaks of it, ``name`` what it is called.

    ``delegation`` names the service that owns it (``Microsoft.DBforPostgreSQL/flexibleServers``), empty for none;
    ``outbound`` routes it through the NAT gateway; ``endpoint_policies`` applies its rules to private endpoints.
    """

    key: str
    name: str
    cidr: str
    security_group: str
    rules: Sequence[SecurityRuleArgs]
    delegation: str
    outbound: bool
    endpoint_policies: bool


@dataclass(frozen=True)
class NatGatewayArgs:
    """The NAT gateway: ``zone`` pins it and its addresses to one zone, empty leaves the zone to Azure."""

    name: str
    public_ips: Sequence[str]
    idle_timeout_minutes: int
    zone: str


@dataclass(frozen=True)
class VirtualNetworkArgs:
    """All of one network; every name is the physical one."""

    resource_group: pulumi.Input[str]
    location: str
    name: str
    address_space: str
    subnets: Sequence[SubnetArgs]
    nat_gateway: NatGatewayArgs
    tags: Mapping[str, str]


class VirtualNetwork(pulumi.ComponentResource):
    """A network whose subnets are part of it.

    Subnets inline are one PUT and no race; their ids follow from the network's. Default outbound access is off in every
    subnet: what may go out goes through the NAT gateway (Azure: default outbound access retirement, 2026-03-31).
    ``subnet_ids`` maps the subnets' keys to their ids.
    """

    TOKEN = "mystira:network:VirtualNetwork"
    id: pulumi.Output[str]
    subnet_ids: Mapping[str, pulumi.Output[str]]
    outbound_ips: Sequence[pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: VirtualNetworkArgs,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        groups = {subnet.key: self._security_group(name, subnet, args, child) for subnet in args.subnets}
        addresses = [
            self._public_ip(name, index, ip, args, child) for index, ip in enumerate(args.nat_gateway.public_ips)
        ]
        gateway = network.NatGateway(
            name,
            nat_gateway_name=args.nat_gateway.name,
            resource_group_name=args.resource_group,
            location=args.location,
            sku={"name": "Standard"},
            idle_timeout_in_minutes=args.nat_gateway.idle_timeout_minutes,
            public_ip_addresses=[{"id": address.id} for address in addresses],
            zones=_zones(args.nat_gateway),
            tags=args.tags,
            opts=child,
        )
        vnet = network.VirtualNetwork(
            name,
            virtual_network_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            address_space={"address_prefixes": [args.address_space]},
            subnets=[self._subnet(subnet, groups[subnet.key], gateway) for subnet in args.subnets],
            tags=args.tags,
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
            subnet.key: pulumi.Output.concat(vnet.id, "/subnets/", subnet.name) for subnet in args.subnets
        }
        self.outbound_ips = [address.ip_address.apply(lambda ip: ip or "") for address in addresses]
        self.register_outputs({"id": self.id})

    @staticmethod
    def _security_group(
        name: str, subnet: SubnetArgs, args: VirtualNetworkArgs, opts: pulumi.ResourceOptions
    ) -> network.NetworkSecurityGroup:
        return network.NetworkSecurityGroup(
            f"{name}-{subnet.key}",
            network_security_group_name=subnet.security_group,
            resource_group_name=args.resource_group,
            location=args.location,
            security_rules=[
                network.SecurityRuleArgs(
                    name=rule.name,
                    priority=rule.priority,
                    direction=rule.direction,
                    access=rule.access,
                    protocol=rule.protocol,
                    source_address_prefix=rule.source,
                    source_port_range="*",
                    destination_address_prefix=rule.destination,
                    destination_port_ranges=list(rule.ports),
                    description=rule.description,
                )
                for rule in subnet.rules
            ],
            tags=args.tags,
            opts=opts,
        )

    @staticmethod
    def _public_ip(
        name: str, index: int, physical: str, args: VirtualNetworkArgs, opts: pulumi.ResourceOptions
    ) -> network.PublicIPAddress:
        return network.PublicIPAddress(
            f"{name}-outbound-{index}",
            public_ip_address_name=physical,
            resource_group_name=args.resource_group,
            location=args.location,
            sku={"name": "Standard", "tier": "Regional"},
            public_ip_allocation_method="Static",
            public_ip_address_version="IPv4",
            zones=_zones(args.nat_gateway),
            tags=args.tags,
            opts=opts,
        )

    @staticmethod
    def _subnet(
        subnet: SubnetArgs, group: network.NetworkSecurityGroup, gateway: network.NatGateway
    ) -> network.SubnetArgs:
        delegations = [{"name": "delegation", "service_name": subnet.delegation}] if subnet.delegation else None
        return network.SubnetArgs(
            name=subnet.name,
            address_prefix=subnet.cidr,
            default_outbound_access=False,
            delegations=[network.DelegationArgs(**each) for each in delegations] if delegations else None,
            nat_gateway=network.SubResourceArgs(id=gateway.id) if subnet.outbound else None,
            network_security_group=network.NetworkSecurityGroupArgs(id=group.id),
            private_endpoint_network_policies="Enabled" if subnet.endpoint_policies else "Disabled",
        )


def _zones(gateway: NatGatewayArgs) -> list[str] | None:
    return [gateway.zone] if gateway.zone else None
