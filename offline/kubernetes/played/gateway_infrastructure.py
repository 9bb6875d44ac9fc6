"""What Envoy Gateway makes for a Gateway: the proxy and the Service in front of it.

Names, labels, ports and fields: envoyproxy/gateway v1.9.1, internal/infrastructure/kubernetes/proxy
(``resource_provider.go``, ``resource.go``) and api/v1alpha1/shared_types.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.kubernetes.played.api import Object
from offline.kubernetes.played.kinds import AUTOSCALER, BUDGET, CONFIG_MAP, DEPLOYMENT, SERVICE, SERVICE_ACCOUNT
from offline.kubernetes.played.turn import digest

MANAGER = "envoy-gateway"
OWNING_NAME = "gateway.envoyproxy.io/owning-gateway-name"
OWNING_NAMESPACE = "gateway.envoyproxy.io/owning-gateway-namespace"
APP = {
    "app.kubernetes.io/name": "envoy",
    "app.kubernetes.io/component": "proxy",
    "app.kubernetes.io/managed-by": MANAGER,
}
LONGEST = 48
"""Characters of a Gateway's namespace and name that the names of its objects keep."""

WELL_KNOWN, SHIFT = 1024, 10000
"""Ports below the first are higher by the second in the proxy, which may not open them."""

DEFAULT_IMAGE = "docker.io/envoyproxy/envoy:distroless-v1.39.1"
SHUTDOWN_IMAGE = "docker.io/envoyproxy/gateway:v1.9.1"
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "runAsGroup": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
KINDS = (SERVICE_ACCOUNT, CONFIG_MAP, DEPLOYMENT, SERVICE, AUTOSCALER, BUDGET)
"""What is made for a Gateway, in this order."""


