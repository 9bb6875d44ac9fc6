"""What Azure refuses about managed identities and their federated credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.harness.offline import Cloud, at_once, token_of

CREDENTIAL = token_of("federated-credential")


def credential(number: int, **more: Any) -> Mapping[str, Any]:
    return {
        "federatedIdentityCredentialResourceName": f"credential-{number}",
        "resourceName": "one",
        "issuer": "https://issuer",
        "subject": f"subject-{number}",
        "audiences": ["api://AzureADTokenExchange"],
        **more,
    }


def test_an_identity_trusts_at_most_twenty(cloud: Cloud) -> None:
    cloud.identity("one")
    for number in range(20):
        cloud.make(CREDENTIAL, **credential(number))
    cloud.refused("FederatedIdentityCredentialLimitReached", CREDENTIAL, **credential(20))


def test_one_subject_is_trusted_once(cloud: Cloud) -> None:
    cloud.identity("one")
    cloud.make(CREDENTIAL, **credential(1))
    cloud.refused("BadRequest", CREDENTIAL, **credential(2, subject="subject-1"))


def test_an_identity_takes_one_credential_at_a_time(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.provider.EXCLUSIVE_SECONDS", 0.3)
    cloud.identity("one")
    refusals = at_once([lambda number=number: cloud.make(CREDENTIAL, **credential(number)) for number in range(2)])
    assert [each.code for each in refusals] == ["ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"]
    cloud.make(CREDENTIAL, **credential(3))
