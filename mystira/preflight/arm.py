"""Azure Resource Manager: one request, a list, a question or an action by POST, something new by PUT.

Throttling and short outages are retried by azure-core's own policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azure.core import PipelineClient
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline import Pipeline
from azure.core.pipeline.policies import (
    BearerTokenCredentialPolicy,
    HeadersPolicy,
    RetryPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import HttpTransport, RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse

from components.problems import MystiraError

URL = "https://management.azure.com"
SCOPE = f"{URL}/.default"
AGENT = "mystira"
MISSING = 404
BROKEN = 500
THROTTLED = 429


class Unreachable(MystiraError):
    """Azure could not be asked, or did not answer in time."""


class Refused(MystiraError):
    """Azure answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}" if code else f"HTTP {status}")


class Arm:
    """Azure Resource Manager for one login. ``transport`` replaces the network: the offline cloud has one."""

    def __init__(self, credential: TokenCredential, transport: HttpTransport[Any, Any] | None = None) -> None:
        self._credential = credential
        policies = [
            HeadersPolicy({"Accept": "application/json"}),
            UserAgentPolicy(base_user_agent=AGENT),
            RetryPolicy(),
            BearerTokenCredentialPolicy(credential, SCOPE),
        ]
        pipeline = Pipeline[HttpRequest, HttpResponse](transport or RequestsTransport(), policies)
        self._client = PipelineClient[HttpRequest, HttpResponse](URL, pipeline=pipeline)

    def token(self) -> AccessToken:
        """The token that every request carries. Raises what the credential raises."""
        return self._credential.get_token(SCOPE)

    def get(self, path: str, version: str) -> Mapping[str, Any]:
        """One resource. Raises :class:`Refused` and :class:`Unreachable`."""
        return self._ask("GET", path, version)

    def every(self, path: str, version: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a list, page by page."""
        page = self._ask("GET", path, version)
        while True:
            yield from page.get("value") or ()
            following = page.get("nextLink")
            if not following:
                return
            page = self._sent(HttpRequest("GET", following))

    def post(self, path: str, version: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a question, or to an action, that is sent by POST."""
        return self._ask("POST", path, version, body)

    def started(self, path: str, version: str, body: Mapping[str, Any]) -> str:
        """Where the answer to an action will be that Azure takes its time for. Raises :class:`Unreachable` where Azure
        does not say so."""
        request = HttpRequest("POST", f"{URL}{path}", params={"api-version": version}, json=body)
        _, headers = self._answered(request)
        if not headers.get("Location"):
            raise Unreachable(f"POST {path}: no address of the answer")
        return headers["Location"]

    def followed(self, address: str) -> Mapping[str, Any]:
        """What stands at an address that Azure gave."""
        return self._sent(HttpRequest("GET", address))

    def put(self, path: str, version: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The answer to a request that creates something. Azure may answer before it is there."""
        return self._ask("PUT", path, version, body or {})

    def found(self, path: str, version: str) -> Mapping[str, Any] | None:
        """One resource, or ``None`` where there is none."""
        try:
            return self.get(path, version)
        except Refused as error:
            if error.status == MISSING:
                return None
            raise

    def exists(self, path: str, version: str) -> bool:
        """Whether HEAD finds something."""
        try:
            self._ask("HEAD", path, version)
        except Refused as error:
            if error.status == MISSING:
                return False
            raise
        return True

    def _ask(self, method: str, path: str, version: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        return self._sent(HttpRequest(method, f"{URL}{path}", params={"api-version": version}, json=body))

    def _sent(self, request: HttpRequest) -> Mapping[str, Any]:
        return self._answered(request)[0]

    def _answered(self, request: HttpRequest) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """The body of an answer, and its headers."""
        try:
            response = self._client.send_request(request)
        except AzureError as error:
            raise Unreachable(f"{request.method} {request.url.partition('?')[0]}: {error.message}") from error
        content = _json(response)
        if response.status_code == THROTTLED or response.status_code >= BROKEN:
            raise Unreachable(f"{request.method} {request.url.partition('?')[0]}: HTTP {response.status_code}")
        if response.status_code >= 400:
            error = content.get("error") or {}
            raise Refused(response.status_code, str(error.get("code", "")), str(error.get("message", "")))
        return content, response.headers


def _json(response: HttpResponse) -> Mapping[str, Any]:
    """The body as JSON; empty where there is none, or where a proxy answered with something else."""
    try:
        found = response.json() if response.content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
