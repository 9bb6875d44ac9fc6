"""What Azure is asked for a complete list: Resource Graph, and what it does not have, by the type table.

A type whose id lies below another's is listed at each live parent of it, so that a type that the table learns is asked
for without a change here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from components.facts.ids import template_pattern
from components.facts.model import PATHS, ResourceType
from components.facts.types import RESOURCE_TYPES

RESOURCE_GRAPH = "/providers/Microsoft.ResourceGraph/resources"
RESOURCE_GRAPH_VERSION = "2022-10-01"
QUERIES = (
    "resourcecontainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups'"
    " | project id, location, tags | order by id asc",
    "resources | project id, location, tags, identity, sku, properties | order by id asc",
)
"""What Resource Graph is asked: resource groups, and every top-level resource (Microsoft: Azure Resource Graph
table and resource type reference)."""
PAGE = 1000
"""Rows of a page; Azure gives no more (Microsoft: Working with large Azure resource data sets)."""


@dataclass(frozen=True)
class Listing:
    """One list of one kind of child."""

    collection: str
    """What follows the parent's id."""
    token: str
    """Whose API version it has."""
    single: bool = False
    """Whether it is one resource and no list."""


SCOPED = ("role-assignment", "management-lock")
"""Types that are about any resource and that are listed once for a subscription."""

SPECIAL: Mapping[str, Listing] = {
    "dns-record-set": Listing("all", RESOURCE_TYPES["dns-record-set"].token),
    "private-record-set": Listing("ALL", RESOURCE_TYPES["private-record-set"].token),
    "storage-lifecycle": Listing("managementPolicies/default", RESOURCE_TYPES["storage-lifecycle"].token, single=True),
}
"""Types whose list is no part of their ids (Azure/azure-rest-api-specs: RecordSets_ListAllByDnsZone, RecordSets_List of
privatedns, ManagementPolicies_Get)."""

LEFT = frozenset({"postgresql-configuration"})
"""Types of which every parent has all, changed or not: nothing of them is there or not there."""

MORE: Mapping[str, tuple[Listing, ...]] = {
    "virtual-network": (Listing("subnets", RESOURCE_TYPES["virtual-network"].token),),
    "postgresql-server": (Listing("databases", RESOURCE_TYPES["postgresql-server"].token),),
    "storage-account": (Listing("fileServices/default/shares", RESOURCE_TYPES["file-share"].token),),
}
"""By type of a parent: children that have no row of their own in the type table, or no parent there."""

AT_EACH: Mapping[str, str] = {
    "diagnostic-setting": "providers/Microsoft.Insights/diagnosticSettings",
    "budget": "providers/Microsoft.Consumption/budgets",
}
"""By type that is about another resource: where it is listed below that."""


def listings(row: ResourceType, id: str) -> Iterator[Listing]:
    """What to list below a live resource."""
    for pattern, listing in _children():
        if pattern.fullmatch(id):
            yield listing
    yield from MORE.get(row.key, ())
    if row.diagnostics:
        yield Listing(AT_EACH["diagnostic-setting"], RESOURCE_TYPES["diagnostic-setting"].token)
    if row.key == "resource-group":
        yield Listing(AT_EACH["budget"], RESOURCE_TYPES["budget"].token)


@cache
def _children() -> tuple[tuple[re.Pattern[str], Listing], ...]:
    """By pattern of a parent's id: the list of its children."""
    found: list[tuple[re.Pattern[str], Listing]] = []
    for row in RESOURCE_TYPES.values():
        parent, collection, name = row.id_template.rsplit("/", 2)
        if not name.startswith("{") or row.key in LEFT or any(f"{{{path}}}" in parent for path in PATHS):
            continue
        if parent.rpartition("/")[0].endswith("/providers") or "/providers/" not in parent:
            # A top-level resource: Resource Graph lists it.
            continue
        listing = SPECIAL.get(row.key) or Listing(collection, row.token)
        found.append((template_pattern(parent), listing))
    return tuple(found)
