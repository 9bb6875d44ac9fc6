"""The login at an external tenant: a managed identity has none there, a pipeline's token is exchanged for one."""

from __future__ import annotations

from collections.abc import Mapping

from azure.core.credentials import TokenCredential
from azure.identity import AzureCliCredential, ClientAssertionCredential

from mystira.preflight.login import REQUEST_URL, WAIT_SECONDS, assertion

TOKENS = ("ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH", REQUEST_URL)
"""Variables, each of which says that a pipeline has a token to exchange."""


def external_credential(tenant: str, ci_client_id: str | None, environment: Mapping[str, str]) -> TokenCredential:
    """The login at an external tenant: as the application of the pipelines in a pipeline, else that of the Azure CLI.

    A person's machine has no token to exchange, whether or not the settings name that application. Raises
    :class:`~components.problems.MystiraError` where a variable is missing.
    """
    if ci_client_id and any(environment.get(each) for each in TOKENS):
        return ClientAssertionCredential(tenant, ci_client_id, assertion(environment))
    return AzureCliCredential(tenant_id=tenant, process_timeout=WAIT_SECONDS)
