"""What the rules of a subnet's security group let through, worked out as Azure does: by priority, first match wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network

from components.network.spec import SecurityRule

INTERNET = None
"""As an address: somewhere outside the network."""

_DEFAULTS = (
    SecurityRule("AllowVnetInBound", 65000, "Inbound", "Allow", "*", "VirtualNetwork", "VirtualNetwork", ("*",), ""),
    SecurityRule("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*", "*", ("*",), ""),
    SecurityRule("AllowVnetOutBound", 65000, "Outbound", "Allow", "*", "VirtualNetwork", "VirtualNetwork", ("*",), ""),
    SecurityRule("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "*", "Internet", ("*",), ""),
    SecurityRule("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*", "*", ("*",), ""),
)
"""What every group ends with (Microsoft: Network security groups, default security rules)."""


@dataclass(frozen=True)
class Pods:
    """The range of a cluster's pods as an address. Whether the tag VirtualNetwork covers it is documented nowhere."""

    range: IPv4Network


Address = IPv4Network | Pods | None
"""A range of the network, the pods, or :data:`INTERNET`."""


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
    if prefix == "*":
        return True
    if isinstance(address, Pods):
        if prefix in ("VirtualNetwork", "Internet"):
            return not whole
        address = address.range
    if prefix in ("VirtualNetwork", "Internet"):
        return (prefix == "Internet") == (address is None)
    if not prefix[0].isdigit() or address is None:
        return False
    named = IPv4Network(prefix)
    return address.subnet_of(named) if whole else address.overlaps(named)


def _numbers(ports: str) -> range:
    first, _, last = ports.partition("-")
    return range(int(first), int(last or first) + 1)
