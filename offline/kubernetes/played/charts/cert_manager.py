"""The chart of cert-manager.

Values, names and labels: cert-manager v1.21.2, deploy/charts/cert-manager. Roles and admission webhooks are not made:
nobody here would answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline.kubernetes.played.api import Object
from offline.kubernetes.played.charts.chart import Asked, Chart, Values, deployment, value
from offline.kubernetes.played.definitions.cert_manager import DEFINITIONS

APP_VERSION = "v1.21.2"
_ANY: dict[str, Any] = {}
_IMAGE = {"registry": _ANY, "repository": _ANY, "name": _ANY, "tag": _ANY, "digest": _ANY, "pullPolicy": _ANY}
_ACCOUNT = {"create": _ANY, "name": _ANY, "annotations": _ANY, "labels": _ANY, "automountServiceAccountToken": _ANY}
_POD = {
    "image": _IMAGE,
    "replicaCount": _ANY,
    "resources": _ANY,
    "podLabels": _ANY,
    "podAnnotations": _ANY,
    "nodeSelector": _ANY,
    "tolerations": _ANY,
    "affinity": _ANY,
    "topologySpreadConstraints": _ANY,
    "securityContext": _ANY,
    "containerSecurityContext": _ANY,
    "extraArgs": _ANY,
    "strategy": _ANY,
    "automountServiceAccountToken": _ANY,
    "serviceAccount": _ACCOUNT,
    "podDisruptionBudget": {"enabled": _ANY, "minAvailable": _ANY, "maxUnavailable": _ANY},
}
_KNOWN: Values = {
    **_POD,
    "crds": {"enabled": _ANY, "keep": _ANY},
    "imageRegistry": _ANY,
    "imageNamespace": _ANY,
    "global": {
        "commonLabels": _ANY,
        "priorityClassName": _ANY,
        "logLevel": _ANY,
        "nodeSelector": _ANY,
        "revisionHistoryLimit": _ANY,
        "leaderElection": {"namespace": _ANY},
    },
    "prometheus": {"enabled": _ANY},
    "enableCertificateOwnerRef": _ANY,
    "dns01RecursiveNameservers": _ANY,
    "dns01RecursiveNameserversOnly": _ANY,
    "maxConcurrentChallenges": _ANY,
    "webhook": {**_POD, "timeoutSeconds": _ANY, "securePort": _ANY},
    "cainjector": {**_POD, "enabled": _ANY},
    "acmesolver": {"image": _IMAGE},
    "startupapicheck": {
        **{key: each for key, each in _POD.items() if key not in ("replicaCount", "podDisruptionBudget", "strategy")},
        "enabled": _ANY,
        "timeout": _ANY,
        "backoffLimit": _ANY,
    },
}
_POD_USER = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
_USER = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True}
_LINUX = {"kubernetes.io/os": "linux"}
_PARTS = (
    ("controller", "", (("http-metrics", 9402), ("http-healthz", 9403))),
    ("webhook", "webhook", (("https", 10250), ("healthcheck", 6080))),
    ("cainjector", "cainjector", (("http-metrics", 9402),)),
)
"""Component, its key among the values (none for the chart's own), and its ports."""


def image(values: Values, own: Values, part: str) -> str:
    """The image of a part (``cert-manager.image``)."""
    asked = own.get("image") or {}
    registry = asked.get("registry") or values.get("imageRegistry") or "quay.io"
    space = values.get("imageNamespace", "jetstack")
    path = f"{registry}/{f'{space}/' if space else ''}{asked.get('name') or f'cert-manager-{part}'}"
    found = asked.get("repository") or path
    tag, digest = asked.get("tag"), asked.get("digest")
    if digest:
        return f"{found}{f':{tag}' if tag else ''}@{digest}"
    return f"{found}:{tag or APP_VERSION}"


def _objects(asked: Asked) -> Iterator[Object]:
    values = asked.values
    for part, key, ports in _PARTS:
        own: Values = values if not key else values.get(key) or {}
        if part == "cainjector" and own.get("enabled") is False:
            continue
        yield from _part(asked, part, own, ports)


def _part(asked: Asked, part: str, own: Values, ports: tuple[tuple[str, int], ...]) -> Iterator[Object]:
    values, place = asked.values, asked.namespace
    app = "cert-manager" if part == "controller" else part
    base = asked.name if "cert-manager" in asked.name else f"{asked.name}-cert-manager"
    name = base if part == "controller" else f"{base}-{part}"
    selector = {
        "app.kubernetes.io/name": app,
        "app.kubernetes.io/instance": asked.name,
        "app.kubernetes.io/component": part,
    }
    labels = {"app": app, **selector, "app.kubernetes.io/version": APP_VERSION, **_common(values)}
    metadata = {"namespace": place, "labels": labels}
    account = own.get("serviceAccount") or {}
    if account.get("create", True):
        head = {**metadata, "name": account.get("name") or name}
        if account.get("annotations"):
            head["annotations"] = account["annotations"]
        head["labels"] = {**labels, **(account.get("labels") or {})}
        mounts = account.get("automountServiceAccountToken", True)
        yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": head, "automountServiceAccountToken": mounts}
    container = {
        "name": f"cert-manager-{part}",
        "image": image(values, own, part),
        "imagePullPolicy": value(own, "image", "pullPolicy", default="IfNotPresent"),
        "args": list(own.get("extraArgs") or []),
        "ports": [{"name": each, "containerPort": number, "protocol": "TCP"} for each, number in ports],
        "securityContext": own.get("containerSecurityContext") or _USER,
        **({"resources": own["resources"]} if own.get("resources") else {}),
    }
    spec = {
        "serviceAccountName": account.get("name") or (name if account.get("create", True) else "default"),
        "enableServiceLinks": False,
        "securityContext": own.get("securityContext") or _POD_USER,
        "nodeSelector": {**(value(values, "global", "nodeSelector") or {}), **(own.get("nodeSelector") or _LINUX)},
        "containers": [container],
        **{key: own[key] for key in ("tolerations", "affinity", "topologySpreadConstraints") if own.get(key)},
    }
    if value(values, "global", "priorityClassName"):
        spec["priorityClassName"] = value(values, "global", "priorityClassName")
    yield deployment(
        name,
        place,
        labels,
        selector,
        spec,
        replicas=own.get("replicaCount", 1),
        strategy=own.get("strategy"),
        revisionHistoryLimit=value(values, "global", "revisionHistoryLimit"),
        pod_labels=own.get("podLabels") or {},
        pod_annotations=own.get("podAnnotations"),
    )
    if part == "webhook":
        port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": "https"}
        service = {"type": "ClusterIP", "selector": selector, "ports": [port]}
        yield {"apiVersion": "v1", "kind": "Service", "metadata": {**metadata, "name": name}, "spec": service}
    budget = own.get("podDisruptionBudget") or {}
    if budget.get("enabled"):
        limits = {key: budget[key] for key in ("minAvailable", "maxUnavailable") if key in budget}
        yield {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {**metadata, "name": name},
            "spec": {"selector": {"matchLabels": selector}, **(limits or {"minAvailable": 1})},
        }


def _common(values: Values) -> Values:
    return value(values, "global", "commonLabels", default={})


CHART = Chart(
    reference="oci://quay.io/jetstack/charts/cert-manager",
    versions={"v1.21.2": APP_VERSION, "1.21.2": APP_VERSION},
    known=_KNOWN,
    objects=_objects,
    definitions=lambda values: DEFINITIONS if value(values, "crds", "enabled", default=False) else (),
    keeps=lambda values: bool(value(values, "crds", "keep", default=True)),
    source="cert-manager/cert-manager v1.21.2, deploy/charts/cert-manager",
)
