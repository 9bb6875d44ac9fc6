"""The way into the cluster: Envoy Gateway, one gateway, and a route for each endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from components.gateway import facts
from components.gateway.chart import values
from components.gateway.spec import GatewaySpec, LinkSpec, RouteSpec
from components.kubernetes.manifests import labels
from components.kubernetes.releases import ReleaseSpec
from components.naming.builder import Project
from components.naming.kubernetes import GATEWAY as PLACE
from components.naming.kubernetes import namespace, object_name
from components.problems import Problem
from components.workloads.facts import GATEWAY_LABELS
from components.workloads.spec import PolicySpec
from stacks.catalogue.model import HostKind, Service
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.aks.pools import NODE_POOLS, SERVICES
from stacks.parts.certificates.plan import CERTIFICATE
from stacks.parts.gateway.policies import gateway_policies
from stacks.parts.groups.plan import INGRESS_GROUP
from stacks.parts.hosts.plan import Host, hosts_of, public_hosts
from stacks.parts.network.subnets import APP_SERVICE, PRIVATE_LINK, gateway_address
from stacks.parts.origins import Origin
from stacks.parts.part import Part
from stacks.parts.pods import Pods
from stacks.parts.workloads.plan import rolled_out
from stacks.parts.workloads.policies import instance
from stacks.settings.models import EnvironmentSettings

NAME = object_name("gateway")
"""The gateway, its class and its Service, as the cluster knows them."""

GRPC = "grpc"
"""The name of a port that speaks gRPC."""

GATEWAY_SCOPE = "gateway"
"""The gateway, as the plan refers to it."""

READ = "docs/runbooks/add-ons.md"


@dataclass(frozen=True)
class GatewayPlan:
    """Envoy Gateway, the gateway and its routes."""

    controller: ReleaseSpec
    policies: tuple[PolicySpec, ...]
    """Who may talk to whom in the gateway's namespace."""
    gateway: GatewaySpec
    routes: tuple[RouteSpec, ...]
    link_id: str
    """The id of the private link service, which an edge connects to."""
    origins: Mapping[str, str]
    """By endpoint, as service/endpoint: the name at which it answers behind the link."""


