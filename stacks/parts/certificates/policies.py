"""Who may talk to whom in cert-manager's namespace."""

from __future__ import annotations

from collections.abc import Iterator

from components.certificates import facts
from components.cluster_telemetry.rules import AGENT_LABELS, SCRAPED_PORT, SETTINGS_NAMESPACE
from components.naming.kubernetes import CERTIFICATES, namespace
from components.workloads.spec import EdgeSpec, PeerSpec, PolicySpec, PortRange
from stacks.context import Context
from stacks.parts.addons import DNS, FROM_THE_API, to_the_api
from stacks.parts.workloads.policies import HTTPS, INTERNET
from stacks.settings.models import EnvironmentSettings

METRICS_AGENT = PeerSpec("the agent of managed Prometheus", namespace=SETTINGS_NAMESPACE, labels=AGENT_LABELS)
"""Who asks pods for the metrics that their annotations announce."""


def certificate_policies(context: Context[EnvironmentSettings]) -> Iterator[PolicySpec]:
    """All of its pods ask the API server, its controller also the authority and Azure; its webhook is asked by the API
    server, and where the cluster is measured the agent asks them for metrics."""
    place, outside = namespace(CERTIFICATES), EdgeSpec(INTERNET, (HTTPS,))
    scraped = EdgeSpec(METRICS_AGENT, (PortRange(SCRAPED_PORT, SCRAPED_PORT, "TCP"),))
    yield PolicySpec(
        name="mys-cert-manager",
        namespace=place,
        pods=facts.INSTANCE_LABEL,
        ingress=(scraped,) if context.settings.aks.prometheus else (),
        egress=(DNS, *(each for each in (to_the_api(context),) if each != outside), outside),
    )
    port = PortRange(facts.WEBHOOK_PORT, facts.WEBHOOK_PORT, "TCP")
    yield PolicySpec(
        name="mys-cert-manager-webhook",
        namespace=place,
        pods=facts.WEBHOOK_LABELS,
        ingress=(EdgeSpec(FROM_THE_API, (port,)),),
        egress=(),
    )
