"""Azure Resource Manager for clients of its REST API: an adapter of requests that asks a world instead of the network.

A session with this adapter reaches nothing else: other hosts have none.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from offline.azure.errors import ArmError
from offline.azure.subscription import is_elsewhere, wrong_issuer
from offline.rest import inventory, names, subscription, usages
from offline.rest.call import Answer, Call, Handler
from offline.rpc.protocol import ProviderError
from offline.world.store import World

URL = "https://management.azure.com"
"""Azure Resource Manager of the public cloud."""


def _plain(handler: Handler) -> Callable[..., Answer]:
    return handler.func if isinstance(handler, partial) else handler


ROUTES = (*subscription.ROUTES, *names.ROUTES, *usages.ROUTES, *inventory.ROUTES)

HANDLERS = tuple({id(each): each for each in (_plain(route.handler) for route in ROUTES)}.values())
"""The functions that answer, each once."""

JSON = "application/json; charset=utf-8"


class NoSuchCall(ProviderError):
    """A request that nothing here answers."""


class OfflineAzure(HTTPAdapter):
    """Answers for the subscriptions of one tenant."""

    def __init__(self, world: World, tenant_id: str) -> None:
        super().__init__()
        self._world = world
        self._tenant_id = tenant_id

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            found = answer(self._world, self._tenant_id, request)
        except ArmError as error:
            found = Answer({"error": {"code": error.code, "message": error.message}}, error.status)
        text = b"" if found.body is None else json.dumps(found.body).encode()
        raw = HTTPResponse(io.BytesIO(text), headers={"Content-Type": JSON}, status=found.status, preload_content=False)
        return self.build_response(request, raw)


def answer(world: World, tenant_id: str, request: requests.PreparedRequest) -> Answer:
    """What Azure answers. Raises its refusal as an ``ArmError``, and :class:`NoSuchCall`."""
    where = urlsplit(request.url or "")
    handler, path = _route(str(request.method), unquote(where.path))
    if "api-version" not in parse_qs(where.query):
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise ArmError("MissingApiVersionParameter", message, "name the version of the API")
    asked = path.get("subscription", "")
    tenant = _tenant_of(str(request.headers.get("Authorization", "")))
    if tenant.lower() != tenant_id.lower():
        raise ArmError("InvalidAuthenticationTokenTenant", wrong_issuer(tenant, tenant_id), "log in there", status=401)
    with world.limits() as limits:
        elsewhere = bool(asked) and is_elsewhere(limits.login(), asked)
    if elsewhere:
        message = f"The subscription '{asked}' could not be found."
        raise ArmError("SubscriptionNotFound", message, "log in as somebody who sees it", status=404)
    with world.reading() as cloud:
        body = json.loads(request.body) if isinstance(request.body, str | bytes) and request.body else {}
        return handler(Call(path, body, cloud, tuple(world.kept()), tenant_id))


def _route(method: str, path: str) -> tuple[Handler, Mapping[str, str]]:
    for route in ROUTES:
        found = route.match(method, path)
        if found is not None:
            return route.handler, found
    raise NoSuchCall(f"the offline cloud does not answer {method} {path}: add a route to offline/rest")


def _tenant_of(authorization: str) -> str:
    """The tenant of a bearer token; empty where there is none."""
    parts = authorization.removeprefix("Bearer ").split(".")
    try:
        return str(json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))).get("tid", ""))
    except (IndexError, binascii.Error, ValueError):
        return ""


def session(world: World, tenant_id: str) -> requests.Session:
    """A session that reaches Azure Resource Manager in ``world``, and no other host."""
    made = requests.Session()
    made.adapters.clear()
    made.mount(URL, OfflineAzure(world, tenant_id))
    return made
