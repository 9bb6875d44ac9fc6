"""Who may talk to whom: network policies from the call graph, the needs and the proven network paths.

Each pod has one policy of its own; the namespace denies everything else, both ways. A range never matches a pod or a
node (Microsoft: Configure Azure CNI Powered by Cilium in AKS), so pods are named by their labels. Probes come from the
node's kubelet, which Cilium always lets in (Cilium: Policy Enforcement, host access to local pods).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from components.kubernetes.manifests import selector
from components.naming.kubernetes import namespace, object_name
from components.workloads.facts import (
    DNS_LABELS,
    DNS_NAMESPACE,
    DNS_PORT,
    GATEWAY_LABELS,
    GATEWAY_PORT,
    PRIVATE_RANGES,
)
from components.workloads.spec import EdgeSpec, PeerSpec, PolicySpec, PortRange
from stacks.catalogue.model import HostKind, Port, Service, Use, Workload
from stacks.context import Context
from stacks.parts.doors import NetworkPath, Way
from stacks.settings.models import EnvironmentSettings

GATEWAY = "gateway"
"""The key of the gateway's namespace."""

DNS = PeerSpec("DNS", namespace=DNS_NAMESPACE, labels=DNS_LABELS)
INTERNET = PeerSpec("the internet", cidr="0.0.0.0/0", excepted=PRIVATE_RANGES)
HTTPS = PortRange(443, 443, "TCP")

IN_CLUSTER = frozenset({HostKind.AKS, HostKind.JOB})
"""Where a workload is a pod."""


def instance(context: Context[EnvironmentSettings]) -> str:
    """Which instance of the platform an object belongs to: its label ``app.kubernetes.io/instance``."""
    return namespace(context.environment)


def pods_of(context: Context[EnvironmentSettings], service: Service) -> Mapping[str, str]:
    """The labels by which the pods of a service are found."""
    return selector(service.key, instance(context))


def policy_of(context: Context[EnvironmentSettings], service: Service, workload: Workload) -> PolicySpec:
    """The policy of the pods of a service."""
    place = namespace(context.environment)
    return PolicySpec(
        name=object_name(service.key),
        namespace=place,
        pods=pods_of(context, service),
        ingress=_merged(_ingress(context, service, workload)),
        egress=_merged(_egress(context, service, workload)),
    )


def outward(context: Context[EnvironmentSettings], consumer: str) -> tuple[EdgeSpec, ...]:
    """Where something in the cluster goes out to: DNS, what its proven paths lead to, and with the token of its
    identity to Azure's public side."""
    paths = (each for each in context.paths if each.consumer == consumer)
    return _merged([_dns(), *(_path(context, each) for each in paths), EdgeSpec(INTERNET, (HTTPS,))])


def _ingress(context: Context[EnvironmentSettings], service: Service, workload: Workload) -> Iterator[EdgeSpec]:
    called = tuple(map(_range, workload.used_for(Use.CALLERS)))
    for caller in context.catalogue:
        if _runs_here(caller) and service.key in _callees(caller):
            yield EdgeSpec(_peer(context, caller), called)
    routed = [each.port for each in service.endpoints if each.kind is HostKind.AKS and workload.kind is HostKind.AKS]
    ports = tuple(_range(port) for port in workload.ports if port.name in routed)
    if ports:
        yield EdgeSpec(_gateway(), ports)
    yield from _peers(context, service, workload)


def _egress(context: Context[EnvironmentSettings], service: Service, workload: Workload) -> Iterator[EdgeSpec]:
    yield from outward(context, service.key)
    for called in (context.catalogue.by_key[key] for key in _callees(service)):
        if called.workload and _runs_here(called):
            ports = called.workload.used_for(Use.CALLERS)
            yield EdgeSpec(_peer(context, called), tuple(map(_range, ports)))
    for port, protocol in (each.split("/") for need in service.needs for each in need.outside):
        yield EdgeSpec(INTERNET, (PortRange(int(port), int(port), protocol),))
    yield from _peers(context, service, workload)


def _peers(context: Context[EnvironmentSettings], service: Service, workload: Workload) -> Iterator[EdgeSpec]:
    ports = tuple(map(_range, workload.used_for(Use.PEERS)))
    if ports:
        yield EdgeSpec(_peer(context, service), ports)


def _path(context: Context[EnvironmentSettings], path: NetworkPath) -> EdgeSpec:
    """The far end of a proven path."""
    ports = tuple(_ports(path))
    if path.kind == Way.GATEWAY.value:
        # From within the cluster the address of the load balancer is answered on the node: what counts is the pod.
        return EdgeSpec(_gateway(), (PortRange(GATEWAY_PORT, GATEWAY_PORT, "TCP"),))
    if not path.subnet or path.kind == Way.PUBLIC.value:
        return EdgeSpec(INTERNET, ports)
    return EdgeSpec(PeerSpec(path.subnet, cidr=str(context.settings.network.subnets[path.subnet])), ports)


def _ports(path: NetworkPath) -> Iterator[PortRange]:
    for protocol in path.protocols:
        for each in path.ports:
            first, _, last = each.partition("-")
            yield PortRange(int(first), int(last or first), protocol.upper())


def _runs_here(service: Service) -> bool:
    return service.workload is not None and service.workload.kind in IN_CLUSTER


def _peer(context: Context[EnvironmentSettings], service: Service) -> PeerSpec:
    return PeerSpec(service.key, namespace=namespace(context.environment), labels=pods_of(context, service))


def _gateway() -> PeerSpec:
    return PeerSpec("the gateway", namespace=object_name(GATEWAY), labels=GATEWAY_LABELS)


def _dns() -> EdgeSpec:
    return EdgeSpec(DNS, tuple(PortRange(DNS_PORT, DNS_PORT, protocol) for protocol in ("TCP", "UDP")))


def _callees(service: Service) -> tuple[str, ...]:
    return tuple(key for need in service.needs for key in need.callees)


def _range(port: Port) -> PortRange:
    return PortRange(port.number, port.number, port.protocol)


def _merged(edges: Iterable[EdgeSpec]) -> tuple[EdgeSpec, ...]:
    """One edge for each peer, with all of its ports, each once."""
    found: dict[str, EdgeSpec] = {}
    for edge in edges:
        known = found.get(edge.peer.what)
        ports = dict.fromkeys([*(known.ports if known else ()), *edge.ports])
        found[edge.peer.what] = EdgeSpec(edge.peer, tuple(ports))
    return tuple(found.values())
