"""What logs in to the API server of a cluster: kubelogin, with the login of the Azure CLI."""

from __future__ import annotations

import base64
import json
from typing import Any

import yaml

from components.aks.facts import SERVER_APPLICATION

LOGIN = ("get-token", "--login", "azurecli", "--server-id", SERVER_APPLICATION)
"""Its arguments. ``AAD_LOGIN_METHOD`` overrides the login (Azure/kubelogin: docs/book/src/concepts/login-modes)."""

API_VERSION = "client.authentication.k8s.io/v1beta1"
"""What kubelogin itself writes (Azure/kubelogin: pkg/internal/converter/convert.go)."""

COMMAND = "kubelogin"


def kubeconfig(answer: str) -> str:
    """A kubeconfig with the server and the CA of ``answer``, which is what Azure returns for a cluster (base64 of
    YAML), and nothing else of it: how one logs in there depends on who asked, and would differ from run to run.

    Raises ``ValueError`` for what names no server.
    """
    cluster = _cluster(yaml.safe_load(base64.b64decode(answer)))
    user = {
        "apiVersion": API_VERSION,
        "command": COMMAND,
        "args": list(LOGIN),
        "interactiveMode": "Never",
        "provideClusterInfo": False,
    }
    name = "cluster"
    made = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"exec": user}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    return json.dumps(made, indent=2)


def _cluster(found: Any) -> dict[str, str]:
    clusters = found.get("clusters") if isinstance(found, dict) else None
    first = (clusters[0].get("cluster") if clusters else None) or {}
    if not first.get("server") or not first.get("certificate-authority-data"):
        raise ValueError("a kubeconfig without a server and its certificate authority")
    return {key: str(first[key]) for key in ("server", "certificate-authority-data")}
