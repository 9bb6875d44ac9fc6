"""Whether an object is ready, from what there is at one moment (provider/pkg/await: deployment.go, statefulset.go,
job.go, service.go, pod.go, awaiters.go, checker/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline.kubernetes.kinds import annotation, metadata, text

REVISION = "deployment.kubernetes.io/revision"
TRUE = "True"
Object = Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """What one look at an object shows."""

    ready: bool
    reasons: tuple[str, ...] = ()
    """Why it is not ready."""
    failed: bool = False
    """Whether it never will be."""
    enough: bool = False
    """Whether the provider takes it for ready once its time is up."""


def status(body: Object) -> Mapping[str, Any]:
    return body.get("status") or {}


def spec(body: Object) -> Mapping[str, Any]:
    return body.get("spec") or {}


def condition(body: Object, kind: str) -> Mapping[str, Any]:
    """The condition of a type; empty where the object has none."""
    return next((each for each in status(body).get("conditions") or [] if each.get("type") == kind), {})


def owned_by(each: Object, owner: Object) -> bool:
    uid = metadata(owner).get("uid")
    return any(one.get("uid") == uid for one in metadata(each).get("ownerReferences") or [])


def observed(body: Object) -> bool:
    """Whether its controller has seen what an object asks for now."""
    return status(body).get("observedGeneration", 0) >= metadata(body).get("generation", 0)


def deployment(body: Object, sets: Iterable[Object], pods: Iterable[Object], claims: Iterable[Object]) -> Look:
    """A Deployment with the replica sets, pods and claims of its namespace."""
    revision = annotation(body, REVISION)
    current = next((each for each in sets if owned_by(each, body) and annotation(each, REVISION) == revision), None)
    available, progressing = condition(body, "Available"), condition(body, "Progressing")
    is_available = available.get("status") == TRUE
    rolled_out = progressing.get("status") == TRUE and progressing.get("reason") == "NewReplicaSetAvailable"
    wanted = spec(current).get("replicas", 1) if current else 1
    filled = current is not None and status(current).get("readyReplicas", 0) >= wanted
    unbound = _unbound(body, claims)
    if observed(body) and revision and is_available and filled and not unbound and (rolled_out or revision == "1"):
        return Look(True)
    reasons = [
        f"[{each['reason']}] {each['message']}"
        for each in (progressing, available)
        if each and each.get("status") != TRUE and each.get("reason") and each.get("message")
    ]
    if unbound:
        reasons.append(f'Failed to bind PersistentVolumeClaim(s): "{",".join(unbound)}"')
    if not is_available:
        reasons.append("Minimum number of live Pods was not attained")
    elif (revision == "1" and not filled) or (revision != "1" and not rolled_out):
        reasons.append("Minimum number of Pods to consider the application live was not attained")
    elif not filled:
        reasons.append("Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live")
    return Look(False, (*reasons, *(pod_warnings(pods, current) if current else ())))


def stateful_set(body: Object, pods: Iterable[Object]) -> Look:
    """A StatefulSet with the pods of its namespace."""
    now, wanted = status(body), spec(body).get("replicas", 0)
    seen = bool(metadata(body).get("generation")) and observed(body)
    current, target = (str(now.get(name) or "") if seen else "" for name in ("currentRevision", "updateRevision"))
    on_delete = (spec(body).get("updateStrategy") or {}).get("type") == "OnDelete"
    on_delete = on_delete and metadata(body).get("generation", 0) > 1
    counted = ("replicas", "readyReplicas") if on_delete else ("replicas", "readyReplicas", "currentReplicas")
    filled = seen and all(now.get(name, 0) == wanted for name in counted)
    revised = seen and (on_delete or (current != "" and current == target))
    if filled and revised:
        return Look(True)
    ready, updated = now.get("readyReplicas", 0), now.get("updatedReplicas", 0)
    count = (ready if revised else min(ready, updated)) if seen else 0
    reasons = [] if filled else [f"{count} out of {wanted if seen else 0} replicas succeeded readiness checks"]
    if not revised:
        reasons.append(f'StatefulSet controller failed to advance from revision "{current}" to revision "{target}"')
    return Look(False, (*reasons, *pod_warnings(pods, body)))


def job(body: Object, pods: Iterable[Object] = ()) -> Look:
    """A Job with the pods of its namespace."""
    failed = condition(body, "Failed")
    if failed.get("status") == TRUE and failed.get("reason") in ("BackoffLimitExceeded", "DeadlineExceeded"):
        said = f"[{failed['reason']}] {failed.get('message', '')}"
        return Look(False, (said, *pod_warnings(pods, body)), failed=True)
    complete = condition(body, "Complete").get("status") == TRUE
    ready = bool(status(body).get("startTime")) and complete
    return Look(ready, () if ready else tuple(pod_warnings(pods, body)))


def service(body: Object, endpoints: Object | None) -> Look:
    """A Service with its Endpoints."""
    what = spec(body)
    balanced = what.get("type") == "LoadBalancer"
    placed = not balanced or bool((status(body).get("loadBalancer") or {}).get("ingress"))
    if what.get("type") == "ExternalName" or what.get("clusterIP") == "None" or not what.get("selector"):
        return Look(placed)
    subsets = (endpoints or {}).get("subsets") or []
    pending = any(each.get("notReadyAddresses") for each in subsets)
    reasons: list[str] = []
    if not any(each.get("addresses") for each in subsets):
        reasons.append(
            "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match "
            "labels on any Pods"
        )
    if not placed:
        reasons.append("Service was not allocated an IP address; does your cloud provider support this?")
    return Look(placed and endpoints is not None and not pending, tuple(reasons), enough=placed and not pending)


def claim(body: Object, waits_for_consumer: bool) -> Look:
    """A PersistentVolumeClaim; ``waits_for_consumer``: its class binds it once a pod uses it."""
    phase = status(body).get("phase")
    return Look(phase == "Bound" or (waits_for_consumer and phase == "Pending"))


def quota(body: Object) -> Look:
    """A ResourceQuota: its controller has taken what it asks for."""
    return Look(bool(spec(body).get("hard")) and spec(body).get("hard") == status(body).get("hard"))


def pod(body: Object) -> Look:
    """A Pod on its own."""
    warning = pod_warning(body)
    return Look(_pod_ready(body), (warning,) if warning else ())


def pod_warnings(pods: Iterable[Object], owner: Object) -> Sequence[str]:
    """What is wrong with the pods of an owner."""
    return [warning for each in pods if owned_by(each, owner) and (warning := pod_warning(each))]


def pod_warning(body: Object) -> str:
    """What is wrong with a pod that is scheduled; empty where nothing is, and before that."""
    if condition(body, "PodScheduled").get("status") != TRUE:
        return ""
    initialized, ready = condition(body, "Initialized"), condition(body, "Ready")
    shown = ready if initialized.get("status") == TRUE else initialized
    if not shown or shown.get("status") == TRUE or status(body).get("phase") == "Succeeded":
        return ""
    errors = "\n".join(each for one in status(body).get("containerStatuses") or [] for each in _container_errors(one))
    if not errors and not shown.get("message"):
        return ""
    said = shown["message"] if shown.get("reason") and shown.get("message") else ""
    return f"[Pod {_qualified(body)}]: {said}{errors}"


def _pod_ready(body: Object) -> bool:
    done = all(condition(body, each).get("status") == TRUE for each in ("PodScheduled", "Initialized"))
    return done and (condition(body, "Ready").get("status") == TRUE or status(body).get("phase") == "Succeeded")


def _container_errors(state: Mapping[str, Any]) -> Iterable[str]:
    if state.get("ready"):
        return
    waiting, ended = (state.get("state") or {}).get("waiting"), (state.get("state") or {}).get("terminated")
    if waiting and waiting.get("reason") != "ContainerCreating":
        yield f"[{waiting.get('reason', '')}] {waiting.get('message', '')}"
    if ended and ended.get("reason"):
        done = f'container "{state.get("name")}" completed with exit code {ended.get("exitCode", 0)}'
        yield f"[{ended['reason']}] {ended['message']}" if ended.get("message") else done
    last = (state.get("lastState") or {}).get("terminated")
    if last:
        when, why, code = last.get("finishedAt"), last.get("reason", ""), last.get("exitCode", 0)
        yield f'container "{state.get("name")}" terminated at {when} ({why}: exit code {code})'
        if last.get("message"):
            yield str(last["message"])


def _qualified(body: Object) -> str:
    namespace, name = text(body, "namespace"), text(body, "name")
    return f"{namespace}/{name}" if namespace not in ("", "default") else name


def _unbound(body: Object, claims: Iterable[Object]) -> list[str]:
    """The claims of a Deployment's volumes that are not bound."""
    volumes = ((spec(body).get("template") or {}).get("spec") or {}).get("volumes") or []
    named = {(each.get("persistentVolumeClaim") or {}).get("claimName") for each in volumes}
    return [
        text(each, "name") for each in claims if text(each, "name") in named and status(each).get("phase") != "Bound"
    ]
