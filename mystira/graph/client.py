"""Microsoft Graph for one tenant and one login: requests, lists page by page, retries, errors.

Throttling and short outages are retried after the time that Graph names (Microsoft Graph: Throttling guidance).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError

from components.problems import MystiraError
from mystira.graph.permissions import needed
from stacks.build.provider import claims

URL = "https://graph.microsoft.com"
SCOPE = f"{URL}/.default"
V1, BETA = "v1.0", "beta"
READ = "docs/runbooks/identity.md"

MISSING = 404
DENIED = (401, 403)
ATTEMPTS = 5
WAIT_SECONDS = 2.0
"""Before the second try; twice as long before each further one, where Graph names no time."""
LONGEST_WAIT_SECONDS = 120.0
TIMEOUT_SECONDS = 60.0
EXPIRES_SECONDS = 300
"""How long before its end a token is not used any more."""

BUSY = frozenset({429, 503})
"""Answers after which nothing has happened, so that any request may be sent again."""
BROKEN = frozenset({500, 502, 504})
"""Answers after which a request may have had its effect: one that creates something is not sent again."""

Json = Mapping[str, Any]


class Unreachable(MystiraError):
    """Graph or its login could not be asked, or did not answer in time."""


class Refused(MystiraError):
    """Graph answered with an error. ``status`` is that of HTTP, ``code`` the one of Graph."""

    def __init__(self, status: int, code: str, text: str) -> None:
        self.status = status
        self.code = code
        super().__init__(text)


class Graph:
    """Microsoft Graph in ``tenant`` (a GUID).

    Each call raises :class:`Refused`, which names who asked and what they lack, or :class:`Unreachable`.
    """

    def __init__(self, tenant: str, credential: TokenCredential, wait: Callable[[float], None] = time.sleep) -> None:
        self.tenant = tenant
        self._credential = credential
        self._wait = wait
        self._token: AccessToken | None = None
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def get(self, path: str, *, version: str = V1, headers: Mapping[str, str] | None = None) -> Json:
        """One object."""
        return self._asked("GET", f"{URL}/{version}{path}", headers=headers)

    def found(self, path: str, *, version: str = V1, headers: Mapping[str, str] | None = None) -> Json | None:
        """One object, or ``None`` where there is none."""
        try:
            return self.get(path, version=version, headers=headers)
        except Refused as error:
            if error.status == MISSING:
                return None
            raise

    def every(self, path: str, *, version: str = V1, query: Mapping[str, str] | None = None) -> Iterator[Json]:
        """The rows of a list, page by page."""
        page = self._asked("GET", f"{URL}/{version}{path}", query=query)
        while True:
            yield from page.get("value") or ()
            following = page.get("@odata.nextLink")
            if not following:
                return
            if not str(following).startswith(f"{URL}/"):
                raise Unreachable(f"GET {path}: the next page is not at Graph; seen: {following}")
            page = self._asked("GET", str(following))

    def post(self, path: str, body: Json | None = None, *, version: str = V1) -> Json:
        """Create something, or have something done."""
        return self._asked("POST", f"{URL}/{version}{path}", body=body)

    def patch(self, path: str, body: Json, *, version: str = V1, headers: Mapping[str, str] | None = None) -> None:
        """Change what ``body`` names."""
        self._asked("PATCH", f"{URL}/{version}{path}", body=body, headers=headers)

    def delete(self, path: str, *, version: str = V1) -> None:
        """Delete something; what is gone already counts as deleted."""
        try:
            self._asked("DELETE", f"{URL}/{version}{path}")
        except Refused as error:
            if error.status != MISSING:
                raise

    def _asked(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """The answer, once there is one other than to wait."""
        attempt = 0
        while True:
            attempt += 1
            last = attempt == ATTEMPTS
            sent = {"Authorization": f"Bearer {self._bearer()}", "Accept": "application/json", **(headers or {})}
            pause = WAIT_SECONDS * 2 ** (attempt - 1)
            try:
                response = self._client.request(method, url, params=query or None, json=body, headers=sent)
            except httpx.TransportError as error:
                if last or not (method != "POST" or isinstance(error, httpx.ConnectError)):
                    raise Unreachable(f"{method} {_plain(url)}: {error or type(error).__name__}") from error
            else:
                again = response.status_code in BUSY or (response.status_code in BROKEN and method != "POST")
                if not again:
                    return self._content(method, url, response)
                if last:
                    raise Unreachable(f"{method} {_plain(url)}: HTTP {response.status_code} after {ATTEMPTS} tries")
                pause = _named(response, pause)
            self._wait(min(pause, LONGEST_WAIT_SECONDS))

    def _content(self, method: str, url: str, response: httpx.Response) -> Json:
        content = _json(response)
        if response.is_success:
            return content
        if response.status_code in BROKEN:
            raise Unreachable(f"{method} {_plain(url)}: HTTP {response.status_code}; nobody knows whether it was done")
        error = content.get("error")
        error = error if isinstance(error, dict) else {}
        code, said = str(error.get("code") or ""), " ".join(str(error.get("message") or "").split())
        text = f"Graph refuses {method} {_plain(url)}: {': '.join(filter(None, (code, said))) or 'no reason given'}"
        text += f" (HTTP {response.status_code})"
        if response.status_code in DENIED:
            text += f"; seen: {self.who}; allowed: {needed(method, url.removeprefix(URL))}; read: {READ}"
        raise Refused(response.status_code, code, text)

    @property
    def who(self) -> str:
        """Who asks, as the token names them."""
        token = claims(self._bearer())
        names = ("upn", "preferred_username", "app_displayname", "appid", "oid")
        name = next((str(token[each]) for each in names if token.get(each)), "somebody without a name")
        return f"{name} in tenant {self.tenant}"

    def _bearer(self) -> str:
        """A token of the tenant that does not end right now. Raises :class:`Unreachable`, :class:`MystiraError`."""
        if self._token is None or self._token.expires_on < time.time() + EXPIRES_SECONDS:
            try:
                self._token = self._credential.get_token(SCOPE)
            except AzureError as error:
                said = error.message.partition("\n")[0]
                allowed = f"az login --tenant {self.tenant} --allow-no-subscriptions, or the identity of a pipeline"
                raise Unreachable(f"no login for {URL}; seen: {said}; allowed: {allowed}; read: {READ}") from error
            seen = str(claims(self._token.token).get("tid", ""))
            if seen.lower() != self.tenant.lower():
                self._token = None
                raise MystiraError(
                    f"the login is for another tenant; seen: {seen}; allowed: {self.tenant}; read: {READ}"
                )
        return self._token.token


def quoted(text: str) -> str:
    """Text as OData writes it."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _plain(url: str) -> str:
    return url.removeprefix(URL).partition("?")[0]


def _named(response: httpx.Response, otherwise: float) -> float:
    """The seconds that the answer asks to wait."""
    try:
        return max(0.0, float(response.headers.get("Retry-After", otherwise)))
    except ValueError:
        return otherwise


def _json(response: httpx.Response) -> Json:
    """The body as JSON; empty where there is none, or where a proxy answered with something else."""
    try:
        found = response.json() if response.content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
