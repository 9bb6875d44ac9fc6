"""Whether a pod fits a node, and why not: the scheduler's filters and their texts (k8s.io/kubernetes 1.36.0,
pkg/scheduler/framework/plugins). Plain data, no server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from offline.kubernetes.played.api import Object
from offline.kubernetes.played.selectors import node_selected, selects, term_selects, tolerated
from offline.kubernetes.quantities import amount

UNTOLERATED = "node(s) had untolerated taint(s)"
UNSELECTED = "node(s) didn't match Pod's node affinity/selector"
UNSPREAD = "node(s) didn't match pod topology spread constraints"
NO_LABEL = f"{UNSPREAD} (missing required label)"
AFFINITY = "node(s) didn't match pod affinity rules"
ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
OTHERS_ANTI_AFFINITY = "node(s) didn't satisfy existing pods anti-affinity rules"
VOLUME_ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity"
TOO_MANY = "Too many pods"
FINAL = frozenset({UNTOLERATED, UNSELECTED, NO_LABEL, AFFINITY, VOLUME_ELSEWHERE})
"""Reasons that no other pod's end could change (``UnschedulableAndUnresolvable``)."""

NO_NODES = "no nodes available to schedule pods"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
RESOURCES = ("cpu", "memory", "ephemeral-storage")


@dataclass(frozen=True)
class Cluster:
    """What the scheduler looks at: the nodes, and the pods that are on them."""

    nodes: tuple[Object, ...]
    pods: tuple[Object, ...] = ()
    volumes: Mapping[str, Object] = field(default_factory=dict)
    """The volumes that are bound, by name."""

    def on(self, node: Object) -> list[Object]:
        """The pods of a node that have not ended."""
        name = node["metadata"]["name"]
        return [each for each in self.pods if each["spec"].get("nodeName") == name and not ended(each)]


def ended(pod: Object) -> bool:
    """Whether a pod uses nothing any more."""
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def requests(pod: Object) -> dict[str, Fraction]:
    """What a pod asks for: its containers together with sidecars, or its greediest init container if that is more."""
    spec = pod["spec"]
    beginning = spec.get("initContainers") or []
    sidecars = [each for each in beginning if each.get("restartPolicy") == "Always"]
    found: dict[str, Fraction] = {}
    for name in RESOURCES:
        running = sum((_request(each, name) for each in [*(spec.get("containers") or []), *sidecars]), Fraction(0))
        first = max((_request(each, name) for each in beginning if each not in sidecars), default=Fraction(0))
        overhead = amount((spec.get("overhead") or {}).get(name) or 0)
        found[name] = max(running, first) + overhead
    return found


def _request(container: Object, name: str) -> Fraction:
    return amount(((container.get("resources") or {}).get("requests") or {}).get(name) or 0)


def reasons(pod: Object, node: Object, cluster: Cluster, volumes: Iterable[Object] = ()) -> list[str]:
    """Why a pod does not fit a node; empty where it does. ``volumes`` are those that the pod has bound.

    The first filter that refuses ends the question, as in the scheduler; only what a node lacks is said all at once.
    """
    taints = (node.get("spec") or {}).get("taints") or []
    if any(each["effect"] != "PreferNoSchedule" and not tolerated(pod, each) for each in taints):
        return [UNTOLERATED]
    if not node_selected(pod, node):
        return [UNSELECTED]
    lacking = _lacking(pod, node, cluster)
    if lacking:
        return lacking
    if not all(_reaches(each, node) for each in volumes):
        return [VOLUME_ELSEWHERE]
    found = _unspread(pod, node, cluster) or _apart(pod, node, cluster)
    return [found] if found else []


def _lacking(pod: Object, node: Object, cluster: Cluster) -> list[str]:
    there = cluster.on(node)
    room = node["status"]["allocatable"]
    found = [TOO_MANY] if len(there) + 1 > amount(room["pods"]) else []
    wanted, used = requests(pod), Counter[str]()
    for each in there:
        used.update(requests(each))  # pyrefly: ignore[bad-argument-type]  # a Counter adds decimals as well
    for name in RESOURCES:
        if wanted[name] and wanted[name] > amount(room.get(name) or 0) - used[name]:
            found.append(f"Insufficient {name}")
    return found


def _reaches(volume: Object, node: Object) -> bool:
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return required is None or any(term_selects(each, node) for each in required.get("nodeSelectorTerms") or [])


def _unspread(pod: Object, node: Object, cluster: Cluster) -> str | None:
    labels = node["metadata"].get("labels") or {}
    for each in pod["spec"].get("topologySpreadConstraints") or []:
        if each.get("whenUnsatisfiable") != "DoNotSchedule":
            continue
        key = each["topologyKey"]
        if key not in labels:
            return NO_LABEL
        selector = _with_keys(each, pod)
        counts: Counter[str] = Counter()
        for other in cluster.nodes:
            value = (other["metadata"].get("labels") or {}).get(key)
            if value is not None and node_selected(pod, other):
                counts[value] += sum(_alike(selector, pod, one) for one in cluster.on(other))
        domains = len(counts)
        fewest = min(counts.values(), default=0) if domains >= int(each.get("minDomains") or 1) else 0
        itself = int(selects(selector, pod["metadata"].get("labels") or {}))
        if counts[labels[key]] + itself - fewest > int(each.get("maxSkew") or 1):
            return UNSPREAD
    return None


