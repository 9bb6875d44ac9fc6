"""``kubelogin`` of the offline world: `get-token`, with the login that `mystira offline login` chose.

Flags, variables and refusals are those of Azure/kubelogin (pkg/internal/token/options.go, execCredentialPlugin.go,
execCredentialWriter.go, v0.2). Which login methods work follows from the login: the Azure CLI has every login (a
pipeline logs it in too), what needs a federated token or a managed identity has those of services only, and nobody is
there to type a code.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from offline.azure.services.identity import principal
from offline.azure.subscription import access_token, check_account, check_identity
from offline.engine.home import Home
from offline.rpc.protocol import ProviderError
from offline.world.objects import Writer
from offline.world.store import World

LOGIN_METHOD = "AAD_LOGIN_METHOD"
"""Environment variable that replaces ``--login``."""

EXEC_INFO = "KUBERNETES_EXEC_INFO"
V1, V1BETA1 = "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"

TOKEN_SECONDS = 3600

OF_PEOPLE = ("devicecode", "interactive", "ropc", "azd")
OF_SERVICES = ("spn", "msi", "workloadidentity", "azurepipelines")
AZURE_CLI = "azurecli"
METHODS = ("devicecode", "interactive", "spn", "ropc", "msi", AZURE_CLI, "azd", "workloadidentity", "azurepipelines")

_TEXTS = (
    ("--server-id",),
    ("--client-id",),
    ("--tenant-id", "-t"),
    ("--subscription", "-s"),
    ("--environment", "-e"),
    ("--authority-host",),
    ("--federated-token-file",),
    ("--identity-resource-id",),
    ("--cache-dir",),
    ("--token-cache-dir",),
    ("--timeout",),
)
_SWITCHES = ("--legacy", "--disable-environment-override", "--disable-instance-discovery", "--use-azurerm-env-vars")


class Refused(Exception):
    """What kubelogin says before it ends with exit code 1."""


def get_token(world: World, arguments: Sequence[str], variables: Mapping[str, str], now: float) -> dict[str, Any]:
    """The exec credential for these arguments of ``get-token``. Raises :class:`Refused`."""
    options = _options(arguments)
    method = options.login
    if not options.disable_environment_override:
        method = variables.get(LOGIN_METHOD, method)
    if method not in METHODS:
        supported = ", ".join(METHODS)
        raise Refused(f"'{method}' is not a supported login method. Supported method is one of {supported}")
    if not options.server_id:
        raise Refused("server-id is required")
    version = _version(variables.get(EXEC_INFO, ""))
    with world.reading() as cloud:
        token = _token(cloud, method, options, now)
    expires = datetime.fromtimestamp(now + TOKEN_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    status = {"token": token, "expirationTimestamp": expires}
    return {"kind": "ExecCredential", "apiVersion": version, "spec": {"interactive": False}, "status": status}


def _token(cloud: Writer, method: str, options: argparse.Namespace, now: float) -> str:
    login = cloud.limits.login()
    if method in OF_PEOPLE or (method in OF_SERVICES and not login.service):
        wanted = "a person at a browser" if method in OF_PEOPLE else "a service's login (`mystira offline login`)"
        raise Refused(f"failed to get token: {method} needs {wanted}; use --login {AZURE_CLI} or {LOGIN_METHOD}")
    identity = principal(cloud, login.object_id) if login.object_id else None
    tenant = login.tenant or (str(identity.body.get("tenantId") or "") if identity else "") or options.tenant_id
    try:
        check_account(login, login.subscription)
        check_identity(cloud, login, tenant)
    except ProviderError as error:
        raise Refused(f"failed to get token: {error}") from error
    return access_token(tenant, login, aud=options.server_id, iat=int(now), exp=int(now) + TOKEN_SECONDS)


def _version(info: str) -> str:
    """Which version of the exec credential the client asked for."""
    if not info:
        return V1BETA1
    try:
        version = json.loads(info).get("apiVersion", "")
    except (ValueError, AttributeError) as error:
        raise Refused(f'cannot unmarshal "{info}" to ExecCredential: {error}') from error
    if version not in ("", V1, V1BETA1):
        raise Refused(f"api version: {version} is not supported")
    return version or V1BETA1


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise Refused(message)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="kubelogin", add_help=False, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    command = commands.add_parser("get-token", add_help=False, allow_abbrev=False)
    command.add_argument("--login", "-l", default="devicecode")
    for names in _TEXTS:
        command.add_argument(*names, default="")
    for name in _SWITCHES:
        command.add_argument(name, action="store_true")
    return parser.parse_args(list(arguments))


def main(
    arguments: Sequence[str], variables: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.time
) -> int:
    """Print an exec credential; the exit code."""
    try:
        found = get_token(World(Home.default().cloud), arguments, variables, clock())
    except Refused as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
