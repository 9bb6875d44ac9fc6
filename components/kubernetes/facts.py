"""Kinds of objects in a cluster, and Helm releases.

What replaces an object is pulumi-kubernetes' own table; durations of what it waits for are assumed.
"""

from __future__ import annotations

from components.facts.creation import CreationOnly, tabled
from components.facts.model import Duration, KubernetesType

SDK = "pulumi-kubernetes"
"""The source of kinds of which the SDK has a class."""
GATEWAY_API = "kubernetes-sigs/gateway-api v1.6.3: config/crd/standard"
ENVOY_GATEWAY = "envoyproxy/gateway v1.9.1: api/v1alpha1"
CERT_MANAGER = "cert-manager/cert-manager v1.21.2: deploy/crds"
CSI_DRIVER = "kubernetes-sigs/secrets-store-csi-driver v1.5.3: apis/v1"

AWAIT_MINUTES = 10
"""How long pulumi-kubernetes waits for an object (provider/pkg/await)."""
AT_ONCE = Duration(0.02, AWAIT_MINUTES)
"""Of an object that nothing is waited for."""

_PLACE = ("metadata.name", "metadata.namespace")
_NAME = ("metadata.name",)


def _kind(
    key: str,
    token: str,
    *replacing: str,
    source: str = SDK,
    duration: Duration = AT_ONCE,
    namespaced: bool = True,
    suffixed: bool = False,
    holds_data: bool = False,
    replacement_cost: str = "",
    also: tuple[CreationOnly, ...] = (),
) -> KubernetesType:
    return KubernetesType(
        key=key,
        token=f"kubernetes:{token}",
        source=source,
        namespaced=namespaced,
        suffixed=suffixed,
        creation_only=(*tabled(*(_PLACE if namespaced else _NAME), *replacing), *also),
        duration=duration,
        holds_data=holds_data,
        replacement_cost=replacement_cost,
    )


ROWS: tuple[KubernetesType, ...] = (
    _kind("namespace", "core/v1:Namespace", namespaced=False, replacement_cost="everything that is in it goes with it"),
    _kind("resource-quota", "core/v1:ResourceQuota", "spec.scopes"),
    _kind("limit-range", "core/v1:LimitRange"),
    _kind("network-policy", "networking.k8s.io/v1:NetworkPolicy"),
    _kind("service-account", "core/v1:ServiceAccount"),
    _kind("config-map", "core/v1:ConfigMap", "data", "binaryData", suffixed=True),
    _kind(
        "secret-provider-class",
        "secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
        source=CSI_DRIVER,
        suffixed=True,
    ),
    _kind(
        "service",
        "core/v1:Service",
        "spec.clusterIP",
        duration=Duration(0.1, AWAIT_MINUTES),
        replacement_cost="nothing finds its pods until the new one is there",
    ),
    _kind(
        "deployment",
        "apps/v1:Deployment",
        "spec.selector",
        duration=Duration(0.75, AWAIT_MINUTES),
        replacement_cost="all its pods go before the new ones come",
    ),
    _kind(
        "stateful-set",
        "apps/v1:StatefulSet",
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
        duration=Duration(2, AWAIT_MINUTES),
        holds_data=True,
    ),
    _kind(
        "job",
        "batch/v1:Job",
        "spec.completions",
        "spec.parallelism",
        "spec.selector",
        "spec.template",
        duration=Duration(0.5, AWAIT_MINUTES),
    ),
    _kind("horizontal-pod-autoscaler", "autoscaling/v2:HorizontalPodAutoscaler"),
    _kind("pod-disruption-budget", "policy/v1:PodDisruptionBudget"),
    _kind("storage-class", "storage.k8s.io/v1:StorageClass", "parameters", "provisioner", namespaced=False),
    _kind("gateway-class", "gateway.networking.k8s.io/v1:GatewayClass", namespaced=False, source=GATEWAY_API),
    _kind(
        "gateway",
        "gateway.networking.k8s.io/v1:Gateway",
        source=GATEWAY_API,
        duration=Duration(3, AWAIT_MINUTES),
        replacement_cost="nothing reaches the cluster from outside until Front Door's connection is approved again",
    ),
    _kind("http-route", "gateway.networking.k8s.io/v1:HTTPRoute", source=GATEWAY_API),
    _kind("grpc-route", "gateway.networking.k8s.io/v1:GRPCRoute", source=GATEWAY_API),
    _kind("envoy-proxy", "gateway.envoyproxy.io/v1alpha1:EnvoyProxy", source=ENVOY_GATEWAY),
    _kind("client-traffic-policy", "gateway.envoyproxy.io/v1alpha1:ClientTrafficPolicy", source=ENVOY_GATEWAY),
    _kind("backend-traffic-policy", "gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy", source=ENVOY_GATEWAY),
    _kind("security-policy", "gateway.envoyproxy.io/v1alpha1:SecurityPolicy", source=ENVOY_GATEWAY),
    _kind("cluster-issuer", "cert-manager.io/v1:ClusterIssuer", namespaced=False, source=CERT_MANAGER),
    _kind("issuer", "cert-manager.io/v1:Issuer", source=CERT_MANAGER),
    _kind(
        "certificate",
        "cert-manager.io/v1:Certificate",
        source=CERT_MANAGER,
        duration=Duration(2, AWAIT_MINUTES),
    ),
    KubernetesType(
        key="helm-release",
        token="kubernetes:helm.sh/v3:Release",
        source=SDK,
        metadata="",
        creation_only=tabled("name", "namespace"),
        duration=Duration(1.5, AWAIT_MINUTES),
        replacement_cost="what it installed stops, and its definitions take the objects of their kinds with them",
    ),
)
