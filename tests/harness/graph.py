"""Microsoft Graph without the network: the examples of its reference, and a tenant that keeps what it is told."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import respx
import yaml

from mystira.graph.client import URL, Graph
from tests.harness.preflight import Login

FOLDER = Path(__file__).parents[1] / "evidence/graph"
"""One example of Graph's own documentation a file, with its title; answers without `@odata.context` and `@odata.id`."""

TENANT = "11111111-2222-4333-8444-555555555555"
FLOWS = "/identity/authenticationEventsFlows"
PROVIDERS = "/identity/identityProviders"
METHODS = "onAuthenticationMethodLoadStart"


def document(name: str) -> Any:
    """One example: title, request, status, answer."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text())


def answer(name: str) -> Any:
    """The answer of one example."""
    return document(name)["answer"]


EMAIL_PASSWORD = answer("user-flow-providers")["value"][0]


@dataclass
class Tenant:
    """An external tenant: requests change it as the reference says. ``asked`` has every one of them."""

    flows: list[dict[str, Any]] = field(default_factory=list)
    providers: list[dict[str, Any]] = field(default_factory=list)
    applications: list[dict[str, Any]] = field(default_factory=list)
    branding: dict[str, Any] | None = None
    deleted: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"application": [], "servicePrincipal": []}
    )
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    """The client secrets that it was given."""
    late: int = 0
    """How many changes of a branding that has just been made find none yet."""

    @property
    def written(self) -> list[tuple[str, str]]:
        """Method and path of every request that changes something."""
        return [(method, path) for method, path, _ in self.asked if method != "GET"]

    def body(self, method: str, ends: str) -> Any:
        """What the one such request carried."""
        (found,) = [body for verb, path, body in self.asked if verb == method and path.endswith(ends)]
        return found

    def graph(self) -> Graph:
        """The client of somebody who may do everything."""
        return Graph(TENANT, Login(TENANT), wait=lambda _: None)

    @contextmanager
    def served(self) -> Iterator[respx.MockRouter]:
        """Graph, while it is this tenant."""
        with respx.mock(assert_all_called=False) as router:
            router.route(url__startswith=URL).mock(side_effect=self._answered)
            yield router

    def _answered(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.path)
        version, rest = path[1:].split("/", 1)
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, path, body))
        status, found = self._result(request.method, version, f"/{rest}", body, request)
        return httpx.Response(status, json=found) if found is not None else httpx.Response(status)

    def _result(
        self, method: str, version: str, path: str, body: Any, request: httpx.Request
    ) -> tuple[int, Mapping[str, Any] | None]:
        if path == "/applications":
            (wanted,) = [
                part for part in request.url.params["$filter"].split("'") if "displayName" not in part and part
            ]
            return 200, {"value": [each for each in self.applications if each["displayName"] == wanted]}
        if path.startswith(PROVIDERS):
            return self._provider(method, version, path.removeprefix(PROVIDERS), body)
        if path.startswith(FLOWS):
            return self._flow(method, path.removeprefix(FLOWS), body)
        if path.startswith("/organization"):
            assert path.split("/")[2] == TENANT
            return self._branding(method, path, body, request.headers)
        if path.startswith("/directory/deletedItems"):
            return self._deleted(method, path.removeprefix("/directory/deletedItems/"))
        return 404, {"error": {"code": "ResourceNotFound", "message": path}}

    def _provider(self, method: str, version: str, id: str, body: Any) -> tuple[int, Mapping[str, Any] | None]:
        if method == "GET":
            # v1.0 knows no custom OpenID Connect provider.
            shown = [each for each in self.providers if version == "beta" or "issuer" not in each]
            return 200, {"value": copy.deepcopy(shown)}
        body = self._without_secret(body)
        if method == "POST":
            social = body["@odata.type"].endswith("socialIdentityProvider")
            made = {"id": f"{body['identityProviderType']}-OAUTH" if social else str(uuid.uuid4()), **body}
            self.providers.append(made)
            return 201, made
        (found,) = [each for each in self.providers if f"/{each['id']}" == id]
        found.update(body)
        return 204, None

    def _without_secret(self, body: dict[str, Any]) -> dict[str, Any]:
        """What Graph shows of a provider: stars instead of its secret."""
        body = copy.deepcopy(body)
        holder = body if "clientSecret" in body else body.get("clientAuthentication", {})
        if "clientSecret" in holder:
            self.secrets.append(holder["clientSecret"])
            holder["clientSecret"] = "******"
        return body

    def _flow(self, method: str, path: str, body: Any) -> tuple[int, Mapping[str, Any] | None]:
        if path == "" and method == "GET":
            return 200, {"value": copy.deepcopy(self.flows)}
        if path == "":
            made = {"id": str(uuid.uuid4()), "description": None, "priority": 500, **copy.deepcopy(body)}
            providers = made[METHODS]["identityProviders"]
            made[METHODS]["identityProviders"] = [self._shown(each["id"]) for each in providers]
            self.flows.append(made)
            return 201, made
        id, _, rest = path[1:].partition("/")
        (flow,) = [each for each in self.flows if each["id"] == id]
        if not rest:
            flow.update({key: value for key, value in body.items() if key != "@odata.type"})
            return 204, None
        if "includeApplications" in rest:
            rows = flow["conditions"]["applications"]["includeApplications"]
            return self._related(method, rows, "appId", rest, body and {"appId": body["appId"]})
        rows = flow[METHODS]["identityProviders"]
        added = self._shown(body["@odata.id"].rpartition("/")[2]) if body else None
        return self._related(method, rows, "id", rest.removesuffix("/$ref"), added)

    def _related(
        self, method: str, rows: list[dict[str, Any]], key: str, path: str, added: Any
    ) -> tuple[int, Mapping[str, Any] | None]:
        if method == "GET":
            return 200, {"value": rows}
        if method == "POST":
            rows.append(added)
            return 201, added
        rows[:] = [each for each in rows if each[key] != path.rpartition("/")[2]]
        return 204, None

    def _shown(self, id: str) -> dict[str, Any]:
        """A provider that a flow may offer: it must exist."""
        return next(copy.deepcopy(each) for each in [EMAIL_PASSWORD, *self.providers] if each["id"] == id)

    def _branding(self, method: str, path: str, body: Any, headers: httpx.Headers) -> tuple[int, Any]:
        missing = {"error": {"code": "Request_ResourceNotFound", "message": f"Resource '{TENANT}' does not exist"}}
        if path.endswith("/localizations"):
            self.branding = {"id": "0", "signInPageText": None, "usernameHintText": ""}
            return 201, {"id": body["id"]}
        assert headers["Accept-Language"] == "0"
        if self.branding is None:
            return 404, missing
        if method == "GET":
            return 200, self.branding
        if self.late:
            self.late -= 1
            return 404, missing
        self.branding.update(body)
        return 204, None

    def _deleted(self, method: str, path: str) -> tuple[int, Any]:
        if path.startswith("microsoft.graph."):
            return 200, {"value": self.deleted[path.removeprefix("microsoft.graph.")]}
        id = path.removesuffix("/restore")
        for rows in self.deleted.values():
            found = [each for each in rows if each["id"] == id]
            if found:
                rows.remove(found[0])
                return (200, found[0]) if method == "POST" else (204, None)
        return 404, {"error": {"code": "Request_ResourceNotFound", "message": id}}
