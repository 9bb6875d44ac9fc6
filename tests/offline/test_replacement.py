"""What azure-native replaces a resource for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.replacement import LOCATION_STAYS, REPLACED_FOR, replaces
from offline.azure.services.every import BEHAVIOURS
from offline.rpc.protocol import Change
from offline.world.store import World
from tests.harness.compose import Composition, schema
from tests.harness.offline import provider


def test_replacement_rules_name_types_and_inputs_that_are_there() -> None:
    for key in (*REPLACED_FOR, *LOCATION_STAYS):
        assert RESOURCE_TYPES[key].token in BEHAVIOURS
    known = schema()
    for key, paths in REPLACED_FOR.items():
        assert {path.partition(".")[0] for path in paths} <= set(known.inputs(RESOURCE_TYPES[key].token)), key


def test_an_adopted_cluster_keeps_the_network_that_it_was_made_with(composed: Mapping[str, Composition]) -> None:
    """A difference that replaces stops an import, so what the program sets of these must be ignored at adoption."""
    token = RESOURCE_TYPES["kubernetes-cluster"].token
    written = [each.inputs for composition in composed.values() for each in composition.azure() if each.type == token]
    assert written
    registered = {f"networkProfile.{name}" for inputs in written for name in inputs["networkProfile"]}
    assert registered & set(REPLACED_FOR["kubernetes-cluster"]) <= set(
        RESOURCE_TYPES["kubernetes-cluster"].creation_only
    )


@pytest.mark.parametrize(
    ("kind", "path", "change", "expected"),
    [
        ("kubernetes-cluster", "dnsPrefix", Change.UPDATE, True),
        ("kubernetes-cluster", "networkProfile.podCidr", Change.ADD, True),
        ("kubernetes-cluster", "networkProfile.advancedNetworking.enabled", Change.UPDATE, False),
        ("kubernetes-cluster", "agentPoolProfiles[0].vmSize", Change.UPDATE, False),
        ("public-ip-address", "sku.name", Change.UPDATE, True),
        ("public-ip-address", "sku.tier", Change.ADD, False),
        ("private-endpoint", "subnet.id", Change.UPDATE, True),
        ("private-endpoint", "location", Change.UPDATE, False),
        ("virtual-network", "location", Change.UPDATE, True),
        ("virtual-network", "subnets[1]", Change.DELETE, False),
        ("postgresql-server", "availabilityZone", Change.DELETE, True),
        ("postgresql-server", "backup.geoRedundantBackup", Change.UPDATE, False),
    ],
)
def test_replacing_as_the_real_provider(kind: str, path: str, change: Change, expected: bool) -> None:
    assert replaces(kind, path, change) == expected


def test_a_difference_replaces_what_the_table_says(tmp_path: Path) -> None:
    azure = provider(World(tmp_path / "cloud.db"))
    token = RESOURCE_TYPES["postgresql-server"].token
    old = {"serverName": "s", "resourceGroupName": "g", "availabilityZone": "1", "version": "17"}
    diff = azure.diff(token, "id", old, {}, {**old, "availabilityZone": "2", "version": "18"}, [])
    assert (list(diff.replaces), diff.delete_before_replace) == (["availabilityZone"], True)
    assert set(diff.changes) == {"availabilityZone", "version"}
    assert BY_TOKEN[token].key == "postgresql-server"
