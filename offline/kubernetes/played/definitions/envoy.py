"""The kinds of Envoy Gateway's own."""

from __future__ import annotations

from offline.kubernetes.played.definitions.shape import CONDITION, FLAG, NUMBER, PORT, TEXT, TEXTS, Definition, Shape

_GROUP = "gateway.envoyproxy.io"
_SOURCE = "envoyproxy/gateway v1.9.1, api/v1alpha1"
_SELECTOR = {"matchLabels": TEXTS, "matchExpressions": [{"key": TEXT, "operator": TEXT, "values": [TEXT]}]}
_QUANTITIES = {"cpu": PORT, "memory": PORT, "ephemeral-storage": PORT}
_SECCOMP = {"type": TEXT, "localhostProfile": TEXT}
_USER = {"runAsNonRoot": FLAG, "runAsUser": NUMBER, "runAsGroup": NUMBER, "seccompProfile": _SECCOMP}
_CAPABILITIES = {"capabilities": {"add": [TEXT], "drop": [TEXT]}}
_CONTAINER_USER = {
    **_USER,
    **_CAPABILITIES,
    "allowPrivilegeEscalation": FLAG,
    "privileged": FLAG,
    "readOnlyRootFilesystem": FLAG,
}
_POD_TERM = {"labelSelector": _SELECTOR, "topologyKey": TEXT, "namespaces": [TEXT]}
_ANTI_AFFINITY = {
    "requiredDuringSchedulingIgnoredDuringExecution": [_POD_TERM],
    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": NUMBER, "podAffinityTerm": _POD_TERM}],
}
_SPREAD = {
    "maxSkew": NUMBER,
    "minDomains": NUMBER,
    "topologyKey": TEXT,
    "whenUnsatisfiable": TEXT,
    "labelSelector": _SELECTOR,
    "matchLabelKeys": [TEXT],
}
_TOLERATION = {"key": TEXT, "operator": TEXT, "value": TEXT, "effect": TEXT, "tolerationSeconds": NUMBER}
_POD = {
    "annotations": TEXTS,
    "labels": TEXTS,
    "securityContext": {**_USER, "fsGroup": NUMBER},
    "affinity": {"podAntiAffinity": _ANTI_AFFINITY},
    "tolerations": [_TOLERATION],
    "nodeSelector": TEXTS,
    "topologySpreadConstraints": [_SPREAD],
    "priorityClassName": TEXT,
}
_CONTAINER = {
    "image": TEXT,
    "env": [{"name": TEXT, "value": TEXT}],
    "resources": {"requests": _QUANTITIES, "limits": _QUANTITIES},
    "securityContext": _CONTAINER_USER,
}
_ROLLING = {"type": TEXT, "rollingUpdate": {"maxSurge": PORT, "maxUnavailable": PORT}}
_TARGET = {"type": TEXT, "averageUtilization": NUMBER, "averageValue": PORT, "value": PORT}
_SCALING = {
    "stabilizationWindowSeconds": NUMBER,
    "selectPolicy": TEXT,
    "policies": [{"type": TEXT, "value": NUMBER, "periodSeconds": NUMBER}],
}
_PATCHED = {"name": TEXT, "resources": {"requests": _QUANTITIES, "limits": _QUANTITIES}}
_PATCH = {"type": TEXT, "value": {"spec": {"template": {"spec": {"containers": [_PATCHED]}}}}}
_KUBERNETES = {
    "envoyDeployment": {
        "name": TEXT,
        "patch": _PATCH,
        "replicas": NUMBER,
        "strategy": _ROLLING,
        "pod": _POD,
        "container": _CONTAINER,
    },
    "envoyService": {
        "name": TEXT,
        "type": TEXT,
        "annotations": TEXTS,
        "labels": TEXTS,
        "loadBalancerIP": TEXT,
        "loadBalancerClass": TEXT,
        "loadBalancerSourceRanges": [TEXT],
        "allocateLoadBalancerNodePorts": FLAG,
        "externalTrafficPolicy": TEXT,
    },
    "envoyHpa": {
        "name": TEXT,
        "minReplicas": NUMBER,
        "maxReplicas": NUMBER,
        "metrics": [{"type": TEXT, "resource": {"name": TEXT, "target": _TARGET}}],
        "behavior": {"scaleUp": _SCALING, "scaleDown": _SCALING},
    },
    "envoyPDB": {"name": TEXT, "minAvailable": PORT, "maxUnavailable": PORT},
    "envoyServiceAccount": {"name": TEXT},
    "useListenerPortAsContainerPort": FLAG,
}
_PROXY = {
    "provider": {"type": TEXT, "kubernetes": _KUBERNETES},
    "logging": {"level": TEXTS},
    "shutdown": {"drainTimeout": TEXT, "minDrainDuration": TEXT},
    "mergeGateways": FLAG,
    "concurrency": NUMBER,
    "ipFamily": TEXT,
}
_REFERENCE = {"group": TEXT, "kind": TEXT, "name": TEXT, "sectionName": TEXT}
_ANCESTOR = {**_REFERENCE, "namespace": TEXT, "port": NUMBER}
_ANCESTORS = {"ancestors": [{"ancestorRef": _ANCESTOR, "controllerName": TEXT, "conditions": [CONDITION]}]}
_TARGETS = {"targetRef": _REFERENCE, "targetRefs": [_REFERENCE]}
_CLIENT = {
    **_TARGETS,
    "timeout": {
        "tcp": {"idleTimeout": TEXT},
        "http": {"requestReceivedTimeout": TEXT, "idleTimeout": TEXT, "streamIdleTimeout": TEXT},
    },
    "tcpKeepalive": {"probes": NUMBER, "idleTime": TEXT, "interval": TEXT},
    "connection": {"connectionLimit": {"value": NUMBER, "closeDelay": TEXT}, "bufferLimit": PORT},
    "clientIPDetection": {
        "xForwardedFor": {"numTrustedHops": NUMBER, "trustedCIDRs": [TEXT]},
        "customHeader": {"name": TEXT, "failClosed": FLAG},
        "directSourceIP": {},
    },
    "headers": {"enableEnvoyHeaders": FLAG, "disableRateLimitHeaders": FLAG, "withUnderscoresAction": TEXT},
    "path": {"escapedSlashesAction": TEXT, "disableMergeSlashes": FLAG},
    "proxyProtocol": {"optional": FLAG},
    "enableProxyProtocol": FLAG,
    "tls": {"minVersion": TEXT, "maxVersion": TEXT, "ciphers": [TEXT], "alpnProtocols": [TEXT]},
    "http2": {
        "maxConcurrentStreams": NUMBER,
        "initialStreamWindowSize": PORT,
        "initialConnectionWindowSize": PORT,
        "onInvalidMessage": TEXT,
    },
}
_BACKEND = {
    **_TARGETS,
    "timeout": {
        "tcp": {"connectTimeout": TEXT},
        "http": {
            "connectionIdleTimeout": TEXT,
            "maxConnectionDuration": TEXT,
            "requestTimeout": TEXT,
            "streamIdleTimeout": TEXT,
        },
    },
}
_SECURITY = {
    **_TARGETS,
    "authorization": {
        "defaultAction": TEXT,
        "rules": [{"name": TEXT, "action": TEXT, "principal": {"clientCIDRs": [TEXT]}}],
    },
}


def _own(kind: str, plural: str, spec: Shape, status: Shape | None = None) -> Definition:
    return Definition(_GROUP, kind, plural, ("v1alpha1",), _SOURCE, spec, status or _ANCESTORS)


DEFINITIONS = (
    _own("EnvoyProxy", "envoyproxies", _PROXY, {"ancestors": [{"ancestorRef": _ANCESTOR, "conditions": [CONDITION]}]}),
    _own("ClientTrafficPolicy", "clienttrafficpolicies", _CLIENT),
    _own("BackendTrafficPolicy", "backendtrafficpolicies", _BACKEND),
    _own("SecurityPolicy", "securitypolicies", _SECURITY),
)
