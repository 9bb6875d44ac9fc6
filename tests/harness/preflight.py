"""Preflight without the network: a world that answers for Azure, and an Azure that answers as a test says."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import requests
from azure.core.credentials import AccessToken
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from mystira.preflight.arm import URL, Arm
from mystira.preflight.offline_cloud import offline_arm
from offline.azure.subscription import access_token
from offline.world.store import World
from tests.harness.compose import TENANT
from tests.harness.offline import SUBSCRIPTION

Answers = Callable[[str, str], tuple[int, bytes]]
"""Takes method and path; returns status and body."""

NOWHERE: Mapping[str, str] = {}


def arm_of(world: World, subscription: str = SUBSCRIPTION) -> Arm:
    """Azure Resource Manager in a world."""
    return offline_arm(world, TENANT, subscription)


class Login:
    """A login of a tenant."""

    def __init__(self, tenant: str = TENANT) -> None:
        self.tenant = tenant

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        return AccessToken(access_token(self.tenant), 2**31)


class Impatient(RequestsTransport):
    """A transport that does not wait between tries."""

    def sleep(self, duration: float) -> None:
        pass


class _Adapter(HTTPAdapter):
    def __init__(self, answers: Answers, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.answers, self.headers = answers, headers

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        status, body = self.answers(str(request.method), str(request.path_url))
        answer = HTTPResponse(io.BytesIO(body), status=status, headers=self.headers, preload_content=False)
        return self.build_response(request, answer)


def answering(answers: Answers, headers: Mapping[str, str] = NOWHERE) -> Arm:
    """An Azure that answers as ``answers`` does, always with these headers."""
    session = requests.Session()
    session.mount(URL, _Adapter(answers, headers))
    return Arm(Login(), Impatient(session=session, session_owner=False))


def listing(rows: Mapping[str, Any]) -> Arm:
    """An Azure that answers each path, as far as it ends with a key of ``rows``, with that value."""

    def answers(_: str, path: str) -> tuple[int, bytes]:
        asked = path.partition("?")[0]
        found = next((value for key, value in rows.items() if asked.endswith(key)), None)
        return (404, b'{"error": {"code": "NotFound"}}') if found is None else (200, json.dumps(found).encode())

    return answering(answers)


def out_of_reach() -> Arm:
    """An Azure that no request reaches."""

    class Broken(Impatient):
        def send(self, *_: Any, **__: Any) -> Any:
            raise ServiceRequestError("no route to host")

    return Arm(Login(), Broken())
