"""Network policies as a program of others sees them: exactly the edges that the call graph, the needs and the proven
network paths declare, and none besides. No engine runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from ipaddress import ip_network
from typing import Any

import pytest
import yaml

from stacks.catalogue.model import HostKind, Port, Service, Use
from stacks.catalogue.records import CATALOGUE
from stacks.parts.gateway.plan import GATEWAY
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.reports.manifests import manifests
from stacks.settings.loading import from_file
from stacks.settings.models import EnvironmentSettings
from tests.harness.build import recording
from tests.harness.settings import ENVIRONMENTS, committed_plan, every_environment
from tools.network_edges import Edge, edges, widest

Ends = tuple[str, str, str, str]
"""Source, target, protocol and one port or a range of ports."""

OURS = "mys-"
SYSTEM = "kube-system"
DNS, API, METRICS = f"{SYSTEM}/kube-dns", f"{SYSTEM}/konnectivity-agent", f"{SYSTEM}/ama-metrics"
PROXIES, CONTROLLER, CERTGEN = "mys-gateway/proxies", "mys-gateway/controller", "mys-gateway/certgen"
ISSUER, WEBHOOK = "mys-cert-manager/issuer", "mys-cert-manager/webhook"

PLAYED: Mapping[str, Mapping[str, str]] = {
    DNS: {"k8s-app": "kube-dns"},
    API: {"app": "konnectivity-agent"},
    METRICS: {"rsName": "ama-metrics"},
    PROXIES: {"app.kubernetes.io/name": "envoy", "app.kubernetes.io/component": "proxy"},
    CONTROLLER: {"control-plane": "envoy-gateway"},
    CERTGEN: {"app": "certgen"},
    ISSUER: {"app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/name": "cert-manager"},
    WEBHOOK: {"app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/name": "webhook"},
    **{f"mys-{place}/stranger": {"app": "stranger"} for place in ("gateway", "cert-manager", "database")},
}
"""Pods that AKS and charts make, and in each namespace one that nobody declared, by their labels."""

SERVING = {"Deployment", "StatefulSet"}
READ = {*SERVING, "Job", "Namespace", "NetworkPolicy"}
"""The kinds that say who may talk to whom."""

PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")


def _internet() -> list[str]:
    """All addresses but those above."""
    left = [ip_network("0.0.0.0/0")]
    for each in map(ip_network, PRIVATE):
        kept: list[Any] = []
        for network in left:
            kept.extend(network.address_exclude(each) if each.subnet_of(network) else [network])
        left = kept
    return list(map(str, left))


INTERNET = _internet()

EXTRA = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "mys-extra", "namespace": "mys-prod"},
    "spec": {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "publisher"}},
        "policyTypes": ["Egress"],
        "egress": [{"to": [{"ipBlock": {"cidr": "10.2.7.0/24"}}], "ports": [{"protocol": "TCP", "port": 22}]}],
    },
}
"""A policy that nothing declares."""


def declared(stack: str, plan: StackPlan) -> Iterator[Ends]:
    """Every edge of an environment, from the catalogue, the proven paths and what the charts need."""
    settings = from_file(stack, PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    subnets = {role: str(each) for role, each in settings.network.subnets.items()}
    place = f"mys-{stack}"
    inside = {key: CATALOGUE.by_key[key] for key in _pods()}
    pods = {f"{place}/mys-{key}" for key in inside} | {"mys-database/mys-db-migrator"}
    for pod in pods | {PROXIES, CONTROLLER, CERTGEN, ISSUER, WEBHOOK}:
        yield from ((pod, DNS, protocol, "53") for protocol in ("TCP", "UDP"))
    for pod in pods | {CONTROLLER, CERTGEN, ISSUER, WEBHOOK}:
        yield from ((pod, each, "TCP", "443") for each in INTERNET)
    for path in plan.paths:
        pod = "mys-database/mys-db-migrator" if path.consumer == "db-migrator" else f"{place}/mys-{path.consumer}"
        if pod in pods:
            far = INTERNET if path.kind == "public" else [subnets[path.subnet]]
            yield from ((pod, each, "TCP", port) for each in far for port in path.ports)
    for key, service in inside.items():
        pod = f"{place}/mys-{key}"
        for need in service.needs:
            for called in need.callees:
                if called in inside:
                    yield from _to(pod, f"{place}/mys-{called}", _ports(inside[called], Use.CALLERS))
            for port, protocol in (each.split("/") for each in need.outside):
                yield from ((pod, each, protocol, port) for each in INTERNET)
        yield from _to(pod, pod, _ports(service, Use.PEERS))
        routed = {each.port for each in service.endpoints if each.kind is HostKind.AKS}
        answered = [port for port in _ports(service, Use.CALLERS) if port.name in routed]
        if any(origin.startswith(f"{key}/") for origin in plan.of(GATEWAY).origins):
            yield from _to(PROXIES, pod, answered)
    yield from ((subnets[role], PROXIES, "TCP", "10443") for role in ("app-service", "private-link"))
    yield PROXIES, CONTROLLER, "TCP", "18000"
    yield API, WEBHOOK, "TCP", "10250"
    for pod in (ISSUER, WEBHOOK):
        yield METRICS, pod, "TCP", "9402"


def _to(source: str, target: str, ports: Iterable[Port]) -> Iterator[Ends]:
    return ((source, target, port.protocol, str(port.number)) for port in ports)


def _ports(service: Service, use: Use) -> Iterable[Port]:
    return service.workload.used_for(use) if service.workload else ()


def _pods() -> set[str]:
    """The keys of our services and jobs in the cluster."""
    kinds = {HostKind.AKS, HostKind.JOB}
    return {each.key for each in CATALOGUE if each.workload and each.workload.kind in kinds}


def _numbers(text: str) -> set[int]:
    """``443,8500-8599``, each on its own."""
    bounds = [each.partition("-") for each in text.split(",")]
    return {number for first, _, last in bounds for number in range(int(first), int(last or first) + 1)}


def _shown(numbers: set[int]) -> str:
    """The same, the other way round: neighbours together."""
    firsts = sorted(each for each in numbers if each - 1 not in numbers)
    lasts = sorted(each for each in numbers if each + 1 not in numbers)
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(firsts, lasts, strict=True))


def merged(found: Iterable[Ends]) -> frozenset[Edge]:
    """One edge for each pair and protocol, with all of its ports."""
    ports: dict[tuple[str, str, str], set[int]] = {}
    for source, target, protocol, port in found:
        ports.setdefault((source, target, protocol), set()).update(_numbers(port))
    return widest(Edge(*ends, _shown(numbers)) for ends, numbers in ports.items())


def _pod(name: str, labels: Mapping[str, str]) -> dict[str, Any]:
    place, own = name.split("/")
    described = {"name": own, "namespace": place, "labels": dict(labels)}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": described, "spec": {"containers": [{"name": "main"}]}}


def _cluster(stack: str) -> list[dict[str, Any]]:
    """The objects of a stack, and the pods that others make."""
    place = f"mys-{stack}"
    text = manifests(recording(committed_plan(stack)))
    found = [each for each in yaml.load_all(text, Loader=yaml.CSafeLoader) if each["kind"] in READ]
    serving = [each for each in found if each["kind"] in SERVING]
    for each in serving:
        # dev has one copy of each: what copies say to each other takes two.
        each["spec"]["replicas"] = 2
    made = {each["metadata"]["name"] for each in serving}
    jobs = {
        f"{place}/mys-{key}": {"app.kubernetes.io/instance": place, "app.kubernetes.io/name": key}
        for key in _pods()
        if f"mys-{key}" not in made
    }
    played = {**PLAYED, **jobs, f"{place}/stranger": {"app": "stranger"}}
    system = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SYSTEM}}
    return [*found, system, *map(_pod, played, played.values())]


def _without(objects: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """A cluster that lacks a policy of its services."""
    gone = [each for each in objects if each["kind"] == "NetworkPolicy" and each["metadata"]["name"] == name]
    gone = [each for each in gone if each["metadata"]["namespace"] == "mys-prod"]
    assert len(gone) == 1
    return [each for each in objects if each not in gone]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, frozenset[Edge]]:
    """What is let through in each environment, and in prod with one policy more or less; without what pods of
    ``kube-system`` say to each other and to the world, which no policy of ours is about."""
    folder = tmp_path_factory.mktemp("clusters")
    clusters = {stack: _cluster(stack) for stack in ENVIRONMENTS}
    prod = clusters["prod"]
    clusters["extra"] = [*deepcopy(prod), EXTRA]
    clusters["missing"] = _without(prod, "mys-chain")
    clusters["open"] = _without(prod, "mys-default")
    for name, objects in clusters.items():
        (folder / name).mkdir()
        text = yaml.dump_all(objects, Dumper=yaml.CSafeDumper)
        (folder / name / "objects.yaml").write_text(text)
    return {
        name: frozenset(each for each in seen if each.source.startswith(OURS) or each.target.startswith(OURS))
        for name, seen in edges(folder).items()
    }


@every_environment
@pytest.mark.requirement("S1-020", "S1-031", "S2-009", "S2-010")
def test_exactly_the_declared_edges_are_let_through(stack: str, found: Mapping[str, frozenset[Edge]]) -> None:
    expected = merged(declared(stack, committed_plan(stack)))
    assert len(expected) > 100
    assert (sorted(found[stack] - expected), sorted(expected - found[stack])) == ([], [])


def test_a_policy_too_many_is_seen(found: Mapping[str, frozenset[Edge]]) -> None:
    assert found["extra"] - found["prod"] == {Edge("mys-prod/mys-publisher", "10.2.7.0/24", "TCP", "22")}


def test_a_missing_policy_is_seen(found: Mapping[str, frozenset[Edge]]) -> None:
    lost = found["prod"] - found["missing"]
    assert Edge("mys-prod/mys-publisher", "mys-prod/mys-chain", "TCP", "8545-8546,50051") in lost
    assert all("mys-prod/mys-chain" in (each.source, each.target) for each in lost)


def test_a_namespace_that_denies_nothing_is_seen(found: Mapping[str, frozenset[Edge]]) -> None:
    more = found["open"] - found["prod"]
    assert more
    assert all("mys-prod/stranger" in (each.source, each.target) for each in more)
