"""Delegated permissions that are granted for everybody, or for one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from offline.entra.behaviour import Behaviour, Request
from offline.entra.errors import GraphError, not_found
from offline.entra.objects import service_principal
from offline.entra.shape import Shape
from offline.entra.validation import uuids
from offline.rpc.protocol import CheckFailure, Properties

GRANT = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"
PARTIES = ("servicePrincipalObjectId", "resourceServicePrincipalObjectId")


class DelegatedGrant(Behaviour):
    shape = Shape(sets=frozenset({"claimValues"}))

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        yield from uuids(inputs, (*PARTIES, "userObjectId"))
        if inputs.get("claimValues") == []:
            yield CheckFailure("claimValues", "Attribute claim_values requires 1 item minimum, but config has only 0")

    def refusals(self, request: Request) -> Iterator[GraphError]:
        for party in PARTIES:
            if service_principal(request.cloud, request.tenant, request.inputs[party]) is None:
                yield not_found(request.inputs[party])
        for other in request.others(GRANT):
            if all(other.body.get(name) == request.inputs.get(name) for name in (*PARTIES, "userObjectId")):
                yield GraphError(
                    "Request_MultipleObjectsWithSameKeyValue",
                    "Permission entry already exists.",
                    f"one grant holds every scope of a client at an application: add to {other.id}",
                    status=HTTPStatus.CONFLICT,
                )


BEHAVIOURS: Mapping[str, Behaviour] = {GRANT: DelegatedGrant()}
