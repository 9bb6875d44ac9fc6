"""What an API server asks AKS' guard: whose a token is, and whether somebody may do something.

Plain HTTP on this machine alone: the API server is its only client.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from offline.azure.assignments import ASSIGNMENT
from offline.azure.role_definitions import CUSTOM
from offline.kubernetes.servers.places import LOCALHOST
from offline.kubernetes.servers.rights import Refused, data_action, scope_of, user_of, verdict
from offline.world.objects import Writer
from offline.world.store import World

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Webhooks:
    """The two webhooks of one cluster, by its resource id."""

    def __init__(self, world: World, cluster: str) -> None:
        self._world = world
        self._cluster = cluster
        self._lock = threading.Lock()
        self._looked_at: tuple[int | str, ...] = ()
        self._ground: tuple[object, ...] = ()
        self._answers: dict[tuple[str | None, ...], dict[str, Any]] = {}
        answers: dict[str, Answer] = {"/authentication": self.authenticated, "/authorization": self.authorized}
        self._server = ThreadingHTTPServer((LOCALHOST, 0), _handler(answers))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where they answer."""
        return f"http://{LOCALHOST}:{self._server.server_port}"

    def start(self) -> None:
        """Begin to answer; who asked before waits."""
        self._thread.start()

    def end(self) -> None:
        """Answer no more."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def authenticated(self, review: dict[str, Any]) -> dict[str, Any]:
        """The status of a token review."""
        with self._world.reading() as cloud:
            cluster = cloud.get(self._cluster)
            if cluster is None:
                return {"authenticated": False, "error": "the cluster is gone"}
            try:
                user = user_of(cloud, cluster, str(review["spec"]["token"]), time.time())
            except Refused as error:
                return {"authenticated": False, "error": f"failed to verify token for azure: {error}"}
        return {"authenticated": True, "user": user, "audiences": review["spec"].get("audiences")}

    def authorized(self, review: dict[str, Any]) -> dict[str, Any]:
        """The status of a subject access review.

        An answer holds for all objects of a kind in a namespace.
        """
        asked = review["spec"]
        user = (asked.get("user"), str(asked.get("extra")), str(asked.get("groups")))
        question = (*user, data_action(asked), scope_of(self._cluster, asked))
        with self._lock, self._world.reading() as cloud:
            self._forget_if_changed(cloud)
            if question not in self._answers:
                cluster = cloud.get(self._cluster)
                gone = {"allowed": False, "reason": "the cluster is gone"}
                self._answers[question] = verdict(cloud, cluster, asked) if cluster else gone
            return self._answers[question]

    def _forget_if_changed(self, cloud: Writer) -> None:
        """Forget the answers once the roles, who has them, or the cluster are not what they were.

        A run does something every few milliseconds, but seldom to these.
        """
        roles = cloud.limits.roles()
        now = (self._world.seen(), *roles)
        if now == self._looked_at:
            return
        self._looked_at = now
        cluster = cloud.get(self._cluster)
        ground = (roles, cloud.written(ASSIGNMENT, CUSTOM), cluster and [cluster.body.get("aadProfile")])
        if ground != self._ground:
            self._ground, self._answers = ground, {}


def _handler(answers: dict[str, Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body of an answer go out in one piece.
        wbufsize = -1

        def do_POST(self) -> None:
            review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = answers[self.path.partition("?")[0]](review)
            answer = json.dumps({**{key: review[key] for key in ("apiVersion", "kind")}, "status": status}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the API server says what it was refused."""

    return Handler
