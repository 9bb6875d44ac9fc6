"""App roles that are assigned: who may call or use an application, and as what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.entra.facts import DEFAULT_ROLE
from offline.azure.services.identity import principal
from offline.entra.behaviour import Behaviour, Request
from offline.entra.entitlements import roles_of
from offline.entra.errors import GraphError, not_found
from offline.entra.graph import ASSIGNMENT
from offline.entra.objects import FICTITIOUS, application, object_id, service_principal
from offline.entra.services.groups import GROUP
from offline.entra.validation import uuids
from offline.rpc.protocol import CheckFailure, Properties
from offline.world.objects import CloudObject

PARTIES = ("appRoleId", "principalObjectId", "resourceObjectId")


class Assignment(Behaviour):
    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        return uuids(inputs, PARTIES)

    def refusals(self, request: Request) -> Iterator[GraphError]:
        resource = service_principal(request.cloud, request.tenant, request.inputs["resourceObjectId"])
        if resource is None:
            yield not_found(request.inputs["resourceObjectId"])
            return
        yield from self._role_refusals(request, resource)
        for other in request.others(ASSIGNMENT):
            if all(other.body.get(name) == request.inputs.get(name) for name in PARTIES):
                message = "Permission being assigned already exists on the object."
                yield GraphError("Request_BadRequest", message, f"{other.id} is that assignment: adopt or delete it")

    def _role_refusals(self, request: Request, resource: CloudObject) -> Iterator[GraphError]:
        behind = application(request.cloud, request.tenant, resource.body["clientId"])
        roles = roles_of((behind or resource).body)
        id = request.inputs["appRoleId"]
        if id == DEFAULT_ROLE and not roles:
            return
        kind = "User" if self._of_people(request) else "Application"
        role = next((each for each in roles if each.get("id") == id and each.get("enabled", True)), None)
        if role is None or kind not in (role.get("allowedMemberTypes") or []):
            message = f"Permission being assigned was not found on application '{resource.body['clientId']}'."
            allowed = ", ".join(str(each.get("value")) for each in roles if kind in each.get("allowedMemberTypes", []))
            yield GraphError("Request_BadRequest", message, f"roles for {kind}: {allowed or 'none'}")

    @staticmethod
    def _of_people(request: Request) -> bool:
        who = request.inputs["principalObjectId"]
        found = object_id(request.cloud, request.tenant, who)
        return found.token == GROUP if found else who.startswith(FICTITIOUS)

    def awaits(self, request: Request) -> Iterator[str]:
        yield request.inputs["principalObjectId"]

    def unknown(self, id: str) -> GraphError:
        return GraphError("Request_BadRequest", "Not a valid reference update.", f"no principal has the object id {id}")

    def computed(self, request: Request) -> Properties:
        who = request.inputs["principalObjectId"]
        found = object_id(request.cloud, request.tenant, who)
        managed = principal(request.cloud, who)
        resource = service_principal(request.cloud, request.tenant, request.inputs["resourceObjectId"])
        behind = application(request.cloud, request.tenant, resource.body["clientId"]) if resource else None
        name = managed.id.rpartition("/")[2] if managed else self._name(request, found)
        return {
            "principalType": "Group" if self._of_people(request) else "ServicePrincipal",
            "principalDisplayName": name,
            "resourceDisplayName": str((behind or resource).body.get("displayName", "")) if resource else "",
        }

    @staticmethod
    def _name(request: Request, found: CloudObject | None) -> str:
        if found is None:
            return ""
        behind = application(request.cloud, request.tenant, str(found.body.get("clientId")))
        return str((behind or found).body.get("displayName", ""))


BEHAVIOURS: Mapping[str, Behaviour] = {ASSIGNMENT: Assignment()}
