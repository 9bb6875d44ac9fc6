"""The sign-up and sign-in user flow of an external tenant (v1.0): who may sign up, how, with which data, to what.

An externalUsersSelfServiceSignUpEventsFlow, as Microsoft Graph's reference makes and lists it (Create and List
authenticationEventsFlows).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.problems import MystiraError
from mystira.graph.applications import client_id_of
from mystira.graph.change import NOTHING, Change, Secrets, text
from mystira.graph.client import READ, URL, V1, Graph
from mystira.graph.providers import GOOGLE, provider_named
from mystira.graph.wanted import Wanted

PATH = "/identity/authenticationEventsFlows"
EMAIL_PASSWORD = "EmailPassword-OAUTH"
"""An e-mail address and a password, of the tenant itself."""
NEW = " (still to be made)"
"""What the id of a provider is before it exists; no id has spaces."""

FLOW = "microsoft.graph.externalUsersSelfServiceSignUpEventsFlow"
METHODS = "microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp"
START = "microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp"
ATTRIBUTES = "microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp"
CREATION = "microsoft.graph.onUserCreateStartExternalUsersSelfServiceSignUp"
APPLICATION = "microsoft.graph.authenticationConditionApplication"

COLLECTED: tuple[Mapping[str, Any], ...] = (
    {
        "attribute": "email",
        "label": "Email Address",
        "inputType": "text",
        "hidden": True,
        "editable": False,
        "writeToDirectory": True,
        "required": True,
        "validationRegEx": "^[a-zA-Z0-9.!#$%&amp;&#8217;'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:.[a-zA-Z0-9-]+)*$",
    },
    {
        "attribute": "displayName",
        "label": "Display Name",
        "inputType": "text",
        "hidden": False,
        "editable": True,
        "writeToDirectory": True,
        "required": True,
        "validationRegEx": "^.*",
    },
)
"""What somebody who signs up is asked for. The expression for addresses is Graph's own; that of its examples for names
takes no letter outside ASCII."""

DESCRIBED: tuple[Mapping[str, str], ...] = (
    {"id": "email", "displayName": "Email Address", "description": "Email address of the user"},
    {"id": "displayName", "displayName": "Display Name", "description": "Display Name of the User."},
)
COMPARED = ("attribute", "label", "hidden", "editable", "required")


def user_flow(graph: Graph, wanted: Wanted, secrets: Secrets) -> Iterator[Change]:
    """The user flow as the settings have it. Raises ``MystiraError`` where the application is missing, or another flow
    has it already: an application has one flow at most."""
    flows = list(graph.every(PATH))
    application = client_id_of(graph, wanted.application)
    found = next((each for each in flows if each.get("displayName") == wanted.flow), None)
    for each in flows:
        if each is not found and application in _included(each):
            raise MystiraError(
                f"user flow {each.get('displayName')}: it has {wanted.application} already, which takes one flow; "
                f"allowed: the flow {wanted.flow} alone; read: {READ}"
            )
    if found is None:
        what = (
            f"e-mail with password, {', '.join(_names(wanted)[1:])}" if _names(wanted)[1:] else "e-mail with password"
        )
        made = f"one for {wanted.application}: {what}"
        yield Change(wanted.flow, NOTHING, made, lambda: _create(graph, wanted, application))
        return
    path = f"{PATH}/{found['id']}"
    yield from _handlers(graph, wanted.flow, path, found)
    yield from _methods(graph, wanted, path)
    yield from _applications(graph, wanted, path, application)


def _create(graph: Graph, wanted: Wanted, application: str) -> None:
    body = {
        "@odata.type": f"#{FLOW}",
        "displayName": wanted.flow,
        "conditions": {"applications": {"includeApplications": [{"appId": application}]}},
        "onAuthenticationMethodLoadStart": {
            "@odata.type": f"#{METHODS}",
            "identityProviders": [{"id": each} for each in _providers(graph, wanted)],
        },
        "onAttributeCollection": {
            "@odata.type": f"#{ATTRIBUTES}",
            "attributes": [{**each, "userFlowAttributeType": "builtIn", "dataType": "string"} for each in DESCRIBED],
            "attributeCollectionPage": {"views": [{"inputs": list(COLLECTED)}]},
        },
        **_start(),
        **_creation(),
    }
    graph.post(PATH, body)


def _start() -> dict[str, Any]:
    return {"onInteractiveAuthFlowStart": {"@odata.type": f"#{START}", "isSignUpAllowed": True}}


def _creation() -> dict[str, Any]:
    return {"onUserCreateStart": {"@odata.type": f"#{CREATION}", "userTypeToCreate": "member"}}


def _handlers(graph: Graph, name: str, path: str, found: Mapping[str, Any]) -> Iterator[Change]:
    """What the flow does at sign-up."""

    def written(body: Mapping[str, Any]) -> Any:
        return lambda: graph.patch(path, {"@odata.type": f"#{FLOW}", **body})

    allowed = (found.get("onInteractiveAuthFlowStart") or {}).get("isSignUpAllowed")
    if allowed is not True:
        yield Change(f"{name}, sign-up", "not allowed", "allowed", written(_start()))
    kind = (found.get("onUserCreateStart") or {}).get("userTypeToCreate")
    if kind != "member":
        yield Change(f"{name}, new users", str(kind or NOTHING), "member", written(_creation()))
    inputs = _inputs(found)
    if [_compared(each) for each in inputs] != [_compared(each) for each in COLLECTED]:
        page = {"@odata.type": f"#{ATTRIBUTES}", "attributeCollectionPage": {"views": [{"inputs": list(COLLECTED)}]}}
        before, after = ([_described(each) for each in rows] for rows in (inputs, COLLECTED))
        write = written({"onAttributeCollection": page})
        yield Change(f"{name}, data asked for", text(before), text(after), write)


def _methods(graph: Graph, wanted: Wanted, path: str) -> Iterator[Change]:
    """The identity providers that it offers: all that are wanted first, since it must have one at any time."""
    below = f"{path}/{FLOW}/onAuthenticationMethodLoadStart/{METHODS}/identityProviders"
    offered = {str(each["id"]): str(each.get("displayName") or each["id"]) for each in graph.every(below)}
    ids = _providers(graph, wanted)
    for name, id in zip(_names(wanted), ids, strict=True):
        if id not in offered:
            reference = {"@odata.id": f"{URL}/{V1}/identityProviders/{id}"}
            yield Change(
                f"{wanted.flow}, {name}", "not offered", "offered", _posting(graph, f"{below}/$ref", reference)
            )
    for id, name in offered.items():
        if id not in ids:
            yield Change(f"{wanted.flow}, {name}", "offered", "not offered", _deleting(graph, f"{below}/{id}/$ref"))


def _applications(graph: Graph, wanted: Wanted, path: str, application: str) -> Iterator[Change]:
    """The applications whose users come through it."""
    below = f"{path}/conditions/applications/includeApplications"
    included = [str(each["appId"]) for each in graph.every(below)]
    what = f"{wanted.flow}, application"
    if application not in included:
        body = {"@odata.type": f"#{APPLICATION}", "appId": application}
        yield Change(f"{what} {wanted.application}", "not included", "included", _posting(graph, below, body))
    for each in included:
        if each != application:
            yield Change(f"{what} {each}", "included", "not included", _deleting(graph, f"{below}/{each}"))


def _names(wanted: Wanted) -> list[str]:
    google = ["Google"] if wanted.google_client_id else []
    return ["E-mail with password", *google, *([wanted.bridge.name] if wanted.bridge else [])]


def _providers(graph: Graph, wanted: Wanted) -> list[str]:
    """The ids of what :func:`_names` names."""
    ids = [EMAIL_PASSWORD, *([GOOGLE] if wanted.google_client_id else [])]
    if wanted.bridge:
        found = provider_named(graph, wanted.bridge.name)
        ids.append(str(found["id"]) if found else f"{wanted.bridge.name}{NEW}")
    return ids


def _included(flow: Mapping[str, Any]) -> list[str]:
    applications = (flow.get("conditions") or {}).get("applications") or {}
    return [str(each.get("appId")) for each in applications.get("includeApplications") or ()]


def _inputs(flow: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    page = (flow.get("onAttributeCollection") or {}).get("attributeCollectionPage") or {}
    return [each for view in page.get("views") or () for each in view.get("inputs") or ()]


def _compared(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(one.get(key) for key in COMPARED)


def _described(one: Mapping[str, Any]) -> str:
    marks = [key for key in ("hidden", "required") if one.get(key)]
    marks += [] if one.get("editable") else ["not editable"]
    return f"{one.get('attribute')} ({one.get('label')}{''.join(f', {each}' for each in marks)})"


def _posting(graph: Graph, path: str, body: Mapping[str, Any]) -> Any:
    return lambda: graph.post(path, body)


def _deleting(graph: Graph, path: str) -> Any:
    return lambda: graph.delete(path)
