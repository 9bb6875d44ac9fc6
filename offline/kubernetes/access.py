"""A kubeconfig as client-go reads it: which server, whom it trusts, who asks."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from offline.rpc.protocol import ProviderError

DEFAULT = "default"
EXEC_SECONDS = 60.0
"""How long a command that fetches a token may take here."""


class Unreachable(ProviderError):
    """A cluster that nobody can talk to; the message is the reason."""


@dataclass(frozen=True)
class Exec:
    """A command that fetches a token (Kubernetes: client-go credential plugins)."""

    command: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    version: str
    """``client.authentication.k8s.io/v1beta1``."""

    def token(self) -> str:
        """The token that it prints. Raises :class:`Unreachable` with client-go's words."""
        info = {"apiVersion": self.version, "kind": "ExecCredential", "spec": {"interactive": False}}
        environment = {**os.environ, **self.variables, "KUBERNETES_EXEC_INFO": json.dumps(info)}
        try:
            done = subprocess.run(
                [self.command, *self.arguments],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
                timeout=EXEC_SECONDS,
            )
        except FileNotFoundError as error:
            raise Unreachable(f"getting credentials: exec: executable {self.command} not found") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unreachable(f"getting credentials: exec: {error}") from error
        if done.returncode:
            said = done.stderr.strip()
            code = f"exec: executable {self.command} failed with exit code {done.returncode}"
            raise Unreachable(f"getting credentials: {code}{f': {said}' if said else ''}")
        try:
            return str(json.loads(done.stdout)["status"]["token"])
        except (ValueError, KeyError, TypeError) as error:
            raise Unreachable("getting credentials: exec plugin didn't return a token or cert/key pair") from error


@dataclass(frozen=True)
class Access:
    """The current context of a kubeconfig."""

    server: str
    """``https://<name>:443``."""
    authority: str
    """The certificates that the server's is checked with (PEM)."""
    namespace: str = DEFAULT
    """The namespace of objects that name none."""
    certificate: tuple[Path, Path] | None = None
    """Certificate and key of who asks."""
    bearer: str = ""
    exec: Exec | None = None
    server_name: str = ""
    """The name that the server's certificate has, where it is not that of its address."""

    def token(self) -> str:
        """The bearer token of who asks; empty for who shows a certificate."""
        return self.exec.token() if self.exec else self.bearer


def read_kubeconfig(content: str, *, context: str = "", cluster: str = "", namespace: str = "") -> Access:
    """The access that a kubeconfig gives. The names replace those of the file. Raises :class:`Unreachable`."""
    try:
        document = yaml.safe_load(content)
        contexts, clusters, users = (
            {each["name"]: each[kind] for each in document.get(f"{kind}s") or []}
            for kind in ("context", "cluster", "user")
        )
        current = contexts[context or document["current-context"]]
        server = clusters[cluster or current["cluster"]]
        return _access(server, users.get(current.get("user")) or {}, namespace or current.get("namespace") or DEFAULT)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, OSError) as error:
        what = f"failed to parse kubeconfig data in `kubernetes:config:kubeconfig`- {error!r}"
        raise Unreachable(what) from error


def _access(server: Mapping[str, Any], user: Mapping[str, Any], namespace: str) -> Access:
    data = server.get("certificate-authority-data")
    authority = base64.b64decode(data).decode() if data else Path(server["certificate-authority"]).read_text()
    files = [user.get(name) for name in ("client-certificate", "client-key")]
    command = user.get("exec")
    bearer = user.get("token") or (Path(user["tokenFile"]).read_text().strip() if user.get("tokenFile") else "")
    return Access(
        server["server"],
        authority,
        namespace,
        (Path(files[0]), Path(files[1])) if files[0] and files[1] else None,
        bearer,
        _exec(command) if command else None,
        str(server.get("tls-server-name") or ""),
    )


def _exec(block: Mapping[str, Any]) -> Exec:
    variables = {each["name"]: each["value"] for each in block.get("env") or []}
    return Exec(block["command"], tuple(map(str, block.get("args") or ())), variables, block["apiVersion"])
