"""The kubelets: pods run where everything that they name is there, and say why where it is not.

Texts and reasons: k8s.io/kubernetes 1.36.0, pkg/kubelet (``kubelet_pods.go``, ``status/generate.go``, ``events``) and
pkg/volume.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from itertools import islice
from typing import Any

from offline.azure.behaviour import at
from offline.kubernetes.played.api import Kind, Object
from offline.kubernetes.played.fits import ended
from offline.kubernetes.played.kinds import CLAIM, CONFIG_MAP, POD, SECRET
from offline.kubernetes.played.secret_store import DRIVER, FailedMount, mount
from offline.kubernetes.played.turn import Turn, conditions, holds, stamp

NAME = "kubelet"
NODE_PREFIX = 24
"""Each node of an overlay network has 256 addresses for pods (Microsoft: Azure CNI Overlay networking)."""

_WORDS = {CONFIG_MAP: "configmap", SECRET: "secret"}
_SHOWN = {CONFIG_MAP: "ConfigMap", SECRET: "Secret"}


class NotConfigured(Exception):
    """Why a container cannot be made (``CreateContainerConfigError``)."""


def act(turn: Turn, nodes: list[Object]) -> None:
    """Do what is next for each pod that has a node."""
    pods = [each for each in turn.api.list(POD) if each["spec"].get("nodeName")]
    addresses = {(each.get("status") or {}).get("podIP") for each in pods}
    names = {each["metadata"]["name"] for each in nodes}
    for pod in pods:
        metadata = pod["metadata"]
        if metadata.get("deletionTimestamp") or pod["spec"]["nodeName"] not in names:
            # A container ends as soon as it is asked to.
            turn.api.delete(POD, metadata["name"], metadata["namespace"], grace=0)
        elif ended(pod):
            continue
        elif not holds(pod, "Ready"):
            _start(turn, pod, nodes, addresses)
        elif pod["spec"].get("restartPolicy", "Always") != "Always":
            turn.status(POD, pod, _completed(pod))


def _start(turn: Turn, pod: Object, nodes: list[Object], addresses: set[Any]) -> None:
    try:
        for volume in pod["spec"].get("volumes") or []:
            _mount(turn, pod, volume)
    except FailedMount as error:
        turn.status(POD, pod, _waiting(pod, dict.fromkeys(_names(pod), ("ContainerCreating", ""))))
        turn.event(pod, NAME, "FailedMount", str(error))
        return
    problems = dict(_problems(turn, pod))
    if problems:
        states = {each: problems.get(each, "") for each in _names(pod)}
        reasons = {each: ("CreateContainerConfigError" if text else "", text) for each, text in states.items()}
        if turn.status(POD, pod, _waiting(pod, reasons)):
            for text in dict.fromkeys(problems.values()):
                turn.event(pod, NAME, "Failed", f"Error: {text}")
        return
    address = _address(turn, pod, nodes, addresses)
    addresses.add(address)
    turn.status(POD, pod, _running(pod, address))


def _names(pod: Object) -> list[str]:
    return [each["name"] for each in pod["spec"].get("containers") or []]


def _mount(turn: Turn, pod: Object, volume: Object) -> None:
    """Raises :class:`FailedMount` with the kubelet's message for a volume that cannot be mounted."""
    try:
        for kind, source, name in _sources(volume):
            _has(turn, pod, kind, name, source)
        if (volume.get("csi") or {}).get("driver") == DRIVER:
            mount(turn, pod, volume)
    except FailedMount as error:
        raise FailedMount(f'MountVolume.SetUp failed for volume "{volume["name"]}" : {error}') from None
    if "persistentVolumeClaim" in volume:
        name = volume["persistentVolumeClaim"]["claimName"]
        claim = turn.api.get(CLAIM, name, pod["metadata"]["namespace"])
        if claim is None or (claim.get("status") or {}).get("phase") != "Bound":
            found = f"[{volume['name']}]"
            text = f"failed to process volumes={found}: error processing PVC {pod['metadata']['namespace']}/{name}"
            raise FailedMount(
                f"Unable to attach or mount volumes: unmounted volumes={found}, unattached volumes=[], {text}: PVC is "
                "not bound"
            )


def _sources(volume: Object) -> Iterator[tuple[Kind, Mapping[str, Any], str]]:
    """The ConfigMaps and Secrets that a volume shows."""
    for source in [volume, *((volume.get("projected") or {}).get("sources") or [])]:
        if "configMap" in source:
            yield CONFIG_MAP, source["configMap"], source["configMap"].get("name", "")
        if "secret" in source:
            yield SECRET, source["secret"], source["secret"].get("secretName") or source["secret"].get("name", "")


