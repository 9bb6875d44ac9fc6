"""Who may talk to whom in the cluster: exactly the declared edges, written down a second time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from components.workloads.spec import EdgeSpec, PolicySpec, PortRange
from stacks.parts.database_grants.plan import DATABASE_GRANTS
from stacks.parts.doors import Way
from stacks.parts.workloads.plan import WORKLOADS
from stacks.plan.model import StackPlan
from tests.harness.settings import GONE, edited_plan, every_environment

DNS = ("DNS", "53/TCP 53/UDP")
WEB = ("the internet", "443/TCP")

IN: Mapping[str, set[tuple[str, str]]] = {
    "admin-api": {("the gateway", "8080/TCP")},
    "story-generator": {("admin-api", "8080/TCP"), ("publisher", "8080/TCP"), ("the gateway", "8080/TCP")},
    "publisher": {("admin-api", "3000/TCP"), ("the gateway", "3000/TCP")},
    "chain": {
        ("admin-api", "8545/TCP 8546/TCP 50051/TCP"),
        ("publisher", "8545/TCP 8546/TCP 50051/TCP"),
        ("the gateway", "50051/TCP"),
        ("chain", "30303/TCP 30303/UDP"),
    },
    "data-migration": set(),
    "analytics": set(),
    "training-export": set(),
}
"""Who may come in, and where."""

OUT: Mapping[str, set[tuple[str, str]]] = {
    "admin-api": {
        *(DNS, WEB, ("postgresql", "6432/TCP"), ("private-endpoints", "443/TCP 5671/TCP 10000/TCP 8500-8599/TCP")),
        *(("chain", "8545/TCP 8546/TCP 50051/TCP"), ("publisher", "3000/TCP"), ("story-generator", "8080/TCP")),
    },
    "story-generator": {
        *(DNS, WEB, ("postgresql", "6432/TCP"), ("private-endpoints", "443/TCP 5671/TCP 10000/TCP 8500-8599/TCP"))
    },
    "publisher": {
        *(DNS, WEB, ("postgresql", "6432/TCP"), ("private-endpoints", "443/TCP 5671/TCP")),
        *(("chain", "8545/TCP 8546/TCP 50051/TCP"), ("story-generator", "8080/TCP")),
    },
    "chain": {
        *(DNS, ("private-endpoints", "443/TCP 5671/TCP"), ("chain", "30303/TCP 30303/UDP")),
        ("the internet", "443/TCP 30303/TCP 30303/UDP"),
    },
    "data-migration": {DNS, WEB, ("postgresql", "6432/TCP"), ("private-endpoints", "443/TCP")},
    "analytics": {DNS, WEB, ("postgresql", "6432/TCP")},
    "training-export": {DNS, WEB, ("postgresql", "6432/TCP"), ("private-endpoints", "443/TCP")},
}
"""Whom each may reach in prod, and where."""


def edges(found: Iterable[EdgeSpec]) -> set[tuple[str, frozenset[str]]]:
    """Edges as the tables above have them."""

    def shown(port: PortRange) -> str:
        numbers = str(port.first) if port.first == port.last else f"{port.first}-{port.last}"
        return f"{numbers}/{port.protocol}"

    return {(edge.peer.what, frozenset(map(shown, edge.ports))) for edge in found}


def listed(table: set[tuple[str, str]]) -> set[tuple[str, frozenset[str]]]:
    """A table as :func:`edges` has it."""
    return {(what, frozenset(ports.split())) for what, ports in table}


def policies(plan: StackPlan) -> dict[str, PolicySpec]:
    """The policy of every service and job."""
    return {each.service: each.policy for each in plan.of(WORKLOADS)}


@pytest.mark.requirement("S1-020", "S1-031", "S2-009", "S2-010")
def test_these_are_all_edges_of_prod(plans: Mapping[str, StackPlan]) -> None:
    found = policies(plans["prod"])
    assert {key: edges(each.ingress) for key, each in found.items()} == {key: listed(IN[key]) for key in found}
    assert {key: edges(each.egress) for key, each in found.items()} == {key: listed(OUT[key]) for key in found}


@every_environment
def test_who_may_call_is_let_in_where_it_is_let_out(stack: str, plans: Mapping[str, StackPlan]) -> None:
    found = policies(plans[stack])
    out = {(key, edge.peer.what, edge.ports) for key, each in found.items() for edge in each.egress}
    into = {(edge.peer.what, key, edge.ports) for key, each in found.items() for edge in each.ingress}
    assert {edge for edge in out if edge[1] in found} == {edge for edge in into if edge[0] in found}


@every_environment
def test_every_proven_path_of_a_pod_is_let_out(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """Once more from docs/network-paths.md: public paths at the internet, all others at the range of their subnet."""
    found = policies(plans[stack]) | {"db-migrator": plans[stack].of(DATABASE_GRANTS).policy}
    checked = 0
    for path in plans[stack].paths:
        if path.consumer not in found:
            continue
        what = "the internet" if path.kind == Way.PUBLIC.value else path.subnet
        (edge,) = [each for each in found[path.consumer].egress if each.peer.what == what]
        opened = {f"{port.first}-{port.last}" if port.first != port.last else str(port.first) for port in edge.ports}
        assert set(path.port.split(", ")) <= opened, path
        checked += 1
    assert checked > 20


@every_environment
def test_nobody_reaches_machines_or_private_addresses_as_the_internet(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    """The metadata service of the machines is one of them."""
    for policy in policies(plans[stack]).values():
        for edge in policy.egress:
            if edge.peer.cidr == "0.0.0.0/0":
                assert {"10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= set(edge.peer.excepted)


@every_environment
def test_the_job_of_the_grants_reaches_the_server_itself_and_nobody_reaches_it(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    policy = plans[stack].of(DATABASE_GRANTS).policy
    assert policy.namespace == "mys-database"
    assert policy.ingress == ()
    assert edges(policy.egress) == listed({DNS, WEB, ("postgresql", "5432/TCP")})


def test_app_in_the_cluster_reaches_chain_through_the_gateway(folder: Path) -> None:
    pod = {"host": "aks", "replicas": {"minimum": 1, "maximum": 2}, "image_tag": "dev"}
    changes = {"services.app": pod, "waivers.hosting-slot": GONE, "waivers.hosting-zones": GONE}
    found = policies(edited_plan(folder, "dev", changes))["app"]
    assert listed({("the gateway", "10443/TCP")}) <= edges(found.egress)
    assert edges(found.ingress) == listed({("the gateway", "8080/TCP")})
