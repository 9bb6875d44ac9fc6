"""What Azure answers the parts of a cluster: who they are, whether they may, and how it says no."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus

from offline.azure.assignments import Answer, answer
from offline.azure.behaviour import at
from offline.azure.conditions.evaluation import Asked
from offline.azure.services.identity import CREDENTIAL, IDENTITY
from offline.world.objects import CloudObject, Writer

AUDIENCE = "api://AzureADTokenExchange"
"""The audience of the tokens that a cluster exchanges (Microsoft Entra Workload ID)."""

MANAGEMENT = "https://management.azure.com"
_RULE = "-" * 80


class Refused(Exception):
    """What Azure refused; the message is that of its Go SDK (azcore, ``ResponseError.Error``)."""


@dataclass(frozen=True)
class Person:
    """Who asks: a managed identity."""

    client_id: str
    object_id: str


def response_error(method: str, url: str, status: int, code: str, message: str) -> str:
    """An answer of Azure as the SDK for Go prints it (azcore/internal/exported: ``ResponseError.Error``)."""
    body = json.dumps({"error": {"code": code, "message": message}}, indent=2)
    head = f"RESPONSE {status}: {status} {HTTPStatus(status).phrase}\nERROR CODE: {code}"
    return f"{method} {url}\n{_RULE}\n{head}\n{_RULE}\n{body}\n{_RULE}\n"


def demand(cloud: Writer, who: Person, action: str, scope: str, method: str, id: str) -> None:
    """Raise :class:`Refused` where Azure Resource Manager refuses ``who`` this action."""
    if answer(cloud, who.object_id, Asked(action, scope)) is Answer.ALLOWED:
        return
    message = (
        f"The client '{who.client_id}' with object id '{who.object_id}' does not have authorization to perform action "
        f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your "
        "credentials."
    )
    raise Refused(response_error(method, f"{MANAGEMENT}{id}", 403, "AuthorizationFailed", message))


def own_identity(cloud: Writer, cluster: CloudObject) -> Person | None:
    """The identity of the cluster's control plane."""
    for id in at(cluster.body, "identity", "userAssignedIdentities") or {}:
        found = cloud.get(id)
        if found is not None:
            return Person(str(found.body.get("clientId")), str(found.body.get("principalId")))
    own = at(cluster.body, "identity", "principalId")
    return Person(str(own), str(own)) if own else None


def workload_identity(cloud: Writer, cluster: CloudObject, tenant: str, client_id: str, subject: str) -> Person:
    """Who the tokens of a service account (its ``subject``) are exchanged for. Raises :class:`Refused` as Entra does.

    The texts are those that Entra answers (external-secrets/external-secrets #2783, Azure/azure-workload-identity).
    """
    identity = next(
        (each for each in cloud.of_type(IDENTITY) if str(each.body.get("clientId")).lower() == client_id.lower()), None
    )
    if identity is None:
        message = (
            f"AADSTS700016: Application with identifier '{client_id}' was not found in the directory '{tenant}'. This "
            "can happen if the application has not been installed by the administrator of the tenant or consented to "
            "by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        )
        raise Refused(message)
    issuer = str(at(cluster.body, "oidcIssuerProfile", "issuerURL"))
    for each in cloud.below(identity.id):
        same = each.token == CREDENTIAL and each.body.get("issuer") == issuer and each.body.get("subject") == subject
        if same and AUDIENCE in (each.body.get("audiences") or [AUDIENCE]):
            return Person(client_id, str(identity.body["principalId"]))
    message = (
        "AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: "
        f"'{issuer}'. Assertion Subject: '{subject}'. Assertion Audience: '{AUDIENCE}'. "
        "https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation"
    )
    raise Refused(message)
