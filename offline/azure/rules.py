"""What Azure Resource Manager refuses of any type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from components.facts.ids import path_values
from components.facts.model import PATHS, Scope
from components.facts.regions import GLOBAL, REGIONS
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.behaviour import Behaviour, Request, at
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.azure.quotas import quota_refusals
from offline.azure.regions import exists
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

CHANGE = "PropertyChangeNotAllowed"
LOCK = RESOURCE_TYPES["management-lock"]
MAXIMUM_TAGS = 50
"""Microsoft: Use tags to organize your Azure resources."""

_ID = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/.+", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"/subscriptions/[^/]+", re.IGNORECASE)
"""The scope of a whole subscription, which is no resource of this world."""

_PART = re.compile(r"(.+)/(subnets)/[^/]+", re.IGNORECASE)
"""Ids of parts of a parent's body."""

_COMES_WITH = re.compile(r"/(?:blobServices|fileServices)/default$", re.IGNORECASE)
"""Parents that Azure creates together with their own parent: the services of a storage account."""

_DATA_PLANE = re.compile(r"(.+/databaseAccounts/[^/]+)/(?:sqlRoleDefinitions|dbs)/.+", re.IGNORECASE)
"""Ids that Cosmos DB uses inside an account and that are not resources."""

_NAMESPACE = re.compile(r"(.+/managedClusters/[^/]+)/namespaces/[^/]+", re.IGNORECASE)
"""Namespaces of a cluster, which roles can be granted at and Azure Resource Manager does not know (Microsoft: Use
Microsoft Entra ID authorization for the Kubernetes API)."""


_LOCKS = "/providers/microsoft.authorization/locks/"
"""Between the scope of a lock and its name, in lower case."""


def refusals(request: Request, behaviour: Behaviour) -> Iterator[ArmError]:
    """Refusals of a create or update, in the order in which Azure checks."""
    yield from _name(request, behaviour)
    yield from _parents(request)
    yield from _location(request)
    yield from _tags(request)
    yield from _references(request, behaviour)
    yield from _immutable(request, behaviour)
    yield from behaviour.refusals(request)
    yield from quota_refusals(request)


def _name(request: Request, behaviour: Behaviour) -> Iterator[ArmError]:
    rule, name = request.row.rule, request.name
    if not (rule.minimum <= len(name) <= rule.maximum and re.fullmatch(rule.pattern, name)):
        code, message = behaviour.misnamed
        advice = f"{rule.minimum} to {rule.maximum} characters matching {rule.pattern} ({rule.source})"
        yield ArmError(code, message.format(name=name, type=request.row.arm), advice)
    if request.old is None and rule.scope is Scope.GLOBAL:
        ours = [
            each
            for each in request.cloud.of_type(request.row.token)
            if each.id.rpartition("/")[2].lower() == name.lower()
        ]
        if ours or request.cloud.taken(name, request.row.token):
            code, message, status = behaviour.taken
            advice = f"names of {request.row.arm} are unique in all of Azure: set mystira:naming.instance"
            yield ArmError(code, message.format(name=name), advice, status=status)


def _parents(request: Request) -> Iterator[ArmError]:
    group = re.match(r"(/subscriptions/[^/]+/resourceGroups/([^/]+))/", request.id, re.IGNORECASE)
    if group and request.cloud.get(group[1]) is None:
        message = f"Resource group '{group[2]}' could not be found."
        yield ArmError("ResourceGroupNotFound", message, "create the resource group first, or depend on it", status=404)
        return
    scope = scope_of(request)
    if scope and not _SUBSCRIPTION.fullmatch(scope) and holder_of(request, scope) is None:
        message = f"The resource '{scope}' was not found."
        yield ArmError("ResourceNotFound", message, "refer to the resource's id output", status=404)
        return
    parent = parent_id(request)
    if parent and request.cloud.get(parent) is None:
        message = f"Can not perform requested operation on nested resource. Parent resource '{parent}' not found."
        yield ArmError("ParentResourceNotFound", message, "depend on the parent", status=404)


def parent_id(request: Request) -> str:
    """The id of the parent resource; empty for a resource without a parent."""
    return _COMES_WITH.sub("", request.id.rsplit("/", 2)[0]) if request.row.arm.count("/") > 1 else ""


def scope_of(request: Request) -> str:
    """The id of the resource that an extension resource extends; empty for all others."""
    values = path_values(request.row, request.id)
    return next((values[name] for name in PATHS if name in values), "")


def holder_of(request: Request, id: str) -> CloudObject | None:
    """The resource with this id, or the one whose body contains the part with this id, such as a subnet."""
    part = _PART.fullmatch(id)
    inside = _DATA_PLANE.fullmatch(id) or _NAMESPACE.fullmatch(id)
    if inside:
        return request.cloud.get(inside[1])
    holder = request.cloud.get(part[1] if part else id)
    if holder is None or part is None:
        return holder
    items = holder.body.get(part[2].lower()) or []
    return holder if any(str(each.get("id", "")).lower() == id.lower() for each in items) else None


