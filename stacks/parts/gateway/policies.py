"""Who may talk to whom in the gateway's namespace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from components.gateway import facts
from components.kubernetes.manifests import selector
from components.naming.kubernetes import GATEWAY, namespace
from components.workloads.facts import GATEWAY_LABELS, GATEWAY_PORT
from components.workloads.spec import EdgeSpec, PeerSpec, PolicySpec, PortRange
from stacks.catalogue.model import Service
from stacks.context import Context
from stacks.parts.addons import DNS, to_the_api
from stacks.parts.hosts.plan import Host
from stacks.parts.network.subnets import AT_THE_GATEWAY
from stacks.parts.workloads.policies import instance
from stacks.settings.models import EnvironmentSettings


def gateway_policies(
    context: Context[EnvironmentSettings], found: Iterable[tuple[Host, Service]]
) -> Iterator[PolicySpec]:
    """The proxies are reached from App Service and through the private link, and reach what is behind their routes; the
    controller is asked by proxies and asks the API server."""
    place, subnets = namespace(GATEWAY), context.settings.network.subnets
    controller = PeerSpec(facts.NAME, namespace=place, labels=facts.CONTROLLER_LABELS)
    proxies = PeerSpec("proxies", namespace=place, labels=GATEWAY_LABELS)
    xds = (PortRange(facts.XDS_PORT, facts.XDS_PORT, "TCP"),)
    yield PolicySpec(
        name="mys-gateway",
        namespace=place,
        pods=GATEWAY_LABELS,
        ingress=tuple(
            EdgeSpec(PeerSpec(role, cidr=str(subnets[role])), (PortRange(GATEWAY_PORT, GATEWAY_PORT, "TCP"),))
            for role in AT_THE_GATEWAY
            if role in subnets
        ),
        egress=(DNS, EdgeSpec(controller, xds), *_backends(context, found)),
    )
    yield PolicySpec(
        name="mys-envoy-gateway",
        namespace=place,
        pods=facts.CONTROLLER_LABELS,
        ingress=(EdgeSpec(proxies, xds),),
        egress=(DNS, to_the_api(context)),
    )
    yield PolicySpec(
        name="mys-envoy-gateway-certgen",
        namespace=place,
        pods=facts.CERTGEN_LABELS,
        ingress=(),
        egress=(DNS, to_the_api(context)),
    )


def _backends(context: Context[EnvironmentSettings], found: Iterable[tuple[Host, Service]]) -> Iterator[EdgeSpec]:
    for host, service in found:
        named = {each.name: each.port for each in service.endpoints}[host.endpoint]
        port = service.workload.port(named) if service.workload else None
        if port:
            pods = selector(service.key, instance(context))
            peer = PeerSpec(service.key, namespace=namespace(context.environment), labels=pods)
            yield EdgeSpec(peer, (PortRange(port.number, port.number, port.protocol),))
