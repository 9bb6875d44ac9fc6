"""Microsoft.Authorization: role assignments and roles of a customer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.access.facts import CONDITION_BYTES, CONDITION_VERSION
from components.facts.actions import allowed
from components.facts.roles import ROLES
from offline.azure.assignments import ASSIGNMENT, held
from offline.azure.behaviour import Behaviour, Request, kept
from offline.azure.codes.access import CONDITIONS, CUSTOM_ROLES, FORMAT, RBAC
from offline.azure.conditions.evaluation import checked
from offline.azure.conditions.grammar import InvalidCondition
from offline.azure.errors import ArmError
from offline.azure.role_definitions import CUSTOM, Definition, definition
from offline.azure.services.identity import REPLICATED_AFTER, principal
from offline.azure.subscription import CALLER, ids_of
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

CREATED_BY = "__createdBy"
"""In a body: what Azure's answer to a create leaves out."""
SERVICE_PRINCIPAL = "ServicePrincipal"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_ASSIGNING = ("Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete")
_HELD_BY = ("Microsoft.Storage/storageAccounts/blobServices/", "Microsoft.Storage/storageAccounts/queueServices/")
"""What actions on data begin with that take conditions."""


class RoleAssignment(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {}
    settles: ClassVar[Properties] = {"createdBy": CALLER}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        role = str(inputs.get("roleDefinitionId")).rpartition("/")[2].lower()
        known = definition(request.cloud, role)
        if known is None:
            message = f"The specified role definition with ID '{role}' does not exist."
            yield ArmError("RoleDefinitionDoesNotExist", message, "use a role from components/facts/roles", status=400)
        else:
            yield from _condition(known, inputs.get("condition"), inputs.get("conditionVersion"))
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
        caller = ids_of(request.cloud.limits.login())[1]
        version = request.inputs.get("conditionVersion") or CONDITION_VERSION
        return {
            "principalType": kind,
            "updatedBy": caller,
            "conditionVersion": version if request.inputs.get("condition") else None,
            CREATED_BY: kept(request, CREATED_BY, caller),
        }

    def settled(self, each: CloudObject, cloud: Writer) -> Properties:
        return {"createdBy": each.body.get(CREATED_BY, CALLER)}

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


class RoleDefinition(Behaviour):
    """A role of a customer: its name is unique in the tenant, and it stays for as long as anybody has it."""

    immutable: ClassVar[Mapping[str, str]] = {}
    fills_in: ClassVar[Properties] = {"roleType": "CustomRole"}
    settles: ClassVar[Properties] = {"createdBy": CALLER}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        name, own = request.inputs.get("roleName"), request.id.rpartition("/")[2].lower()
        for other in request.cloud.of_type(CUSTOM):
            if other.body.get("roleName") == name and other.id.rpartition("/")[2].lower() != own:
                message = "A custom role with the same name already exists in this directory."
                advice = f"names are unique in the tenant ({CUSTOM_ROLES}): set mystira:naming.instance"
                yield ArmError("RoleDefinitionWithSameNameExists", message, advice, status=409)

    def computed(self, request: Request) -> Properties:
        sets = ("actions", "notActions", "dataActions", "notDataActions")
        permissions = [
            {**{name: [] for name in sets}, **{name: value for name, value in each.items() if value is not None}}
            for each in request.inputs.get("permissions") or ()
        ]
        return {"permissions": permissions, "updatedBy": ids_of(request.cloud.limits.login())[1]}

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        own = request.id.rpartition("/")[2].lower()
        held = [
            each.id
            for each in request.cloud.of_type(ASSIGNMENT)
            if str(each.body.get("roleDefinitionId")).lower().endswith(own)
        ]
        if held:
            message = "There are existing role assignments referencing role."
            yield ArmError("RoleDefinitionHasAssignments", message, f"delete {', '.join(held)} first")


def _condition(role: Definition, condition: str | None, version: str | None) -> Iterator[ArmError]:
    """Microsoft: Troubleshoot Azure role assignment conditions (causes: the version, the format)."""
    if not condition:
        return
    try:
        checked(condition)
        other = version not in (None, CONDITION_VERSION)
        wrong = f"conditionVersion; seen: {version}; allowed: {CONDITION_VERSION}" if other else ""
    except InvalidCondition as error:
        wrong = str(error)
    if len(condition.encode()) > CONDITION_BYTES:
        wrong = f"{len(condition.encode())} bytes; at most {CONDITION_BYTES} ({CONDITIONS})"
    if not wrong and not _takes_conditions(role):
        wrong = f"{role.name} has no action that takes conditions"
    if wrong:
        message = "The given role assignment condition is invalid."
        yield ArmError("InvalidRoleAssignmentCondition", message, f"{wrong} ({FORMAT})")


def _takes_conditions(role: Definition) -> bool:
    """Whether a role assigns roles, or reaches blobs or queues (Microsoft: the same page, "Actions")."""
    return any(allowed(action, role.permissions) for action in _ASSIGNING) or any(
        action.startswith(_HELD_BY) for row in role.permissions for action in row["dataActions"]
    )


def granted(cloud: Writer, object_id: str, role: str, scope: str) -> bool:
    """Whether a principal has a role (its key in components/facts/roles) at ``scope`` or above it."""
    return any(each.role.id == ROLES[role].id for each in held(cloud, object_id, scope))


BEHAVIOURS: Mapping[str, Behaviour] = {
    ASSIGNMENT: RoleAssignment(),
    CUSTOM: RoleDefinition(),
}
