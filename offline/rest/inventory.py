"""What there is: Resource Graph's two tables that adoption asks, and the lists of every type of the type table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from components.facts.actions import GROUPS, type_of
from components.facts.types import RESOURCE_TYPES
from offline.arm.tables import ENVELOPE
from offline.azure.errors import ArmError
from offline.azure.loaded import arm_type
from offline.rest.call import Answer, Call, Route, listed
from offline.rpc.protocol import Properties, ProviderError
from offline.world.objects import CloudObject

CONTAINERS, RESOURCES = "resourcecontainers", "resources"

WRITE_ONLY = frozenset({"value", "administratorLoginPassword"})
"""What Azure takes and never tells (x-ms-secret)."""

RECORDS = tuple(RESOURCE_TYPES[key].token for key in ("dns-record-set", "private-record-set"))
LOCKS, ASSIGNMENTS = (RESOURCE_TYPES[key].token for key in ("management-lock", "role-assignment"))


def row(each: CloudObject) -> Properties:
    """A resource as Azure Resource Manager tells it: what is not of the envelope is in ``properties``."""
    body = {name: value for name, value in each.body.items() if name not in WRITE_ONLY | {"id", "type", "name"}}
    nested = body.pop("properties", None)
    inside = {name: value for name, value in body.items() if name not in ENVELOPE}
    inside |= {name: value for name, value in (nested or {}).items() if name not in WRITE_ONLY}
    if "subnets" in inside:
        inside["subnets"] = [_subnet(each.id, subnet) for subnet in inside["subnets"] or []]
    outside = {name: value for name, value in body.items() if name in ENVELOPE}
    known = arm_type(each)
    return {"id": each.id, "name": each.id.rpartition("/")[2], "type": known, **outside, "properties": inside}


def _subnet(network: str, subnet: Properties) -> Properties:
    name = subnet["name"]
    inside = {key: value for key, value in subnet.items() if key not in ("id", "name", "type")}
    return {"id": f"{network}/subnets/{name}", "name": name, "properties": inside}


def _graph(call: Call) -> Answer:
    """Resources: a page of the table with which a query begins, in the order of ids."""
    table = str(call.body.get("query", "")).partition("|")[0].strip().lower()
    if table not in (CONTAINERS, RESOURCES):
        raise ProviderError(f"Resource Graph of the offline cloud has {CONTAINERS} and {RESOURCES}, not {table}")
    options = call.body.get("options") or {}
    begin, size = int(options.get("$skipToken") or 0), int(options.get("$top") or 1000)
    found = sorted(_table(call, table), key=lambda each: each.id.lower())
    page = [{**row(each), "type": type_of(each.id).lower()} for each in found[begin : begin + size]]
    more = begin + size < len(found)
    answer: Properties = {
        "totalRecords": len(found),
        "count": len(page),
        "data": page,
        "facets": [],
        "resultTruncated": "false",
    }
    return Answer({**answer, "$skipToken": str(begin + size)} if more else answer)


def _table(call: Call, table: str) -> Iterator[CloudObject]:
    """Resource groups, or resources that have a location."""
    for subscription in call.body.get("subscriptions") or ():
        for each in call.cloud.below(f"/subscriptions/{subscription}"):
            is_group = type_of(each.id) == GROUPS
            if is_group if table == CONTAINERS else each.body.get("location") and not is_group:
                yield each


def _in_scope(token: str, call: Call, root: str) -> Iterator[CloudObject]:
    return (each for each in call.cloud.below(root) if each.token == token)


def _assignments(call: Call) -> Answer:
    """Role Assignments - List For Subscription."""
    return listed(map(row, _in_scope(ASSIGNMENTS, call, f"/subscriptions/{call.subscription}")))


def _locks(call: Call) -> Answer:
    """Management Locks - List At Subscription Level."""
    return listed(map(row, _in_scope(LOCKS, call, f"/subscriptions/{call.subscription}")))


def _below(collection: str, call: Call) -> Answer:
    """The list of a type at one parent: what is exactly one name below."""
    id = f"/subscriptions/{call.subscription}{call.path['parent']}"
    parent = call.cloud.get(id)
    if parent is None:
        message = f"The Resource '{type_of(id)}/{id.rpartition('/')[2]}' was not found."
        raise ArmError("ResourceNotFound", message, "list below what is there", status=404)
    if collection == SUBNETS:
        return listed(row(parent)["properties"].get(SUBNETS) or [])
    found = call.cloud.below(id)
    if collection in ALL:
        return listed(row(each) for each in found if each.token in RECORDS)
    prefix = f"{id}/{collection}/".lower()
    inside = (each for each in found if each.id.lower().startswith(prefix))
    return listed(row(each) for each in inside if "/" not in each.id[len(prefix) :])


def _policy(call: Call) -> Answer:
    """Management Policies - Get."""
    id = f"/subscriptions/{call.subscription}{call.path['parent']}/managementPolicies/default"
    found, account = call.cloud.get(id), call.path["parent"].rpartition("/")[2]
    if found is None:
        raise ArmError(
            "ManagementPolicyNotFound", f"No ManagementPolicy found for account {account}", "write one", status=404
        )
    return Answer(row(found))


def _one(call: Call) -> Answer:
    """Get of any type: the resource as Azure Resource Manager tells it."""
    id = f"/subscriptions/{call.subscription}/resourceGroups{call.path['resource']}"
    found = call.cloud.get(id)
    if found is None:
        message = f"The Resource '{type_of(id)}/{id.rpartition('/')[2]}' was not found."
        raise ArmError("ResourceNotFound", message, "ask for what is there", status=404)
    return Answer(row(found))


_ROOT = "/subscriptions/{subscription}"

SUBNETS, ALL = "subnets", ("all", "ALL")

COLLECTIONS = (
    *("fileServices/default/shares", "databases", SUBNETS, *ALL),
    *("providers/Microsoft.Insights/diagnosticSettings", "providers/Microsoft.Consumption/budgets"),
    *sorted(
        {
            collection
            for parent, collection, _ in (row.id_template.rsplit("/", 2) for row in RESOURCE_TYPES.values())
            if "/providers/" in parent
            and not parent.rpartition("/")[0].endswith("/providers")
            and not collection.startswith("{")
        }
    ),
)
"""What follows the id of a parent in the address of a list."""

ROUTES: tuple[Route, ...] = (
    Route("POST", "/providers/Microsoft.ResourceGraph/resources", _graph),
    Route("GET", f"{_ROOT}/providers/Microsoft.Authorization/roleAssignments", _assignments),
    Route("GET", f"{_ROOT}/providers/Microsoft.Authorization/locks", _locks),
    Route("GET", f"{_ROOT}{{+parent}}/managementPolicies/default", _policy),
    *(Route("GET", f"{_ROOT}{{+parent}}/{collection}", partial(_below, collection)) for collection in COLLECTIONS),
    Route("GET", f"{_ROOT}/resourceGroups{{+resource}}", _one),
)
"""They come after all others, which answer some of these lists with more; what is no list is one resource."""
