"""Pods and what is around them: numbers, labels and annotations with their sources."""

from __future__ import annotations

USER = 1000
"""The user and group of every container, which Pod Security's level `restricted` wants to be no root (estate-platform
1.2)."""

SCRATCH_MIB = 256
"""What a pod may write to each folder that is writable."""

STORAGE_MIB = 64
"""What a container requests of its node's disk."""

LOGS_MIB = 320
"""What its logs may take of it: the kubelet keeps five files of 50 MiB, and what it has not turned yet (Microsoft:
Customize node configuration for AKS node pools, containerLogMaxFiles and containerLogMaxSizeMB)."""

DRAIN_SECONDS = 15
"""How long a pod that is told to stop goes on serving, while load balancers and other pods stop sending to it
(Kubernetes: Pod Lifecycle, termination of pods; KEP-3960, the sleep action)."""

STOP_SECONDS = 30
"""How long it then has to finish what it has begun."""

PROBE_TIMEOUT_SECONDS = 3
"""Kubernetes' own is one second, within which a pause of a garbage collector is a failure."""

CPU_TARGET, MEMORY_TARGET = 70, 80
"""The share of what is requested, in percent, above which copies are added (estate-platform 1.3)."""

SCALE_DOWN_SECONDS = 300
"""How long the load must be low before copies are taken away."""

ZONE_LABEL, HOST_LABEL = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
NAMESPACE_LABEL = "kubernetes.io/metadata.name"
"""The label with its own name that Kubernetes gives every namespace."""

CLIENT_ID_ANNOTATION = "azure.workload.identity/client-id"
USES_IDENTITY_LABEL = "azure.workload.identity/use"
"""On a service account, and on a pod (Microsoft: Use a Microsoft Entra Workload ID on AKS)."""

INTERNAL_ANNOTATION = "service.beta.kubernetes.io/azure-load-balancer-internal"
INTERNAL_SUBNET_ANNOTATION = "service.beta.kubernetes.io/azure-load-balancer-internal-subnet"
INTERNAL_ADDRESS_ANNOTATION = "service.beta.kubernetes.io/azure-load-balancer-ipv4"
"""On a service of type LoadBalancer (kubernetes-sigs/cloud-provider-azure: pkg/consts/consts.go)."""

SECRETS_DRIVER = "secrets-store.csi.k8s.io"
SECRETS_FOLDER = "/mnt/secrets"
"""Where the files of the driver are mounted: it makes the Secret that variables read once a pod has mounted them."""

DISK_PROVISIONER = "disk.csi.azure.com"

DNS_NAMESPACE, DNS_LABELS, DNS_PORT = "kube-system", {"k8s-app": "kube-dns"}, 53
"""Where AKS' DNS answers (Microsoft: Customize CoreDNS for AKS)."""

PRIVATE_RANGES = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
"""What is not the internet: private, shared and link-local addresses, the metadata service of Azure's machines among
them (RFC 1918, 6598, 3927)."""

GATEWAY_LABELS = {"app.kubernetes.io/name": "envoy", "app.kubernetes.io/component": "proxy"}
"""The pods of the gateway (envoyproxy/gateway v1.9.1: internal/infrastructure/kubernetes/proxy/resource.go)."""

GATEWAY_PORT = 10443
"""Where these pods listen for what comes to port 443 (the same: internal/gatewayapi/translator.go,
wellKnownPortShift)."""
