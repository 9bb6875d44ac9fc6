"""Gateways, their proxies, routes and policies: what Envoy Gateway says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offline.kubernetes.played import gateways, kinds, routes
from offline.kubernetes.played.api import Kind, Object
from offline.kubernetes.played.gateway_infrastructure import hashed, patched
from offline.kubernetes.played.turn import Turn
from tests.harness.memory_api import MemoryApi
from tests.harness.played import SPACE, Estate, object_of

INGRESS = "mys-gateway"
HOST = "dev.admin-api-k8s.mystira.app"
CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"
IMAGE = "docker.io/envoyproxy/gateway@sha256:" + "1" * 64
GATEWAY_API, ENVOY_API = "gateway.networking.k8s.io/v1", "gateway.envoyproxy.io/v1alpha1"


class Ingress:
    """A Gateway of a cluster in memory whose controller runs."""

    def __init__(self, folder: Path) -> None:
        self.estate = Estate(folder).build()
        template = {"spec": {"containers": [{"image": IMAGE}]}}
        controller = object_of(
            "Deployment",
            "envoy-gateway",
            INGRESS,
            "apps/v1",
            metadata={"labels": {"control-plane": "envoy-gateway"}},
            spec={"template": template},
            status={"conditions": [{"type": "Available", "status": "True"}]},
        )
        self.api = MemoryApi(controller)
        for name, labels in ((SPACE, {"kubernetes.io/metadata.name": SPACE}), ("other", {})):
            self.api.create(object_of("Namespace", name, "", metadata={"labels": labels}))
        self.api.create(object_of("Service", "admin-api", spec={"ports": [{"port": 8080}]}))
        self.api.create(object_of("GatewayClass", "mys", "", GATEWAY_API, spec={"controllerName": CONTROLLER}))

    def gateway(self, *, secret: bool = True, kubernetes: Object | None = None, **infrastructure: Any) -> None:
        if secret:
            self.api.create(object_of("Secret", "origin", INGRESS, type="kubernetes.io/tls"))
        proxy = {"provider": {"type": "Kubernetes", "kubernetes": kubernetes or {}}}
        self.api.create(object_of("EnvoyProxy", "proxy", INGRESS, ENVOY_API, spec=proxy))
        allowed = {"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": SPACE}}}
        listener = {
            "name": "https",
            "port": 443,
            "protocol": "HTTPS",
            "tls": {"certificateRefs": [{"name": "origin"}]},
            "allowedRoutes": {"namespaces": allowed},
        }
        settings = {"group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": "proxy"}
        spec = {
            "gatewayClassName": "mys",
            "infrastructure": {"parametersRef": settings, **infrastructure},
            "listeners": [listener],
        }
        self.api.create(object_of("Gateway", "mys", INGRESS, GATEWAY_API, spec=spec))

    def route(self, name: str = "admin-api", space: str = SPACE, kind: str = "HTTPRoute", **spec: Any) -> None:
        wanted = {
            "parentRefs": [{"name": "mys", "namespace": INGRESS}],
            "hostnames": [HOST],
            "rules": [{"backendRefs": [{"name": "admin-api", "port": 8080}]}],
            **spec,
        }
        self.api.create(object_of(kind, name, space, GATEWAY_API, spec=wanted))

    def step(self) -> None:
        found = self.estate.world.get(self.estate.cluster.id)
        assert found is not None
        turn = Turn(self.api, self.estate.world, found)
        gateways.act(turn)
        routes.act(turn)

    def body(self, kind: Kind, name: str, space: str = INGRESS) -> Object:
        found = self.api.get(kind, name, space)
        assert found is not None, name
        return found

    def told(self, of: Object, kind: str) -> tuple[str, str]:
        """Reason and message of a condition of an object, of its first parent, or of its first ancestor."""
        status = of["status"]
        below = (status.get("parents") or status.get("ancestors") or [status])[0]
        found = next(each for each in below["conditions"] if each["type"] == kind)
        return found["reason"], found["message"]


@pytest.fixture
def ingress(tmp_path: Path) -> Ingress:
    return Ingress(tmp_path)


NAME = hashed(f"{INGRESS}/mys")


def test_names_are_those_of_envoy_gateway() -> None:
    # envoyproxy/gateway v1.9.1, internal: tests of what is made for the Gateway `default/gateway-1`.
    assert hashed("default/gateway-1") == "envoy-default-gateway-1-bfd08ef4"


def test_a_gateway_has_a_proxy_and_a_service_with_its_annotations(ingress: Ingress) -> None:
    ingress.gateway(
        kubernetes={"envoyHpa": {"minReplicas": 2, "maxReplicas": 4}, "envoyPDB": {"maxUnavailable": 1}},
        annotations={"a": "b"},
    )
    ingress.step()
    service = ingress.body(kinds.SERVICE, NAME)
    assert service["metadata"]["annotations"] == {"a": "b"}
    assert service["spec"]["externalTrafficPolicy"] == "Local"
    assert [(each["port"], each["targetPort"]) for each in service["spec"]["ports"]] == [(443, 10443)]
    proxy = ingress.body(kinds.DEPLOYMENT, NAME)["spec"]
    assert "replicas" not in proxy
    assert [each["image"] for each in proxy["template"]["spec"]["containers"]][1] == IMAGE
    assert ingress.body(kinds.AUTOSCALER, NAME)["spec"]["scaleTargetRef"]["name"] == NAME
    assert ingress.body(kinds.BUDGET, NAME)["spec"]["maxUnavailable"] == 1
    found = ingress.body(kinds.GATEWAY, "mys")
    assert ingress.told(found, "Accepted") == ("Accepted", "The Gateway has been scheduled by Envoy Gateway")
    assert ingress.told(found, "Programmed")[0] == "AddressNotAssigned"
    assert ingress.told(ingress.body(kinds.ENVOY_PROXY, "proxy"), "Accepted")[0] == "Accepted"


def test_a_gateway_is_programmed_with_an_address_and_a_proxy_and_not_before(ingress: Ingress) -> None:
    ingress.gateway()
    ingress.step()
    ingress.api.patch_status(kinds.SERVICE, NAME, INGRESS, {"loadBalancer": {"ingress": [{"ip": "10.0.6.14"}]}})
    ingress.step()
    assert ingress.told(ingress.body(kinds.GATEWAY, "mys"), "Programmed")[0] == "NoResources"
    ingress.api.patch_status(kinds.DEPLOYMENT, NAME, INGRESS, {"availableReplicas": 1, "replicas": 2})
    ingress.step()
    found = ingress.body(kinds.GATEWAY, "mys")
    text = "Address assigned to the Gateway, 1/2 envoy replicas available"
    assert ingress.told(found, "Programmed") == ("Programmed", text)
    assert found["status"]["addresses"] == [{"type": "IPAddress", "value": "10.0.6.14"}]
    written = ingress.api.writes
    ingress.step()
    assert ingress.api.writes == written


def test_a_listener_without_its_certificate_has_no_proxy(ingress: Ingress) -> None:
    ingress.gateway(secret=False)
    ingress.step()
    (listener,) = ingress.body(kinds.GATEWAY, "mys")["status"]["listeners"]
    found = {each["type"]: (each["status"], each["message"]) for each in listener["conditions"]}
    text = "certificate refs 0: Secret mys-gateway/origin does not exist."
    assert found["ResolvedRefs"] == ("False", text)
    assert found["Programmed"][0] == "False"
    assert ingress.api.get(kinds.SERVICE, NAME, INGRESS) is None


def test_limits_come_by_a_patch(ingress: Ingress) -> None:
    limits = {"limits": {"memory": "64Mi"}}
    value = {"spec": {"template": {"spec": {"containers": [{"name": "shutdown-manager", "resources": limits}]}}}}
    ingress.gateway(
        kubernetes={"envoyDeployment": {"name": "own", "patch": {"type": "StrategicMerge", "value": value}}}
    )
    ingress.step()
    envoy, manager = ingress.body(kinds.DEPLOYMENT, "own")["spec"]["template"]["spec"]["containers"]
    assert manager["resources"] == {"requests": {"cpu": "10m", "memory": "32Mi"}, **limits}
    assert envoy["name"] == "envoy"
    assert patched([{"name": "a"}], [{"name": "b", "x": 1}]) == [{"name": "a"}, {"name": "b", "x": 1}]


def test_what_was_made_for_a_gateway_goes_with_it(ingress: Ingress) -> None:
    ingress.gateway()
    ingress.step()
    ingress.api.delete(kinds.GATEWAY, "mys", INGRESS)
    ingress.step()
    assert ingress.api.list(kinds.SERVICE, INGRESS) == []
    assert [each["metadata"]["name"] for each in ingress.api.list(kinds.DEPLOYMENT, INGRESS)] == ["envoy-gateway"]


def test_nobody_acts_without_the_controller(ingress: Ingress) -> None:
    ingress.gateway()
    ingress.api.delete(kinds.DEPLOYMENT, "envoy-gateway", INGRESS)
    ingress.step()
    assert "status" not in ingress.body(kinds.GATEWAY, "mys")


def test_a_class_with_settings_that_are_missing_is_not_accepted(ingress: Ingress) -> None:
    settings = {"group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": "nothing", "namespace": INGRESS}
    ingress.api.patch(kinds.GATEWAY_CLASS, "mys", "", {"spec": {"parametersRef": settings}})
    ingress.step()
    assert ingress.told(ingress.body(kinds.GATEWAY_CLASS, "mys", ""), "Accepted")[0] == "InvalidParameters"


def test_a_route_is_accepted_and_counted(ingress: Ingress) -> None:
    ingress.gateway()
    ingress.route()
    ingress.route("chain", kind="GRPCRoute")
    ingress.step()
    for kind, name in ((kinds.HTTP_ROUTE, "admin-api"), (kinds.GRPC_ROUTE, "chain")):
        found = ingress.body(kind, name, SPACE)
        assert ingress.told(found, "Accepted") == ("Accepted", "Route is accepted")
        assert ingress.told(found, "ResolvedRefs")[0] == "ResolvedRefs"
    assert ingress.body(kinds.GATEWAY, "mys")["status"]["listeners"][0]["attachedRoutes"] == 2


@pytest.mark.parametrize(
    ("asked", "kind", "reason"),
    [
        (
            {"parentRefs": [{"name": "mys", "namespace": INGRESS, "sectionName": "http"}]},
            "Accepted",
            "NoMatchingParent",
        ),
        ({"space": "other"}, "Accepted", "NotAllowedByListeners"),
        ({"rules": [{"backendRefs": [{"name": "nothing", "port": 80}]}]}, "ResolvedRefs", "BackendNotFound"),
        ({"rules": [{"backendRefs": [{"name": "admin-api", "port": 80}]}]}, "ResolvedRefs", "PortNotFound"),
        ({"rules": [{"backendRefs": [{"name": "admin-api"}]}]}, "ResolvedRefs", "PortNotSpecified"),
        (
            {"rules": [{"backendRefs": [{"name": "a", "namespace": "other", "port": 80}]}]},
            "ResolvedRefs",
            "RefNotPermitted",
        ),
    ],
)
def test_why_a_route_leads_nowhere(ingress: Ingress, asked: dict[str, Any], kind: str, reason: str) -> None:
    ingress.gateway()
    space = asked.pop("space", SPACE)
    ingress.route(space=space, **asked)
    ingress.step()
    assert ingress.told(ingress.body(kinds.HTTP_ROUTE, "admin-api", space), kind)[0] == reason


@pytest.mark.parametrize(
    ("host", "reason"), [("*.mystira.app", "Accepted"), ("else.where", "NoMatchingListenerHostname")]
)
def test_a_listener_with_a_host_takes_its_own(ingress: Ingress, host: str, reason: str) -> None:
    ingress.gateway()
    listeners = ingress.body(kinds.GATEWAY, "mys")["spec"]["listeners"]
    ingress.api.patch(kinds.GATEWAY, "mys", INGRESS, {"spec": {"listeners": [{**listeners[0], "hostname": host}]}})
    ingress.route()
    ingress.step()
    assert ingress.told(ingress.body(kinds.HTTP_ROUTE, "admin-api", SPACE), "Accepted")[0] == reason


def test_a_grant_lets_a_route_into_another_namespace(ingress: Ingress) -> None:
    ingress.gateway()
    ingress.api.create(object_of("Service", "a", "other", spec={"ports": [{"port": 80}]}))
    source = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": SPACE}
    grant = {"from": [source], "to": [{"group": "", "kind": "Service"}]}
    version = "gateway.networking.k8s.io/v1beta1"
    ingress.api.create(object_of("ReferenceGrant", "a", "other", version, spec=grant))
    ingress.route(rules=[{"backendRefs": [{"name": "a", "namespace": "other", "port": 80}]}])
    ingress.step()
    assert ingress.told(ingress.body(kinds.HTTP_ROUTE, "admin-api", SPACE), "ResolvedRefs")[0] == "ResolvedRefs"


@pytest.mark.parametrize(
    ("kind", "space", "target"),
    [
        ("ClientTrafficPolicy", INGRESS, {"kind": "Gateway", "name": "mys"}),
        ("BackendTrafficPolicy", INGRESS, {"kind": "Gateway", "name": "mys"}),
        ("SecurityPolicy", SPACE, {"kind": "HTTPRoute", "name": "admin-api"}),
    ],
)
def test_policies_are_accepted_at_the_gateway(ingress: Ingress, kind: str, space: str, target: Object) -> None:
    ingress.gateway()
    ingress.route()
    reference = {"group": "gateway.networking.k8s.io", **target}
    ingress.api.create(object_of(kind, "p", space, ENVOY_API, spec={"targetRefs": [reference]}))
    ingress.step()
    found = ingress.body(Kind(ENVOY_API, kind), "p", space)
    assert ingress.told(found, "Accepted") == ("Accepted", "Policy has been accepted.")
    assert found["status"]["ancestors"][0]["ancestorRef"]["name"] == "mys"
