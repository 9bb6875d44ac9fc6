"""Whether a pod fits a node, and what the scheduler says where it fits none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from offline.kubernetes.played.api import Object
from offline.kubernetes.played.fits import NO_NODES, Cluster, best, reasons, requests, unschedulable
from offline.kubernetes.quantities import amount
from tests.harness.played import TOLERATED, container, object_of, pod_spec

ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"


def node(name: str, zone: str = "1", cpu: str = "2", memory: str = "4Gi", pods: str = "30", **spec: Any) -> Object:
    labels = {ZONE: f"southafricanorth-{zone}", HOST: name, "workload": "services"}
    room = {"cpu": cpu, "memory": memory, "pods": pods}
    return object_of("Node", name, "", metadata={"labels": labels}, spec=spec, status={"allocatable": room})


def pod(
    name: str = "a", on: str = "", labels: dict[str, str] | None = None, *containers: Object, **spec: Any
) -> Object:
    place = {"nodeName": on} if on else {}
    labels = {"app": "a"} if labels is None else labels
    return object_of("Pod", name, metadata={"labels": labels}, spec={**pod_spec(*containers, **spec), **place})


@pytest.mark.parametrize(
    ("written", "value"),
    [("500m", "0.5"), ("2Gi", str(2 << 30)), ("1e3", "1000"), ("1k", "1000"), (3, "3"), ("0", "0")],
)
def test_quantities(written: object, value: str) -> None:
    assert amount(written) == Fraction(value)
    with pytest.raises(ValueError, match="not a quantity"):
        amount("a lot")


def test_a_pod_asks_for_its_containers_or_its_greediest_beginning() -> None:
    beginning = [container("first", cpu="900m"), container("beside", cpu="100m", restartPolicy="Always")]
    asked = requests(pod("a", "", None, container(cpu="200m"), container("b", cpu="300m"), initContainers=beginning))
    assert asked["cpu"] == amount("900m")
    assert asked["memory"] == amount("384Mi")


def test_room_is_what_the_pods_of_a_node_leave() -> None:
    small = node("one", cpu="300m", pods="1")
    assert reasons(pod(), small, Cluster((small,))) == []
    assert reasons(pod("b"), small, Cluster((small,), (pod("a", "one"),))) == ["Too many pods"]
    large = pod("b", "", None, container(cpu="250m", memory="8Gi"))
    assert reasons(large, small, Cluster((small,), (pod("a", "one"),))) == [
        "Too many pods",
        "Insufficient cpu",
        "Insufficient memory",
    ]
    done = {**pod("a", "one"), "status": {"phase": "Succeeded"}}
    assert reasons(pod("b"), small, Cluster((small,), (done,))) == []


def test_taints_selectors_and_zones_of_disks() -> None:
    tainted = node("one", taints=[{"key": "workload", "value": "chain", "effect": "NoSchedule"}])
    assert reasons(pod(), tainted, Cluster((tainted,))) == ["node(s) had untolerated taint(s)"]
    assert reasons(pod(tolerations=[TOLERATED]), tainted, Cluster((tainted,))) == []
    preferred = node("one", taints=[{"key": "workload", "value": "chain", "effect": "PreferNoSchedule"}])
    assert reasons(pod(), preferred, Cluster((preferred,))) == []
    elsewhere = pod(nodeSelector={"workload": "chain"})
    assert reasons(elsewhere, preferred, Cluster((preferred,))) == ["node(s) didn't match Pod's node affinity/selector"]
    term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["southafricanorth-2"]}]}
    volume = {"spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": [term]}}}}
    assert reasons(pod(), preferred, Cluster((preferred,)), [volume]) == [
        "node(s) didn't match PersistentVolume's node affinity"
    ]


def test_a_hard_spread_counts_the_pods_of_every_zone() -> None:
    spread = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"}
    spread["labelSelector"] = {"matchLabels": {"app": "a"}}
    one, two = node("one", "1"), node("two", "2")
    wanted = pod("b", topologySpreadConstraints=[spread])
    cluster = Cluster((one, two), (pod("a", "one"),))
    assert reasons(wanted, one, cluster) == ["node(s) didn't match pod topology spread constraints"]
    assert reasons(wanted, two, cluster) == []
    soft = pod("b", topologySpreadConstraints=[{**spread, "whenUnsatisfiable": "ScheduleAnyway"}])
    assert reasons(soft, one, cluster) == []
    assert best(soft, [one, two], cluster) is two
    keyed = {**spread, "labelSelector": {"matchLabels": {"app": "a"}}, "matchLabelKeys": ["pod-template-hash"]}
    newer = pod("b", "", {"app": "a", "pod-template-hash": "new"}, topologySpreadConstraints=[keyed])
    assert reasons(newer, one, cluster) == []
    bare = {**two, "metadata": {"name": "two", "labels": {"workload": "services"}}}
    assert reasons(wanted, bare, cluster) == [
        "node(s) didn't match pod topology spread constraints (missing required label)"
    ]


def test_anti_affinity_holds_both_ways() -> None:
    term = {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": HOST}
    apart = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    one, two = node("one"), node("two")
    cluster = Cluster((one, two), (pod("a", "one"),))
    assert reasons(pod("b", affinity=apart), one, cluster) == ["node(s) didn't match pod anti-affinity rules"]
    assert reasons(pod("b", affinity=apart), two, cluster) == []
    shy = Cluster((one, two), (pod("a", "one", affinity=apart),))
    assert reasons(pod("b"), one, shy) == ["node(s) didn't satisfy existing pods anti-affinity rules"]
    together = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    assert reasons(pod("b", affinity=together), two, cluster) == ["node(s) didn't match pod affinity rules"]
    assert reasons(pod("b", affinity=together), two, Cluster((one, two))) == []


def test_what_the_scheduler_says() -> None:
    found = {"one": ["Insufficient cpu", "Too many pods"], "two": ["node(s) had untolerated taint(s)"]}
    assert unschedulable(found) == (
        "0/2 nodes are available: 1 Insufficient cpu, 1 Too many pods, 1 node(s) had untolerated taint(s). preemption: "
        "0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for "
        "scheduling."
    )
    assert unschedulable(found, 'persistentvolumeclaim "data" not found') == (
        '0/2 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/2 nodes are available: '
        "2 Preemption is not helpful for scheduling."
    )
    assert unschedulable({}) == NO_NODES