@dataclass(frozen=True)
class Proxy:
    """The proxy of one Gateway."""

    gateway: Object
    settings: Mapping[str, Any]
    """``spec.provider.kubernetes`` of its EnvoyProxy."""
    place: str
    """The namespace of the controller, in which the proxies run."""
    ports: tuple[tuple[str, int], ...]
    """Protocol and port of each listener that works, in their order."""
    controller_image: str = SHUTDOWN_IMAGE
    """The controller's own image, which also manages the shutdown of proxies."""
    drain_seconds: int = 360
    """``terminationGracePeriodSeconds``, from the shutdown settings."""

    @property
    def name(self) -> str:
        metadata = self.gateway["metadata"]
        return hashed(f"{metadata['namespace']}/{metadata['name']}")

    @property
    def labels(self) -> dict[str, str]:
        """The labels that select the proxy."""
        metadata = self.gateway["metadata"]
        return {**APP, OWNING_NAME: metadata["name"], OWNING_NAMESPACE: metadata["namespace"]}

    def part(self, name: str) -> dict[str, Any]:
        """The settings of one of the objects."""
        return self.settings.get(name) or {}

    def bodies(self) -> Iterator[Object]:
        """The objects of the proxy."""
        yield self._body(SERVICE_ACCOUNT, self.account, automountServiceAccountToken=False)
        yield self._body(CONFIG_MAP, self.name, data={"xds-certificate.json": "{}", "xds-trusted-ca.json": "{}"})
        yield self._body(DEPLOYMENT, self.workload, spec=self._deployment())
        yield self._body(SERVICE, self.part("envoyService").get("name") or self.name, spec=self._service())
        if self.settings.get("envoyHpa"):
            yield self._body(AUTOSCALER, self.part("envoyHpa").get("name") or self.name, spec=self._autoscaler())
        if self.settings.get("envoyPDB"):
            limits = {key: value for key, value in self.part("envoyPDB").items() if key != "name"}
            spec = {**limits, "selector": {"matchLabels": self.labels}}
            yield self._body(BUDGET, self.part("envoyPDB").get("name") or self.name, spec=spec)

    @property
    def account(self) -> str:
        return self.part("envoyServiceAccount").get("name") or self.name

    @property
    def workload(self) -> str:
        return self.part("envoyDeployment").get("name") or self.name

    @property
    def service(self) -> str:
        return self.part("envoyService").get("name") or self.name

    def _body(self, kind: Any, name: str, **rest: Any) -> Object:
        asked = self.gateway["spec"].get("infrastructure") or {}
        own = self.part("envoyService") if kind is SERVICE else {}
        annotations = {**(asked.get("annotations") or {}), **(own.get("annotations") or {})}
        labels = {**(asked.get("labels") or {}), **(own.get("labels") or {}), **self.labels}
        metadata = {"name": name, "namespace": self.place, "labels": labels}
        if annotations:
            metadata["annotations"] = annotations
        return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, **rest}

    def _service(self) -> Object:
        own = self.part("envoyService")
        plain = (
            "loadBalancerIP",
            "loadBalancerClass",
            "loadBalancerSourceRanges",
            "allocateLoadBalancerNodePorts",
        )
        kind = own.get("type") or "LoadBalancer"
        policy = own.get("externalTrafficPolicy") or ("Local" if kind == "LoadBalancer" else None)
        return {
            "type": kind,
            "sessionAffinity": "None",
            **({"externalTrafficPolicy": policy} if policy else {}),
            **{name: own[name] for name in plain if name in own},
            "selector": self.labels,
            "ports": [
                {
                    "name": f"{protocol.lower()}-{port}",
                    "protocol": "TCP",
                    "port": port,
                    "targetPort": self._inside(port),
                }
                for protocol, port in self.ports
            ],
        }

    def _inside(self, port: int) -> int:
        return port if self.settings.get("useListenerPortAsContainerPort") or port >= WELL_KNOWN else port + SHIFT

    def _autoscaler(self) -> Object:
        asked = {key: value for key, value in self.part("envoyHpa").items() if key != "name"}
        cpu = {
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
        }
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": self.workload}
        return {"metrics": [cpu], **asked, "scaleTargetRef": target}

    def _deployment(self) -> Object:
        own = self.part("envoyDeployment")
        pod = own.get("pod") or {}
        labels = {**(pod.get("labels") or {}), **self.labels}
        replicas = {} if self.settings.get("envoyHpa") else {"replicas": own.get("replicas", 1)}
        plain = ("affinity", "tolerations", "nodeSelector", "topologySpreadConstraints", "priorityClassName")
        containers = [self._envoy(own.get("container") or {}), _shutdown(self.controller_image)]
        made = {
            **replicas,
            **({"strategy": own["strategy"]} if own.get("strategy") else {}),
            "selector": {"matchLabels": self.labels},
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
            "template": {
                "metadata": {
                    "labels": labels,
                    **({"annotations": pod["annotations"]} if pod.get("annotations") else {}),
                },
                "spec": {
                    "automountServiceAccountToken": False,
                    "serviceAccountName": self.account,
                    "terminationGracePeriodSeconds": self.drain_seconds,
                    "securityContext": pod.get("securityContext") or {},
                    **{name: pod[name] for name in plain if pod.get(name)},
                    "containers": containers,
                    "volumes": [
                        {"name": "certs", "secret": {"secretName": "envoy", "defaultMode": 420}},
                        {"name": "sds", "configMap": {"name": self.name, "defaultMode": 420}},
                    ],
                },
            },
        }
        patch = own.get("patch") or {}
        return patched({"spec": made}, patch["value"])["spec"] if patch else made

    def _envoy(self, own: Mapping[str, Any]) -> Object:
        ports = [
            {"name": f"{protocol.lower()}-{port}", "containerPort": self._inside(port), "protocol": "TCP"}
            for protocol, port in self.ports
        ]
        ports += [
            {"name": "metrics", "containerPort": 19001, "protocol": "TCP"},
            {"name": "readiness", "containerPort": 19003, "protocol": "TCP"},
        ]
        return {
            "name": "envoy",
            "image": own.get("image") or DEFAULT_IMAGE,
            "imagePullPolicy": "IfNotPresent",
            "command": ["envoy"],
            "resources": own.get("resources") or {"requests": {"cpu": "100m", "memory": "512Mi"}},
            "securityContext": own.get("securityContext") or RESTRICTED,
            **({"env": own["env"]} if own.get("env") else {}),
            "ports": ports,
            "readinessProbe": {
                "httpGet": {"path": "/ready", "port": 19003, "scheme": "HTTP"},
                "timeoutSeconds": 1,
                "periodSeconds": 5,
                "successThreshold": 1,
                "failureThreshold": 1,
            },
            "volumeMounts": [
                {"name": "certs", "mountPath": "/certs", "readOnly": True},
                {"name": "sds", "mountPath": "/sds"},
            ],
        }


def patched(there: Any, patch: Any) -> Any:
    """A strategic merge patch: what is in a list is told apart by its name."""
    if isinstance(there, dict) and isinstance(patch, dict):
        return {**there, **{name: patched(there.get(name), value) for name, value in patch.items()}}
    if isinstance(there, list) and isinstance(patch, list):
        changes = {each["name"]: each for each in patch}
        kept = [patched(each, changes.pop(each["name"], {})) for each in there]
        return [*kept, *changes.values()]
    return patch


def _shutdown(image: str) -> Object:
    return {
        "name": "shutdown-manager",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["envoy-gateway"],
        "args": ["envoy", "shutdown-manager"],
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}},
        "securityContext": {**RESTRICTED, "readOnlyRootFilesystem": True},
    }


def hashed(name: str) -> str:
    """The name of the objects of a Gateway, whose namespace and name are ``name`` (``ExpectedResourceHashedName``)."""
    plain = name.replace("/", "-")
    return f"envoy-{plain[:LONGEST].removesuffix('-') if len(plain) > LONGEST else plain}-{digest(name, 8)}"


def covers(there: Any, wanted: Any) -> bool:
    """Whether an object has everything that is wanted of it; what the server filled in does not matter."""
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(covers(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        same = isinstance(there, list) and len(there) == len(wanted)
        return same and all(covers(one, other) for one, other in zip(there, wanted, strict=True))
    return there == wanted
