"""The way into the cluster."""

from __future__ import annotations

import pulumi

from components.certificates.certificates import Certificates
from components.gateway.gateway import Gateway
from components.kubernetes.namespaces import Namespaces
from stacks.parts.certificates.plan import CERTIFICATES
from stacks.parts.gateway.plan import GATEWAY_SCOPE, GatewayPlan
from stacks.parts.kubernetes.plan import KUBERNETES_PROVIDER, NAMESPACES
from stacks.parts.site import Site

OUTPUT = "ingress"
"""The stack output with what an edge connects to."""


def build_gateway(site: Site, plan: GatewayPlan) -> None:
    """Register the gateway with its routes. The id of the link is known beforehand; it exists once the gateway does."""
    namespaces = site.component(Namespaces, NAMESPACES)
    within = [namespaces.inside(each) for each in (plan.gateway.namespace, plan.gateway.services)]
    gateway = Gateway(
        "core",
        plan.controller,
        plan.policies,
        plan.gateway,
        plan.routes,
        certificate=site.component(Certificates, CERTIFICATES.key).certificate,
        within=pulumi.ResourceOptions.merge(*within),
        opts=site.options(KUBERNETES_PROVIDER),
    )
    site.answering.put(GATEWAY_SCOPE, gateway.gateway)
    site.outputs.put(OUTPUT, {"link": plan.link_id, "region": site.plan.region, "origins": dict(plan.origins)})
