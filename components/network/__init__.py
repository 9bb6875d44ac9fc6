"""The virtual network of an environment and its private DNS."""

from components.network.private_dns import PrivateDns, PrivateDnsArgs
from components.network.virtual_network import (
    NatGatewayArgs,
    SecurityRuleArgs,
    SubnetArgs,
    VirtualNetwork,
    VirtualNetworkArgs,
)

__all__ = [
    "NatGatewayArgs",
    "PrivateDns",
    "PrivateDnsArgs",
    "SecurityRuleArgs",
    "SubnetArgs",
    "VirtualNetwork",
    "VirtualNetworkArgs",
]
