"""The login: the one that azure-native would take for the same stack, from the same variables.

Its order is that of the provider (pulumi/pulumi-azure-native: provider/pkg/provider/auth_azidentity.go).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import requests
from azure.core.credentials import TokenCredential
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)

from components.problems import MystiraError

READ = "docs/runbooks/first-deployment.md"
AUDIENCE = "api://AzureADTokenExchange"
"""For whom a pipeline's token is made out (GitHub: Configuring OpenID Connect in Azure)."""

REQUEST_URL, REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
"""Where GitHub hands out the token of a pipeline, and with what."""

WAIT_SECONDS = 30
CLI = "Azure CLI"


def method_of(environment: Mapping[str, str]) -> str:
    """Which login the variables choose."""
    if _on(environment, "ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        return "default Azure credential"
    if environment.get("ARM_CLIENT_CERTIFICATE_PATH"):
        return "service principal with a certificate"
    if environment.get("ARM_CLIENT_SECRET"):
        return "service principal with a secret"
    if _on(environment, "ARM_USE_OIDC"):
        return "OIDC"
    return "managed identity" if _on(environment, "ARM_USE_MSI") else CLI


def credential(tenant: str, subscription: str, environment: Mapping[str, str]) -> TokenCredential:
    """The credential of that login. Raises :class:`~components.problems.MystiraError` where a variable is missing."""
    client = environment.get("ARM_CLIENT_ID", "")
    match method_of(environment):
        case "default Azure credential":
            return DefaultAzureCredential(
                workload_identity_tenant_id=tenant, interactive_browser_tenant_id=tenant, shared_cache_tenant_id=tenant
            )
        case "service principal with a certificate":
            return CertificateCredential(
                tenant,
                _named(client, "ARM_CLIENT_ID"),
                environment["ARM_CLIENT_CERTIFICATE_PATH"],
                password=environment.get("ARM_CLIENT_CERTIFICATE_PASSWORD") or None,
            )
        case "service principal with a secret":
            return ClientSecretCredential(tenant, _named(client, "ARM_CLIENT_ID"), environment["ARM_CLIENT_SECRET"])
        case "OIDC":
            return ClientAssertionCredential(tenant, _named(client, "ARM_CLIENT_ID"), assertion(environment))
        case "managed identity":
            return ManagedIdentityCredential(client_id=client or None)
        case _:
            return AzureCliCredential(tenant_id=tenant, subscription=subscription, process_timeout=WAIT_SECONDS)


def assertion(environment: Mapping[str, str]) -> Callable[[], str]:
    """What brings a pipeline's own token: a variable, a file, or the address that hands one out."""
    token, file = environment.get("ARM_OIDC_TOKEN"), environment.get("ARM_OIDC_TOKEN_FILE_PATH")
    if token:
        return lambda: token
    if file:
        return lambda: Path(file).read_text()
    url, bearer = environment.get(REQUEST_URL, ""), environment.get(REQUEST_TOKEN, "")
    _named(url and bearer, f"ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, or {REQUEST_URL} with {REQUEST_TOKEN}")
    audience = environment.get("ARM_OIDC_AUDIENCE") or AUDIENCE

    def exchanged() -> str:
        headers = {"Authorization": f"Bearer {bearer}", "Accept": "application/json"}
        answer = requests.get(url, params={"audience": audience}, headers=headers, timeout=WAIT_SECONDS)
        answer.raise_for_status()
        return str(answer.json()["value"])

    return exchanged


def _named(value: str, variable: str) -> str:
    if not value:
        raise MystiraError(f"the login of this environment is incomplete; allowed: {variable}; read: {READ}")
    return value


def _on(environment: Mapping[str, str], variable: str) -> bool:
    return environment.get(variable) == "true"
