"""What the login may do: roles of the subscription for a person, those of a world for one of its identities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from components.facts.actions import FUNCTIONS, LISTED, allowed, linked, role_for, type_of
from components.facts.ids import made_id
from components.facts.model import ResourceType
from components.facts.types import RESOURCE_TYPES
from offline.azure.assignments import Answer, about, answer, held
from offline.azure.conditions.evaluation import Asked
from offline.azure.errors import ArmError
from offline.azure.role_definitions import BUILT_IN
from offline.azure.subscription import client
from offline.rpc.protocol import Properties
from offline.world.limits import Limits
from offline.world.objects import Writer

RUNBOOK = "docs/permissions.md"
OWNER = "Owner"

_BY_ARM = {row.arm.lower(): row for row in RESOURCE_TYPES.values()}


def permissions(cloud: Writer, scope: str) -> list[Properties]:
    """What the login may do at a scope, as ``Microsoft.Authorization/permissions`` lists it: an entry for each role.

    Azure does not list conditions.
    """
    login = cloud.limits.login()
    if login.object_id:
        return [row for each in held(cloud, login.object_id, scope) for row in each.role.permissions]
    return _of_a_person(cloud.limits)


def _of_a_person(limits: Limits) -> list[Properties]:
    """The roles that were given to the person, which hold everywhere."""
    roles, without = limits.roles() or [OWNER], limits.without()
    return [
        {**row, "notActions": [*row["notActions"], *without]} for name in roles for row in BUILT_IN[name].permissions
    ]


def check_right(cloud: Writer, id: str, verb: str, body: Properties) -> None:
    """Raise Azure's refusal where the login may not ``read``, ``write`` or ``delete`` a resource.

    ``body`` is what a write sends, or what a delete removes.
    """
    kind = type_of(id)
    _check(cloud, about(f"{kind}/{verb}", id, body))
    if verb == "write":
        _check_linked(cloud, id, f"{kind}/{verb}", body)


def check_listed(cloud: Writer, row: ResourceType, id: str) -> None:
    """Raise Azure's refusal where the login may not read what Azure counts as secret in a resource."""
    if row.key in LISTED:
        _check(cloud, Asked(f"{type_of(id)}/{LISTED[row.key]}", id))


def check_function(cloud: Writer, token: str, arguments: Mapping[str, object], subscription: str) -> None:
    """Raise Azure's refusal where the login may not call a function of the SDK."""
    action = FUNCTIONS.get(token, "")
    if action:
        _check(cloud, Asked(action, _asked_about(action, arguments, subscription)))


def may_register(cloud: Writer, namespace: str, subscription: str) -> bool:
    """Whether the login may register the subscription for a resource provider."""
    return _answer(cloud, Asked(f"{namespace}/register/action", f"/subscriptions/{subscription}")) is Answer.ALLOWED


def _asked_about(action: str, arguments: Mapping[str, object], subscription: str) -> str:
    """The id of what a function is called for: a resource, or something at a scope."""
    kind = action.rsplit("/", 2 if action.endswith("/action") else 1)[0]
    row = _BY_ARM.get(kind.lower())
    if row is not None:
        return made_id(row, {**arguments, "subscriptionId": subscription})
    return f"/{str(arguments.get('scope', '')).strip('/')}/providers/{kind}/default"


def _check(cloud: Writer, asked: Asked) -> None:
    found = _answer(cloud, asked)
    if found is Answer.ALLOWED:
        return
    who, over = client(cloud.limits.login()), f"'{asked.action}' over scope '{asked.scope}' or the scope is invalid"
    again = "If access was recently granted, please refresh your credentials."
    role = role_for(asked.action, asked.scope)
    given = f"{role} at the subscription" if role else "a role with it"
    advice = f"give the login {given}; read {RUNBOOK}"
    message = f"{who} does not have authorization to perform action {over}. {again}"
    if found is Answer.CONDITION:
        # Azure/enterprise-azure-policy-as-code: Set-AzRoleAssignmentRestMethod.ps1 tells the two messages apart.
        advice = f"only somebody whose role has no such condition may do it; read {RUNBOOK}"
        message = (
            f"{who} has an authorization with ABAC condition that is not fulfilled to perform action {over}. {again}"
        )
    raise ArmError("AuthorizationFailed", message, advice, status=403)


def _check_linked(cloud: Writer, id: str, action: str, body: Properties) -> None:
    """Raise Azure's refusal where the login may not use what a resource refers to."""
    missing = list(dict.fromkeys(_missing(cloud, linked(id, body))))
    if not missing:
        return
    actions, scopes = zip(*missing, strict=True)
    # One action on several resources is said once (Azure/aad-pod-identity #339).
    said = ",".join(actions if len(set(actions)) > 1 else actions[:1])
    message = (
        f"{client(cloud.limits.login())} has permission to perform action '{action}' on scope '{id}'; however, it does "
        f"not have permission to perform action(s) '{said}' on the linked scope(s) '{','.join(scopes)}' (respectively) "
        "or the linked scope(s) are invalid."
    )
    raise ArmError("LinkedAuthorizationFailed", message, f"give the login a role there; read {RUNBOOK}", status=403)


def _missing(cloud: Writer, wanted: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for action, id in wanted:
        if _answer(cloud, Asked(action, id)) is not Answer.ALLOWED:
            yield action, id


def _answer(cloud: Writer, asked: Asked) -> Answer:
    object_id = cloud.limits.login().object_id
    if object_id:
        return answer(cloud, object_id, asked)
    return Answer.ALLOWED if allowed(asked.action, _of_a_person(cloud.limits)) else Answer.MISSING
