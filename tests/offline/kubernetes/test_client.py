"""The client of API servers: paths by discovery, refusals as the server says them."""

from __future__ import annotations

import json
import ssl

import httpx
import pytest
import respx

from offline.kubernetes.client import Client
from offline.kubernetes.played.api import ApiError, Kind, NoKind

URL = "https://127.0.0.1:6443"
POD, WIDGET = Kind("v1", "Pod"), Kind("example.com/v1", "Widget")
CORE = {
    "resources": [
        {"name": "pods", "kind": "Pod", "namespaced": True},
        {"name": "pods/status", "kind": "Pod", "namespaced": True},
        {"name": "nodes", "kind": "Node", "namespaced": False},
    ]
}


@pytest.fixture
def client() -> Client:
    return Client(URL, ssl.create_default_context(), server_name="cluster.example", token="a-token")


@respx.mock
def test_objects_are_found_by_what_the_server_says_of_their_kind(client: Client) -> None:
    discovery = respx.get(f"{URL}/api/v1").respond(json=CORE)
    one = respx.get(f"{URL}/api/v1/namespaces/mys-dev/pods/a").respond(json={"kind": "Pod"})
    respx.get(f"{URL}/api/v1/pods").respond(json={"items": [{"metadata": {"name": "a"}}]})
    assert client.get(POD, "a", "mys-dev") == {"kind": "Pod"}
    assert client.list(POD) == [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}]
    assert discovery.call_count == 1
    request = one.calls.last.request
    assert request.headers["Authorization"] == "Bearer a-token"
    assert request.extensions["sni_hostname"] == "cluster.example"


@respx.mock
def test_a_kind_that_comes_later_is_found_later(client: Client) -> None:
    answers = [httpx.Response(404, text="404 page not found"), httpx.Response(404, text="404 page not found")]
    there = {"resources": [{"name": "widgets", "kind": "Widget", "namespaced": False}]}
    respx.get(f"{URL}/apis/example.com/v1").mock(side_effect=[*answers, httpx.Response(200, json=there)])
    assert client.list(WIDGET) == []
    with pytest.raises(NoKind, match=r'no matches for kind "Widget" in version "example.com/v1"'):
        client.create({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}})
    assert client.known(WIDGET)


@respx.mock
def test_a_refusal_is_what_the_server_says(client: Client) -> None:
    respx.get(f"{URL}/api/v1").respond(json=CORE)
    status = {"kind": "Status", "reason": "AlreadyExists", "message": 'pods "a" already exists', "code": 409}
    respx.post(f"{URL}/api/v1/namespaces/mys-dev/pods").respond(409, json=status)
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "mys-dev"}}
    with pytest.raises(ApiError) as caught:
        client.create(body)
    assert (caught.value.code, caught.value.reason, caught.value.message) == (
        409,
        "AlreadyExists",
        'pods "a" already exists',
    )
    assert caught.value.status == status


@respx.mock
def test_what_is_missing_is_none_and_needs_no_deleting(client: Client) -> None:
    respx.get(f"{URL}/api/v1").respond(json=CORE)
    respx.get(f"{URL}/api/v1/namespaces/mys-dev/pods/a").respond(404, json={"kind": "Status", "reason": "NotFound"})
    gone = respx.delete(f"{URL}/api/v1/namespaces/mys-dev/pods/a").respond(404, json={"kind": "Status"})
    assert client.get(POD, "a", "mys-dev") is None
    client.delete(POD, "a", "mys-dev", propagation="Foreground", grace=0)
    sent = json.loads(gone.calls.last.request.content)
    assert sent["propagationPolicy"] == "Foreground"
    assert sent["gracePeriodSeconds"] == 0


@respx.mock
def test_apply_says_who_applies_and_whether_by_force(client: Client) -> None:
    respx.get(f"{URL}/api/v1").respond(json=CORE)
    route = respx.patch(f"{URL}/api/v1/nodes/one").respond(json={})
    body = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "one"}}
    client.apply(body, "us", force=False, query={"fieldValidation": "Strict", "dryRun": "All"})
    request = route.calls.last.request
    assert dict(request.url.params) == {
        "fieldManager": "us",
        "force": "false",
        "fieldValidation": "Strict",
        "dryRun": "All",
    }
    assert request.headers["Content-Type"] == "application/apply-patch+yaml"
    client.patch(Kind("v1", "Node"), "one", "", [{"op": "remove", "path": "/spec"}])
    assert route.calls.last.request.headers["Content-Type"] == "application/json-patch+json"
    client.patch(Kind("v1", "Node"), "one", "", {"spec": {}})
    assert route.calls.last.request.headers["Content-Type"] == "application/merge-patch+json"
