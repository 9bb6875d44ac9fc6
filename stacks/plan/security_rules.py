"""What the rules of a subnet's security group let through, worked out as Azure does: by priority, first match wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network

from components.network.spec import SecurityRule

_NETWORK = "VirtualNetwork"
EVERYWHERE = frozenset({"*", "0.0.0.0/0"})

_DEFAULTS = (
    SecurityRule("AllowVnetInBound", 65000, "Inbound", "Allow", "*", _NETWORK, _NETWORK, ("*",), ""),
    SecurityRule("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "*", "AzureLoadBalancer", "*", ("*",), ""),
    SecurityRule("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*", "*", ("*",), ""),
    SecurityRule("AllowVnetOutBound", 65000, "Outbound", "Allow", "*", _NETWORK, _NETWORK, ("*",), ""),
    SecurityRule("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "*", "Internet", ("*",), ""),
    SecurityRule("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*", "*", ("*",), ""),
)
"""What every group ends with (Microsoft: Network security groups, default security rules)."""


@dataclass(frozen=True)
class Pods:
    """The range of a cluster's pods as an address. Whether the tag VirtualNetwork covers it is documented nowhere."""

    range: IPv4Network


@dataclass(frozen=True)
class Tag:
    """Somewhere outside the network that a service tag covers."""

    name: str


INTERNET = Tag("Internet")
"""Anywhere on the internet."""

PROBES = Tag("AzureLoadBalancer")
"""Where the health probes of load balancers come from."""

Address = IPv4Network | Pods | Tag
"""A range of the network, the pods, or what a service tag covers."""


@cache
def admits(
    rules: tuple[SecurityRule, ...],
    direction: str,
    source: Address,
    destination: Address,
    ports: str,
    protocol: str = "Tcp",
) -> bool:
    """Whether traffic from ``source`` to ``destination``, all of both, passes on every one of ``ports``
    (``8500-8599``)."""
    ordered = sorted((*rules, *_DEFAULTS), key=lambda rule: rule.priority)
    relevant = [rule for rule in ordered if rule.direction == direction and rule.protocol in ("*", protocol)]
    return all(_port(relevant, source, destination, port) for port in _telling(relevant, ports))


def _telling(rules: Iterable[SecurityRule], ports: str) -> set[int]:
    """The ports of a range that speak for all of it: its first, and those at which a rule begins or has ended."""
    wanted = _numbers(ports)
    named = [_numbers(each) for rule in rules for each in rule.ports if each != "*"]
    edges = {wanted.start, *(edge for each in named for edge in (each.start, each.stop))}
    return {port for port in edges if port in wanted}


def _port(rules: Iterable[SecurityRule], source: Address, destination: Address, port: int) -> bool:
    """What the first rule says that is about this traffic; the last default is about everything."""
    allows = (
        rule.access == "Allow"
        for rule in rules
        if any(each == "*" or port in _numbers(each) for each in rule.ports)
        and _matches(rule.source, source, rule.access == "Allow")
        and _matches(rule.destination, destination, rule.access == "Allow")
    )
    return next(allows)


def _matches(prefix: str, address: Address, whole: bool) -> bool:
    """Whether a rule is about an address: to allow, it must cover ``whole`` ranges; to deny, a part is too much."""
    if prefix in EVERYWHERE:
        return True
    if isinstance(address, Tag):
        # A range may be a part of what the tag covers, and never all of it.
        return prefix == address.name or (prefix[0].isdigit() and not whole)
    if isinstance(address, Pods):
        if prefix in (_NETWORK, INTERNET.name):
            return not whole
        address = address.range
    if not prefix[0].isdigit():
        return prefix == _NETWORK
    named = IPv4Network(prefix)
    return address.subnet_of(named) if whole else address.overlaps(named)


def _numbers(ports: str) -> range:
    first, _, last = ports.partition("-")
    return range(int(first), int(last or first) + 1)
