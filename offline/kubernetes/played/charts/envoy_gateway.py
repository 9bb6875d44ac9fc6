"""The chart of Envoy Gateway's controller.

Values, names and labels: envoyproxy/gateway v1.9.1, charts/gateway-helm. Roles and the topology injector are not made;
the certificates between controller and proxies, which a Job makes there, are Secrets of the release.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from offline.kubernetes.played.api import Object
from offline.kubernetes.played.charts.chart import Asked, Chart, Values, deployment, value
from offline.kubernetes.played.definitions import envoy, gateway_api

APP_VERSION = "v1.9.1"
_ANY: dict[str, Any] = {}
_PULL = {"image": _ANY, "pullPolicy": _ANY, "pullSecrets": _ANY}
_PROBED = {"resources": _ANY, "securityContext": _ANY}
_POD = {
    "affinity": _ANY,
    "annotations": _ANY,
    "labels": _ANY,
    "topologySpreadConstraints": _ANY,
    "tolerations": _ANY,
    "nodeSelector": _ANY,
    "securityContext": _ANY,
}
_KNOWN: Values = {
    "global": {"imageRegistry": _ANY, "images": {"envoyGateway": _PULL, "ratelimit": _PULL, "envoyProxy": _PULL}},
    "crds": {"enabled": _ANY},
    "commonLabels": _ANY,
    "podDisruptionBudget": {"minAvailable": _ANY, "maxUnavailable": _ANY, "unhealthyPodEvictionPolicy": _ANY},
    "deployment": {
        "annotations": _ANY,
        "replicas": _ANY,
        "priorityClassName": _ANY,
        "pod": _POD,
        "envoyGateway": {
            **_PROBED,
            "image": {"repository": _ANY, "tag": _ANY},
            "imagePullPolicy": _ANY,
            "strategy": _ANY,
            "extraEnv": _ANY,
        },
    },
    "service": {"annotations": _ANY, "trafficDistribution": _ANY},
    "hpa": {"enabled": _ANY, "minReplicas": _ANY, "maxReplicas": _ANY, "metrics": _ANY, "behavior": _ANY},
    "config": {"envoyGateway": _ANY},
    "certgen": {
        "job": {
            **_PROBED,
            "annotations": _ANY,
            "pod": {"annotations": _ANY, "labels": _ANY, "securityContext": _ANY},
            "affinity": _ANY,
            "tolerations": _ANY,
            "nodeSelector": _ANY,
            "ttlSecondsAfterFinished": _ANY,
        }
    },
    "topologyInjector": {"enabled": _ANY, "annotations": _ANY},
    "kubernetesClusterDomain": _ANY,
}
_PORTS = (("grpc", 18000), ("ratelimit", 18001), ("wasm", 18002), ("metrics", 19001))
_USER = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "runAsGroup": 65532,
    "runAsUser": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_POD_USER = {
    "runAsNonRoot": True,
    "runAsGroup": 65532,
    "runAsUser": 65532,
    "fsGroup": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
SECRETS = ("envoy-gateway", "envoy", "envoy-rate-limit", "envoy-oidc-hmac")
"""What the chart's Job makes (internal/cmd/certgen.go)."""


def image(values: Values) -> str:
    """The image of the controller (``eg.image``)."""
    own = value(values, "deployment", "envoyGateway", "image", default={})
    registry = value(values, "global", "imageRegistry", default="")
    if own.get("repository"):
        path = str(own["repository"])
        whole = f"{registry}/{path.partition('/')[2]}" if registry else path
        return f"{whole}:{own.get('tag') or APP_VERSION}"
    named = str(value(values, "global", "images", "envoyGateway", "image", default=""))
    whole = named or f"docker.io/envoyproxy/gateway:{APP_VERSION}"
    return f"{registry}/{whole.partition('/')[2]}" if registry else whole


