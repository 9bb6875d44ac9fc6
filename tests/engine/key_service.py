"""A key service for the secrets of stacks: the two calls of HashiCorp Vault's transit engine that Pulumi makes.

Pulumi has such a service encrypt the key of a new stack, and decrypt it in every later run. This one encrypts nothing:
it keeps no key of its own, so that all workers of a test run can read each other's worlds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

PROVIDER = "hashivault://tests"
"""The service as Pulumi names it; where it is and with what one logs in to it is in the environment."""
PREFIX = "vault:v1:"
"""What every ciphertext of the transit engine begins with."""


class _Transit(BaseHTTPRequestHandler):
    """`PUT /v1/transit/encrypt/KEY` and `PUT /v1/transit/decrypt/KEY` (HashiCorp: Transit secrets engine, HTTP API)."""

    def do_PUT(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        encrypts = self.path.startswith("/v1/transit/encrypt/")
        answer = (
            {"ciphertext": f"{PREFIX}{asked['plaintext']}"}
            if encrypts
            else {"plaintext": asked["ciphertext"].removeprefix(PREFIX)}
        )
        body = json.dumps({"data": answer}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def key_service() -> Iterator[None]:
    """Serve on a free local port, where the environment says that :data:`PROVIDER` is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Transit) as server, pytest.MonkeyPatch.context() as patch:
        Thread(target=server.serve_forever, daemon=True).start()
        patch.setenv("VAULT_SERVER_URL", f"http://127.0.0.1:{server.server_port}")
        patch.setenv("VAULT_SERVER_TOKEN", "tests")
        yield
        server.shutdown()
