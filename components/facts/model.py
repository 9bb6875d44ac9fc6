"""The shape of one row of the table of resource types. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PATHS = frozenset({"scope", "resourceUri"})
"""Placeholders of an id template that stand for another resource's id, without its first slash."""

GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
"""The beginning of the id of everything in a resource group."""

NAME_RULES = "Microsoft: Naming rules and restrictions for Azure resources (2025-03-14)"
BICEP_TYPES = "Azure/bicep-types-az (2026-08-20)"


class Naming(StrEnum):
    """How a resource of a type gets its name (reference: docs/naming.md)."""

    FIVE_PART = "five parts"
    """``[org]-[env]-[project]-[type]-[region]``."""
    COMPACT = "compact"
    """The same five parts without hyphens, where Azure allows none."""
    IN_PARENT = "in its parent"
    """A plain name, unique inside the parent resource."""
    FIXED = "fixed"
    """A name that Azure or the domain prescribes."""
    GUID = "GUID"
    """A UUIDv5 of plain keys."""
    PRINCIPAL = "after a principal"
    """The object id of an Entra principal, which may be known only when the deployment has made it."""


class Scope(StrEnum):
    """Where a name must be unique."""

    GLOBAL = "global"
    TENANT = "tenant"
    SUBSCRIPTION = "subscription"
    RESOURCE_GROUP = "resource group"
    PARENT = "parent"


@dataclass(frozen=True)
class NameRule:
    """Azure's own limits of a name: length in characters, a pattern that must match the whole name, and where it
    must be unique. ``source`` names the document; ``disagreement`` records public sources that say otherwise."""

    minimum: int
    maximum: int
    pattern: str
    scope: Scope
    source: str
    disagreement: str = ""


@dataclass(frozen=True)
class ResourceType:
    """One resource type of this platform.

    ``key`` is how the program speaks of it (``virtual-network``); ``token`` Pulumi's; ``arm`` Azure's. ``id_template``
    is the resource id with the Pulumi input names as placeholders (``{resourceGroupName}``); ``{subscriptionId}`` is
    the only one that is not an input, and those in :data:`PATHS` hold whole ids. ``name_input`` is the input that holds
    the physical name.
    ``diagnostics`` lists the log category groups or categories a diagnostic setting names (empty: none exist);
    ``private_link`` the group ids a private endpoint may ask for; ``columns`` the input properties that the reviewed
    golden inventory shows, as dotted paths.
    """

    key: str
    token: str
    arm: str
    id_template: str
    name_input: str
    naming: Naming
    rule: NameRule
    abbreviation: str = ""
    taggable: bool = False
    stateful: bool = False
    diagnostics: tuple[str, ...] = ()
    private_link: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
