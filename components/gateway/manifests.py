"""The gateway, its proxies and its routes (Gateway API v1.6.3: apis/v1; envoyproxy/gateway v1.9.1: api/v1alpha1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.gateway import facts
from components.gateway.chart import resources
from components.gateway.spec import GatewaySpec, LinkSpec, RouteSpec
from components.kubernetes.awaits import until
from components.kubernetes.manifests import Manifest, metadata
from components.workloads.facts import HOST_LABEL, NAMESPACE_LABEL, ZONE_LABEL

GATEWAY_GROUP, ENVOY_GROUP = "gateway.networking.k8s.io", "gateway.envoyproxy.io"
PORT = 443
UNLIMITED = "0s"
"""No time limit of its own (Gateway API: GEP-1742)."""

ROUTE_KINDS = {"http-route": "HTTPRoute", "grpc-route": "GRPCRoute"}


def gateway_class(spec: GatewaySpec) -> Manifest:
    """The class of the gateway: which controller makes it, and how its proxies are."""
    proxy = {"group": ENVOY_GROUP, "kind": "EnvoyProxy", "name": spec.name, "namespace": spec.namespace}
    return {
        "metadata": metadata(spec.labels, name=spec.name, annotations=until("Accepted")),
        "spec": {"controllerName": facts.CLASS_CONTROLLER, "parametersRef": proxy},
    }


def envoy_proxy(spec: GatewaySpec) -> Manifest:
    """How the proxies are: by whom they are found, scaled and kept.

    A node passes on to its own proxies only, so that these see who the client is.
    """
    spread = [_spread(spec, label) for label in (ZONE_LABEL, HOST_LABEL)]
    shutdown = {"name": "shutdown-manager", "resources": resources("shutdown-manager")}
    patch = {"spec": {"template": {"spec": {"containers": [shutdown]}}}}
    busy = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": facts.CPU_TARGET}}
    kubernetes = {
        "envoyDeployment": {
            "name": spec.name,
            "pod": {"nodeSelector": dict(spec.node_selector), "topologySpreadConstraints": spread},
            "container": {"image": spec.image, "resources": resources("envoy")},
            # Envoy Gateway asks nothing about its limits, without which no quota lets it in.
            "patch": {"type": "StrategicMerge", "value": patch},
        },
        "envoyService": {"name": spec.name, "type": "LoadBalancer", "externalTrafficPolicy": "Local"},
        "envoyHpa": {
            "name": spec.name,
            "minReplicas": spec.minimum,
            "maxReplicas": spec.maximum,
            "metrics": [{"type": "Resource", "resource": busy}],
        },
        "envoyPDB": {"name": spec.name, "maxUnavailable": 1},
    }
    return {"metadata": _inside(spec), "spec": {"provider": {"type": "Kubernetes", "kubernetes": kubernetes}}}


def _spread(spec: GatewaySpec, label: str) -> Mapping[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": label,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": dict(spec.proxy_labels)},
    }


def gateway(spec: GatewaySpec) -> Manifest:
    """The gateway, which is there once its load balancer has its address: Azure makes the private link service first
    (kubernetes-sigs/cloud-provider-azure: pkg/provider/azure_loadbalancer.go, reconcileService)."""
    listener = {
        "name": "https",
        "port": PORT,
        "protocol": "HTTPS",
        "tls": {"mode": "Terminate", "certificateRefs": [{"kind": "Secret", "name": spec.certificate}]},
        "allowedRoutes": {
            "namespaces": {"from": "Selector", "selector": {"matchLabels": {NAMESPACE_LABEL: spec.services}}},
            "kinds": [{"group": GATEWAY_GROUP, "kind": kind} for kind in ROUTE_KINDS.values()],
        },
    }
    return {
        "metadata": metadata(spec.labels, name=spec.name, namespace=spec.namespace, annotations=until("Programmed")),
        "spec": {
            "gatewayClassName": spec.name,
            "infrastructure": {"annotations": _azure(spec.link)},
            "listeners": [listener],
        },
    }


def _azure(link: LinkSpec) -> Mapping[str, str]:
    """What Azure makes of the gateway's Service."""
    return {
        facts.INTERNAL: "true",
        facts.SUBNET: link.subnet,
        facts.ADDRESS: link.address,
        facts.IDLE_MINUTES: str(link.idle_minutes),
        facts.LINK: "true",
        facts.LINK_NAME: link.name,
        facts.LINK_GROUP: link.resource_group,
        facts.LINK_SUBNET: link.subnet,
        facts.LINK_ADDRESSES: str(facts.LINK_ADDRESS_COUNT),
        facts.LINK_VISIBILITY: link.subscription_id,
    }


def client_policy(spec: GatewaySpec) -> Manifest:
    """What holds for every client: TLS 1.2 or later, and how long a stream or a connection may be silent."""
    idle = f"{spec.link.idle_minutes}m"
    return {
        "metadata": _inside(spec),
        "spec": {
            "targetRefs": [_target("Gateway", spec.name)],
            "tls": {"minVersion": "1.2"},
            "timeout": {"http": {"idleTimeout": idle, "streamIdleTimeout": idle}},
        },
    }


def backend_policy(spec: GatewaySpec) -> Manifest:
    """What holds for every service: a request takes as long as it takes, a stream until it falls silent. Envoy would
    end both after 15 seconds."""
    return {
        "metadata": _inside(spec),
        "spec": {
            "targetRefs": [_target("Gateway", spec.name)],
            "timeout": {"http": {"requestTimeout": UNLIMITED}},
        },
    }


def route(spec: RouteSpec, gateway: GatewaySpec) -> Manifest:
    """The way of some hosts to a Service."""
    return {
        "metadata": metadata(spec.labels, name=spec.name, namespace=spec.namespace),
        "spec": {
            "parentRefs": [{**_target("Gateway", gateway.name), "namespace": gateway.namespace}],
            "hostnames": list(spec.hosts),
            "rules": [{"backendRefs": [{"kind": "Service", "name": spec.service, "port": spec.port}]}],
        },
    }


def client_rule(spec: RouteSpec) -> Manifest:
    """Whom a route admits. Behind a Service that keeps the client's address it is the client's own."""
    allowed = {"name": "clients", "action": "Allow", "principal": {"clientCIDRs": list(spec.clients)}}
    return {
        "metadata": metadata(spec.labels, name=spec.name, namespace=spec.namespace),
        "spec": {
            "targetRefs": [_target(ROUTE_KINDS[spec.kind], spec.name)],
            "authorization": {"defaultAction": "Deny", "rules": [allowed]},
        },
    }


def _inside(spec: GatewaySpec) -> Manifest:
    return metadata(spec.labels, name=spec.name, namespace=spec.namespace)


def _target(kind: str, name: str) -> Mapping[str, str]:
    return {"group": GATEWAY_GROUP, "kind": kind, "name": name}
