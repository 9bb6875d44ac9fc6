"""What the pods of add-ons have in common: how they find names, and the API server in both directions."""

from __future__ import annotations

from components.workloads.facts import DNS_LABELS, DNS_NAMESPACE, DNS_PORT
from components.workloads.spec import EdgeSpec, PeerSpec, PortRange
from stacks.context import Context
from stacks.parts.network.subnets import NODES
from stacks.parts.workloads.policies import HTTPS, INTERNET
from stacks.settings.models import EnvironmentSettings

DNS = EdgeSpec(
    PeerSpec("DNS", namespace=DNS_NAMESPACE, labels=DNS_LABELS),
    tuple(PortRange(DNS_PORT, DNS_PORT, protocol) for protocol in ("TCP", "UDP")),
)

FROM_THE_API = PeerSpec("the API server", namespace="kube-system", labels={"app": "konnectivity-agent"})
"""Who asks webhooks: AKS brings the calls of its API server into the cluster through these pods (Microsoft: Outbound
network and FQDN rules for AKS clusters, tunnelled communication). The label is believed."""


def to_the_api(context: Context[EnvironmentSettings]) -> EdgeSpec:
    """The API server: outside, or at a private endpoint in the subnet of the nodes (Microsoft: Create a private AKS
    cluster)."""
    if context.settings.aks.api == "private":
        return EdgeSpec(PeerSpec("the API server", cidr=str(context.settings.network.subnets[NODES])), (HTTPS,))
    return EdgeSpec(INTERNET, (HTTPS,))
