"""One thing that runs, as a source tells it, and what its id says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from components.facts.ids import made_id, path_values
from components.facts.model import PATHS, RegisteredType, ResourceType
from components.facts.types import REGISTERED_TYPES, RESOURCE_TYPES

_GROUP = re.compile(r"(/subscriptions/[^/]+/resourceGroups/([^/]+))(/|$)", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
ROOT = "/subscriptions/"
"""What every id of Azure Resource Manager begins with here."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """A live resource or object. What else a source knows of it is not kept: a state holds secrets."""

    id: str
    """The id by which it is taken over; empty where the source tells none."""
    address: str = ""
    """Where the source has it: ``module.x.azurerm_key_vault.y["z"]``, ``line 3``."""
    kind: str = ""
    """The key of its row in the type table, where the id does not say it."""
    location: str = ""
    """Its region, in lower case and without spaces; empty where the source tells none."""
    environment: str = ""
    """Its tag ``Environment``."""
    tenant: str = ""
    """The tenant that it belongs to."""
    principal: str = ""
    """The object id of its managed identity; of a service principal, its own."""
    scope: str = ""
    """Of a role assignment: the id of what it is at."""
    role: str = ""
    """Of a role assignment: the GUID of the role, in lower case."""
    assignee: str = ""
    """Of a role assignment: the object id of who has it."""
    network: str = ""
    """Of a zone's link: the id of the network."""
    ranges: tuple[str, ...] = ()
    """Of a subnet: its ranges."""
    subject: str = ""
    """Of a federated credential: whom it trusts."""
    host: str = ""
    """Of a custom domain: the host that it is."""
    domains: tuple[str, ...] = ()
    """Of a route: the ids of the custom domains that it serves."""
    tier: str = ""
    """The name of its SKU."""
    client: str = ""
    """Of an application or its service principal: the application id."""
    name: str = ""
    """Of an object in a tenant: its display name."""
    belongs_to: tuple[str, ...] = ()
    """Of an object in a tenant: the ids of those that it is about."""
    selector: str = ""
    """Of an object in a cluster: its selector, as JSON."""
    said: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What settings follow of it (:mod:`stacks.adopt.said`)."""
    implied: bool = False
    """Whether the source has only what lies in it."""

    @property
    def row(self) -> RegisteredType | None:
        """Its row in the type table; ``None`` for a type that the table does not have."""
        return REGISTERED_TYPES[self.kind] if self.kind else row_of(self.id)

    @property
    def label(self) -> str:
        """What is printed of it: its id, else its address."""
        return self.id or self.address


def group_of(id: str) -> tuple[str, str]:
    """The id and the name of the resource group that an id lies in; empty where it lies in none."""
    match = _GROUP.match(id)
    return (match[1], match[2]) if match else ("", "")


def subscription_of(id: str) -> str:
    """The subscription of an id, in lower case."""
    match = _SUBSCRIPTION.match(id)
    return match[1].lower() if match else ""


def parent_of(id: str) -> str:
    """An id without its last type and name."""
    return id.rsplit("/", 2)[0]


def last_of(id: str) -> str:
    """The name that an id ends with."""
    return id.rpartition("/")[2]


def ancestors(id: str) -> Iterator[str]:
    """The ids that an id begins with, the longest first: of its parents, its group, what it is about."""
    parts = id.split("/")
    while len(parts) > 5:
        del parts[-2:]
        if parts[-2] == "providers":
            # What is about a resource group or a subscription: its provider is no parent.
            del parts[-2:]
        yield "/".join(parts)


def row_of(id: str) -> ResourceType | None:
    """The row of the type table whose template an id fits."""
    return next((row for row in _rows(_shape(id)) if path_values(row, id)), None)


def canonical(id: str) -> str:
    """The id as the type table spells it: ``resourceGroups`` and not ``resourcegroups``. Names keep their case."""
    id = id.rstrip("/")
    row = row_of(id)
    if row is None:
        return id
    values = path_values(row, id)
    return made_id(row, {key: canonical(value) if key in PATHS else value for key, value in values.items()})


def _shape(id: str) -> tuple[str, int]:
    """Provider and first type of the id's own part, and how many parts that has: few types share them."""
    _, separator, own = id.lower().rpartition("/providers/")
    parts = own.split("/")
    return ("/".join(parts[:2]), len(parts)) if separator else ("", len(parts))


@cache
def _rows(shape: tuple[str, int]) -> tuple[ResourceType, ...]:
    """The types of that shape, those without a scope first."""
    found = [row for row in RESOURCE_TYPES.values() if _shape(row.id_template) == shape]
    return tuple(sorted(found, key=lambda row: (any(f"{{{path}}}" in row.id_template for path in PATHS), row.key)))
