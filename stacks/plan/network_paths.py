"""The proof that every consumer reaches every store it needs, and reaches it in one way only.

A consumer is what runs in the network: pods on the nodes, App Service through its subnet (all of its traffic:
Microsoft, Manage Azure App Service virtual network integration routing), the job that runs the SQL grants, the kubelet
that pulls images. Its path to a store is a delegated subnet whose zone is linked, a private endpoint with all zones of
its product, or the public side behind a firewall that admits the environment's outbound addresses; for Redis, which has
no firewall, the waiver says so. Two of them are an error as well: then nobody can say where the traffic goes.

The public side of the registry is no door of an environment: `shared` has waived it by name for build agents, and in
the network the linked zone answers with the private address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, collapse_addresses

from components.facts.private_link import ZONES
from components.facts.subnets import ROLES
from components.naming import Names
from components.problems import Problem
from stacks.catalogue import Catalogue, HostKind, Service
from stacks.plan.security_rules import INTERNET, admits
from stacks.plan.stores import STORES
from stacks.plan.stores.doors import ENDPOINTS, EVERYBODY, Door, Target, Way, private
from stacks.plan.stores.postgresql import MIGRATOR, zone_name
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name

NODES = "aks-nodes"
KUBELET = "kubelet"
REGISTRY = "registry"
SUBNET_OF: Mapping[HostKind, str] = {HostKind.AKS: NODES, HostKind.APP_SERVICE: "app-service"}
"""The role of the subnet from which each kind of workload goes out."""

AZURE = "0.0.0.0/32"
"""In a firewall: every address of Azure, those of the NAT gateway too (Microsoft: Configure IP firewall in Azure Cosmos
DB, connections from within public Azure datacenters)."""

READ_ZONES = "components/facts/private_link.py"
READ_SUBNETS = "components/facts/subnets.py"
SHOWN = 4
"""Pairs that a problem names before it only counts them."""


@dataclass(frozen=True)
class Consumer:
    """Something that goes out from the subnet with the role ``subnet`` to what it needs: keys of private DNS zones."""

    name: str
    subnet: str
    needs: frozenset[str]


@dataclass(frozen=True)
class NetworkPath:
    """The way of one consumer to one store: ``kind`` is a :class:`Way`, ``via`` what it goes through, for people."""

    consumer: str
    store: str
    kind: str
    port: str
    via: str


@dataclass(frozen=True)
class _Fault:
    """Why a door does not work, or why there must not be another."""

    path: str
    what: str
    allowed: str
    read: str = ""


@dataclass
class _Proof:
    """What was found: paths, and for each fault the pairs that it stops."""

    paths: list[NetworkPath] = field(default_factory=list)
    faults: dict[_Fault, list[str]] = field(default_factory=dict)

    def stopped(self, fault: _Fault, pair: str) -> None:
        pairs = self.faults.setdefault(fault, [])
        if pair not in pairs:
            pairs.append(pair)


def zones_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> tuple[str, ...]:
    """The private DNS zones of an environment: of everything that a service needs, and of what stands there anyway."""
    inside = [target.group for target in targets_of(settings, catalogue) if _stands_inside(target)]
    groups = dict.fromkeys((REGISTRY, *catalogue.zones, *inside))
    return tuple(zone for group in groups for zone in _zones(group, names))


def _stands_inside(target: Target) -> bool:
    return any(door.way is not Way.PUBLIC for door in target.doors)


def consumers_of(catalogue: Catalogue) -> tuple[Consumer, ...]:
    """Everything that runs in the network of an environment."""
    services = [
        Consumer(service.key, SUBNET_OF[service.workload.kind], frozenset(_zone_groups(service)))
        for service in catalogue
        if service.workload
    ]
    parts = [Consumer(MIGRATOR, NODES, frozenset({"postgresql"})), Consumer(KUBELET, NODES, frozenset({REGISTRY}))]
    return (*services, *parts)


def targets_of(settings: EnvironmentSettings, catalogue: Catalogue) -> tuple[Target, ...]:
    """Everything that they reach: what each store says of itself, and the registry of all environments."""
    setting, allowed = f"network.subnets.{ENDPOINTS}", "a range for private endpoints"
    registry = Target(REGISTRY, REGISTRY, (KUBELET,), ("443",), (private(setting, allowed),), setting, allowed)
    return (*(each for store in STORES for each in store.targets(settings, catalogue)), registry)


def network_paths(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> tuple[NetworkPath, ...]:
    """The one path of each pair, once :func:`network_path_problems` has found none without it."""
    return tuple(_prove("", settings, catalogue, names).paths)


def network_path_problems(
    stack: str, settings: EnvironmentSettings, catalogue: Catalogue, names: Names
) -> Iterator[Problem]:
    """No path and two paths: one problem for each cause, with the pairs that it concerns."""
    for key in sorted({MIGRATOR, KUBELET} & catalogue.by_key.keys()):
        yield Problem(f"catalogue: {key}", "the name of a part of the platform", key, "another key")
    prefix = f"{file_name(stack)}: mystira:"
    for fault, pairs in _prove(prefix, settings, catalogue, names).faults.items():
        yield Problem(fault.path, fault.what, _shown(pairs), fault.allowed, fault.read)


def _prove(prefix: str, settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> _Proof:
    proof, targets = _Proof(), targets_of(settings, catalogue)
    planned = zones_of(settings, catalogue, names)
    for target in targets:
        # A door that cannot be built is a fault even where nobody comes.
        for door in target.doors:
            for fault in _door_faults(prefix, target, door, settings, planned, names):
                proof.stopped(fault, target.name)
    for consumer in consumers_of(catalogue):
        for group in sorted(consumer.needs & {target.group for target in targets}):
            mine = [target for target in targets if target.group == group and consumer.name in target.consumers]
            if not mine:
                fault = _Fault(f"plan: {group}", "no path: it is not for who needs it", "a target for each consumer")
                proof.stopped(fault, f"{consumer.name} → {group}")
            for target in mine:
                _pair(proof, prefix, consumer, target, settings, planned, names)
    return proof


def _pair(
    proof: _Proof,
    prefix: str,
    consumer: Consumer,
    target: Target,
    settings: EnvironmentSettings,
    planned: tuple[str, ...],
    names: Names,
) -> None:
    """One consumer at one target: a path, or the faults that leave none, or one path too many."""
    pair = f"{consumer.name} → {target.name}"
    faults = {
        door: [
            *_door_faults(prefix, target, door, settings, planned, names),
            *_consumer_faults(prefix, consumer, target, door, settings),
        ]
        for door in target.doors
    }
    open_doors = [door for door, found in faults.items() if not found]
    if len(open_doors) > 1:
        ways = " and ".join(door.way for door in open_doors)
        last = open_doors[-1]
        proof.stopped(_Fault(prefix + last.setting, f"two paths: {ways}", last.allowed), pair)
    elif open_doors:
        door = open_doors[0]
        via = f"{consumer.subnet} → {_where(door, target, names)}"
        proof.paths.append(NetworkPath(consumer.name, target.name, door.way.value, ", ".join(target.ports), via))
    else:
        # The doors of people are no way for a service, so they are no fault where a private one should be.
        inside = [door for door in faults if door.way is not Way.PUBLIC]
        found = [fault for door in inside or faults for fault in faults[door]]
        nothing = _Fault(prefix + target.setting, "no path: there is no way in", target.allowed)
        for fault in found or [nothing]:
            proof.stopped(fault, pair)


def _door_faults(
    prefix: str, target: Target, door: Door, settings: EnvironmentSettings, planned: tuple[str, ...], names: Names
) -> Iterator[_Fault]:
    if door.way is Way.PUBLIC:
        return
    if door.subnet not in settings.network.subnets:
        yield _missing(prefix, door.subnet)
    for zone in _zones(target.group, names):
        if zone not in planned:
            what = f"no path: the zone {zone} is not in the network"
            yield _Fault(f"plan: zones of {target.group}", what, "every zone of the product", READ_ZONES)


def _consumer_faults(
    prefix: str, consumer: Consumer, target: Target, door: Door, settings: EnvironmentSettings
) -> Iterator[_Fault]:
    own = settings.network.subnets.get(consumer.subnet)
    if own is None:
        yield _missing(prefix, consumer.subnet)
        return
    if door.way is Way.PUBLIC:
        if not (door.own or _everybody(door.ranges)):
            what = "no path: the firewall does not admit the environment's own outbound addresses"
            yield _Fault(prefix + target.setting, what, target.allowed)
        elif not ROLES[consumer.subnet].outbound:
            what = "no path: it does not go out through the NAT gateway"
            yield _Fault(f"facts: subnets/{consumer.subnet}", what, "outbound", READ_SUBNETS)
    there = settings.network.subnets.get(door.subnet)
    yield from _rule_faults(consumer.subnet, own, door, there, target.ports)


def _rule_faults(subnet: str, own: str, door: Door, there: str | None, ports: Iterable[str]) -> Iterator[_Fault]:
    """Both security groups on the way. Without its policies a subnet applies no rule to private endpoints."""
    source = IPv4Network(own)
    destination = IPv4Network(there) if there else INTERNET
    for port in ports:
        if not admits(ROLES[subnet].rules, "Outbound", source, destination, port):
            what = f"no path: port {port} is not let out to {door.subnet or 'the internet'}"
            yield _Fault(f"facts: subnets/{subnet}", what, "a rule that allows it", READ_SUBNETS)
        if there is None or (door.way is Way.PRIVATE and not ROLES[door.subnet].endpoint_policies):
            continue
        if not admits(ROLES[door.subnet].rules, "Inbound", source, destination, port):
            what = f"no path: port {port} is not admitted from {subnet}"
            yield _Fault(f"facts: subnets/{door.subnet}", what, "a rule that allows it", READ_SUBNETS)


def _missing(prefix: str, subnet: str) -> _Fault:
    return _Fault(f"{prefix}network.subnets.{subnet}", "missing: no path without it", f"a range for {subnet}")


def _everybody(ranges: Iterable[str]) -> bool:
    """Whether ranges leave nobody out, or nobody who comes from Azure."""
    found = list(collapse_addresses(IPv4Network(each) for each in ranges))
    return IPv4Network(EVERYBODY) in found or AZURE in ranges


def _zones(group: str, names: Names) -> tuple[str, ...]:
    """The complete zones of a product. A server in a delegated subnet has a zone of its own."""
    return (zone_name(names),) if group == "postgresql" else ZONES.get(group, ())


def _zone_groups(service: Service) -> Iterator[str]:
    return (zone for need in service.needs for zone in need.zones)


def _where(door: Door, target: Target, names: Names) -> str:
    if door.way is Way.PUBLIC:
        firewall = "the firewall" if door.own else "no firewall"
        return f"NAT gateway → {firewall}, waiver {door.waiver}"
    return f"{door.subnet}, {', '.join(_zones(target.group, names))}"


def _shown(pairs: list[str]) -> str:
    arrows = [pair for pair in pairs if "→" in pair] or pairs
    more = f" and {len(arrows) - SHOWN} more" if len(arrows) > SHOWN else ""
    return ", ".join(arrows[:SHOWN]) + more
