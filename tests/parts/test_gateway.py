"""The way into the cluster: one gateway, a route for each endpoint, and who is let in where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput
from stacks.parts.gateway.plan import GATEWAY
from stacks.parts.hosts.plan import HOSTS
from stacks.plan.model import StackPlan
from tests.harness.build import compose_up_to
from tests.harness.compose import Composition, Registered
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, edited_plan, every_environment

API, ENVOY = "kubernetes:gateway.networking.k8s.io/v1:", "kubernetes:gateway.envoyproxy.io/v1alpha1:"
RELEASE, POLICY = "kubernetes:helm.sh/v3:Release", "kubernetes:networking.k8s.io/v1:NetworkPolicy"
AZURE = "service.beta.kubernetes.io/azure-"
REPLICAS = {"dev": (1, 2), "staging": (2, 4), "prod": (3, 6)}


def only(composition: Composition, kind: str) -> Registered:
    (found,) = composition.of(kind)
    return found


def routes(composition: Composition) -> dict[str, Any]:
    """By name: the spec of each route."""
    found = [*composition.of(f"{API}HTTPRoute"), *composition.of(f"{API}GRPCRoute")]
    return {each.inputs["metadata"]["name"]: each.inputs["spec"] for each in found}


@every_environment
def test_the_controller_is_installed_by_digest_and_awaited(stack: str, composed: Mapping[str, Composition]) -> None:
    (release,) = [each for each in composed[stack].of(RELEASE) if each.name == "envoy-gateway"]
    inputs = release.inputs
    assert (inputs["chart"], inputs["version"]) == ("oci://docker.io/envoyproxy/gateway-helm", "v1.9.1")
    assert (inputs["atomic"], inputs["skipAwait"], inputs["waitForJobs"]) == (True, False, True)
    assert "@sha256:" in inputs["values"]["global"]["images"]["envoyGateway"]["image"]
    custom = [each for each in composed[stack].resources if each.type.startswith((API, ENVOY))]
    waits = {each.name for each in custom if "envoy-gateway" in each.dependencies}
    assert waits == {each.name for each in custom} - {"mys-admin-api", "mys-publisher", "mys-story-api"}


@every_environment
def test_the_proxies_follow_the_load_and_keep_the_client_s_address(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    kubernetes = only(composed[stack], f"{ENVOY}EnvoyProxy").inputs["spec"]["provider"]["kubernetes"]
    autoscaler = kubernetes["envoyHpa"]
    assert (autoscaler["minReplicas"], autoscaler["maxReplicas"]) == REPLICAS[stack]
    assert kubernetes["envoyPDB"] == {"name": "mys-gateway", "maxUnavailable": 1}
    assert kubernetes["envoyService"]["externalTrafficPolicy"] == "Local"
    assert "@sha256:" in kubernetes["envoyDeployment"]["container"]["image"]
    (shutdown,) = kubernetes["envoyDeployment"]["patch"]["value"]["spec"]["template"]["spec"]["containers"]
    assert shutdown["resources"].keys() == {"requests", "limits"}


@every_environment
def test_the_gateway_is_internal_and_behind_a_private_link(stack: str, composed: Mapping[str, Composition]) -> None:
    found = only(composed[stack], f"{API}Gateway")
    spec, number = found.inputs["spec"], list(REPLICAS).index(stack)
    annotations = {key.removeprefix(AZURE): value for key, value in spec["infrastructure"]["annotations"].items()}
    assert annotations == {
        "load-balancer-internal": "true",
        "load-balancer-internal-subnet": "private-link",
        "load-balancer-ipv4": f"10.{number}.6.14",
        "load-balancer-tcp-idle-timeout": "30",
        "pls-create": "true",
        "pls-name": f"mys-{stack}-core-pls-san",
        "pls-resource-group": f"mys-{stack}-ingress-rg-san",
        "pls-ip-configuration-subnet": "private-link",
        "pls-ip-configuration-ip-address-count": "8",
        "pls-visibility": composed[stack].subscription,
    }
    (listener,) = spec["listeners"]
    assert (listener["port"], listener["protocol"], listener["tls"]["mode"]) == (443, "HTTPS", "Terminate")
    selector = listener["allowedRoutes"]["namespaces"]["selector"]["matchLabels"]
    assert selector == {"kubernetes.io/metadata.name": f"mys-{stack}"}
    assert found.inputs["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Programmed"}
    assert "mys-gateway" in found.dependencies


@every_environment
def test_what_the_gateway_serves_is_the_certificate_of_cert_manager(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    certificate = only(composed[stack], "kubernetes:cert-manager.io/v1:Certificate").inputs
    (listener,) = only(composed[stack], f"{API}Gateway").inputs["spec"]["listeners"]
    (reference,) = listener["tls"]["certificateRefs"]
    assert reference["name"] == certificate["spec"]["secretName"]
    assert certificate["metadata"]["namespace"] == "mys-gateway"


@every_environment
def test_every_host_in_the_cluster_has_a_route_to_the_service_behind_it(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    hosts = {name for host in plans[stack].of(HOSTS) if host.origin for name in (host.name, host.origin) if name}
    found = routes(composed[stack])
    assert sorted(name for spec in found.values() for name in spec["hostnames"]) == sorted(hosts)
    backends = {
        name: (backend["name"], backend["port"])
        for name, spec in found.items()
        for rule in spec["rules"]
        for backend in rule["backendRefs"]
    }
    assert backends == {
        "mys-admin-api": ("mys-admin-api", 8080),
        "mys-story-api": ("mys-story-generator", 8080),
        "mys-publisher": ("mys-publisher", 3000),
        "mys-chain": ("mys-chain", 50051),
    }


@every_environment
@pytest.mark.requirement("S1-021", "S1-029", "S1-031")
def test_chain_answers_by_grpc_at_its_origin_and_to_app_service_alone(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    """Behind a Service that keeps the client's address; what comes through the private link has an address of it."""
    route = only(composed[stack], f"{API}GRPCRoute")
    label = "" if stack == "prod" else f"{stack}."
    assert route.inputs["spec"]["hostnames"] == [f"{label}chain-k8s.mystira.app"]
    rule = only(composed[stack], f"{ENVOY}SecurityPolicy")
    assert [each["name"] for each in rule.inputs["spec"]["targetRefs"]] == [route.inputs["metadata"]["name"]]
    authorization = rule.inputs["spec"]["authorization"]
    (network,) = composed[stack].of("azure-native:network:VirtualNetwork")
    subnets = {each["name"]: each["addressPrefix"] for each in network.inputs["subnets"]}
    assert authorization == {
        "defaultAction": "Deny",
        "rules": [{"name": "clients", "action": "Allow", "principal": {"clientCIDRs": [subnets["app-service"]]}}],
    }
    assert rule.name in route.dependencies


