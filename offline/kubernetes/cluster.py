"""The cluster that a provider talks to: its server is started when it is first asked, and once in a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from components.problems import MystiraError
from offline.kubernetes.access import Access, Unreachable
from offline.kubernetes.client import Client, trusting
from offline.kubernetes.kinds import namespaced
from offline.kubernetes.played.api import ApiError, Kind, NoKind

LOOPBACK = "127.0.0.1"
"""A server of this machine is reached as its kubeconfig says: no cluster of the cloud has such a name."""
UNAUTHORIZED = 401


class Endpoint(Protocol):
    """Where the API server of a cluster listens."""

    @property
    def url(self) -> str: ...

    @property
    def tls_server_name(self) -> str: ...

    @property
    def certificate(self) -> Path:
        """A client certificate of those who may do everything, for the played controllers."""
        ...

    @property
    def key(self) -> Path: ...


Reach = Callable[[Path, str], Endpoint]
"""Starts the servers of a cluster in a world, where they do not run: by the folder of the world and the address in the
kubeconfig."""


class Cluster:
    """One cluster of the world in ``folder``, as ``access`` reaches it. Safe for several threads."""

    def __init__(self, access: Access, folder: Path, reach: Reach) -> None:
        self.access = access
        self.name = urlsplit(access.server).hostname or ""
        self._folder, self._reach = folder, reach
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._controllers: Client | None = None
        self._reason = ""

    def api(self) -> Client:
        """The connection. Raises :class:`Unreachable`, again without another try."""
        with self._lock:
            if self._client is None and not self._reason:
                try:
                    self._client = self._connected()
                except Unreachable as error:
                    self._reason = str(error)
            if self._client is None:
                raise Unreachable(self._reason)
            return self._client

    def controllers(self) -> Client | None:
        """The connection of the played controllers; ``None`` for a server that is none of the cloud's clusters.

        Raises :class:`Unreachable`."""
        self.api()
        return self._controllers

    def reached(self) -> bool:
        """Whether there is a connection."""
        try:
            self.api()
        except Unreachable:
            return False
        return True

    def knows(self, kind: Kind) -> bool:
        """Whether the server has a kind; no where nobody answers."""
        try:
            return self.api().known(kind)
        except (ApiError, Unreachable):
            return False

    def in_namespace(self, kind: Kind) -> bool:
        """Whether objects of a kind are in a namespace, as the provider knows it, else the server; where neither does,
        the provider takes it that they are."""
        known = namespaced(kind)
        if known is not None:
            return known
        try:
            return self.api().resource(kind).namespaced
        except (ApiError, NoKind, Unreachable):
            return True

    def close(self) -> None:
        """End the connection."""
        with self._lock:
            for each in (self._client, self._controllers):
                if each is not None:
                    each.close()

    def _connected(self) -> Client:
        token, url, name = self.access.token(), self.access.server, self.access.server_name
        if self.name != LOOPBACK:
            try:
                endpoint = self._reach(self._folder, self.access.server)
            except MystiraError as error:
                raise Unreachable(str(error)) from error
            url, name = endpoint.url, endpoint.tls_server_name
            controllers = trusting(self.access.authority, (endpoint.certificate, endpoint.key))
            self._controllers = Client(url, controllers, name)
        client = Client(url, trusting(self.access.authority, self.access.certificate), name, token)
        try:
            # The provider asks for all schemas here; whether they are readable is all that it needs them for.
            client.request("GET", "/api")
        except (ApiError, httpx.HTTPError) as error:
            refused = isinstance(error, ApiError) and error.code == UNAUTHORIZED
            why = "the server has asked for the client to provide credentials" if refused else str(error)
            client.close()
            raise Unreachable(f"unable to load schema information from the API server: {why}") from error
        return client
