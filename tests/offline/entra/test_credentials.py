"""The federated credentials of applications."""

from __future__ import annotations

from typing import Any

from offline.rpc.protocol import Created
from tests.harness.tenant import Tenant

OTHER = "33333333-3333-4333-8333-333333333333"


def credential(application: Created, number: int, **more: Any) -> dict[str, Any]:
    return {
        "applicationId": application.id,
        "displayName": f"credential-{number}",
        "issuer": "https://issuer",
        "subject": f"subject-{number}",
        "audiences": ["api://AzureADTokenExchange"],
        **more,
    }


def test_a_credential_is_read_back_and_replaced_for_its_application_and_name(tenant: Tenant) -> None:
    api, ui = tenant.application(), tenant.application("ui")
    inputs = credential(api, 1)
    made = tenant.make("application-credential", **inputs)
    object_id, drawn = api.properties["objectId"], made.properties["credentialId"]
    assert made.id == f"{object_id}/federatedIdentityCredential/{drawn}"
    found = tenant.read("application-credential", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (inputs, made.properties)
    changed = tenant.diff("application-credential", made, **credential(ui, 2))
    assert set(changed.replaces) == {"applicationId", "displayName"}
    assert "subject" in changed.changes
    state = tenant.update("application-credential", made, **credential(api, 1, subject="another"))
    assert state["subject"] == "another"
    tenant.delete("application-credential", made.id)
    assert tenant.gone("application-credential", made.id)


def test_an_application_trusts_at_most_twenty(tenant: Tenant) -> None:
    api = tenant.application()
    made = [tenant.make("application-credential", **credential(api, number)) for number in range(20)]
    tenant.refused(
        "FederatedIdentityCredentialLimitReached",
        lambda: tenant.make("application-credential", **credential(api, 20)),
    )
    tenant.update("application-credential", made[0], **credential(api, 0, subject="another"))
    tenant.make("application-credential", **credential(tenant.application("other"), 20))


def test_names_and_subjects_are_unique_within_an_application(tenant: Tenant) -> None:
    api = tenant.application()
    tenant.make("application-credential", **credential(api, 1))
    same_name = credential(api, 2, displayName="credential-1")
    error = tenant.refused(
        "Request_MultipleObjectsWithSameKeyValue", lambda: tenant.make("application-credential", **same_name)
    )
    assert error.status == 409
    same_subject = credential(api, 2, subject="subject-1")
    tenant.refused(
        "InvalidFederatedIdentityCredentialValue", lambda: tenant.make("application-credential", **same_subject)
    )
    tenant.make("application-credential", **credential(tenant.application("other"), 1))


def test_a_credential_takes_an_application_one_audience_and_a_name(tenant: Tenant) -> None:
    api = tenant.application()
    gone = credential(api, 1, applicationId=f"/applications/{OTHER}")
    tenant.refused("Request_ResourceNotFound", lambda: tenant.make("application-credential", **gone))
    (failure,) = tenant.failures("application-credential", **credential(api, 1, audiences=["a", "b"]))
    assert "supports 1 item maximum" in failure.reason
    (failure,) = tenant.failures("application-credential", **credential(api, 1, displayName="n" * 121))
    assert "in the range (1 - 120)" in failure.reason
