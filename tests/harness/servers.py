"""A throw-away API server with its store and controllers, whose only user is its administrator."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from offline.kubernetes.servers.clusters import Endpoint, endpoint
from offline.kubernetes.servers.places import Place
from offline.kubernetes.servers.processes import Servers
from offline.kubernetes.servers.programs import ensure_servers
from offline.kubernetes.servers.shapes import Shape

FQDN = "mys-test.hcp.southafricanorth.azmk8s.io"


@contextmanager
def throw_away(folder: Path) -> Iterator[Endpoint]:
    """Real servers on an empty store in ``folder``; they end with the context.

    The client certificate of the endpoint is of ``system:masters``. There is no Azure: no token is taken.
    """
    ensure_servers(lambda _: None)
    place, shape = Place(folder), Shape(FQDN)
    servers = Servers(place, shape)
    try:
        servers.start()
        yield endpoint(place, shape.fqdn, servers.port)
    finally:
        servers.end()


def client(found: Endpoint, token: str = "", *, admin: bool = False) -> httpx.Client:
    """A plain client of an API server: with a token, as the administrator, or as nobody."""
    trust = ssl.create_default_context(cadata=found.ca)
    if admin:
        trust.load_cert_chain(found.certificate, found.key)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=found.url, verify=trust, headers=headers, timeout=60, trust_env=False)
