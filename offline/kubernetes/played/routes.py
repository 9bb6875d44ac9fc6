"""Envoy Gateway's controller: routes, and policies on Gateways and routes.

Conditions and texts: envoyproxy/gateway v1.9.1, internal/gatewayapi (``route.go``, ``validate.go``,
``status/policy.go``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from offline.kubernetes.played.api import Api, Kind, Object
from offline.kubernetes.played.gateways import CONTROLLER, controller_of
from offline.kubernetes.played.kinds import (
    BACKEND_POLICY,
    CLIENT_POLICY,
    GATEWAY,
    GATEWAY_CLASS,
    GRPC_ROUTE,
    HTTP_ROUTE,
    NAMESPACE,
    REFERENCE_GRANT,
    SECURITY_POLICY,
    SERVICE,
)
from offline.kubernetes.played.selectors import selects
from offline.kubernetes.played.turn import Turn, condition, merged

GROUP = "gateway.networking.k8s.io"
ROUTES = (HTTP_ROUTE, GRPC_ROUTE)
POLICIES = (CLIENT_POLICY, BACKEND_POLICY, SECURITY_POLICY)


def act(turn: Turn) -> None:
    """Say of each route and policy whether it is accepted, and of each listener how many routes it has."""
    if not turn.api.known(GATEWAY_CLASS) or controller_of(turn.api) is None:
        return
    ours = {
        each["metadata"]["name"]
        for each in turn.api.list(GATEWAY_CLASS)
        if each["spec"].get("controllerName") == CONTROLLER
    }
    gateways = {
        (each["metadata"]["namespace"], each["metadata"]["name"]): each
        for each in turn.api.list(GATEWAY)
        if each["spec"].get("gatewayClassName") in ours
    }
    if not gateways:
        return
    attached: Counter[tuple[str, str, str]] = Counter()
    routes: dict[tuple[str, str, str], Object] = {}
    for kind in ROUTES:
        for route in turn.api.list(kind):
            routes[kind.kind, route["metadata"]["namespace"], route["metadata"]["name"]] = route
            _route(turn, kind, route, gateways, attached)
    for (place, name), gateway in gateways.items():
        _count(
            turn, gateway, {listener: number for (*who, listener), number in attached.items() if who == [place, name]}
        )
    for kind in POLICIES:
        for policy in turn.api.list(kind):
            _policy(turn, kind, policy, gateways, routes)


def _route(
    turn: Turn,
    kind: Kind,
    route: Object,
    gateways: Mapping[tuple[str, str], Object],
    attached: Counter[tuple[str, str, str]],
) -> None:
    place = route["metadata"]["namespace"]
    before = {_key(each["parentRef"]): each for each in (route.get("status") or {}).get("parents") or []}
    parents = [each for each in before.values() if each.get("controllerName") != CONTROLLER]
    resolved = _resolved(turn.api, kind, route)
    for reference in route["spec"].get("parentRefs") or []:
        where = (reference.get("namespace") or place, reference["name"])
        gateway = gateways.get(where)
        if gateway is None:
            continue
        accepted, listeners = _attached(turn.api, kind, route, reference, gateway)
        for each in listeners:
            attached[(*where, each)] += 1
        old = (before.get(_key(reference)) or {}).get("conditions") or []
        told = merged([each for each in old if each["type"] in ("Accepted", "ResolvedRefs")], (accepted, resolved))
        parents.append({"parentRef": reference, "controllerName": CONTROLLER, "conditions": told})
    turn.status(kind, route, {"parents": parents})


def _key(reference: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(reference.get(name) for name in ("namespace", "name", "sectionName", "port"))


def _attached(
    api: Api, kind: Kind, route: Object, reference: Mapping[str, Any], gateway: Object
) -> tuple[Object, list[str]]:
    """The condition ``Accepted`` of a route at one parent, and the listeners that take it."""
    listeners = [
        each
        for each in gateway["spec"].get("listeners") or []
        if reference.get("sectionName") in (None, each["name"]) and reference.get("port") in (None, each["port"])
    ]
    if not listeners:
        return condition("Accepted", False, "NoMatchingParent", "No listeners match this parent ref", route), []
    allowed = [each for each in listeners if _allows(api, kind, route, each, gateway)]
    if not allowed:
        text = "No listeners included by this parent ref allowed this attachment."
        return condition("Accepted", False, "NotAllowedByListeners", text, route), []
    taking = [each["name"] for each in allowed if _meets(route["spec"].get("hostnames") or [], each.get("hostname"))]
    if not taking:
        text = f"There were no hostname intersections between the {kind.kind} and this parent ref's Listener(s)."
        return condition("Accepted", False, "NoMatchingListenerHostname", text, route), []
    return condition("Accepted", True, "Accepted", "Route is accepted", route), taking


def _allows(api: Api, kind: Kind, route: Object, listener: Object, gateway: Object) -> bool:
    rules = listener.get("allowedRoutes") or {}
    kinds = [each["kind"] for each in rules.get("kinds") or []]
    if kinds and kind.kind not in kinds:
        return False
    spaces = rules.get("namespaces") or {}
    here, there = gateway["metadata"]["namespace"], route["metadata"]["namespace"]
    source = spaces.get("from") or "Same"
    if source == "Selector":
        labels = (api.get(NAMESPACE, there) or {"metadata": {}})["metadata"].get("labels") or {}
        return selects(spaces.get("selector"), labels)
    return source == "All" or (source == "Same" and here == there)


def _meets(hosts: list[str], listener: str | None) -> bool:
    """Whether a host of a route is one of a listener's (Gateway API: ``Listener.hostname``)."""
    return not hosts or not listener or any(_matches(each, listener) or _matches(listener, each) for each in hosts)


