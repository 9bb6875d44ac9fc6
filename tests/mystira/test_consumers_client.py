"""The client of Microsoft Graph: pages, waiting, and errors that say who lacks what."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import AzureCliCredential, ClientAssertionCredential

from components.problems import MystiraError
from mystira.graph import login
from mystira.graph.client import ATTEMPTS, URL, Graph, Refused, Unreachable, quoted
from mystira.graph.login import external_credential
from mystira.graph.permissions import needed
from tests.harness.graph import FOLDER, TENANT, answer, document
from tests.harness.preflight import Login

USERS = f"{URL}/v1.0/users"


@pytest.fixture
def router() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as found:
        yield found


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def graph(waited: list[float]) -> Graph:
    return Graph(TENANT, Login(TENANT), wait=waited.append)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_names_the_document_that_it_is_from(file: Any) -> None:
    found = document(file.stem)
    assert {"title", "where", "file", "read_in", "read_on", "verb", "path", "status"} <= set(found)
    assert found["path"].startswith(("/v1.0/", "/beta/"))


def test_a_list_is_read_to_its_last_page(graph: Graph, router: respx.MockRouter) -> None:
    following = answer("page")["@odata.nextLink"]
    pages = [
        httpx.Response(200, json={"value": [{"id": 1}], "@odata.nextLink": following}),
        httpx.Response(200, json={"value": []}),
    ]
    route = router.get(url__startswith=USERS).mock(side_effect=pages)
    assert list(graph.every("/users", query={"$top": "5"})) == [{"id": 1}]
    assert [str(call.request.url.params["$top"]) for call in route.calls] == ["5", "5"]
    assert "$skiptoken" in route.calls[1].request.url.params


def test_a_next_page_elsewhere_gets_no_token(graph: Graph, router: respx.MockRouter) -> None:
    router.get(USERS).respond(json={"value": [], "@odata.nextLink": "https://elsewhere.example/v1.0/users"})
    with pytest.raises(Unreachable, match="the next page is not at Graph"):
        list(graph.every("/users"))


def test_every_request_carries_the_token(graph: Graph, router: respx.MockRouter) -> None:
    route = router.get(USERS).respond(json={})
    graph.get("/users")
    assert route.calls[0].request.headers["Authorization"].startswith("Bearer ")


def test_a_throttled_request_waits_as_long_as_graph_says(
    graph: Graph, router: respx.MockRouter, waited: list[float]
) -> None:
    answers = [
        httpx.Response(429, headers={"Retry-After": "7"}),
        httpx.Response(503, headers={"Retry-After": "Sun, 22 Nov 2026 04:00:00 GMT"}),
        httpx.Response(201, json={"id": "x"}),
    ]
    router.post(USERS).mock(side_effect=answers)
    assert graph.post("/users", {}) == {"id": "x"}
    assert waited == [7.0, 4.0]


@pytest.mark.parametrize("broken", [httpx.Response(502), httpx.ReadTimeout("too slow")])
def test_what_may_have_been_created_is_not_created_again(
    graph: Graph, router: respx.MockRouter, waited: list[float], broken: Any
) -> None:
    route = router.post(USERS).mock(side_effect=[broken])
    with pytest.raises(Unreachable, match=r"^POST /v1\.0/users: (HTTP 502; nobody knows|too slow)"):
        graph.post("/users", {})
    assert (route.call_count, waited) == (1, [])


@pytest.mark.parametrize("broken", [httpx.Response(500), httpx.ReadTimeout("")])
def test_what_can_be_repeated_is_repeated(graph: Graph, router: respx.MockRouter, broken: Any) -> None:
    router.patch(USERS).mock(side_effect=[broken, httpx.Response(204)])
    graph.patch("/users", {})


def test_a_connection_that_was_never_made_is_tried_again(graph: Graph, router: respx.MockRouter) -> None:
    router.post(USERS).mock(side_effect=[httpx.ConnectError("refused"), httpx.Response(204)])
    assert graph.post("/users") == {}


def test_graph_is_not_asked_forever(graph: Graph, router: respx.MockRouter, waited: list[float]) -> None:
    route = router.get(USERS).respond(429, headers={"Retry-After": "9999"})
    with pytest.raises(Unreachable, match=r"^GET /v1\.0/users: HTTP 429 after 5 tries$"):
        graph.get("/users")
    assert route.call_count == ATTEMPTS
    assert waited == [120.0] * (ATTEMPTS - 1)
    router.get(USERS).mock(side_effect=httpx.ConnectError("no route to host"))
    with pytest.raises(Unreachable, match="no route to host"):
        graph.get("/users")


def test_an_error_is_the_one_of_graph(graph: Graph, router: respx.MockRouter) -> None:
    router.get(USERS).respond(416, json=answer("error"))
    text = (
        r"^Graph refuses GET /v1\.0/users: invalidRange: Uploaded fragment overlaps with existing data\. \(HTTP 416\)$"
    )
    with pytest.raises(Refused, match=text):
        graph.get("/users")
    router.get(USERS).respond(400, content=b"<html>")
    with pytest.raises(Refused, match="no reason given"):
        graph.get("/users")


@pytest.mark.parametrize(
    ("method", "path", "permission", "role"),
    [
        ("GET", "identity/authenticationEventsFlows", "EventListener.Read.All", "External ID User Flow Administrator"),
        ("POST", "identity/identityProviders", "IdentityProvider.ReadWrite.All", "External Identity Provider"),
        ("PATCH", f"organization/{TENANT}/branding", "OrganizationalBranding.ReadWrite.All", "Organizational Branding"),
        ("GET", "applications", "Application.Read.All", "Application Administrator"),
        ("DELETE", "directory/deletedItems/x", "Application.ReadWrite.OwnedBy", "Application Administrator"),
        ("GET", "users", "a login that may do this", ""),
    ],
)
def test_who_is_refused_reads_which_permission_is_missing(
    graph: Graph, router: respx.MockRouter, method: str, path: str, permission: str, role: str
) -> None:
    example = document("denied")
    router.route(method=method, url=f"{URL}/v1.0/{path}").respond(example["status"], json=example["answer"])
    act = {"GET": graph.get, "POST": graph.post, "DELETE": graph.delete, "PATCH": lambda path: graph.patch(path, {})}
    with pytest.raises(Refused) as caught:
        act[method](f"/{path}")
    text = str(caught.value)
    assert "Authorization_RequestDenied: Insufficient privileges" in text
    assert f"in tenant {TENANT}; allowed:" in text
    assert permission in text
    assert role in text
    assert text.endswith("read: docs/runbooks/identity.md")


def test_the_permissions_are_those_of_the_version_below() -> None:
    assert needed("GET", "/beta/identity/identityProviders") == needed("GET", "/v1.0/identity/identityProviders")


def test_what_is_gone_is_nothing_and_deleted(graph: Graph, router: respx.MockRouter) -> None:
    router.route(url=USERS).respond(document("branding-missing")["status"])
    assert graph.found("/users") is None
    graph.delete("/users")
    router.route(url=USERS).respond(400)
    for act in (graph.found, graph.delete):
        with pytest.raises(Refused):
            act("/users")


def test_a_login_of_another_tenant_asks_nothing(router: respx.MockRouter) -> None:
    other = "99999999-2222-4333-8444-555555555555"
    route = router.get(USERS).respond(json={})
    with pytest.raises(MystiraError, match=f"another tenant; seen: {other}; allowed: {TENANT}"):
        Graph(TENANT, Login(other)).get("/users")
    assert not route.called


def test_without_a_login_one_line_says_how_to_get_one() -> None:
    class Nobody:
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            raise ClientAuthenticationError("Please run 'az login'.\nMore of it.")

    with pytest.raises(Unreachable, match=rf"seen: Please run 'az login'\.; allowed: az login --tenant {TENANT}"):
        Graph(TENANT, Nobody()).get("/users")


@pytest.mark.parametrize(
    ("claims", "who"),
    [
        ({"upn": "ada@mystira.app", "appid": "04b07795"}, "ada@mystira.app"),
        ({"app_displayname": "Mystira CI (dev)", "oid": "o"}, "Mystira CI (dev)"),
        ({"oid": "o"}, "o"),
        ({}, "somebody without a name"),
    ],
)
def test_who_asks_is_named_as_the_token_names_them(claims: dict[str, str], who: str) -> None:
    class Named:
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            part = base64.urlsafe_b64encode(json.dumps({"tid": TENANT, **claims}).encode()).decode().rstrip("=")
            return AccessToken(f"e30.{part}.", 2**31)

    assert Graph(TENANT, Named()).who == f"{who} in tenant {TENANT}"


def test_a_token_serves_until_it_ends(router: respx.MockRouter) -> None:
    """The Azure CLI starts a process for each."""

    class Counting(Login):
        asked = 0
        lives = 3600.0

        def get_token(self, *scopes: str, **others: Any) -> AccessToken:
            self.asked += 1
            return AccessToken(super().get_token(*scopes, **others).token, int(time.time() + self.lives))

    router.get(USERS).respond(json={})
    lasting, ending = Counting(TENANT), Counting(TENANT)
    ending.lives = 60.0
    for each in (lasting, ending):
        graph = Graph(TENANT, each)
        graph.get("/users")
        graph.get("/users")
    assert (lasting.asked, ending.asked) == (1, 2)


def test_a_pipeline_exchanges_its_token_and_a_person_logs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(login, "AzureCliCredential", lambda **options: asked.append(options) or AzureCliCredential())
    for client, environment in ((None, {"ARM_OIDC_TOKEN": "x"}), ("c", {})):
        assert isinstance(external_credential(TENANT, client, environment), AzureCliCredential)
    assert [options["tenant_id"] for options in asked] == [TENANT, TENANT]
    for variable in ("ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH"):
        assert isinstance(external_credential(TENANT, "c", {variable: "x"}), ClientAssertionCredential)
    with pytest.raises(MystiraError, match="ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        external_credential(TENANT, "c", {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example"})


def test_text_is_quoted_as_odata_does() -> None:
    assert quoted("Mystira's") == "'Mystira''s'"
