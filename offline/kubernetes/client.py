"""A client of a Kubernetes API server: its paths by discovery, its errors as they are.

Not the package ``kubernetes``: importing it takes two seconds in every process, its dynamic client keeps what it
discovered of ``127.0.0.1:<port>`` in the machine's temporary folder for the next server at that port, and it cannot ask
for ``fieldValidation``.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from offline.kubernetes.played.api import ApiError, Kind, NoKind, Object, kind_of

JSON = "application/json"
JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"
SECONDS = 30.0
"""After which a server of this machine does not answer any more."""

POOL = httpx.Limits(max_connections=100, max_keepalive_connections=None, keepalive_expiry=None)
"""The pool closes no connection before the client does. httpcore 1.0.9 would, for more than 20 or one that was idle for
five seconds, even where it has just been given to a thread: that thread then reads what its socket's number means by
now, and TLS fails."""

NOT_FOUND = 404
TOO_MANY_REQUESTS = 429
TRIES, PAUSE_SECONDS = 10, 0.2
"""How often, and how long apart, a server is asked that has no time yet."""


@dataclass(frozen=True)
class Resource:
    """How the objects of a kind are reached (``APIResource``)."""

    path: str
    """Of its version: ``/api/v1``, ``/apis/apps/v1``."""
    plural: str
    namespaced: bool

    def of(self, namespace: str, name: str = "", subresource: str = "") -> str:
        """The path of an object, or of all of a namespace."""
        place = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return "/".join(part for part in (f"{self.path}{place}/{self.plural}", name, subresource) if part)


@dataclass(eq=False)
class Client:
    """A connection to the server at ``url``; safe for several threads."""

    url: str
    """``https://127.0.0.1:40123``."""
    trust: ssl.SSLContext
    """Which certificates are taken for the server's, and what the client shows of itself (:func:`trusting`)."""
    server_name: str = ""
    """The name that the server's certificate has, where it is not that of :attr:`url`."""
    token: str = ""
    """The bearer token of who asks; empty for who shows a certificate."""
    _http: httpx.Client = field(init=False, repr=False)
    _versions: dict[str, dict[str, Resource]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        headers = {"Accept": JSON, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        # The servers are on this machine: no proxy of the surroundings is asked.
        self._http = httpx.Client(
            base_url=self.url, verify=self.trust, headers=headers, timeout=SECONDS, trust_env=False, limits=POOL
        )

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None, content: str = JSON
    ) -> Object:
        """One request. Raises :class:`ApiError` for a refusal, :class:`httpx.HTTPError` where nobody answers."""
        extensions = {"sni_hostname": self.server_name} if self.server_name else {}
        data = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": content}
        tries = TRIES
        while True:
            answer = self._http.request(
                method, path, params=dict(query or {}), content=data, headers=headers, extensions=extensions
            )
            if answer.is_success:
                return answer.json()
            tries -= 1
            # A kind whose definition is new asks for a moment, as client-go grants it.
            if answer.status_code != TOO_MANY_REQUESTS or not tries:
                raise _refusal(answer)
            time.sleep(PAUSE_SECONDS)

    def resource(self, kind: Kind) -> Resource:
        """How objects of a kind are reached. A kind that is not known yet is asked for anew: definitions come late."""
        found = self._versions.get(kind.api_version, {}).get(kind.kind)
        if found is None:
            self._versions[kind.api_version] = self._discovered(kind.api_version)
            found = self._versions[kind.api_version].get(kind.kind)
        if found is None:
            raise NoKind(kind)
        return found

    def _discovered(self, version: str) -> dict[str, Resource]:
        path = f"/apis/{version}" if "/" in version else f"/api/{version}"
        try:
            rows = self.request("GET", path).get("resources") or []
        except ApiError as error:
            if error.code == NOT_FOUND:
                return {}
            raise
        return {row["kind"]: Resource(path, row["name"], row["namespaced"]) for row in rows if "/" not in row["name"]}

    def revision(self) -> str:
        # A list is of a moment of the whole store, not only of its own kind.
        return str(self.request("GET", "/api/v1/namespaces", query={"limit": "1"})["metadata"]["resourceVersion"])

    def known(self, kind: Kind) -> bool:
        try:
            self.resource(kind)
        except NoKind:
            return False
        return True

    def get(self, kind: Kind, name: str, namespace: str = "") -> Object | None:
        try:
            return self.request("GET", self.resource(kind).of(namespace, name))
        except NoKind:
            return None
        except ApiError as error:
            if error.code == NOT_FOUND:
                return None
            raise

    def list(self, kind: Kind, namespace: str = "", labels: str = "") -> list[Object]:
        try:
            found = self.request(
                "GET", self.resource(kind).of(namespace), query={"labelSelector": labels} if labels else None
            )
        except NoKind:
            return []
        except ApiError as error:
            # A definition may go between two looks.
            if error.code == NOT_FOUND:
                return []
            raise
        # A list leaves out what its items are.
        return [{"apiVersion": kind.api_version, "kind": kind.kind, **each} for each in found.get("items") or []]

    def create(self, body: Object, query: Mapping[str, str] | None = None) -> Object:
        metadata = body.get("metadata") or {}
        path = self.resource(kind_of(body)).of(str(metadata.get("namespace") or ""))
        return self.request("POST", path, query=query, body=body)

    def replace(self, body: Object, query: Mapping[str, str] | None = None) -> Object:
        return self.request("PUT", self._path(body), query=query, body=body)

    def apply(
        self, body: Object, manager: str, *, force: bool = True, query: Mapping[str, str] | None = None
    ) -> Object:
        parameters = {"fieldManager": manager, "force": "true" if force else "false", **(query or {})}
        # JSON is YAML.
        return self.request("PATCH", self._path(body), query=parameters, body=body, content=APPLY_PATCH)

    def patch(
        self,
        kind: Kind,
        name: str,
        namespace: str,
        body: Any,
        *,
        subresource: str = "",
        query: Mapping[str, str] | None = None,
    ) -> Object:
        content = JSON_PATCH if isinstance(body, list) else MERGE_PATCH
        path = self.resource(kind).of(namespace, name, subresource)
        return self.request("PATCH", path, query=query, body=body, content=content)

    def patch_status(self, kind: Kind, name: str, namespace: str, status: Object) -> Object:
        return self.patch(kind, name, namespace, {"status": status}, subresource="status")

    def post(self, kind: Kind, name: str, namespace: str, subresource: str, body: Object) -> None:
        self.request("POST", self.resource(kind).of(namespace, name, subresource), body=body)

    def delete(
        self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", grace: int | None = None
    ) -> None:
        options: Object = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if grace is not None:
            options["gracePeriodSeconds"] = grace
        try:
            self.request("DELETE", self.resource(kind).of(namespace, name), body=options)
        except ApiError as error:
            if error.code != NOT_FOUND:
                raise

    def _path(self, body: Object) -> str:
        metadata = body.get("metadata") or {}
        return self.resource(kind_of(body)).of(str(metadata.get("namespace") or ""), str(metadata.get("name") or ""))


def trusting(authority: str, certificate: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    """What a client trusts: the ``authority`` (PEM), and what it shows: the paths of a certificate and its key."""
    context = ssl.create_default_context(cadata=authority)
    if certificate is not None:
        context.load_cert_chain(*certificate)
    return context


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        status = answer.json()
    except ValueError:
        status = None
    if isinstance(status, dict) and status.get("kind") == "Status":
        return ApiError(answer.status_code, str(status.get("reason") or ""), str(status.get("message") or ""), status)
    return ApiError(answer.status_code, "", answer.text.strip())
