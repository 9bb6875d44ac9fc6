"""Who a token is of, and what Azure lets them do in a cluster, as AKS' guard answers its API server.

Source: kubeguard/guard (auth/providers/azure, authz/providers/azure/rbac/checkaccessreqhelper.go); Microsoft: Use Azure
RBAC for Kubernetes authorization (scopes of namespaces).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from components.aks.facts import SERVER_APPLICATION
from components.facts.actions import allowed
from offline.azure.assignments import ASSIGNMENT, Answer, answer
from offline.azure.behaviour import at
from offline.azure.conditions.evaluation import Asked
from offline.azure.role_definitions import BUILT_IN
from offline.azure.subscription import CALLER, ISSUER
from offline.entra.services.groups import GROUP
from offline.world.objects import CloudObject, Writer

RESOURCES = "Microsoft.ContainerService/managedClusters"
"""What the data actions begin with."""

ALLOWED = "Access allowed by Azure RBAC"
DENIED = "User does not have access to the resource in Azure. Update role assignment to allow access."
NO_OPINION = "Azure does not have opinion for this user."
NOT_OF_ENTRA = (
    "Azure does not have opinion for this non AAD user. If you are an AAD user, please set Extra:oid parameter for "
    "impersonated user in the kubeconfig"
)

OBJECT_ID = "oid"
"""The further attribute of a user that the authorizer asks for."""

_VERBS: Mapping[str, str] = {
    **dict.fromkeys(("get", "list", "watch"), "read"),
    **dict.fromkeys(("create", "update", "patch"), "write"),
    **dict.fromkeys(("delete", "deletecollection"), "delete"),
    **{verb: f"{verb}/action" for verb in ("bind", "escalate", "use", "impersonate")},
    "*": "*",
}


class Refused(ValueError):
    """A token that the cluster does not take."""


def user_of(cloud: Writer, cluster: CloudObject, token: str, now: float) -> dict[str, Any]:
    """Who a token is of: name, groups and object id, as a token review answers. Raises :class:`Refused`."""
    claims = _claims(token)
    tenant = str(at(cluster.body, "aadProfile", "tenantID") or "")
    if not cluster.body.get("aadProfile"):
        raise Refused("the cluster has no Microsoft Entra integration")
    if not str(claims.get("iss", "")).startswith(f"{ISSUER}/"):
        raise Refused("oidc: id token issued by a different provider")
    if claims.get("aud") != SERVER_APPLICATION:
        raise Refused(f"oidc: expected audience {SERVER_APPLICATION!r} got {claims.get('aud')!r}")
    # Empty: the tenant that the program expects.
    if str(claims.get("tid") or tenant).lower() != tenant.lower():
        raise Refused("oidc: id token issued by a different provider")
    if float(claims.get("exp", 0)) < now:
        raise Refused("oidc: token is expired")
    object_id = str(claims["oid"])
    return {"username": object_id, "groups": groups_of(cloud, object_id), "extra": {OBJECT_ID: [object_id]}}


def groups_of(cloud: Writer, object_id: str) -> list[str]:
    """The groups of Entra that somebody is in. The person is in every group that has a role anywhere: they deploy."""
    if object_id == CALLER and not cloud.limits.roles():
        given = [each.body for each in cloud.of_type(ASSIGNMENT)]
        return list(dict.fromkeys(str(each["principalId"]) for each in given if each.get("principalType") == "Group"))
    found = [object_id]
    groups = cloud.of_type(GROUP)
    for member in found:
        found += [
            str(each.body["objectId"])
            for each in groups
            if member in (each.body.get("members") or ()) and each.body["objectId"] not in found
        ]
    return found[1:]


def verdict(cloud: Writer, cluster: CloudObject, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a subject access review: the ``status`` of what the API server asks (its ``spec``)."""
    if str(asked.get("user", "")).lower().startswith("system:"):
        return {"allowed": False, "reason": NO_OPINION}
    object_id = next(iter((asked.get("extra") or {}).get(OBJECT_ID) or ()), "")
    if not object_id:
        return {"allowed": False, "reason": NOT_OF_ENTRA}
    if not at(cluster.body, "aadProfile", "enableAzureRBAC"):
        return {"allowed": False, "reason": NO_OPINION}
    question = Asked(data_action(asked), scope_of(cluster.id, asked), data=True)
    if _has(cloud, object_id, [*(asked.get("groups") or ())], question):
        return {"allowed": True, "reason": ALLOWED}
    return {"allowed": False, "denied": True, "reason": DENIED}


def data_action(asked: Mapping[str, Any]) -> str:
    """The data action of a review. A ``*`` stays one: only a role that has all of it has what it stands for."""
    resource = asked.get("resourceAttributes")
    if resource is None:
        path = asked.get("nonResourceAttributes") or {}
        return _joined(RESOURCES, path.get("path", ""), _action(path))
    kind, exec_ = resource.get("resource", ""), resource.get("subresource") == "exec"
    action = "exec/action" if kind == "pods" and exec_ else _action(resource)
    return _joined(RESOURCES, resource.get("group", ""), kind, action)


def scope_of(cluster: str, asked: Mapping[str, Any]) -> str:
    """The scope of a review: the cluster, or a namespace of it."""
    namespace = (asked.get("resourceAttributes") or {}).get("namespace")
    return f"{cluster}/namespaces/{namespace}" if namespace else cluster


def _has(cloud: Writer, object_id: str, groups: list[str], question: Asked) -> bool:
    roles = cloud.limits.roles() if object_id == CALLER else []
    for name in roles:
        rows = (
            {"actions": row["dataActions"], "notActions": row["notDataActions"]} for row in BUILT_IN[name].permissions
        )
        if allowed(question.action, rows):
            return True
    return any(answer(cloud, each, question) is Answer.ALLOWED for each in (object_id, *groups))


def _action(attributes: Mapping[str, Any]) -> str:
    return _VERBS.get(attributes.get("verb", ""), "")


def _joined(*parts: str) -> str:
    return "/".join(part for each in parts for part in each.split("/") if part)


def _claims(token: str) -> dict[str, Any]:
    try:
        body = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, IndexError) as error:
        raise Refused("oidc: malformed jwt") from error
