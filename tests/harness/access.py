"""Who was granted what, of everything that was registered."""

from __future__ import annotations

from typing import NamedTuple

from components.facts.roles import CUSTOM_ROLES, PIPELINE_ROLES, ROLES
from components.naming.guid import role_definition_id
from offline.azure.behaviour import guid
from tests.harness.compose import Composition

ASSIGNMENT = "azure-native:authorization:RoleAssignment"
_KEYS = {role.id: role.key for role in (*ROLES.values(), *PIPELINE_ROLES.values())} | {
    role_definition_id(place="mys-shared", role=key): key for key in CUSTOM_ROLES
}


class Granted(NamedTuple):
    """A role assignment: the key of the role, the principal's object id, the resource's id."""

    role: str
    principal: str
    scope: str


def granted(composition: Composition) -> list[Granted]:
    """Every role assignment."""
    return [
        Granted(
            _KEYS[each.inputs["roleDefinitionId"].rpartition("/")[2]], each.inputs["principalId"], each.inputs["scope"]
        )
        for each in composition.of(ASSIGNMENT)
    ]


def principal_of(composition: Composition, physical: str) -> str:
    """The object id of the identity with this physical name."""
    composition.named(physical)
    return guid(f"/user-assigned-identity/{physical}", "principal")