def _matches(host: str, pattern: str) -> bool:
    if not pattern.startswith("*."):
        return host.lower() == pattern.lower()
    return host.lower().endswith(pattern[1:].lower()) and len(host) > len(pattern) - 1


def _resolved(api: Api, kind: Kind, route: Object) -> Object:
    """The condition ``ResolvedRefs``: the first reference to a Service that leads nowhere."""
    for reason, text in _unresolved(api, kind, route):
        return condition("ResolvedRefs", False, reason, text, route)
    return condition("ResolvedRefs", True, "ResolvedRefs", "Resolved all the Object references for the Route", route)


def _unresolved(api: Api, kind: Kind, route: Object) -> Iterator[tuple[str, str]]:
    here = route["metadata"]["namespace"]
    for rule in route["spec"].get("rules") or []:
        for each in rule.get("backendRefs") or []:
            place, name = each.get("namespace") or here, each["name"]
            if place != here and not _granted(api, kind, here, place, name):
                text = f"Backend ref to Service {place}/{name} not permitted by any ReferenceGrant."
                yield "RefNotPermitted", text
                continue
            if each.get("port") is None:
                yield "PortNotSpecified", "A valid port number corresponding to a port on the Service must be specified"
                continue
            service = api.get(SERVICE, name, place)
            if service is None:
                yield "BackendNotFound", f"service {place}/{name} not found"
            elif each["port"] not in {port["port"] for port in service["spec"].get("ports") or []}:
                yield "PortNotFound", f"TCP Port {each['port']} not found on Service {place}/{name}"


def _granted(api: Api, kind: Kind, here: str, place: str, name: str) -> bool:
    for grant in api.list(REFERENCE_GRANT, place):
        sources = [
            each
            for each in grant["spec"].get("from") or []
            if (each.get("group"), each.get("kind"), each.get("namespace")) == (GROUP, kind.kind, here)
        ]
        targets = [
            each
            for each in grant["spec"].get("to") or []
            if not each.get("group") and each.get("kind") == SERVICE.kind and each.get("name") in (None, name)
        ]
        if sources and targets:
            return True
    return False


def _count(turn: Turn, gateway: Object, attached: Mapping[str, int]) -> None:
    shown = (gateway.get("status") or {}).get("listeners") or []
    wanted = [{**each, "attachedRoutes": attached.get(each["name"], 0)} for each in shown]
    if wanted:
        turn.status(GATEWAY, gateway, {"listeners": wanted})


def _policy(
    turn: Turn,
    kind: Kind,
    policy: Object,
    gateways: Mapping[tuple[str, str], Object],
    routes: Mapping[tuple[str, str, str], Object],
) -> None:
    """Whether a policy is accepted, for each Gateway that it is about. One about nothing is told nothing."""
    place, spec = policy["metadata"]["namespace"], policy["spec"]
    targets = [*(spec.get("targetRefs") or []), *([spec["targetRef"]] if spec.get("targetRef") else [])]
    before = {_key(each["ancestorRef"]): each for each in (policy.get("status") or {}).get("ancestors") or []}
    ancestors: list[Object] = []
    for target in targets:
        if target["kind"] == GATEWAY.kind:
            found = [(place, target["name"])] if (place, target["name"]) in gateways else []
        else:
            route = routes.get((target["kind"], place, target["name"])) or {"spec": {}}
            references = route["spec"].get("parentRefs") or []
            found = [(each.get("namespace") or place, each["name"]) for each in references]
        section = {"sectionName": target["sectionName"]} if target.get("sectionName") else {}
        for where, name in found:
            reference = {"group": GROUP, "kind": GATEWAY.kind, "namespace": where, "name": name, **section}
            accepted = condition("Accepted", True, "Accepted", "Policy has been accepted.", policy)
            told = merged((before.get(_key(reference)) or {}).get("conditions") or [], (accepted,))
            ancestors.append({"ancestorRef": reference, "controllerName": CONTROLLER, "conditions": told})
    turn.status(kind, policy, {"ancestors": ancestors})