class Gateway(Part[EnvironmentSettings, GatewayPlan]):
    """What every request from outside comes through."""

    key = "gateway"

    def plan(self, context: Context[EnvironmentSettings]) -> GatewayPlan:
        mirrors = context.settings.kubernetes
        found = tuple(_origins(context))
        gateway = _gateway(context)
        return GatewayPlan(
            controller=ReleaseSpec(
                facts.NAME,
                gateway.namespace,
                facts.CHART.reference(mirrors.charts),
                facts.CHART.version,
                values(mirror=mirrors.image_registry),
            ),
            policies=tuple(gateway_policies(context, found)),
            gateway=gateway,
            routes=tuple(_route(context, host, service) for host, service in found if rolled_out(context, service)),
            link_id=_link_id(gateway.link),
            origins={f"{host.service}/{host.endpoint}": host.origin for host, _ in found},
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        """Bounds the wrong way round, and no place for the load balancer."""
        replicas = context.settings.ingress.replicas
        if replicas.minimum > replicas.maximum:
            seen = f"{replicas.minimum} to {replicas.maximum}"
            path = context.path("ingress.replicas")
            yield Problem(path, "the minimum is above the maximum", seen, "minimum ≤ maximum", READ)
        internal = any(host.internal for host in hosts_of(context))
        if PRIVATE_LINK not in context.settings.network.subnets and not internal:
            # Where a host is internal, the proof of network paths says so.
            path = context.path(f"network.subnets.{PRIVATE_LINK}")
            yield Problem(path, "missing: the gateway is there", "", f"a range for {PRIVATE_LINK}", READ)

    def origins(self, context: Context[EnvironmentSettings]) -> Iterator[Origin]:
        """Every public host in the cluster, behind the one link of its gateway."""
        region, link = context.settings.azure.region, _link_id(_gateway(context).link)
        for host in public_hosts(context, HostKind.AKS):
            yield Origin(host.endpoint, region, GATEWAY_SCOPE, host=host.origin, link=link)

    def pods(self, context: Context[EnvironmentSettings]) -> Iterator[Pods]:
        """The proxies, their controller, and the job that makes the controller's certificates."""
        replicas = context.settings.ingress.replicas
        proxy = ("envoy", "shutdown-manager")
        yield _pods("gateway", proxy, replicas.minimum, replicas.maximum, surge=-(-replicas.maximum // 4))
        yield _pods(facts.NAME, (facts.NAME,), 1, 1, surge=1)
        yield _pods("envoy-gateway-certgen", ("envoy-gateway-certgen",), 1, 1)

    def versions(self, context: Context[EnvironmentSettings]) -> Iterator[tuple[str, str]]:
        yield "envoy-gateway", facts.MINOR
        yield "gateway-api", facts.API_MINOR


def _pods(name: str, containers: tuple[str, ...], minimum: int, maximum: int, surge: int = 0) -> Pods:
    cpu, memory, most_cpu, most_memory = (
        sum(each) for each in zip(*(facts.RESOURCES[container] for container in containers), strict=True)
    )
    return Pods(
        name=name,
        pool=SERVICES,
        millicores=cpu,
        memory_mib=memory,
        minimum=minimum,
        maximum=maximum,
        surge=surge,
        namespace=namespace(PLACE),
        limit_millicores=most_cpu,
        limit_memory_mib=most_memory,
        setting="ingress.replicas" if maximum > 1 else "",
    )


def _gateway(context: Context[EnvironmentSettings]) -> GatewaySpec:
    settings, names = context.settings, context.names
    return GatewaySpec(
        name=NAME,
        namespace=namespace(PLACE),
        services=namespace(context.environment),
        labels=labels("gateway", instance(context)),
        proxy_labels=GATEWAY_LABELS,
        certificate=CERTIFICATE,
        image=facts.PROXY.reference(settings.kubernetes.image_registry),
        minimum=settings.ingress.replicas.minimum,
        maximum=settings.ingress.replicas.maximum,
        node_selector=NODE_POOLS[SERVICES].labels,
        link=LinkSpec(
            name=names.name(CORE, "private-link-service"),
            resource_group=names.name(Project(INGRESS_GROUP), "resource-group"),
            subscription_id=str(settings.azure.subscription_id),
            subnet=settings.network.subnet_names.get(PRIVATE_LINK, PRIVATE_LINK),
            address=str(gateway_address(settings.network)),
            idle_minutes=settings.ingress.stream_idle_minutes,
        ),
    )


def _link_id(link: LinkSpec) -> str:
    place = {
        "subscriptionId": link.subscription_id,
        "resourceGroupName": link.resource_group,
        "serviceName": link.name,
    }
    return made_id(RESOURCE_TYPES["private-link-service"], place)


def _origins(context: Context[EnvironmentSettings]) -> Iterator[tuple[Host, Service]]:
    """The hosts in the cluster, each with the service behind it."""
    for host in hosts_of(context):
        if host.kind == HostKind.AKS.value:
            yield host, context.catalogue.by_key[host.service]


def _route(context: Context[EnvironmentSettings], host: Host, service: Service) -> RouteSpec:
    """A request comes with the public host or with the origin's, whichever an edge sends; an internal endpoint has an
    origin only, and admits App Service alone."""
    (endpoint,) = [each for each in service.endpoints if each.name == host.endpoint]
    port = service.workload.port(endpoint.port) if service.workload else None
    subnet = context.settings.network.subnets.get(APP_SERVICE)
    return RouteSpec(
        kind="grpc-route" if endpoint.port == GRPC else "http-route",
        name=object_name(host.endpoint),
        namespace=namespace(context.environment),
        labels=labels(service.key, instance(context)),
        hosts=tuple(name for name in (host.name, host.origin) if name),
        service=object_name(service.key),
        port=port.number if port else 0,
        clients=(str(subnet),) if host.internal and subnet else (),
    )


GATEWAY = Gateway()
