"""Microsoft.ManagedIdentity: identities and their federated credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.identity.facts import MAXIMUM_CREDENTIALS
from offline.azure.behaviour import Behaviour, Request, drawn
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
CONSIDERATIONS = "Microsoft: Important considerations and restrictions for federated identity credentials"
REPLICATED_AFTER = 5
"""How many objects must be created after an identity until Entra has replicated it: this world has no clock."""


class Identity(Behaviour):
    fills_in: ClassVar[Properties] = {"tags": {}}

    def computed(self, request: Request) -> Properties:
        return {
            "principalId": drawn(request, "principal", "principalId"),
            "clientId": drawn(request, "client", "clientId"),
            "tenantId": request.tenant_id,
        }


class FederatedCredential(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        identity = request.id.rsplit("/", 2)[0]
        others = [each for each in request.cloud.below(identity) if each.token == CREDENTIAL]
        others = [each for each in others if each.id.lower() != request.id.lower()]
        if len(others) >= MAXIMUM_CREDENTIALS:
            message = f"The identity {identity} has {len(others)} federated identity credentials."
            advice = f"at most {MAXIMUM_CREDENTIALS} per identity ({CONSIDERATIONS}): use another one"
            yield ArmError("FederatedIdentityCredentialLimitReached", message, advice)
        for other in others:
            if all(other.body.get(name) == request.inputs.get(name) for name in ("issuer", "subject")):
                message = "Issuer and subject combination already exists for this Managed Identity."
                yield ArmError("BadRequest", message, f"reuse {other.id} (Azure/bicep-types-az #2054)")


def own_identity(request: Request) -> Properties:
    """The system-assigned identity of a resource that asks for one; nothing for all others."""
    identity = request.inputs.get("identity") or {}
    if identity.get("type") != "SystemAssigned":
        return {}
    object_id = drawn(request, "principal", "identity", "principalId")
    return {"identity": {**identity, "principalId": object_id, "tenantId": request.tenant_id}}


def principal(cloud: Writer, object_id: str) -> CloudObject | None:
    """The identity with this object id."""
    return next((each for each in cloud.of_type(IDENTITY) if each.body.get("principalId") == object_id), None)


BEHAVIOURS: Mapping[str, Behaviour] = {
    IDENTITY: Identity(),
    CREDENTIAL: FederatedCredential(),
}
