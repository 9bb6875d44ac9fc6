"""The proof that every consumer reaches everything that it needs, and reaches it in one way only.

Parts say what answers, behind which doors (``Part.targets``), and what goes out, from which subnet
(``Part.consumers``). A path is a delegated subnet whose zone is linked, a private endpoint with all zones of its
product, the load balancer of the cluster's gateway, the node subnet itself, or the public side behind a firewall that
admits the environment's outbound addresses; Redis has no firewall, so its waiver names that. Two of them are an error
as well: nobody could say where the traffic goes.

The public side of the registry is no door of an environment: `shared` has waived it by name for build agents, and in
the network the linked zone answers with the private address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, collapse_addresses
from itertools import product
from typing import Any

from components.problems import Problem
from stacks.context import Context
from stacks.parts.doors import EVERYBODY, Consumer, Door, NetworkPath, Target, Way, zones
from stacks.parts.network.subnets import ROLES, rules_of
from stacks.parts.part import AnyPart
from stacks.plan.security_rules import INTERNET, Address, Pods, admits
from stacks.settings.network import Network

AZURE = "0.0.0.0/32"
"""In a firewall: every address of Azure, those of the NAT gateway too (Microsoft: Configure IP firewall in Azure Cosmos
DB, connections from within public Azure datacenters)."""

READ_ZONES = "components/facts/private_link.py"
READ_SUBNETS = "stacks/parts/network/subnets.py"
SHOWN = 4
"""Pairs that a problem names before it only counts them."""


@dataclass(frozen=True)
class _Fault:
    """Why a door does not work, or why there must not be another."""

    path: str
    what: str
    allowed: str
    read: str = ""


@dataclass
class Proof:
    """What was found: paths, and for each fault the pairs that it stops."""

    context: Context[Any]
    planned: tuple[str, ...]
    """The private DNS zones of the network."""
    paths: list[NetworkPath] = field(default_factory=list)
    faults: dict[_Fault, list[str]] = field(default_factory=dict)

    def stopped(self, fault: _Fault, pair: str) -> None:
        pairs = self.faults.setdefault(fault, [])
        if pair not in pairs:
            pairs.append(pair)


def zones_of(context: Context[Any], parts: Sequence[AnyPart]) -> tuple[str, ...]:
    """The private DNS zones of a stack: of everything that answers inside, and of everything that somebody needs."""
    needed = {group for consumer in _consumers(context, parts) for group in consumer.needs}
    by_group = {group: zones(group) for group in needed}
    by_group |= {each.group: each.zones for each in _targets(context, parts) if each.group in needed or _inside(each)}
    services = context.catalogue.zones
    ordered = sorted(by_group, key=lambda group: (group in services, group))
    return tuple(dict.fromkeys(zone for group in ordered for zone in by_group[group]))


def network_path_problems(context: Context[Any], parts: Sequence[AnyPart], proof: Proof) -> Iterator[Problem]:
    """No path and two paths: one problem for each cause, with the pairs that it concerns."""
    for name, count in Counter(consumer.name for consumer in _consumers(context, parts)).items():
        if count > 1:
            yield Problem(f"catalogue: {name}", "the name of a part of the platform", name, "another key")
    for fault, pairs in proof.faults.items():
        yield Problem(fault.path, fault.what, _shown(pairs), fault.allowed, fault.read)


def _targets(context: Context[Any], parts: Sequence[AnyPart]) -> list[Target]:
    return [target for part in parts for target in part.targets(context)]


def _consumers(context: Context[Any], parts: Sequence[AnyPart]) -> list[Consumer]:
    return [consumer for part in parts for consumer in part.consumers(context)]


def _inside(target: Target) -> bool:
    return any(door.way is not Way.PUBLIC for door in target.doors)


def proven(context: Context[Any], parts: Sequence[AnyPart]) -> Proof:
    """The one path of each pair of consumer and target, or why there is none."""
    targets, proof = _targets(context, parts), Proof(context, zones_of(context, parts))
    for target in targets:
        # A door that cannot be built is a fault even where nobody comes.
        for door in target.doors:
            for fault in _door_faults(proof, target, door):
                proof.stopped(fault, target.name)
    for consumer in _consumers(context, parts):
        for group in sorted(consumer.needs & {target.group for target in targets}):
            mine = [target for target in targets if target.group == group and consumer.name in target.consumers]
            if not mine:
                fault = _Fault(f"plan: {group}", "no path: it is not for who needs it", "a target for each consumer")
                proof.stopped(fault, f"{consumer.name} → {group}")
            for target in mine:
                _pair(proof, consumer, target)
    return proof


def _pair(proof: Proof, consumer: Consumer, target: Target) -> None:
    """One consumer at one target: a path, or the faults that leave none, or one path too many."""
    context, pair = proof.context, f"{consumer.name} → {target.name}"
    faults = {
        door: [*_door_faults(proof, target, door), *_consumer_faults(context, consumer, target, door)]
        for door in target.doors
    }
    open_doors = [door for door, found in faults.items() if not found]
    if len(open_doors) > 1:
        ways = " and ".join(door.way for door in open_doors)
        last = open_doors[-1]
        proof.stopped(_Fault(context.path(last.setting), f"two paths: {ways}", last.allowed), pair)
    elif open_doors:
        door = open_doors[0]
        via = f"{consumer.subnet} → {_where(door, target)}"
        ports = ", ".join(target.ports)
        shown = ports if target.protocols == ("Tcp",) else f"{ports} ({', '.join(target.protocols)})"
        proof.paths.append(
            NetworkPath(
                consumer.name, target.name, door.way.value, shown, via, door.subnet, target.ports, target.protocols
            )
        )
    else:
        # The doors of people are no way for a service, so they are no fault where a private one should be.
        inside = [door for door in faults if door.way is not Way.PUBLIC]
        found = [fault for door in inside or faults for fault in faults[door]]
        nothing = _Fault(context.path(target.setting), "no path: there is no way in", target.allowed)
        for fault in found or [nothing]:
            proof.stopped(fault, pair)


def _door_faults(proof: Proof, target: Target, door: Door) -> Iterator[_Fault]:
    if door.way is Way.PUBLIC:
        return
    for subnet in door.subnets:
        if subnet not in proof.context.settings.network.subnets:
            yield _missing(proof.context, subnet)
    for zone in target.zones:
        if zone not in proof.planned:
            what = f"no path: the zone {zone} is not in the network"
            yield _Fault(f"plan: zones of {target.group}", what, "every zone of the product", READ_ZONES)


def _consumer_faults(context: Context[Any], consumer: Consumer, target: Target, door: Door) -> Iterator[_Fault]:
    subnets = context.settings.network.subnets
    own = subnets.get(consumer.subnet)
    if own is None:
        yield _missing(context, consumer.subnet)
        return
    if door.way is Way.PUBLIC:
        if not (door.own or _everybody(door.ranges)):
            what = "no path: the firewall does not admit the environment's own outbound addresses"
            yield _Fault(context.path(target.setting), what, target.allowed)
        elif not ROLES[consumer.subnet].outbound:
            what = "no path: it does not go out through the NAT gateway"
            yield _Fault(f"subnet role {consumer.subnet}", what, "outbound", READ_SUBNETS)
    yield from _rule_faults(context, consumer, target, door)


def _rule_faults(context: Context[Any], consumer: Consumer, target: Target, door: Door) -> Iterator[_Fault]:
    """Every security group on the way. There is none between a cluster and its own load balancer: nodes answer its
    address themselves (Kubernetes KEP-1860, ipMode VIP)."""
    network, subnet = context.settings.network, consumer.subnet
    if subnet == door.behind or not network.subnets.keys() >= set(door.subnets):
        return
    source: Address = Pods(network.pod_cidr) if consumer.pods else network.subnets[subnet]
    there = _address(network, door)
    for port, protocol in product(target.ports, target.protocols):
        if not admits(rules_of(subnet, network), "Outbound", source, there, port, protocol):
            what = f"no path: port {port} is not let out to {door.subnet or 'the internet'}"
            yield _Fault(f"subnet role {subnet}", what, "a rule that allows it", READ_SUBNETS)
        for role in _guards(door):
            if not admits(rules_of(role, network), "Inbound", source, there, port, protocol):
                what = f"no path: port {port} is not admitted from {subnet}"
                yield _Fault(f"subnet role {role}", what, "a rule that allows it", READ_SUBNETS)


def _address(network: Network, door: Door) -> Address:
    """The destination that security groups see."""
    if door.pods:
        return Pods(network.pod_cidr)
    return IPv4Network(door.address) if door.address else network.subnets.get(door.subnet, INTERNET)


def _guards(door: Door) -> Iterator[str]:
    """The roles of the subnets whose security groups a door is behind. Without its policies a subnet applies no rule to
    private endpoints."""
    return (role for role in door.subnets if door.way is not Way.PRIVATE or ROLES[role].endpoint_policies)


def _missing(context: Context[Any], subnet: str) -> _Fault:
    path, allowed = context.path(f"network.subnets.{subnet}"), f"a range for {subnet}"
    return _Fault(path, "missing: no path without it", allowed)


def _everybody(ranges: Iterable[str]) -> bool:
    """Whether ranges leave nobody out, or nobody who comes from Azure."""
    found = list(collapse_addresses(IPv4Network(each) for each in ranges))
    return IPv4Network(EVERYBODY) in found or AZURE in ranges


def _where(door: Door, target: Target) -> str:
    if door.way is Way.PUBLIC:
        firewall = "the firewall" if door.own else "no firewall"
        return f"NAT gateway → {firewall}, waiver {door.waiver}"
    place = f"{door.subnet} {door.address} → {door.behind}" if door.behind else door.subnet
    return ", ".join((place, *target.zones))


def _shown(pairs: list[str]) -> str:
    arrows = [pair for pair in pairs if "→" in pair] or pairs
    more = f" and {len(arrows) - SHOWN} more" if len(arrows) > SHOWN else ""
    return ", ".join(arrows[:SHOWN]) + more
