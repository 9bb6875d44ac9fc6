"""The federated credentials of applications: who may log in as an application without a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from components.entra.facts import MAXIMUM_CREDENTIALS
from offline.entra.behaviour import Behaviour, Request
from offline.entra.errors import GraphError, not_found
from offline.entra.services.applications import CREDENTIAL
from offline.entra.validation import too_many
from offline.rpc.protocol import CheckFailure, Properties

_LONGEST_NAME = 120


class Credential(Behaviour):
    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        yield from too_many(inputs, "audiences", 1)
        name = inputs.get("displayName")
        if isinstance(name, str) and not 1 <= len(name) <= _LONGEST_NAME:
            reason = f"expected length of display_name to be in the range (1 - {_LONGEST_NAME}), got {name}"
            yield CheckFailure("displayName", reason)

    def refusals(self, request: Request) -> Iterator[GraphError]:
        application = request.inputs["applicationId"]
        if request.cloud.get(application) is None:
            yield not_found(application)
        others = [each for each in request.others(CREDENTIAL) if each.body.get("applicationId") == application]
        for other in others:
            yield from self._same(request, other.body)
        if request.old is None and len(others) >= MAXIMUM_CREDENTIALS:
            message = f"The application has {len(others)} federated identity credentials."
            advice = f"at most {MAXIMUM_CREDENTIALS} for each application: use another one"
            yield GraphError("FederatedIdentityCredentialLimitReached", message, advice)

    def _same(self, request: Request, other: Properties) -> Iterator[GraphError]:
        name, issuer, subject = (request.inputs.get(each) for each in ("displayName", "issuer", "subject"))
        if other.get("displayName") == name:
            yield GraphError(
                "Request_MultipleObjectsWithSameKeyValue",
                f"FederatedIdentityCredential with name {name} already exists.",
                "names are unique within an application",
                status=HTTPStatus.CONFLICT,
            )
        if (other.get("issuer"), other.get("subject")) == (issuer, subject):
            message = (
                "The combination of issuer and subject must be unique for the application. "
                f"Issuer {issuer} and Subject: {subject} already exist."
            )
            advice = f"{other.get('displayName')} trusts that subject already"
            yield GraphError("InvalidFederatedIdentityCredentialValue", message, advice)

    def computed(self, request: Request) -> Properties:
        return {"credentialId": request.drawn}


BEHAVIOURS: Mapping[str, Behaviour] = {CREDENTIAL: Credential()}
