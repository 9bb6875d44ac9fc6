"""Address ranges: inside one environment, and against the others."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations, product

from components.aks.facts import RESERVED_RANGES
from components.facts.regions import REGIONS
from components.problems import Problem
from stacks.context import Context
from stacks.parts.network.subnets import ROLES
from stacks.settings.models import EnvironmentSettings

READ = "docs/architecture.md"
NAMES = "Microsoft: Naming rules and restrictions for Azure resources"
READ_REGIONS = "components/facts/regions.py"
KEPT = "Microsoft: CNI networking overview for AKS"


def range_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Unknown roles, subnets that are too small, outside, or overlapping; pods and services; other environments."""
    network = context.settings.network
    space, subnets = network.address_space, network.subnets
    for name, subnet in subnets.items():
        path = context.path(f"network.subnets.{name}")
        role = ROLES.get(name)
        if role is None:
            yield Problem(path, "unknown role", name, ", ".join(ROLES), READ)
        elif subnet.prefixlen > role.longest_prefix:
            yield Problem(path, "too small", str(subnet), f"/{role.longest_prefix} or larger", role.source)
        if not subnet.subnet_of(space):
            yield Problem(path, "outside the network", str(subnet), f"a range within {space}", READ)
    for role in network.subnet_names.keys() - subnets.keys():
        path = context.path(f"network.subnet_names.{role}")
        yield Problem(path, "no such subnet", role, ", ".join(sorted(subnets)), READ)
    for one, two in combinations(subnets, 2):
        name = network.subnet_names.get(two, two)
        if network.subnet_names.get(one, one).lower() == name.lower():
            path, allowed = context.path(f"network.subnet_names.{two}"), "one name a subnet"
            yield Problem(path, f"the name of {one} as well", name, allowed, NAMES)
    for (one, first), (two, second) in combinations(subnets.items(), 2):
        if first.overlaps(second):
            path, allowed = context.path(f"network.subnets.{two}"), f"a range that does not overlap {first}"
            yield Problem(path, f"overlaps {one}", str(second), allowed, READ)
    yield from _cluster_range_problems(context, space)
    yield from _other_range_problems(context)


def gateway_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """A zone that the region does not have."""
    zone, zones = context.settings.network.nat_gateway.zone, REGIONS[context.settings.azure.region].zones
    if zone and zone not in zones:
        path, allowed = context.path("network.nat_gateway.zone"), ", ".join(zones) or "none: the region has no zones"
        yield Problem(path, f"not a zone of {context.settings.azure.region}", zone, allowed, READ_REGIONS)


def _other_range_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Ranges that meet those of another environment: networks that are peered later would not reach them."""
    network = context.settings.network
    own = {"address_space": network.address_space, "pod_cidr": network.pod_cidr, "service_cidr": network.service_cidr}
    for name, other in context.others.items():
        if other.network is None:
            continue
        theirs = {
            name: other.network.address_space,
            f"the pods of {name}": other.network.pod_cidr,
            f"the services of {name}": other.network.service_cidr,
        }
        for (field, mine), (what, range) in product(own.items(), theirs.items()):
            if range is not None and mine.overlaps(range):
                allowed = f"a range that does not overlap {range} of {name}"
                yield Problem(context.path(f"network.{field}"), f"overlaps {what}", str(mine), allowed, READ)


def _cluster_range_problems(context: Context[EnvironmentSettings], space: IPv4Network) -> Iterator[Problem]:
    network = context.settings.network
    ranges = (("address_space", space), ("pod_cidr", network.pod_cidr), ("service_cidr", network.service_cidr))
    for field, own in ranges:
        for kept in RESERVED_RANGES:
            if own.overlaps(IPv4Network(kept)):
                allowed = f"a range that does not overlap {', '.join(RESERVED_RANGES)}"
                yield Problem(
                    context.path(f"network.{field}"), f"overlaps {kept}, which AKS keeps", str(own), allowed, KEPT
                )
    for field, own in ranges[1:]:
        if own.overlaps(space):
            allowed = f"a range that does not overlap {space}"
            yield Problem(context.path(f"network.{field}"), "overlaps the network", str(own), allowed, READ)
    if network.pod_cidr.overlaps(network.service_cidr):
        allowed = f"a range that does not overlap {network.pod_cidr}"
        seen = str(network.service_cidr)
        yield Problem(context.path("network.service_cidr"), "overlaps the pods", seen, allowed, READ)
