"""What a live resource says of itself: the same, whichever source spells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stacks.adopt.files import source_in
from stacks.adopt.said import READERS, said
from tests.adopt.estate import CANARY, id_of, resource

STORAGE = id_of("core", "Microsoft.Storage/storageAccounts/mysdevcorestsan")
COSMOS = id_of("core", "Microsoft.DocumentDB/databaseAccounts/mys-dev-core-cosmos-san")
CLUSTER = id_of("core", "Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san")
POOL = f"{CLUSTER}/agentPools/chain"
SERVER = id_of("core", "Microsoft.DBforPostgreSQL/flexibleServers/mys-dev-core-db")

PERIODIC = {"interval_minutes": 240, "retention_hours": 8, "redundancy": "Geo"}
BACKUP = {"backupIntervalInMinutes": 240, "backupRetentionIntervalInHours": 8, "backupStorageRedundancy": "Geo"}
SMALL = {
    "name": "chain",
    "mode": "User",
    "vm_size": "Standard_B2s",
    "nodes": 1,
    "os_disk_gib": 128,
    "ephemeral": False,
    "max_pods": 30,
}
PROFILE = {
    "name": "chain",
    "mode": "User",
    "vmSize": "Standard_B2s",
    "count": 1,
    "osDiskSizeGB": 128,
    "osDiskType": "Managed",
    "maxPods": 30,
}
BLOCK = {
    "name": "chain",
    "mode": "User",
    "vm_size": "Standard_B2s",
    "node_count": 1,
    "os_disk_size_gb": 128,
    "os_disk_type": "Managed",
    "max_pods": 30,
}

CASES: Mapping[str, tuple[str, Mapping[str, Any], tuple[Mapping[str, Any], ...]]] = {
    "storage": (
        STORAGE,
        {"sku": "Standard_GRS"},
        (
            {"account_tier": "Standard", "account_replication_type": "GRS"},
            {"sku": {"name": "Standard_GRS", "tier": "Standard"}},
        ),
    ),
    "cosmos with a periodic backup": (
        COSMOS,
        {"regions": (("southafricanorth", True), ("westeurope", False)), "backup": "Periodic", **PERIODIC},
        (
            {
                "geo_location": [
                    {"location": "westeurope", "failover_priority": 1, "zone_redundant": False},
                    {"location": "southafricanorth", "failover_priority": 0, "zone_redundant": True},
                ],
                "backup": [
                    {
                        "type": "Periodic",
                        "interval_in_minutes": 240,
                        "retention_in_hours": 8,
                        "storage_redundancy": "Geo",
                        "tier": "",
                    }
                ],
            },
            {
                "properties": {
                    "locations": [
                        {"locationName": "South Africa North", "failoverPriority": 0, "isZoneRedundant": True},
                        {"locationName": "West Europe", "failoverPriority": 1, "isZoneRedundant": False},
                    ],
                    "backupPolicy": {"type": "Periodic", "periodicModeProperties": BACKUP},
                }
            },
        ),
    ),
    "cosmos with a continuous backup": (
        COSMOS,
        {"backup": "Continuous", "backup_days": 30},
        (
            {"backup": [{"type": "Continuous", "tier": "Continuous30Days"}]},
            {"backupPolicy": {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous30Days"}}},
        ),
    ),
    "cluster": (
        CLUSTER,
        {"version": "1.28", "pools": ({**SMALL, "mode": "System"},)},
        (
            {
                "kubernetes_version": "1.28.15",
                "default_node_pool": [{key: value for key, value in BLOCK.items() if key != "mode"}],
            },
            {"properties": {"kubernetesVersion": "1.28", "agentPoolProfiles": [{**PROFILE, "mode": "System"}]}},
        ),
    ),
    "pool": (POOL, SMALL, (BLOCK, {"name": "chain", "properties": PROFILE}, PROFILE)),
    "server": (SERVER, {"version": "15"}, ({"version": "15"}, {"properties": {"version": "15"}})),
}


@pytest.mark.parametrize("case", CASES)
def test_the_sources_say_the_same(case: str) -> None:
    id, wanted, sources = CASES[case]
    for attributes in sources:
        assert said(attributes, id) == wanted


def test_what_is_not_told_is_not_there() -> None:
    assert {id: said({}, id) for id, _, _ in CASES.values()} == {
        STORAGE: {},
        COSMOS: {},
        CLUSTER: {},
        POOL: {},
        SERVER: {},
    }
    assert said({"properties": None, "sku": None}, STORAGE) == {}


def test_every_reader_has_a_case() -> None:
    assert len({id.partition("/providers/")[2].rpartition("/")[0].lower() for id, _, _ in CASES.values()}) == len(
        READERS
    )


def test_a_file_keeps_it_and_no_secret(tmp_path: Path) -> None:
    account = {"id": STORAGE, **CASES["storage"][2][0], "primary_access_key": CANARY}
    file = tmp_path / "live.tfstate"
    file.write_text(json.dumps({"version": 4, "resources": [resource("azurerm_storage_account", "shared", account)]}))
    (found,) = source_in(file).live
    assert found.said == {"sku": "Standard_GRS"}
    assert CANARY not in str(found)
