"""What is read of a resource's attributes, whichever source spells them; nothing else leaves the source.

Terraform's providers, Pulumi's and Azure's own answers name the same things differently; the first name that holds
something counts. No row names an attribute that holds a secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stacks.adopt.said import said

NAMES: Mapping[str, tuple[str, ...]] = {
    "location": ("location",),
    "tenant": ("tenant_id", "properties.tenantId", "tenantId"),
    "principal": (
        "identity.0.principal_id",
        "identity.principalId",
        "principal_id",
        "properties.principalId",
        "principalId",
    ),
    "scope": ("scope", "properties.scope"),
    "role": ("role_definition_id", "properties.roleDefinitionId", "roleDefinitionId"),
    "assignee": ("principal_id", "properties.principalId", "principalId"),
    "network": ("virtual_network_id", "properties.virtualNetwork.id", "virtualNetwork.id"),
    "subject": ("subject", "properties.subject"),
    "host": ("host_name", "properties.hostName", "hostName"),
    "tier": ("sku_name", "sku.name", "properties.sku.name"),
    "client": ("client_id", "clientId", "application_id", "applicationId", "appId"),
    "name": ("display_name", "displayName"),
    "object": ("object_id", "objectId"),
    "versionless": ("resource_versionless_id", "resourceVersionlessId"),
}
"""By field of :class:`~stacks.adopt.live.Live`: dotted names of attributes."""

RANGES = ("address_prefixes", "properties.addressPrefixes", "addressPrefixes")
DOMAINS = ("cdn_frontdoor_custom_domain_ids", "properties.customDomains", "customDomains")
"""Of a route: ids, or references with an ``id``."""
RANGE = ("address_prefix", "properties.addressPrefix", "addressPrefix")
ABOUT = (
    "application_id",
    "applicationId",
    "service_principal_object_id",
    "servicePrincipalObjectId",
    "principal_object_id",
    "principalObjectId",
)
"""The attributes of an object in a tenant that name another one."""

ASSIGNMENT = "roleassignments/"
SECRET = "azurerm_key_vault_secret"
"""Its ``id`` is the address in the vault; Azure Resource Manager's is beside it."""


def text(attributes: Mapping[str, Any], name: str) -> str:
    """The first of the attributes of that name that holds a text; empty where none does."""
    return _first(attributes, NAMES[name])


def facts(attributes: Mapping[str, Any], id: str) -> dict[str, Any]:
    """The fields of a :class:`~stacks.adopt.live.Live` that attributes tell."""
    found: dict[str, Any] = {"tenant": text(attributes, "tenant"), "environment": _environment(attributes)}
    found["location"] = text(attributes, "location").replace(" ", "").lower()
    if ASSIGNMENT in id.lower():
        role = text(attributes, "role").rpartition("/")[2].lower()
        found |= {"scope": text(attributes, "scope"), "role": role, "assignee": text(attributes, "assignee")}
        # The tenant of a role assignment is not told by azurerm, and its principal is somebody else's.
        return found
    found |= {
        name: text(attributes, name) for name in ("principal", "network", "subject", "host", "tier", "client", "name")
    }
    found["said"] = said(attributes, id)
    found["ranges"] = _ranges(attributes)
    found["domains"] = _domains(attributes)
    found["belongs_to"] = tuple(filter(None, (_first(attributes, (name,)) for name in ABOUT)))
    selector = _at(attributes, "spec.selector") or _at(attributes, "spec.0.selector")
    found["selector"] = json.dumps(selector, sort_keys=True) if isinstance(selector, dict) else ""
    return found


def _environment(attributes: Mapping[str, Any]) -> str:
    tags = attributes.get("tags")
    return str(tags.get("Environment") or "") if isinstance(tags, dict) else ""


def _ranges(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    for name in RANGES:
        found = _at(attributes, name)
        if isinstance(found, list):
            return tuple(str(each) for each in found)
    one = _first(attributes, RANGE)
    return (one,) if one else ()


def _domains(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    listed = next((found for name in DOMAINS if isinstance(found := _at(attributes, name), list)), [])
    ids = (each.get("id") if isinstance(each, dict) else each for each in listed)
    return tuple(sorted(str(id) for id in ids if id))


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        found = _at(attributes, name)
        if isinstance(found, str) and found:
            return found
    return ""


def _at(value: Any, path: str) -> Any:
    """What is at a dotted path; digits are places in a list."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
