"""Address ranges: inside one environment, and against the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from itertools import combinations

from components.facts.subnets import ROLES
from components.problems import Problem
from stacks.settings import EnvironmentSettings, Settings
from stacks.settings.loading import file_name

READ = "docs/architecture.md"


def range_problems(stack: str, settings: EnvironmentSettings, others: Mapping[str, Settings]) -> Iterator[Problem]:
    """Unknown roles, subnets that are too small, outside, or overlapping; pods and services; other environments."""
    prefix = f"{file_name(stack)}: mystira:network"
    network = settings.network
    space = IPv4Network(network.address_space)
    subnets = {name: IPv4Network(cidr) for name, cidr in network.subnets.items()}
    for name, subnet in subnets.items():
        path = f"{prefix}.subnets.{name}"
        role = ROLES.get(name)
        if role is None:
            yield Problem(path, "unknown role", name, ", ".join(ROLES), READ)
        elif subnet.prefixlen > role.longest_prefix:
            yield Problem(path, "too small", str(subnet), f"/{role.longest_prefix} or larger", role.source)
        if not subnet.subnet_of(space):
            yield Problem(path, "outside the network", str(subnet), f"a range within {space}", READ)
    for role in network.subnet_names.keys() - subnets.keys():
        yield Problem(f"{prefix}.subnet_names.{role}", "no such subnet", role, ", ".join(sorted(subnets)), READ)
    for (one, first), (two, second) in combinations(subnets.items(), 2):
        if first.overlaps(second):
            yield Problem(
                f"{prefix}.subnets.{two}", f"overlaps {one}", str(second), f"a range apart from {first}", READ
            )
    for field, own in (("pod_cidr", network.pod_cidr), ("service_cidr", network.service_cidr)):
        if IPv4Network(own).overlaps(space):
            yield Problem(f"{prefix}.{field}", "overlaps the network", own, f"a range apart from {space}", READ)
    if IPv4Network(network.pod_cidr).overlaps(IPv4Network(network.service_cidr)):
        allowed = f"a range apart from {network.pod_cidr}"
        yield Problem(f"{prefix}.service_cidr", "overlaps the pods", network.service_cidr, allowed, READ)
    for name, other in others.items():
        if name != stack and isinstance(other, EnvironmentSettings):
            theirs = IPv4Network(other.network.address_space)
            if theirs.overlaps(space):
                allowed = f"a range apart from {theirs} of {name}"
                yield Problem(f"{prefix}.address_space", f"overlaps {name}", str(space), allowed, READ)
