"""Network policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from components.kubernetes.manifests import Manifest, metadata
from components.workloads.facts import NAMESPACE_LABEL
from components.workloads.spec import EdgeSpec, PeerSpec, PolicySpec, PortRange


def network_policy(spec: PolicySpec, labels: Mapping[str, str]) -> Manifest:
    """The policy of the pods of one workload, in both directions."""
    return {
        "metadata": metadata(labels, name=spec.name, namespace=spec.namespace),
        "spec": {
            "podSelector": {"matchLabels": dict(spec.pods)},
            "policyTypes": ["Ingress", "Egress"],
            **_edges("ingress", "from", spec.ingress),
            **_edges("egress", "to", spec.egress),
        },
    }


def _edges(direction: str, end: str, edges: Iterable[EdgeSpec]) -> Manifest:
    found = [{end: [_peer(each.peer)], "ports": list(map(_port, each.ports))} for each in edges]
    return {direction: found} if found else {}


def _peer(peer: PeerSpec) -> Manifest:
    if peer.cidr:
        return {"ipBlock": {"cidr": peer.cidr, **({"except": list(peer.excepted)} if peer.excepted else {})}}
    return {
        "namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: peer.namespace}},
        "podSelector": {"matchLabels": dict(peer.labels)},
    }


def _port(ports: PortRange) -> Manifest:
    one = {"protocol": ports.protocol, "port": ports.first}
    return one if ports.first == ports.last else {**one, "endPort": ports.last}
