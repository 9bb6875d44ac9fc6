"""The subscription itself: its state, its resource providers and features, what is in it, what the login may do."""

from __future__ import annotations

from collections.abc import Iterator

from components.facts.actions import GROUPS, type_of
from components.facts.subscriptions import ENCRYPTION_AT_HOST, SILENT
from components.facts.types import RESOURCE_TYPES
from offline.azure.errors import ArmError
from offline.azure.loaded import arm_type
from offline.azure.rights import permissions
from offline.azure.subscription import namespace_of
from offline.rest.call import Answer, Call, Route, listed
from offline.rpc.protocol import Properties

REGISTERED, NOT_REGISTERED = "Registered", "NotRegistered"

NAMESPACES = sorted(
    {namespace_of(row.arm) for row in RESOURCE_TYPES.values()} | {silent.namespace for silent in SILENT}, key=str.lower
)
"""The resource providers of this platform, as Azure writes them."""

FEATURES = (ENCRYPTION_AT_HOST,)


def _subscription(call: Call) -> Answer:
    """Subscriptions - Get."""
    return Answer(
        {
            "id": f"/subscriptions/{call.subscription}",
            "subscriptionId": call.subscription,
            "tenantId": call.tenant_id,
            "displayName": "Mystira, offline",
            "state": "Enabled",
        }
    )


def _state(call: Call, name: str) -> str:
    return NOT_REGISTERED if call.cloud.limits.unregistered(name) else REGISTERED


def _providers(call: Call) -> Answer:
    """Providers - List."""
    return listed(
        {
            "id": f"/subscriptions/{call.subscription}/providers/{name}",
            "namespace": name,
            "registrationState": _state(call, name),
            "registrationPolicy": "RegistrationRequired",
            "resourceTypes": [],
        }
        for name in NAMESPACES
    )


def _feature(call: Call) -> Answer:
    """Features - Get."""
    name = f"{call.path['namespace']}/{call.path['feature']}"
    known = {each.lower(): each for each in FEATURES}.get(name.lower())
    if known is None:
        message = f"The feature '{call.path['feature']}' could not be found."
        raise ArmError("FeatureNotFound", message, "a feature of offline/rest/subscription.py", status=404)
    return Answer(
        {
            "id": f"/subscriptions/{call.subscription}/providers/Microsoft.Features/providers/"
            f"{call.path['namespace']}/features/{call.path['feature']}",
            "name": known,
            "type": "Microsoft.Features/providers/features",
            "properties": {"state": _state(call, known)},
        }
    )


def _resources(call: Call) -> Answer:
    """Resources - List: what has its own location, without the groups."""
    return listed(_tracked(call))


def _tracked(call: Call) -> Iterator[Properties]:
    for each in call.cloud.below(f"/subscriptions/{call.subscription}"):
        if type_of(each.id) != GROUPS and each.body.get("location"):
            yield {
                "id": each.id,
                "name": each.id.rpartition("/")[2],
                "type": arm_type(each),
                "location": each.body["location"],
            }


def _permissions(call: Call) -> Answer:
    """Permissions - List For Resource Group, List For Resource; at the subscription without a name in the reference
    (Microsoft: Use Resource Manager authentication API to access subscriptions, "Check what the user may do")."""
    group, resource = call.path.get("group"), call.path.get("below")
    root = f"/subscriptions/{call.subscription}"
    if group and call.cloud.get(f"{root}/resourceGroups/{group}") is None:
        message = f"Resource group '{group}' could not be found."
        raise ArmError("ResourceGroupNotFound", message, "ask at the subscription", status=404)
    id = f"{root}/resourceGroups/{group}/providers{resource}"
    scope = id if resource else f"{root}/resourceGroups/{group}" if group else root
    if resource and call.cloud.get(id) is None:
        kind = f"{type_of(id)}/{id.rpartition('/')[2]}"
        message = (
            f"The Resource '{kind}' under resource group '{group}' was not found. For more details please go to "
            "https://aka.ms/ARMResourceNotFoundFix"
        )
        raise ArmError("ResourceNotFound", message, "ask at its resource group", status=404)
    return listed(permissions(call.cloud, scope))


_ROOT = "/subscriptions/{subscription}"
_PERMISSIONS = "/providers/Microsoft.Authorization/permissions"

ROUTES: tuple[Route, ...] = (
    Route("GET", _ROOT, _subscription),
    Route("GET", f"{_ROOT}/providers", _providers),
    Route("GET", f"{_ROOT}/providers/Microsoft.Features/providers/{{namespace}}/features/{{feature}}", _feature),
    Route("GET", f"{_ROOT}/resources", _resources),
    Route("GET", f"{_ROOT}{_PERMISSIONS}", _permissions),
    Route("GET", f"{_ROOT}/resourceGroups/{{group}}{_PERMISSIONS}", _permissions),
    Route("GET", f"{_ROOT}/resourceGroups/{{group}}/providers{{+below}}{_PERMISSIONS}", _permissions),
)
