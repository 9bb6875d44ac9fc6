"""Envoy Gateway's controller: gateway classes, Gateways and their proxies.

Conditions and texts: envoyproxy/gateway v1.9.1, internal/gatewayapi (``validate.go``, ``status/gateway.go``,
``status/gatewayclass.go``). It acts while its own Deployment is available.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline.kubernetes.played.api import Api, Object
from offline.kubernetes.played.gateway_infrastructure import (
    APP,
    KINDS,
    MANAGER,
    OWNING_NAME,
    OWNING_NAMESPACE,
    Proxy,
    covers,
)
from offline.kubernetes.played.kinds import DEPLOYMENT, ENVOY_PROXY, GATEWAY, GATEWAY_CLASS, SECRET, SERVICE
from offline.kubernetes.played.turn import Turn, condition, holds

CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"
SELECTOR = "control-plane=envoy-gateway"
_TLS = "kubernetes.io/tls"


def controller_of(api: Api) -> Object | None:
    """The Deployment of the controller, once it is available."""
    found = api.list(DEPLOYMENT, labels=SELECTOR)
    return next((each for each in found if holds(each, "Available")), None)


def act(turn: Turn) -> None:
    """Accept classes, keep the proxies of Gateways, say how the Gateways are."""
    if not turn.api.known(GATEWAY_CLASS):
        return
    controller = controller_of(turn.api)
    if controller is None:
        return
    classes = {each["metadata"]["name"]: each for each in turn.api.list(GATEWAY_CLASS)}
    ours = {name: each for name, each in classes.items() if each["spec"].get("controllerName") == CONTROLLER}
    invalid: set[str] = set()
    for each in ours.values():
        accepted = condition("Accepted", True, "Accepted", "Valid GatewayClass", each)
        proxy = _parameters(turn.api, each["spec"].get("parametersRef"))
        if each["spec"].get("parametersRef") and proxy is None:
            accepted = condition("Accepted", False, "InvalidParameters", "Invalid parametersRef", each)
        turn.status(GATEWAY_CLASS, each, {"conditions": [accepted]})
        if accepted["status"] != "True":
            invalid.add(each["metadata"]["name"])
    gateways = [each for each in turn.api.list(GATEWAY) if each["spec"].get("gatewayClassName") in ours]
    for each in gateways:
        if each["metadata"].get("deletionTimestamp") is None:
            name = each["spec"]["gatewayClassName"]
            _keep(turn, each, None if name in invalid else ours[name], controller)
    sweep(turn.api, {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in gateways})


def sweep(api: Api, gateways: set[tuple[str, str]]) -> None:
    """Remove the proxies of Gateways that are gone. ``gateways`` are those there are, by namespace and name."""
    selector = ",".join(f"{key}={value}" for key, value in APP.items())
    for kind in reversed(KINDS):
        for each in api.list(kind, labels=selector):
            metadata = each["metadata"]
            owner = (metadata["labels"].get(OWNING_NAMESPACE, ""), metadata["labels"].get(OWNING_NAME, ""))
            if owner not in gateways and not metadata.get("deletionTimestamp"):
                api.delete(kind, metadata["name"], metadata["namespace"])


def _parameters(api: Api, reference: Mapping[str, Any] | None, place: str = "") -> Object | None:
    if not reference or reference.get("kind") != ENVOY_PROXY.kind:
        return None
    return api.get(ENVOY_PROXY, reference["name"], reference.get("namespace") or place)


def _keep(turn: Turn, gateway: Object, made: Object | None, controller: Object) -> None:
    """Keep a Gateway; ``made`` is its class where that is valid."""
    metadata, spec = gateway["metadata"], gateway["spec"]
    own = (spec.get("infrastructure") or {}).get("parametersRef")
    found = _parameters(turn.api, own, metadata["namespace"])
    if found is None and made is not None:
        found = _parameters(turn.api, made["spec"].get("parametersRef"))
    missing = _missing_parameters(turn, own, found)
    if missing or made is None:
        refused = condition("Accepted", False, "InvalidParameters", missing or "Invalid GatewayClass", gateway)
        turn.status(GATEWAY, gateway, {"conditions": [refused]})
        return
    listeners = [_listener(turn, gateway, each) for each in spec.get("listeners") or []]
    working = tuple(
        (str(each["protocol"]), int(each["port"]))
        for each, shown in zip(spec.get("listeners") or [], listeners, strict=True)
        if _shows(shown, "Programmed")
    )
    # Several listeners may share a port, each with hosts of its own.
    ports = tuple(dict.fromkeys(working))
    kubernetes = ((found or {}).get("spec") or {}).get("provider", {}).get("kubernetes") or {}
    image = controller["spec"]["template"]["spec"]["containers"][0]["image"]
    proxy = Proxy(gateway, kubernetes, controller["metadata"]["namespace"], ports, image)
    if ports:
        for body in proxy.bodies():
            _apply(turn.api, body)
    if found is not None:
        _accept(turn, found, gateway)
    status = {
        "conditions": [_accepted(gateway, listeners), _programmed(turn.api, gateway, proxy)],
        "addresses": [{"type": "IPAddress", "value": each} for each in _addresses(turn.api, proxy)],
        "listeners": _kept(gateway, listeners),
    }
    turn.status(GATEWAY, gateway, status)


def _missing_parameters(turn: Turn, own: Mapping[str, Any] | None, found: Object | None) -> str:
    if not own or found is not None:
        return ""
    return f"failed to find envoyproxy {own.get('name')}"


def _listener(turn: Turn, gateway: Object, listener: Object) -> Object:
    """The status of a listener, without the number of its routes."""
    problem = next(_certificate_problems(turn.api, gateway, listener), "")
    told = [
        condition("Accepted", True, "Accepted", "Listener has been successfully translated", gateway),
        condition("ResolvedRefs", True, "ResolvedRefs", "Listener references have been resolved", gateway),
        condition(
            "Programmed", True, "Programmed", "Sending translated listener configuration to the data plane", gateway
        ),
    ]
    if problem:
        invalid = "Listener is invalid, see other Conditions for details."
        told[1] = condition("ResolvedRefs", False, "InvalidCertificateRef", problem, gateway)
        told[2] = condition("Programmed", False, "Invalid", invalid, gateway)
    kinds = ["GRPCRoute", "HTTPRoute"] if listener["protocol"] in ("HTTP", "HTTPS") else ["TCPRoute", "TLSRoute"]
    asked = ((listener.get("allowedRoutes") or {}).get("kinds")) or [{"kind": each} for each in kinds]
    group = "gateway.networking.k8s.io"
    return {
        "name": listener["name"],
        "supportedKinds": [{"group": each.get("group") or group, "kind": each["kind"]} for each in asked],
        "conditions": told,
    }


def _certificate_problems(api: Api, gateway: Object, listener: Object) -> Iterator[str]:
    place = gateway["metadata"]["namespace"]
    for number, each in enumerate((listener.get("tls") or {}).get("certificateRefs") or []):
        where = each.get("namespace") or place
        if where != place:
            what = f"Certificate ref to secret {where}/{each['name']}"
            yield f"certificate refs {number}: {what} not permitted by any ReferenceGrant."
            continue
        secret = api.get(SECRET, each["name"], where)
        if secret is None:
            yield f"certificate refs {number}: Secret {where}/{each['name']} does not exist."
        elif secret.get("type") != _TLS:
            yield f"certificate refs {number}: Secret {where}/{each['name']} must be of type {_TLS}."


def _shows(status: Object, kind: str) -> bool:
    return any(each["type"] == kind and each["status"] == "True" for each in status["conditions"])


def _kept(gateway: Object, listeners: list[Object]) -> list[Object]:
    """The listeners with what stays of their status: the time of conditions and the number of routes."""
    before = {each["name"]: each for each in (gateway.get("status") or {}).get("listeners") or []}
    found: list[Object] = []
    for each in listeners:
        old = before.get(each["name"]) or {}
        times = {(one["type"], one["status"]): one["lastTransitionTime"] for one in old.get("conditions") or []}
        told = [
            {**one, "lastTransitionTime": times.get((one["type"], one["status"])) or _now(gateway)}
            for one in each["conditions"]
        ]
        found.append({**each, "conditions": told, "attachedRoutes": old.get("attachedRoutes", 0)})
    return found


def _now(gateway: Object) -> str:
    return str(gateway["metadata"]["creationTimestamp"])


def _accepted(gateway: Object, listeners: list[Object]) -> Object:
    bad = sorted(each["name"] for each in listeners if not _shows(each, "Accepted"))
    if not bad:
        return condition("Accepted", True, "Accepted", "The Gateway has been scheduled by Envoy Gateway", gateway)
    some = len(bad) < len(listeners)
    text = f"{'Listeners not valid' if some else 'No listeners are valid'}: {', '.join(bad)}"
    return condition("Accepted", some, "ListenersNotValid", text, gateway)


def _addresses(api: Api, proxy: Proxy) -> list[str]:
    service = api.get(SERVICE, proxy.service, proxy.place) or {}
    if (service.get("spec") or {}).get("type") != "LoadBalancer":
        return [each for each in (service.get("spec") or {}).get("clusterIPs") or [] if each != "None"]
    shown = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return [each["ip"] for each in shown if each.get("ip")]


def _programmed(api: Api, gateway: Object, proxy: Proxy) -> Object:
    if not _addresses(api, proxy):
        text = "No addresses have been assigned to the Gateway"
        return condition("Programmed", False, "AddressNotAssigned", text, gateway)
    status = (api.get(DEPLOYMENT, proxy.workload, proxy.place) or {}).get("status") or {}
    available, replicas = status.get("availableReplicas", 0), status.get("replicas", 0)
    if not available:
        return condition("Programmed", False, "NoResources", "Envoy replicas unavailable", gateway)
    text = f"Address assigned to the Gateway, {available}/{replicas} envoy replicas available"
    return condition("Programmed", True, "Programmed", text, gateway)


def _accept(turn: Turn, proxy: Object, gateway: Object) -> None:
    metadata = gateway["metadata"]
    reference = {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": metadata["name"],
        "namespace": metadata["namespace"],
    }
    shown = (proxy.get("status") or {}).get("ancestors") or []
    if any(each["ancestorRef"] == reference for each in shown):
        return
    told = {
        **condition("Accepted", True, "Accepted", "EnvoyProxy has been accepted.", proxy),
        "lastTransitionTime": metadata["creationTimestamp"],
    }
    turn.status(ENVOY_PROXY, proxy, {"ancestors": [*shown, {"ancestorRef": reference, "conditions": [told]}]})


def _apply(api: Api, body: Object) -> None:
    metadata = body["metadata"]
    kind = next(each for each in KINDS if each.kind == body["kind"])
    there = api.get(kind, metadata["name"], metadata["namespace"])
    if there is not None and (there["metadata"].get("deletionTimestamp") or covers(there, body)):
        return
    api.apply(body, MANAGER)
