"""The login of preflight is the one that azure-native takes for the same variables."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from azure.identity import (
    AzureCliCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)

from components.problems import MystiraError
from mystira.preflight import login
from mystira.preflight.login import assertion, credential, method_of
from tests.harness.compose import TENANT
from tests.harness.offline import SUBSCRIPTION

SECRET = {"ARM_CLIENT_ID": "app", "ARM_CLIENT_SECRET": "x"}
OIDC = {"ARM_CLIENT_ID": "app", "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"}
MSI = {"ARM_USE_MSI": "true"}


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({}, AzureCliCredential),
        ({"ARM_CLIENT_ID": "app"}, AzureCliCredential),
        (MSI, ManagedIdentityCredential),
        (OIDC, ClientAssertionCredential),
        (SECRET, ClientSecretCredential),
        ({**SECRET, **MSI, "ARM_USE_OIDC": "true"}, ClientSecretCredential),
        ({**OIDC, **MSI}, ClientAssertionCredential),
        ({"ARM_USE_DEFAULT_AZURE_CREDENTIAL": "true", **SECRET}, DefaultAzureCredential),
        ({"ARM_USE_MSI": "false"}, AzureCliCredential),
    ],
)
def test_variables_choose_the_login_in_the_providers_order(variables: dict[str, str], kind: type) -> None:
    assert type(credential(TENANT, SUBSCRIPTION, variables)) is kind


def test_a_certificate_comes_before_a_secret() -> None:
    assert method_of({**SECRET, "ARM_CLIENT_CERTIFICATE_PATH": "x.pfx"}) == "service principal with a certificate"


@pytest.mark.parametrize(
    "variables",
    [
        {"ARM_CLIENT_SECRET": "x"},
        {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"},
        {"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "app"},
        {"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "app", login.REQUEST_URL: "https://x"},
    ],
)
def test_a_login_that_lacks_a_variable_is_one_error(variables: dict[str, str]) -> None:
    with pytest.raises(MystiraError, match="the login of this environment is incomplete; allowed: ARM_"):
        credential(TENANT, SUBSCRIPTION, variables)


def test_the_token_of_a_pipeline_comes_from_a_variable_a_file_or_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("from a file")
    assert assertion({"ARM_OIDC_TOKEN": "given"})() == "given"
    assert assertion({"ARM_OIDC_TOKEN_FILE_PATH": str(file)})() == "from a file"
    asked: list[tuple[str, object, object]] = []

    def get(url: str, *, params: object, headers: dict[str, str], timeout: float) -> requests.Response:
        asked.append((url, params, headers["Authorization"]))
        answer = requests.Response()
        answer.status_code, answer._content = 200, b'{"value": "handed out"}'
        return answer

    monkeypatch.setattr(login.requests, "get", get)
    variables = {login.REQUEST_URL: "https://pipelines.example/token", login.REQUEST_TOKEN: "bearer"}
    assert assertion(variables)() == "handed out"
    assert asked == [("https://pipelines.example/token", {"audience": "api://AzureADTokenExchange"}, "Bearer bearer")]
