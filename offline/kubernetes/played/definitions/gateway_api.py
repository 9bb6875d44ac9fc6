"""The kinds of the Gateway API, which Envoy Gateway brings."""

from __future__ import annotations

from offline.kubernetes.played.definitions.shape import CONDITION, NUMBER, TEXT, TEXTS, Definition, Shape

_GROUP = "gateway.networking.k8s.io"
_SOURCE = "sigs.k8s.io/gateway-api v1.6.3, apis/v1"
_OBJECT = {"group": TEXT, "kind": TEXT, "name": TEXT, "namespace": TEXT}
_SELECTOR = {"matchLabels": TEXTS, "matchExpressions": [{"key": TEXT, "operator": TEXT, "values": [TEXT]}]}
_LISTENER = {
    "name": TEXT,
    "hostname": TEXT,
    "port": NUMBER,
    "protocol": TEXT,
    "tls": {"mode": TEXT, "certificateRefs": [_OBJECT], "options": TEXTS},
    "allowedRoutes": {"namespaces": {"from": TEXT, "selector": _SELECTOR}, "kinds": [{"group": TEXT, "kind": TEXT}]},
}
_GATEWAY = {
    "gatewayClassName": TEXT,
    "addresses": [{"type": TEXT, "value": TEXT}],
    "infrastructure": {
        "labels": TEXTS,
        "annotations": TEXTS,
        "parametersRef": {"group": TEXT, "kind": TEXT, "name": TEXT},
    },
    "listeners": [_LISTENER],
}
_GATEWAY_STATUS = {
    "addresses": [{"type": TEXT, "value": TEXT}],
    "conditions": [CONDITION],
    "listeners": [
        {
            "name": TEXT,
            "attachedRoutes": NUMBER,
            "supportedKinds": [{"group": TEXT, "kind": TEXT}],
            "conditions": [CONDITION],
        }
    ],
}
_PARENT = {**_OBJECT, "sectionName": TEXT, "port": NUMBER}
_BACKEND = {**_OBJECT, "port": NUMBER, "weight": NUMBER}
_NAMED = [{"name": TEXT, "value": TEXT, "type": TEXT}]
_HEADERS = {"set": [{"name": TEXT, "value": TEXT}], "add": [{"name": TEXT, "value": TEXT}], "remove": [TEXT]}
_FILTER = {
    "type": TEXT,
    "requestHeaderModifier": _HEADERS,
    "responseHeaderModifier": _HEADERS,
    "requestRedirect": {"scheme": TEXT, "hostname": TEXT, "port": NUMBER, "statusCode": NUMBER},
}
_HTTP = {
    "parentRefs": [_PARENT],
    "hostnames": [TEXT],
    "rules": [
        {
            "name": TEXT,
            "matches": [{"path": {"type": TEXT, "value": TEXT}, "headers": _NAMED, "method": TEXT}],
            "filters": [_FILTER],
            "backendRefs": [_BACKEND],
            "timeouts": {"request": TEXT, "backendRequest": TEXT},
        }
    ],
}
_GRPC = {
    "parentRefs": [_PARENT],
    "hostnames": [TEXT],
    "rules": [
        {
            "name": TEXT,
            "matches": [{"method": {"type": TEXT, "service": TEXT, "method": TEXT}, "headers": _NAMED}],
            "filters": [_FILTER],
            "backendRefs": [_BACKEND],
        }
    ],
}
_ROUTE_STATUS = {"parents": [{"parentRef": _PARENT, "controllerName": TEXT, "conditions": [CONDITION]}]}
_CLASS = {
    "controllerName": TEXT,
    "description": TEXT,
    "parametersRef": {"group": TEXT, "kind": TEXT, "name": TEXT, "namespace": TEXT},
}
_GRANT = {
    "from": [{"group": TEXT, "kind": TEXT, "namespace": TEXT}],
    "to": [{"group": TEXT, "kind": TEXT, "name": TEXT}],
}

_APPROVED = {
    "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/4530",
    "gateway.networking.k8s.io/bundle-version": "v1.6.3",
    "gateway.networking.k8s.io/channel": "standard",
}


def _own(
    kind: str, plural: str, spec: Shape, status: Shape | None = None, versions: tuple[str, ...] = ("v1",)
) -> Definition:
    namespaced = kind != "GatewayClass"
    return Definition(
        _GROUP, kind, plural, versions, _SOURCE, spec, status, namespaced=namespaced, annotations=_APPROVED
    )


DEFINITIONS = (
    _own("GatewayClass", "gatewayclasses", _CLASS, {"conditions": [CONDITION]}),
    _own("Gateway", "gateways", _GATEWAY, _GATEWAY_STATUS),
    _own("HTTPRoute", "httproutes", _HTTP, _ROUTE_STATUS),
    _own("GRPCRoute", "grpcroutes", _GRPC, _ROUTE_STATUS),
    _own("ReferenceGrant", "referencegrants", _GRANT, versions=("v1beta1", "v1")),
)
