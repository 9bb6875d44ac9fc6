"""Microsoft.Authorization: role assignments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.roles import ROLES, TOO_WIDE
from offline.azure.behaviour import Behaviour, Request
from offline.azure.codes.access import RBAC
from offline.azure.errors import ArmError
from offline.azure.services.identity import REPLICATED_AFTER, principal
from offline.azure.subscription import CALLER
from offline.rpc.protocol import Properties
from offline.world.objects import Writer

ASSIGNMENT = "azure-native:authorization:RoleAssignment"
SERVICE_PRINCIPAL = "ServicePrincipal"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

KNOWN_ROLES = frozenset({role.id for role in ROLES.values()} | set(TOO_WIDE))


class RoleAssignment(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {}
    settles: ClassVar[Properties] = {"createdBy": CALLER}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        role = str(inputs.get("roleDefinitionId")).rpartition("/")[2].lower()
        if role not in KNOWN_ROLES:
            message = f"The specified role definition with ID '{role}' does not exist."
            yield ArmError("RoleDefinitionDoesNotExist", message, "use a role from components/facts/roles", status=400)
        for name in ("principalId", "roleDefinitionId"):
            if request.old and request.old.body.get(name) != inputs.get(name):
                message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
                yield ArmError("RoleAssignmentUpdateNotPermitted", message, f"choose another name ({RBAC})")
        yield from self._principal(request, str(inputs.get("principalId")), inputs.get("principalType"))
        for other in request.cloud.of_type(ASSIGNMENT):
            same = all(
                str(other.body.get(name)).lower() == str(inputs.get(name)).lower()
                for name in ("scope", "roleDefinitionId", "principalId")
            )
            if same and other.id.lower() != request.id.lower():
                advice = f"adopt {other.id} by its id, or delete it"
                yield ArmError("RoleAssignmentExists", "The role assignment already exists.", advice, status=409)

    def computed(self, request: Request) -> Properties:
        known = principal(request.cloud, str(request.inputs.get("principalId")))
        kind = request.inputs.get("principalType") or (SERVICE_PRINCIPAL if known else "User")
        return {"principalType": kind, "updatedBy": CALLER}

    @staticmethod
    def _principal(request: Request, object_id: str, kind: str | None) -> Iterator[ArmError]:
        """Azure looks up every principal but service principals, which Entra may not have replicated yet."""
        if not _GUID.fullmatch(object_id):
            message = f"The Principal ID '{object_id}' is not valid. Principal ID must be a GUID."
            yield ArmError("InvalidPrincipalId", message, "use the object id of the principal")
        identity = principal(request.cloud, object_id)
        if kind == SERVICE_PRINCIPAL or (identity is None and kind is not None):
            return
        if identity is None or request.cloud.younger(identity.id) < REPLICATED_AFTER:
            message = f"Principal {object_id} does not exist in the directory {request.tenant_id}."
            advice = f"Entra has not replicated the identity yet; set principalType to {SERVICE_PRINCIPAL} ({RBAC})"
            yield ArmError("PrincipalNotFound", message, advice)
        elif kind is not None:
            message = (
                f"The PrincipalId '{object_id}' has type '{SERVICE_PRINCIPAL}', which is different from specified "
                f"PrincipalType '{kind}'."
            )
            advice = f"the SDK defaults to User; set principalType to {SERVICE_PRINCIPAL}"
            yield ArmError("UnmatchedPrincipalType", message, advice)


def granted(cloud: Writer, object_id: str, role: str, scope: str) -> bool:
    """Whether a principal has a role (its key in components/facts/roles) at ``scope`` or above it."""
    for each in cloud.of_type(ASSIGNMENT):
        place = str(each.body.get("scope")).lower()
        above = scope.lower() == place or scope.lower().startswith(place + "/")
        same = str(each.body.get("roleDefinitionId")).lower().endswith(ROLES[role].id)
        if above and same and each.body.get("principalId") == object_id:
            return True
    return False


BEHAVIOURS: Mapping[str, Behaviour] = {
    ASSIGNMENT: RoleAssignment(),
}
