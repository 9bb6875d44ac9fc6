"""The way into the cluster: Envoy Gateway, and what Azure makes of its Service."""

from __future__ import annotations

from components.kubernetes.images import Image
from components.kubernetes.releases import Chart

NAME = "envoy-gateway"
"""The release, and with it its controller's Deployment and Service."""

CHART = Chart("oci://docker.io/envoyproxy", "gateway-helm", "v1.9.1")
"""Its chart, with the definitions of Gateway API (Envoy Gateway: Install with Helm)."""

MINOR, API_MINOR = "1.9", "1.6"
"""The versions of Envoy Gateway and of Gateway API, as the end-of-life table has them."""

_SOURCE = "pinned alike in more than five public repositories (read 2026-11-22)"

CONTROLLER = Image(
    "docker.io",
    "envoyproxy/gateway",
    CHART.version,
    "sha256:0049bcb384c591c6a6dd043fe5c9929ef6e74f230e12dd678d2d3701df9b301e",
    _SOURCE,
)
"""The controller, the job that makes its certificates, and the manager of each proxy's shutdown."""

PROXY = Image(
    "docker.io",
    "envoyproxy/envoy",
    "distroless-v1.39.1",
    "sha256:eb2c01c13125d1629637cb4e4cce7207009fb7cc2c8027f9742758549d15b6f4",
    "envoyproxy/gateway v1.9.1: api/v1alpha1/shared_types.go, and public repositories (read 2026-11-22)",
)

CLASS_CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"
"""What its GatewayClass names (charts/gateway-helm/values.tmpl.yaml, config.envoyGateway.gateway.controllerName)."""

RESOURCES = {
    "envoy-gateway": (100, 256, 500, 1024),
    "envoy-gateway-certgen": (10, 32, 100, 128),
    "envoy": (100, 512, 1000, 1024),
    "shutdown-manager": (10, 32, 100, 64),
}
"""CPU in millicores and memory in MiB that each container is guaranteed, and may use: the requests are Envoy Gateway's
own (charts/gateway-helm/values.tmpl.yaml; api/v1alpha1/shared_types.go), the limits assumed."""

CPU_TARGET = 70
"""The share of its CPU, in percent, above which a proxy is added."""

CONTROLLER_LABELS = {"control-plane": "envoy-gateway"}
CERTGEN_LABELS = {"app": "certgen"}
"""The pods of the release (charts/gateway-helm/templates)."""

XDS_PORT = 18000
"""Where the controller tells its proxies what to do (charts/gateway-helm/values.tmpl.yaml, deployment.ports)."""

_ANNOTATION = "service.beta.kubernetes.io/azure-"
INTERNAL = _ANNOTATION + "load-balancer-internal"
SUBNET = _ANNOTATION + "load-balancer-internal-subnet"
ADDRESS = _ANNOTATION + "load-balancer-ipv4"
IDLE_MINUTES = _ANNOTATION + "load-balancer-tcp-idle-timeout"
LINK = _ANNOTATION + "pls-create"
LINK_NAME = _ANNOTATION + "pls-name"
LINK_GROUP = _ANNOTATION + "pls-resource-group"
LINK_SUBNET = _ANNOTATION + "pls-ip-configuration-subnet"
LINK_ADDRESSES = _ANNOTATION + "pls-ip-configuration-ip-address-count"
LINK_VISIBILITY = _ANNOTATION + "pls-visibility"
"""What Azure reads from a Service of type LoadBalancer (kubernetes-sigs/cloud-provider-azure: pkg/consts/consts.go)."""

LINK_ADDRESS_COUNT = 8
"""Addresses from which a private link service comes: the most that it can have, each with 64,000 ports (Microsoft: What
is Azure Private Link service?, limitations)."""
