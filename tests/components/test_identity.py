"""A managed identity and whom it trusts, made from its spec alone."""

from __future__ import annotations

from typing import Any

from components.identity.identity import Identity
from components.identity.spec import IdentitySpec
from offline.azure.behaviour import guid
from tests.harness.build import PLACE
from tests.harness.compose import compose

SPEC = IdentitySpec("mys-dev-app-identity-san")


def test_an_identity_offers_its_ids() -> None:
    def program() -> dict[str, Any]:
        identity = Identity("app", SPEC, PLACE)
        return {"id": identity.id, "principal": identity.principal_id, "client": identity.client_id}

    found = compose(program)
    made = found.named(SPEC.name)
    assert (made.inputs["location"], made.inputs["resourceGroupName"]) == (PLACE.location, PLACE.resource_group)
    id = f"/user-assigned-identity/{SPEC.name}"
    assert found.outputs == {"id": id, "principal": guid(id, "principal"), "client": guid(id, "client")}


def test_an_identity_trusts_the_bearer_of_a_token() -> None:
    def program() -> None:
        Identity("app", SPEC, PLACE).trust("mys-app", "https://issuer.example", "system:serviceaccount:mys-dev:mys-app")

    (credential,) = compose(program).of("azure-native:managedidentity:FederatedIdentityCredential")
    assert credential.parent == "app"
    assert credential.inputs == {
        "federatedIdentityCredentialResourceName": "mys-app",
        "resourceName": SPEC.name,
        "resourceGroupName": PLACE.resource_group,
        "issuer": "https://issuer.example",
        "subject": "system:serviceaccount:mys-dev:mys-app",
        "audiences": ["api://AzureADTokenExchange"],
    }
