"""Microsoft.Authorization and Microsoft.ManagedIdentity: who may do what, who trusts whom, what is locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.roles import ROLES, TOO_WIDE
from offline.azure.behaviour import Behaviour, Request, behaves, guid
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

ASSIGNMENT = "azure-native:authorization:RoleAssignment"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
TROUBLE = "Microsoft: Troubleshoot Azure RBAC"
CONSIDERATIONS = "Microsoft: Important considerations and restrictions for federated identity credentials"
SERVICE_PRINCIPAL = "ServicePrincipal"
MAXIMUM_CREDENTIALS = 20
REPLICATED_AFTER = 5
"""Objects that must be younger than an identity before all of Entra knows it: a world without a clock."""

KNOWN_ROLES = frozenset({role.id for role in ROLES.values()} | set(TOO_WIDE))


class Identity(Behaviour):
    def computed(self, request: Request) -> Properties:
        return {
            "principalId": guid(request.id, "principal"),
            "clientId": guid(request.id, "client"),
            "tenantId": request.tenant_id,
        }


class RoleAssignment(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        role = str(inputs.get("roleDefinitionId")).rpartition("/")[2].lower()
        if role not in KNOWN_ROLES:
            message = f"The specified role definition with ID '{role}' does not exist."
            yield ArmError("RoleDefinitionDoesNotExist", message, "use a role of components/facts/roles", status=400)
        for name in ("principalId", "roleDefinitionId"):
            if request.old and request.old.body.get(name) != inputs.get(name):
                message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
                yield ArmError("RoleAssignmentUpdateNotPermitted", message, f"give it another name ({TROUBLE})")
        yield from self._principal(request, str(inputs.get("principalId")), inputs.get("principalType"))
        for other in request.cloud.of_type(ASSIGNMENT):
            same = all(
                str(other.body.get(name)).lower() == str(inputs.get(name)).lower()
                for name in ("scope", "roleDefinitionId", "principalId")
            )
            if same and other.id.lower() != request.id.lower():
                advice = f"it is {other.id}: adopt it by its id, or delete it"
                yield ArmError("RoleAssignmentExists", "The role assignment already exists.", advice, status=409)

    @staticmethod
    def _principal(request: Request, object_id: str, kind: str | None) -> Iterator[ArmError]:
        """Azure looks the principal up, unless it is said to be a service principal: a new one may not be known yet."""
        identity = principal(request.cloud, object_id)
        if kind == SERVICE_PRINCIPAL or (identity is None and kind is not None):
            return
        if identity is None or request.cloud.younger(identity.id) < REPLICATED_AFTER:
            message = f"Principal {object_id} does not exist in the directory {request.tenant_id}."
            advice = f"a new identity is not known everywhere yet; give principalType {SERVICE_PRINCIPAL} ({TROUBLE})"
            yield ArmError("PrincipalNotFound", message, advice)
        elif kind is not None:
            message = (
                f"The PrincipalId '{object_id}' has type '{SERVICE_PRINCIPAL}', which is different from specified "
                f"PrincipalType '{kind}'."
            )
            advice = f"the SDK says User where nothing is said; give principalType {SERVICE_PRINCIPAL}"
            yield ArmError("UnmatchedPrincipalType", message, advice)


class FederatedCredential(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        identity = request.id.rsplit("/", 2)[0]
        others = [each for each in request.cloud.below(identity) if each.token == CREDENTIAL]
        others = [each for each in others if each.id.lower() != request.id.lower()]
        if len(others) >= MAXIMUM_CREDENTIALS:
            message = f"The identity {identity} has {len(others)} federated identity credentials."
            advice = f"at most {MAXIMUM_CREDENTIALS} ({CONSIDERATIONS}): use another identity"
            yield ArmError("FederatedIdentityCredentialLimitReached", message, advice)
        for other in others:
            if all(other.body.get(name) == request.inputs.get(name) for name in ("issuer", "subject")):
                message = "Issuer and subject combination already exists for this Managed Identity."
                yield ArmError("BadRequest", message, f"it is {other.id} (Azure/bicep-types-az #2054)")


class Lock(Behaviour):
    """Stops deletes in its scope; see ``offline.azure.rules``."""


def principal(cloud: Writer, object_id: str) -> CloudObject | None:
    """The identity with this object id."""
    return next((each for each in cloud.of_type(IDENTITY) if each.body.get("principalId") == object_id), None)


def granted(cloud: Writer, object_id: str, role: str, scope: str) -> bool:
    """Whether a principal has a role (a key of components/facts/roles) at ``scope`` or above it."""
    for each in cloud.of_type(ASSIGNMENT):
        place = str(each.body.get("scope")).lower()
        above = scope.lower() == place or scope.lower().startswith(place + "/")
        same = str(each.body.get("roleDefinitionId")).lower().endswith(ROLES[role].id)
        if above and same and each.body.get("principalId") == object_id:
            return True
    return False


behaves(IDENTITY, Identity())
behaves(ASSIGNMENT, RoleAssignment())
behaves(CREDENTIAL, FederatedCredential())
behaves("azure-native:authorization:ManagementLockByScope", Lock())