def _with_keys(constraint: Object, pod: Object) -> Object:
    """The selector of a constraint with the values that its ``matchLabelKeys`` have in the pod."""
    labels = pod["metadata"].get("labels") or {}
    selector = constraint.get("labelSelector") or {}
    extra = {key: labels[key] for key in constraint.get("matchLabelKeys") or [] if key in labels}
    return {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), **extra}}


def _alike(selector: Object, pod: Object, other: Object) -> bool:
    same = other["metadata"].get("namespace") == pod["metadata"].get("namespace")
    gone = other["metadata"].get("deletionTimestamp") is not None
    return same and not gone and selects(selector, other["metadata"].get("labels") or {})


def _apart(pod: Object, node: Object, cluster: Cluster) -> str | None:
    """The required affinity and anti-affinity between pods, that of the pods that are there first."""
    for other in cluster.pods:
        place = _node_of(other, cluster)
        if place is None or ended(other):
            continue
        for term in _terms(other, "podAntiAffinity"):
            if _together(term, node, place) and _meant(term, other, pod):
                return OTHERS_ANTI_AFFINITY
    for term in _terms(pod, "podAntiAffinity"):
        if any(_meant(term, pod, other) for other in _in_domain(term, node, cluster)):
            return ANTI_AFFINITY
    for term in _terms(pod, "podAffinity"):
        first = not any(_meant(term, pod, other) for other in cluster.pods if other["spec"].get("nodeName"))
        if first and _meant(term, pod, pod):
            continue
        if not any(_meant(term, pod, other) for other in _in_domain(term, node, cluster)):
            return AFFINITY
    return None


def _terms(pod: Object, kind: str) -> list[Object]:
    return ((pod["spec"].get("affinity") or {}).get(kind) or {}).get(REQUIRED) or []


def _meant(term: Object, owner: Object, other: Object) -> bool:
    places = term.get("namespaces") or [owner["metadata"].get("namespace")]
    labels = other["metadata"].get("labels") or {}
    return other["metadata"].get("namespace") in places and selects(term.get("labelSelector"), labels)


def _together(term: Object, one: Object, other: Object) -> bool:
    key = term["topologyKey"]
    here, there = (each["metadata"].get("labels") or {} for each in (one, other))
    return key in here and here[key] == there.get(key)


def _in_domain(term: Object, node: Object, cluster: Cluster) -> list[Object]:
    return [each for other in cluster.nodes if _together(term, node, other) for each in cluster.on(other)]


def _node_of(pod: Object, cluster: Cluster) -> Object | None:
    name = pod["spec"].get("nodeName")
    return next((each for each in cluster.nodes if each["metadata"]["name"] == name), None)


def best(pod: Object, fitting: list[Object], cluster: Cluster) -> Object:
    """The node that a pod goes to: where fewest of its kind are, in the zone, then on the node; then the emptiest."""

    def crowd(node: Object) -> tuple[int, int, Fraction, str]:
        labels = node["metadata"].get("labels") or {}
        constraints = pod["spec"].get("topologySpreadConstraints") or []
        selector = _with_keys(constraints[0], pod) if constraints else {"matchLabels": pod["metadata"].get("labels")}
        zone = "topology.kubernetes.io/zone"
        near = [
            sum(_alike(selector, pod, each) for each in cluster.on(other))
            for other in cluster.nodes
            if (other["metadata"].get("labels") or {}).get(zone) == labels.get(zone)
        ]
        here = sum(_alike(selector, pod, each) for each in cluster.on(node))
        used = sum((requests(each)["cpu"] for each in cluster.on(node)), Fraction(0))
        return sum(near), here, used, node["metadata"]["name"]

    return min(fitting, key=crowd)


def unschedulable(found: Mapping[str, list[str]], before: str = "") -> str:
    """What the scheduler says of a pod that fits nowhere. ``found`` has the reasons of each node, ``before`` what
    refused the pod before any node was asked (k8s.io/kube-scheduler, ``FitError``)."""
    nodes = len(found)
    if not nodes:
        return NO_NODES
    unhelpful = "Preemption is not helpful for scheduling"
    head = f"0/{nodes} nodes are available:"
    if before:
        return f"{head} {before}. preemption: {head} {nodes} {unhelpful}."
    counts = Counter(reason for each in found.values() for reason in each)
    final = sum(any(reason in FINAL for reason in each) for each in found.values())
    victims = {unhelpful: final, "No preemption victims found for incoming pod": nodes - final}
    said = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    after = ", ".join(sorted(f"{count} {reason}" for reason, count in victims.items() if count))
    return f"{head} {said}. preemption: {head} {after}."