def _has(turn: Turn, pod: Object, kind: Kind, name: str, source: Mapping[str, Any]) -> None:
    found = turn.api.get(kind, name, pod["metadata"]["namespace"])
    if source.get("optional"):
        return
    if found is None:
        raise FailedMount(f'{_WORDS[kind]} "{name}" not found')
    for item in source.get("items") or []:
        if item["key"] not in _keys(found):
            missing = (
                f"configmap references non-existent config key: {item['key']}"
                if kind is CONFIG_MAP
                else f"references non-existent secret key: {item['key']}"
            )
            raise FailedMount(missing)


def _keys(found: Object) -> set[str]:
    return {*(found.get("data") or {}), *(found.get("binaryData") or {})}


def _problems(turn: Turn, pod: Object) -> Iterator[tuple[str, str]]:
    """Each container whose variables cannot be made, with the reason."""
    for container in [*(pod["spec"].get("initContainers") or []), *(pod["spec"].get("containers") or [])]:
        try:
            _variables(turn, pod["metadata"]["namespace"], container)
        except NotConfigured as error:
            yield container["name"], str(error)


def _variables(turn: Turn, place: str, container: Object) -> None:
    for each in container.get("envFrom") or []:
        for key, kind in (("configMapRef", CONFIG_MAP), ("secretRef", SECRET)):
            if key in each:
                _value(turn, place, kind, each[key], None)
    for each in container.get("env") or []:
        source = each.get("valueFrom") or {}
        for key, kind in (("configMapKeyRef", CONFIG_MAP), ("secretKeyRef", SECRET)):
            if key in source:
                _value(turn, place, kind, source[key], source[key]["key"])


def _value(turn: Turn, place: str, kind: Kind, source: Mapping[str, Any], key: str | None) -> None:
    name = source.get("name", "")
    found = turn.api.get(kind, name, place)
    if source.get("optional"):
        return
    if found is None:
        raise NotConfigured(f'{_WORDS[kind]} "{name}" not found')
    if key is not None and key not in _keys(found):
        raise NotConfigured(f"couldn't find key {key} in {_SHOWN[kind]} {place}/{name}")


def _address(turn: Turn, pod: Object, nodes: list[Object], taken: set[Any]) -> str:
    """A free address of the pod's node."""
    pods = ip_network(at(turn.cluster.body, "networkProfile", "podCidr") or "10.244.0.0/16")
    number = sorted(each["metadata"]["name"] for each in nodes).index(pod["spec"]["nodeName"])
    subnet = next(islice(pods.subnets(new_prefix=max(NODE_PREFIX, pods.prefixlen)), number, None), pods)
    return next(str(each) for each in subnet.hosts() if str(each) not in taken)


def _told(pod: Object, ready: bool, reason: str = "", message: str = "") -> list[Object]:
    """The conditions of a pod that has its node."""
    extra = {"reason": reason, "message": message} if reason else {}
    done = reason == "PodCompleted"
    plain = {"PodScheduled": True, "PodReadyToStartContainers": ready, "Initialized": True}
    wanted = [{"type": kind, "status": str(value)} for kind, value in plain.items()]
    wanted += [{"type": kind, "status": str(ready and not done), **extra} for kind in ("ContainersReady", "Ready")]
    return conditions(pod, *wanted)


def _waiting(pod: Object, reasons: Mapping[str, tuple[str, str]]) -> Object:
    """The status of a pod whose containers cannot start: the reason and message of each container."""
    unready = f"containers with unready status: [{' '.join(_names(pod))}]"
    return {
        "phase": "Pending",
        "conditions": _told(pod, False, "ContainersNotReady", unready),
        "containerStatuses": [
            {
                **_container(each, ready=False),
                "state": {"waiting": _state(*reasons.get(each["name"], ("", "")))},
            }
            for each in pod["spec"]["containers"]
        ],
    }


def _state(reason: str, message: str) -> Object:
    return {"reason": reason or "ContainerCreating", **({"message": message} if message else {})}


def _container(container: Object, *, ready: bool) -> Object:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": container["image"] if ready else "",
        "ready": ready,
        "started": ready,
        "restartCount": 0,
    }


def _running(pod: Object, address: str) -> Object:
    spec, now = pod["spec"], stamp()
    beginning = spec.get("initContainers") or []
    done = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}}
    running = {"running": {"startedAt": now}}
    return {
        "phase": "Running",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": now,
        "conditions": _told(pod, True),
        "containerStatuses": [{**_container(each, ready=True), "state": running} for each in spec["containers"]],
        **(
            {
                "initContainerStatuses": [
                    {
                        **_container(each, ready=True),
                        "state": running if each.get("restartPolicy") == "Always" else done,
                    }
                    for each in beginning
                ]
            }
            if beginning
            else {}
        ),
    }


def _completed(pod: Object) -> Object:
    """The status of a pod whose containers have done their work."""
    now = stamp()
    done = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}}
    statuses = [
        {**_container(each, ready=False), "started": False, "state": done} for each in pod["spec"]["containers"]
    ]
    return {"phase": "Succeeded", "conditions": _told(pod, False, "PodCompleted"), "containerStatuses": statuses}