def _objects(asked: Asked) -> Iterator[Object]:
    values, place, name = asked.values, asked.namespace, "envoy-gateway"
    stable = {"app.kubernetes.io/name": "gateway-helm", "app.kubernetes.io/instance": asked.name}
    selector = {"control-plane": name, **stable}
    labels = {
        **selector,
        "app.kubernetes.io/version": APP_VERSION,
        "app.kubernetes.io/managed-by": "Helm",
        **(values.get("commonLabels") or {}),
    }
    metadata = {"name": name, "namespace": place, "labels": labels}
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    settings = {"envoy-gateway.yaml": "kind: EnvoyGateway\n"}
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**metadata, "name": f"{name}-config"},
        "data": settings,
    }
    for each in SECRETS:
        made = base64.b64encode(f"{place}/{each}".encode()).decode()
        keys = ("hmac-secret",) if each == "envoy-oidc-hmac" else ("ca.crt", "tls.crt", "tls.key")
        kind = "Opaque" if len(keys) == 1 else "kubernetes.io/tls"
        head = {"name": each, "namespace": place, "labels": {"control-plane": name}}
        data = dict.fromkeys(keys, made)
        yield {"apiVersion": "v1", "kind": "Secret", "metadata": head, "type": kind, "data": data}
    ports = [{"name": each, "port": port, "targetPort": port, "protocol": "TCP"} for each, port in _PORTS]
    service = {"type": "ClusterIP", "selector": selector, "ports": ports}
    yield {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": service}
    yield _deployment(asked, labels, selector)
    budget = values.get("podDisruptionBudget") or {}
    if any(budget.get(key) for key in ("minAvailable", "maxUnavailable")):
        spec = {"selector": {"matchLabels": selector}, **{key: each for key, each in budget.items() if each}}
        yield {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": spec}
    scaling = values.get("hpa") or {}
    if scaling.get("enabled"):
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        spec = {**{key: each for key, each in scaling.items() if key != "enabled" and each}, "scaleTargetRef": target}
        yield {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": metadata,
            "spec": {"minReplicas": 1, "maxReplicas": 1, **spec},
        }


def _deployment(asked: Asked, labels: Values, selector: Values) -> Object:
    values = asked.values
    own = value(values, "deployment", default={})
    controller, pod = own.get("envoyGateway") or {}, own.get("pod") or {}
    resources = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "1024Mi"}}
    container = {
        "name": "envoy-gateway",
        "image": image(values),
        "imagePullPolicy": controller.get("imagePullPolicy") or "IfNotPresent",
        "args": ["server", "--config-path=/config/envoy-gateway.yaml"],
        "resources": controller.get("resources") or resources,
        "securityContext": controller.get("securityContext") or _USER,
        "ports": [{"name": each, "containerPort": port, "protocol": "TCP"} for each, port in _PORTS],
        "volumeMounts": [
            {"mountPath": "/config", "name": "envoy-gateway-config", "readOnly": True},
            {"mountPath": "/certs", "name": "certs", "readOnly": True},
            {"mountPath": "/var/lib/eg/wasm", "name": "wasm-cache"},
        ],
        **({"env": controller["extraEnv"]} if controller.get("extraEnv") else {}),
    }
    plain = ("affinity", "nodeSelector", "topologySpreadConstraints", "tolerations")
    spec = {
        "serviceAccountName": "envoy-gateway",
        "terminationGracePeriodSeconds": 10,
        "securityContext": pod.get("securityContext") or _POD_USER,
        "containers": [container],
        "volumes": [
            {"name": "envoy-gateway-config", "configMap": {"name": "envoy-gateway-config", "defaultMode": 420}},
            {"name": "certs", "secret": {"secretName": "envoy-gateway"}},
            {"name": "wasm-cache", "emptyDir": {}},
        ],
        **{key: pod[key] for key in plain if pod.get(key)},
        **({"priorityClassName": own["priorityClassName"]} if own.get("priorityClassName") else {}),
    }
    return deployment(
        "envoy-gateway",
        asked.namespace,
        labels,
        selector,
        spec,
        replicas=None if value(values, "hpa", "enabled") else own.get("replicas", 1),
        strategy=controller.get("strategy"),
        pod_labels=pod.get("labels") or {},
        pod_annotations=pod.get("annotations"),
    )


CHART = Chart(
    reference="oci://docker.io/envoyproxy/gateway-helm",
    versions={"v1.9.1": APP_VERSION, "1.9.1": APP_VERSION},
    known=_KNOWN,
    objects=_objects,
    definitions=lambda values: (
        (*gateway_api.DEFINITIONS, *envoy.DEFINITIONS) if value(values, "crds", "enabled", default=True) else ()
    ),
    # They are in a folder `crds`, from which Helm installs and never deletes (Helm: Custom Resource Definitions).
    keeps=lambda values: True,
    source="envoyproxy/gateway v1.9.1, charts/gateway-helm",
)
