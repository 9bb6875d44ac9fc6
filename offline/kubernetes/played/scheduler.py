"""The scheduler and the cluster autoscaler: pods get nodes, and their disks a zone."""

from __future__ import annotations

from collections.abc import Iterable

from offline.kubernetes.played.api import ApiError, Object
from offline.kubernetes.played.fits import Cluster, best, reasons, unschedulable
from offline.kubernetes.played.kinds import CLAIM, POD, STORAGE_CLASS, VOLUME
from offline.kubernetes.played.nodes import add, next_node, pools_of
from offline.kubernetes.played.turn import CONFLICT, Turn, condition, conditions

SELECTED_NODE = "volume.kubernetes.io/selected-node"
"""On a claim: the node whose zone its disk is to be in."""

WAITS = "WaitForFirstConsumer"
NAME = "default-scheduler"
AUTOSCALER = "cluster-autoscaler"


def act(turn: Turn, nodes: list[Object]) -> None:
    """Give each pod that waits for one a node, the oldest first."""
    pods = turn.api.list(POD)
    waiting = [each for each in pods if _waits(each)]
    if not waiting:
        return
    placed = [each for each in pods if each["spec"].get("nodeName")]
    bound = {each["metadata"]["name"]: each for each in turn.api.list(VOLUME)}
    for pod in sorted(waiting, key=lambda each: (each["metadata"]["creationTimestamp"], each["metadata"]["name"])):
        cluster = Cluster(tuple(nodes), tuple(placed), bound)
        claims = _claims(turn, pod)
        before = _unready(turn, claims)
        mine = [bound[name] for each in claims.values() if each and (name := each["spec"].get("volumeName")) in bound]
        node = None if before else _place(turn, pod, cluster, mine, nodes)
        if node is None:
            found = {each["metadata"]["name"]: reasons(pod, each, cluster, mine) for each in nodes}
            _refuse(turn, pod, unschedulable(found, before))
        elif _chosen(turn, claims, node):
            placed.append(_bind(turn, pod, node))


def _waits(pod: Object) -> bool:
    held = pod["spec"].get("schedulingGates") or pod["metadata"].get("deletionTimestamp")
    return not pod["spec"].get("nodeName") and not held and (pod.get("status") or {}).get("phase") == "Pending"


def _place(turn: Turn, pod: Object, cluster: Cluster, volumes: list[Object], nodes: list[Object]) -> Object | None:
    """The node for a pod, one more if that helps; ``None`` for none."""
    fitting = [each for each in cluster.nodes if not reasons(pod, each, cluster, volumes)]
    if fitting:
        return best(pod, fitting, cluster)
    for pool in pools_of(turn):
        wanted = next_node(pool, cluster.nodes)
        more = Cluster((*cluster.nodes, wanted), cluster.pods, cluster.volumes) if wanted else None
        if wanted and more and not reasons(pod, wanted, more, volumes):
            mine = [each for each in nodes if each["metadata"]["name"].startswith(f"aks-{pool.name}-")]
            made = add(turn, pool, mine)
            nodes.append(made)
            count = len(mine)
            text = f"pod triggered scale-up: [{{{pool.name} {count}->{count + 1} (max: {pool.largest})}}]"
            turn.event(pod, AUTOSCALER, "TriggeredScaleUp", text, warning=False)
            return made
    return None


def _claims(turn: Turn, pod: Object) -> dict[str, Object | None]:
    """The claims of a pod by name; ``None`` for one that is missing."""
    named = _claim_names(pod)
    return {name: turn.api.get(CLAIM, name, pod["metadata"]["namespace"]) for name in named}


def _claim_names(pod: Object) -> Iterable[str]:
    for each in pod["spec"].get("volumes") or []:
        if "persistentVolumeClaim" in each:
            yield each["persistentVolumeClaim"]["claimName"]


def _unready(turn: Turn, claims: dict[str, Object | None]) -> str:
    """What refuses a pod before any node is asked (pkg/scheduler/framework/plugins/volumebinding)."""
    for name, claim in claims.items():
        if claim is None:
            return f'persistentvolumeclaim "{name}" not found'
        if claim["metadata"].get("deletionTimestamp"):
            return f'persistentvolumeclaim "{name}" is being deleted'
        if claim["spec"].get("volumeName"):
            continue
        wanted = str(claim["spec"].get("storageClassName") or "")
        made = turn.api.get(STORAGE_CLASS, wanted)
        if made is None or made.get("volumeBindingMode") != WAITS:
            return "pod has unbound immediate PersistentVolumeClaims"
    return ""


def _chosen(turn: Turn, claims: dict[str, Object | None], node: Object) -> bool:
    """Whether all claims of a pod are bound; those that wait for their pod hear which node it will be."""
    done = True
    for name, claim in claims.items():
        if claim is None or claim["spec"].get("volumeName"):
            continue
        done = False
        annotations = claim["metadata"].get("annotations") or {}
        if SELECTED_NODE not in annotations:
            body = {"metadata": {"annotations": {SELECTED_NODE: node["metadata"]["name"]}}}
            turn.api.patch(CLAIM, name, claim["metadata"]["namespace"], body)
    return done


def _bind(turn: Turn, pod: Object, node: Object) -> Object:
    name, place = pod["metadata"]["name"], pod["metadata"]["namespace"]
    where = node["metadata"]["name"]
    body = {
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": {"name": name, "namespace": place},
        "target": {"apiVersion": "v1", "kind": "Node", "name": where},
    }
    try:
        turn.api.post(POD, name, place, "binding", body)
    except ApiError as error:
        if error.code not in (CONFLICT, 404):
            raise
    return {**pod, "spec": {**pod["spec"], "nodeName": where}}


def _refuse(turn: Turn, pod: Object, message: str) -> None:
    told = conditions(pod, condition("PodScheduled", False, "Unschedulable", message))
    if turn.status(POD, pod, {"conditions": told}):
        turn.event(pod, NAME, "FailedScheduling", message)