@every_environment
@pytest.mark.requirement("S1-021")
def test_publisher_reaches_chain(stack: str, composed: Mapping[str, Composition]) -> None:
    """And by gRPC-Web through the gateway, which Envoy Gateway turns on where a listener has a route for gRPC
    (envoyproxy/gateway v1.9.1: internal/gatewayapi/route.go)."""
    found = {each.name: each.inputs["spec"] for each in composed[stack].of(POLICY)}
    callers = {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for edge in found["mys-chain"]["ingress"]
        for peer in edge["from"]
        if "podSelector" in peer
    }
    assert callers >= {"publisher", "envoy"}


@every_environment
def test_a_stream_may_be_silent_as_long_as_the_load_balancer_lets_it(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    client = only(composed[stack], f"{ENVOY}ClientTrafficPolicy").inputs["spec"]
    assert client["timeout"]["http"] == {"idleTimeout": "30m", "streamIdleTimeout": "30m"}
    assert client["tls"] == {"minVersion": "1.2"}
    backend = only(composed[stack], f"{ENVOY}BackendTrafficPolicy").inputs["spec"]
    assert backend["timeout"]["http"] == {"requestTimeout": "0s"}
    for each in (client, backend):
        assert [target["kind"] for target in each["targetRefs"]] == ["Gateway"]


@every_environment
def test_proxies_talk_to_who_comes_in_and_to_what_is_behind_their_routes(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    found = {each.name: each.inputs["spec"] for each in composed[stack].of(POLICY)}
    (network,) = composed[stack].of("azure-native:network:VirtualNetwork")
    subnets = {each["name"]: each["addressPrefix"] for each in network.inputs["subnets"]}
    proxies = found["mys-gateway"]
    assert proxies["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "proxy"
    sources = {each["from"][0]["ipBlock"]["cidr"]: each["ports"] for each in proxies["ingress"]}
    port = [{"protocol": "TCP", "port": 10443}]
    assert sources == {subnets["app-service"]: port, subnets["private-link"]: port}
    behind = {
        each["to"][0]["podSelector"]["matchLabels"].get("app.kubernetes.io/name"): each["ports"][0]["port"]
        for each in proxies["egress"]
    }
    behind.pop(None)
    assert behind == {"admin-api": 8080, "story-generator": 8080, "publisher": 3000, "chain": 50051}


@every_environment
def test_an_edge_learns_the_link_before_it_is_there(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    group = f"/subscriptions/{found.subscription}/resourceGroups/mys-{stack}-ingress-rg-san"
    label = "" if stack == "prod" else f"{stack}."
    names = {"admin-api": "admin-api", "story-generator": "story-api", "publisher": "publisher", "chain": "chain"}
    assert found.outputs["ingress"] == {
        "link": f"{group}/providers/Microsoft.Network/privateLinkServices/mys-{stack}-core-pls-san",
        "region": "southafricanorth",
        "origins": {f"{service}/{name}": f"{label}{name}-k8s.mystira.app" for service, name in names.items()},
    }


def test_the_app_in_the_cluster_has_a_route_as_well(folder: Path) -> None:
    own = {"host": "aks", "image_digest": f"sha256:{'1' * 64}", "replicas": {"minimum": 1, "maximum": 2}}
    made = edited_plan(folder, "prod", {"services.app": own})
    (route,) = [each for each in made.of(GATEWAY).routes if each.service == "mys-app"]
    assert route.hosts == ("api.mystira.app", "api-k8s.mystira.app")
    assert f"{route.name}" in routes(compose_up_to(GATEWAY, made))


def test_what_is_not_rolled_out_has_no_route(folder: Path) -> None:
    changes = {"services.publisher.rollout": "off", "services.publisher.image_digest": GONE}
    made = edited_plan(folder, "prod", changes).of(GATEWAY)
    assert "mys-publisher" not in {each.service for each in made.routes}
    assert "publisher/publisher" in made.origins


MISTAKES = [
    Mistake("dev", {"ingress": {"replicas": {"minimum": 3, "maximum": 2}}}, "ingress.replicas", "above", "minimum"),
    Mistake("dev", {"ingress.stream_idle_minutes": 31}, "ingress.stream_idle_minutes", "", "30"),
    Mistake("dev", {"kubernetes.charts": "https://charts.example"}, "kubernetes.charts", "", "oci://"),
]


@each_mistake(MISTAKES)
def test_a_mistake_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_without_its_subnet_there_is_no_gateway(folder: Path) -> None:
    with pytest.raises(InvalidInput, match=r"network\.subnets\.private-link: missing"):
        edited_plan(folder, "dev", {"network.subnets.private-link": GONE})
