"""Who may talk to whom in cert-manager's namespace."""

from __future__ import annotations

from collections.abc import Iterator

from components.certificates import facts
from components.naming.kubernetes import CERTIFICATES, namespace
from components.workloads.spec import EdgeSpec, PolicySpec, PortRange
from stacks.context import Context
from stacks.parts.addons import DNS, FROM_THE_API, to_the_api
from stacks.parts.workloads.policies import HTTPS, INTERNET
from stacks.settings.models import EnvironmentSettings


def certificate_policies(context: Context[EnvironmentSettings]) -> Iterator[PolicySpec]:
    """All of its pods ask the API server, its controller also the authority and Azure; its webhook is asked by the API
    server."""
    place, outside = namespace(CERTIFICATES), EdgeSpec(INTERNET, (HTTPS,))
    yield PolicySpec(
        name="mys-cert-manager",
        namespace=place,
        pods=facts.INSTANCE_LABEL,
        ingress=(),
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
