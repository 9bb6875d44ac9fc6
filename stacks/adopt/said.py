"""What a live resource says of itself and settings follow, whichever source spells it.

Terraform's azurerm, Pulumi's azure-native and Azure's own answers name the same things differently. Nothing is read
here but sizes, versions, regions and modes; no row names an attribute that holds a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from components.facts.actions import type_of

Attributes = Mapping[str, Any]
Said = Mapping[str, Any]
"""In words of our own: ``{"sku": "Standard_GRS"}``."""


def said(attributes: Attributes, id: str) -> Said:
    """What the attributes of a resource say; empty for a type that no setting follows."""
    reader = READERS.get(type_of(id).lower())
    flat = {**attributes, **_inner(attributes)}
    found = reader(flat) if reader else {}
    return {name: value for name, value in found.items() if value not in (None, "", ())}


def _inner(attributes: Attributes) -> Attributes:
    """Azure's own answers have most under ``properties``."""
    inner = attributes.get("properties")
    return inner if isinstance(inner, dict) else {}


def _first(attributes: Attributes, *names: str) -> Any:
    return next((attributes[name] for name in names if attributes.get(name) not in (None, "")), None)


def _list(value: Any) -> Sequence[Attributes]:
    """Azure's lists, and Terraform's blocks, which are lists as well."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, dict)]


def _block(value: Any) -> Attributes:
    return next(iter(_list(value)), {})


def _storage(attributes: Attributes) -> Said:
    tier, replication = attributes.get("account_tier"), attributes.get("account_replication_type")
    of_terraform = f"{tier}_{replication}" if tier and replication else None
    return {"sku": of_terraform or _block(attributes.get("sku")).get("name")}


def _cosmos(attributes: Attributes) -> Said:
    places = _list(_first(attributes, "geo_location", "locations") or [])
    ordered = sorted(places, key=lambda each: int(_first(each, "failover_priority", "failoverPriority") or 0))
    return {"regions": tuple(map(_region, ordered)), **_backup(_first(attributes, "backup", "backupPolicy"))}


def _region(place: Attributes) -> tuple[str, bool]:
    """A region by its short name, and whether its copies are in several zones."""
    name = str(_first(place, "location", "locationName") or "").replace(" ", "").lower()
    return name, bool(_first(place, "zone_redundant", "isZoneRedundant"))


def _backup(value: Any) -> Said:
    backup = _block(value)
    kind, periodic = backup.get("type"), {**backup, **_block(backup.get("periodicModeProperties"))}
    if kind == "Periodic":
        return {
            "backup": kind,
            "interval_minutes": _first(periodic, "interval_in_minutes", "backupIntervalInMinutes"),
            "retention_hours": _first(periodic, "retention_in_hours", "backupRetentionIntervalInHours"),
            "redundancy": _first(periodic, "storage_redundancy", "backupStorageRedundancy"),
        }
    tier = _first(backup, "tier") or _block(backup.get("continuousModeProperties")).get("tier")
    days = "".join(filter(str.isdigit, str(tier or "")))
    return {"backup": kind, "backup_days": int(days) if days else None}


def _cluster(attributes: Attributes) -> Said:
    version = str(_first(attributes, "kubernetes_version", "kubernetesVersion") or "")
    inside = _list(_first(attributes, "agentPoolProfiles", "default_node_pool") or [])
    return {
        "version": ".".join(version.split(".")[:2]),
        "pools": tuple(_pool({"mode": "System", **each}) for each in inside),
    }


def _pool(attributes: Attributes) -> Said:
    """A pool of nodes, as a setting of the same names says it."""
    disk = _first(attributes, "os_disk_type", "osDiskType")
    return {
        "name": _first(attributes, "name"),
        "mode": _first(attributes, "mode"),
        "vm_size": _first(attributes, "vm_size", "vmSize"),
        "nodes": _first(attributes, "node_count", "count"),
        "os_disk_gib": _first(attributes, "os_disk_size_gb", "osDiskSizeGB"),
        "ephemeral": None if disk is None else disk == "Ephemeral",
        "max_pods": _first(attributes, "max_pods", "maxPods"),
    }


def _server(attributes: Attributes) -> Said:
    return {"version": str(_first(attributes, "version") or "")}


READERS: Mapping[str, Callable[[Attributes], Said]] = {
    "microsoft.storage/storageaccounts": _storage,
    "microsoft.documentdb/databaseaccounts": _cosmos,
    "microsoft.containerservice/managedclusters": _cluster,
    "microsoft.containerservice/managedclusters/agentpools": _pool,
    "microsoft.dbforpostgresql/flexibleservers": _server,
}
"""By Azure's type in lower case."""