def _location(request: Request) -> Iterator[ArmError]:
    location = request.inputs.get("location")
    if location is not None and not exists(location):
        message = f"The provided location '{location}' is not available for resource type '{request.row.arm}'."
        advice = "one of " + ", ".join(sorted(name for name in REGIONS if name != GLOBAL))
        yield ArmError("LocationNotAvailableForResourceType", message, advice)
    before = request.old.body.get("location") if request.old else None
    if before and location and place(before) != place(location):
        message = (
            f"The resource '{request.name}' already exists in location '{before}'. A resource with the same name "
            f"cannot be created in location '{location}'. Please select a new resource name."
        )
        yield ArmError("InvalidResourceLocation", message, "keep it, or delete the resource first", status=409)


def _tags(request: Request) -> Iterator[ArmError]:
    tags = request.inputs.get("tags") or {}
    if len(tags) > MAXIMUM_TAGS:
        yield ArmError("TooManyTags", f"{len(tags)} tags on {request.name}", f"at most {MAXIMUM_TAGS}")


def _references(request: Request, behaviour: Behaviour) -> Iterator[ArmError]:
    for path, (code, message, status) in behaviour.missing_references.items():
        for reference in sorted(set(ids_in(at(request.inputs, *path.split("."))))):
            if holder_of(request, reference) is None:
                advice = "create it first, and refer to its id output"
                text = message.format(id=reference, name=reference.rpartition("/")[2])
                yield ArmError(code, text, advice, status=status)
    for reference in sorted(set(ids_in(request.inputs))):
        # A resource may refer to itself and its parts before they exist: the first member of a group of databases does,
        # and a network names the ids of its subnets.
        own = f"{reference}/".lower().startswith(f"{request.id}/".lower())
        if not own and holder_of(request, reference) is None:
            message = f"Resource {reference} referenced by resource {request.id} was not found."
            yield ArmError("InvalidResourceReference", message, "create it first, and refer to its id output")


def ids_in(value: Any) -> Iterator[str]:
    """Every resource id within properties."""
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from ids_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from ids_in(item)


def _immutable(request: Request, behaviour: Behaviour) -> Iterator[ArmError]:
    if request.old is None:
        return
    before: Properties = request.old.body
    for name, source in behaviour.immutable.items():
        if name in request.inputs and name in before and _differs(before[name], request.inputs[name]):
            message = f"The property '{name}' of {request.id} cannot be changed."
            code = behaviour.immutable_codes.get(name, CHANGE)
            yield ArmError(code, message, f"keep it, or replace the resource ({source})", status=409)


def _differs(before: Any, now: Any) -> bool:
    """Whether a request says something else than what is there; what it leaves out stays as it is."""
    if isinstance(before, dict) and isinstance(now, dict):
        return any(_differs(before.get(name), value) for name, value in now.items())
    if isinstance(before, list) and isinstance(now, list):
        return len(before) != len(now) or any(map(_differs, before, now))
    return before != now


def delete_refusals(request: Request, behaviour: Behaviour) -> Iterator[ArmError]:
    """Refusals of a delete: a lock, children, references."""
    yield from _locks(request)
    below = (BY_TOKEN.get(each.token) for each in request.cloud.below(request.id))
    holding = (row is not None and row.holds_parent for row in below)
    if behaviour.blocked_by_children and any(holding):
        message = f"Can not delete resource '{request.id}' before nested resources are deleted."
        yield ArmError(behaviour.blocked_by_children, message, "delete the children first", status=409)
    around = request.id.lower() + "/"
    referring = request.cloud.referring(request.id) if behaviour.blocked_by_use else []
    users = [each for each in referring if not each.id.lower().startswith(around)]
    if users:
        message = f"{request.id} cannot be deleted because it is in use by {users[0].id}."
        advice = "delete or change what uses it first"
        yield ArmError(behaviour.blocked_by_use, message, advice, status=behaviour.in_use_status)
    yield from behaviour.delete_refusals(request)


def _locks(request: Request) -> Iterator[ArmError]:
    """A lock protects its scope and everything that contains it, because a delete includes all children.

    Locks themselves can be deleted despite other locks.
    """
    if request.row.key == LOCK.key:
        return
    here = f"{request.id}/".lower()
    for lock in request.cloud.of_type(LOCK.token):
        scope = lock.id[: lock.id.lower().rindex(_LOCKS)]
        locked = f"{scope}/".lower()
        if here.startswith(locked) or locked.startswith(here):
            message = (
                f"The scope '{request.id}' cannot perform delete operation because following scope(s) are locked: "
                f"'{scope}'. Please remove the lock and try again."
            )
            yield ArmError("ScopeLocked", message, f"delete {lock.id} first, then what it protects", status=409)
