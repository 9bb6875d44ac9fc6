"""The kinds that the played controllers read and write."""

from __future__ import annotations

from offline.kubernetes.played.api import Kind

CONFIG_MAP = Kind("v1", "ConfigMap")
EVENT = Kind("v1", "Event")
NAMESPACE = Kind("v1", "Namespace")
NODE = Kind("v1", "Node")
CLAIM = Kind("v1", "PersistentVolumeClaim")
VOLUME = Kind("v1", "PersistentVolume")
POD = Kind("v1", "Pod")
SECRET = Kind("v1", "Secret")
SERVICE = Kind("v1", "Service")
SERVICE_ACCOUNT = Kind("v1", "ServiceAccount")
DEPLOYMENT = Kind("apps/v1", "Deployment")
AUTOSCALER = Kind("autoscaling/v2", "HorizontalPodAutoscaler")
BUDGET = Kind("policy/v1", "PodDisruptionBudget")
STORAGE_CLASS = Kind("storage.k8s.io/v1", "StorageClass")
DEFINITION = Kind("apiextensions.k8s.io/v1", "CustomResourceDefinition")

PROVIDER_CLASS = Kind("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass")

GATEWAY_CLASS = Kind("gateway.networking.k8s.io/v1", "GatewayClass")
GATEWAY = Kind("gateway.networking.k8s.io/v1", "Gateway")
HTTP_ROUTE = Kind("gateway.networking.k8s.io/v1", "HTTPRoute")
GRPC_ROUTE = Kind("gateway.networking.k8s.io/v1", "GRPCRoute")
REFERENCE_GRANT = Kind("gateway.networking.k8s.io/v1beta1", "ReferenceGrant")
ENVOY_PROXY = Kind("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy")
CLIENT_POLICY = Kind("gateway.envoyproxy.io/v1alpha1", "ClientTrafficPolicy")
BACKEND_POLICY = Kind("gateway.envoyproxy.io/v1alpha1", "BackendTrafficPolicy")
SECURITY_POLICY = Kind("gateway.envoyproxy.io/v1alpha1", "SecurityPolicy")

ISSUER = Kind("cert-manager.io/v1", "Issuer")
CLUSTER_ISSUER = Kind("cert-manager.io/v1", "ClusterIssuer")
CERTIFICATE = Kind("cert-manager.io/v1", "Certificate")
