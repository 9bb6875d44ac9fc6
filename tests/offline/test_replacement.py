"""What azure-native replaces a resource for, held against what its specification and its own list say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.facts.creation import CreationOnly, Witness
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.replacement import location_stays, replaced_for, replaces
from offline.azure.services.every import BEHAVIOURS
from offline.rpc.protocol import Change
from offline.world.store import World
from tests.evidence.loading import create_only
from tests.harness.compose import schema
from tests.harness.offline import provider

IN_USE = sorted(BY_TOKEN[token].key for token in BEHAVIOURS)
WITHOUT_DATA = {
    "action-group": "receivers, from the settings",
    "ai-project": "what people try in the portal; models and their filter belong to the account",
    "agent-pool": "nodes; disks of pods belong to the cluster",
    "app-service-plan": "machines",
    "application-insights": "a view of the workspace, which holds the telemetry",
    "autoscale-setting": "rules, from the settings",
    "cosmos-role-assignment": "who may do what, from the plan",
    "email-domain": "the proof that a domain is ours, which a person gives again",
    "kubernetes-cluster": "what runs comes from Git; its volumes are deleted with it (docs/decisions/chain-data.md)",
    "private-dns-zone": "records that other resources write again",
    "private-dns-zone-link": "who asks a zone",
    "private-endpoint": "a way to what holds data",
    "prometheus-rule-group": "rules, from the plan; what they record is in the workspace for metrics",
    "public-ip-address": "an address",
    "registry-replication": "a copy of the registry",
    "resource-group": "nothing itself; what is in it is deleted with it, and stops that where it holds data",
    "role-assignment": "who may do what, from the plan",
    "scheduled-query-rule": "a question, from the plan",
    "static-site": "what a release brought, and the next one brings again",
    "user-assigned-identity": "a principal; its roles are given to the next one",
    "virtual-network": "addresses",
    "web-test": "a question, from the plan; its answers are in the workspace",
    "web-app": "code that is released again; its files belong to the release",
    "web-app-slot": "what is released next",
}
"""Types that are replaced and hold no data, and what they hold."""

READ = create_only().types


@pytest.mark.parametrize("key", IN_USE)
def test_the_table_replaces_for_what_the_specification_and_the_list_of_azure_native_say(key: str) -> None:
    found = READ[key]
    marked = {path for path in found.properties if "." not in path} - set(found.not_replaced_by_list)
    listed = {path for path in found.replaced_by_list if path.count(".") <= 1}
    assert set(replaced_for(key)) == marked | listed


@pytest.mark.parametrize("key", IN_USE)
def test_the_table_has_every_mark_or_what_the_mark_is_in(key: str) -> None:
    paths = tuple(each.path for each in RESOURCE_TYPES[key].creation_only)
    for path in (*READ[key].properties, *READ[key].replaced_by_list):
        assert path in paths or path.startswith(tuple(f"{each}{mark}" for each in paths for mark in ".[")), path


@pytest.mark.parametrize("key", IN_USE)
def test_every_row_names_its_source_and_an_input_of_the_sdk(key: str) -> None:
    rows = RESOURCE_TYPES[key].creation_only
    assert len({each.path for each in rows}) == len(rows)
    known = schema().inputs(RESOURCE_TYPES[key].token)
    for each in rows:
        assert each.source
        assert each.path.split(".")[0].removesuffix("[]") in known, each.path
        if each.witness is Witness.SPECIFICATION:
            assert each.path in READ[key].properties
            assert each.source == READ[key].api_version
        if each.witness is Witness.LIST:
            assert each.path in READ[key].replaced_by_list


@pytest.mark.parametrize("key", IN_USE)
def test_what_the_offline_cloud_refuses_to_change_is_in_the_table(key: str) -> None:
    assert set(BEHAVIOURS[RESOURCE_TYPES[key].token].immutable) <= {
        each.path for each in RESOURCE_TYPES[key].creation_only
    }


@pytest.mark.parametrize("key", [key for key in IN_USE if "location" in schema().inputs(RESOURCE_TYPES[key].token)])
def test_a_new_location_either_replaces_or_is_refused(key: str) -> None:
    assert location_stays(key) != ("location" in replaced_for(key))


@pytest.mark.parametrize("key", [key for key in IN_USE if replaced_for(key)])
def test_what_can_be_replaced_holds_data_and_is_protected_or_is_known_to_hold_none(key: str) -> None:
    assert RESOURCE_TYPES[key].holds_data != (key in WITHOUT_DATA)


def _rows() -> Iterator[Any]:
    for key in IN_USE:
        for row in RESOURCE_TYPES[key].creation_only:
            yield pytest.param(key, row, id=f"{key}-{row.path}")


def _nested(path: str, value: str) -> dict[str, Any]:
    """Inputs with a value at a dotted path."""
    name, _, rest = path.partition(".")
    inner: Any = _nested(rest, value) if rest else value
    return {name.removesuffix("[]"): [inner]} if name.endswith("[]") else {name: inner}


@pytest.mark.parametrize(("key", "row"), [*_rows()])
def test_a_change_of_what_is_taken_at_creation_only_replaces_as_the_row_says(
    key: str, row: CreationOnly, world: World
) -> None:
    azure, token = provider(world), RESOURCE_TYPES[key].token
    diff = azure.diff(token, "id", _nested(row.path, "westus"), {}, _nested(row.path, "northeurope"), [])
    assert len(diff.changes) == 1
    assert list(diff.replaces) == (list(diff.changes) if row.replaces else [])
    # A replacement deletes first: what holds data has lost it before anything else is asked.
    assert diff.delete_before_replace == row.replaces


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One empty world: comparing changes nothing in it."""
    return World(tmp_path_factory.mktemp("cloud") / "cloud.db")


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
        ("cosmos-account", "location", Change.UPDATE, False),
        ("virtual-network", "location", Change.UPDATE, True),
        ("virtual-network", "subnets[1]", Change.DELETE, False),
        ("postgresql-server", "availabilityZone", Change.DELETE, True),
        ("postgresql-server", "backup.geoRedundantBackup", Change.UPDATE, False),
        ("postgresql-server", "administratorLogin", Change.DELETE, True),
        ("redis-database", "geoReplication", Change.ADD, True),
        ("redis-database", "geoReplication.groupNickname", Change.UPDATE, True),
        ("redis-database", "geoReplication.linkedDatabases[0].id", Change.UPDATE, True),
        ("redis-database", "geoReplication.linkedDatabases[1]", Change.ADD, False),
        ("redis-database", "modules[0].name", Change.UPDATE, False),
        ("redis-database", "modules", Change.ADD, True),
        ("application-insights", "applicationType", Change.UPDATE, True),
        ("service-bus-namespace", "zoneRedundant", Change.UPDATE, False),
        ("service-bus-queue", "requiresDuplicateDetection", Change.ADD, True),
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
