"""Address ranges, as networks and subnets write them."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from offline.rpc.protocol import Properties

Range = IPv4Network | IPv6Network


def prefixes_of(subnet: Properties) -> list[str]:
    """The ranges of a subnet as written: ``addressPrefix`` wins over ``addressPrefixes``.

    virtual-kubelet/azure-aci #634.
    """
    one = subnet.get("addressPrefix")
    return [str(each) for each in ([one] if one else subnet.get("addressPrefixes") or [])]


def ranges(prefixes: Iterable[str]) -> list[Range]:
    """The prefixes that are ranges."""
    return [found for each in prefixes if (found := range_of(each)) is not None]


def range_of(prefix: str) -> Range | None:
    """The range of a prefix, ``None`` if it is not in CIDR notation."""
    # Python would also accept a single address or a dotted mask.
    if not prefix.partition("/")[2].isdecimal():
        return None
    try:
        return ip_network(prefix, strict=False)
    except ValueError:
        return None


def ipv4(prefixes: Iterable[str]) -> list[IPv4Network]:
    """The prefixes that are IPv4 ranges."""
    return [each for each in ranges(prefixes) if isinstance(each, IPv4Network)]
