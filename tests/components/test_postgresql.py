"""The PostgreSQL component from its spec: the server, what is below it, its replicas, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.postgresql.server import Postgresql
from components.postgresql.spec import AdministratorSpec, MaintenanceSpec, PostgresqlSpec
from offline.world.store import World
from tests.harness.build import PLACE, WORKSPACE_ID, by_name, every, surroundings
from tests.harness.compose import Composition, Registered, compose
from tests.harness.offline import provider

TENANT = "00000000-0000-4000-8000-000000000000"
MIGRATOR = "00000000-0000-4000-8000-00000000d001"
TEAM = "00000000-0000-4000-8000-00000000a001"
SUBNET = "/virtual-network/mys-dev-core-vnet-san/subnets/postgresql"
ZONE = "/private-dns-zone/mys-dev-core.private.postgres.database.azure.com"
NETWORK = {
    "delegatedSubnetResourceId": SUBNET,
    "privateDnsZoneArmResourceId": ZONE,
    "publicNetworkAccess": "Disabled",
}

SPEC = PostgresqlSpec(
    name="mys-dev-core-pg-san",
    tenant_id=TENANT,
    version="17",
    tier="GeneralPurpose",
    sku="Standard_D2ds_v5",
    storage_gib=64,
    auto_grow=True,
    high_availability="zone-redundant",
    zone="1",
    standby_zone="2",
    backup_days=14,
    geo_backup=True,
    maintenance=MaintenanceSpec(day=3, hour=18, minute=30),
    parameters=(("require_secure_transport", "on"), ("log_lock_waits", "off")),
    pooled=False,
    administrators=(
        AdministratorSpec("db-migrator", "mys-dev-migrator", "identity/db-migrator", "ServicePrincipal"),
        AdministratorSpec("team", "Platform Team", TEAM, "Group"),
    ),
    login="mystira_admin",
    passwords=False,
    replicas=(),
)
REPLICAS = ("mys-dev-corereplica1-pg-san", "mys-dev-corereplica2-pg-san")
ANY_ZONE = ""
"""What the SDK sends where no zone is chosen."""

PARAMETERS = {"core-require_secure_transport", "core-log_lock_waits"}
ADMINISTRATORS = {"core-db-migrator", "core-team"}
"""Logical names."""


def built(spec: PostgresqlSpec = SPEC, *, password: str | None = None, locked: bool = False) -> Composition:
    """The component under mocks, with its ``host``, ``read_hosts`` and ``port`` as outputs."""

    def program() -> Mapping[str, Any]:
        around = surroundings(locked=locked)
        made = Postgresql(
            "core",
            spec,
            PLACE,
            around,
            principals={"identity/db-migrator": MIGRATOR},
            password=password,
            subnet_id=SUBNET,
            zone_id=ZONE,
        )
        around.locks.put([])
        return {"host": made.host, "read_hosts": pulumi.Output.all(*made.read_hosts), "port": made.port}

    return compose(program)


def server(composition: Composition) -> Registered:
    return by_name(composition, "postgresql-server")["core"]


def test_the_server_is_what_its_spec_says() -> None:
    found = server(built())
    assert found.parent == "core"
    assert found.inputs == {
        "serverName": "mys-dev-core-pg-san",
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "createMode": "Default",
        "version": "17",
        "sku": {"name": "Standard_D2ds_v5", "tier": "GeneralPurpose"},
        "storage": {"storageSizeGB": 64, "autoGrow": "Enabled"},
        "highAvailability": {"mode": "ZoneRedundant", "standbyAvailabilityZone": "2"},
        "availabilityZone": "1",
        "backup": {"backupRetentionDays": 14, "geoRedundantBackup": "Enabled"},
        "maintenanceWindow": {"customWindow": "Enabled", "dayOfWeek": 3, "startHour": 18, "startMinute": 30},
        "network": NETWORK,
        "authConfig": {"activeDirectoryAuth": "Enabled", "passwordAuth": "Disabled", "tenantId": TENANT},
        "tags": PLACE.tags,
    }


def test_everything_that_can_be_off_is_off() -> None:
    spec = replace(SPEC, auto_grow=False, high_availability="off", zone="", standby_zone="", geo_backup=False)
    found = server(built(spec)).inputs
    assert found["storage"]["autoGrow"] == "Disabled"
    assert found["highAvailability"] == {"mode": "Disabled", "standbyAvailabilityZone": ANY_ZONE}
    assert found["availabilityZone"] == ANY_ZONE
    assert found["backup"]["geoRedundantBackup"] == "Disabled"


@pytest.mark.parametrize(
    ("mode", "zone", "expected"),
    [
        ("same-zone", "1", ("SameZone", "1")),
        ("same-zone", "", ("SameZone", ANY_ZONE)),
        ("off", "2", ("Disabled", ANY_ZONE)),
    ],
)
def test_a_standby_has_a_zone_only_where_there_is_one(mode: str, zone: str, expected: tuple[str, str]) -> None:
    spec = replace(SPEC, high_availability=mode, standby_zone=zone)
    found = server(built(spec)).inputs["highAvailability"]
    assert (found["mode"], found["standbyAvailabilityZone"]) == expected


LOGIN = {"administratorLogin", "administratorLoginPassword"}


@pytest.mark.requirement("S3-118")
@pytest.mark.parametrize(("passwords", "auth"), [(True, "Enabled"), (False, "Disabled")])
def test_a_login_has_its_password_whether_it_may_use_it_or_not(passwords: bool, auth: str) -> None:
    found = server(built(replace(SPEC, passwords=passwords), password="Not-a-real-1"))
    assert found.inputs["authConfig"]["passwordAuth"] == auth
    assert {name: found.inputs[name] for name in LOGIN} == {
        "administratorLogin": "mystira_admin",
        "administratorLoginPassword": "Not-a-real-1",
    }
    assert found.secrets == ("administratorLoginPassword",)


@pytest.mark.requirement("S3-118")
def test_without_a_password_there_is_no_login() -> None:
    found = server(built()).inputs
    assert found["authConfig"]["passwordAuth"] == "Disabled"
    assert not LOGIN & set(found)


def test_passwords_need_one() -> None:
    with pytest.raises(ValueError, match="passwords need a password of mystira_admin"):
        built(replace(SPEC, passwords=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((False, "Not-a-real-1"), (True, "Not-a-real-1")),
        ((True, "Not-a-real-1"), (False, "Not-a-real-1")),
        ((True, "Not-a-real-1"), (False, None)),
        ((False, None), (True, "Not-a-real-1")),
    ],
    ids=["on", "off", "off, and the password is gone", "on, with a password that is new"],
)
def test_a_switch_of_passwords_updates_the_server_and_never_replaces_it(
    tmp_path: Path, before: tuple[bool, str | None], after: tuple[bool, str | None]
) -> None:
    """As the engine does: what is ignored keeps its old value, or stays away."""
    old, new = (server(built(replace(SPEC, passwords=on), password=password)) for on, password in (before, after))
    kept = {name: value for name, value in old.inputs.items() if name in new.ignored}
    inputs = {name: value for name, value in new.inputs.items() if name not in new.ignored} | kept
    diff = provider(World(tmp_path / "cloud.db")).diff(old.type, "/id", dict(old.inputs), {}, inputs, [])
    assert "authConfig.passwordAuth" in diff.changes
    assert list(diff.replaces) == []


def test_parameters_are_set_below_the_server() -> None:
    found = by_name(built(), "postgresql-configuration")
    assert {each.parent for each in found.values()} == {"core"}
    assert {name: each.inputs for name, each in found.items()} == {
        f"core-{name}": {
            "configurationName": name,
            "serverName": "mys-dev-core-pg-san",
            "resourceGroupName": PLACE.resource_group,
            "source": "user-override",
            "value": value,
        }
        for name, value in SPEC.parameters
    }


def test_administrators_are_known_by_key_or_by_object_id() -> None:
    found = by_name(built(), "postgresql-administrator")
    assert {each.parent for each in found.values()} == {"core"}
    common = {"serverName": "mys-dev-core-pg-san", "resourceGroupName": PLACE.resource_group, "tenantId": TENANT}
    assert {name: each.inputs for name, each in found.items()} == {
        "core-db-migrator": {
            **common,
            "objectId": MIGRATOR,
            "principalName": "mys-dev-migrator",
            "principalType": "ServicePrincipal",
        },
        "core-team": {**common, "objectId": TEAM, "principalName": "Platform Team", "principalType": "Group"},
    }


def test_clients_use_the_port_of_the_pooler_where_there_is_one() -> None:
    assert built().outputs["port"] == 5432
    assert built(replace(SPEC, pooled=True)).outputs["port"] == 6432


def test_without_replicas_reads_go_to_the_server() -> None:
    outputs = built().outputs
    assert outputs["host"] == "mys-dev-core-pg-san.postgres.database.azure.com"
    assert outputs["read_hosts"] == [outputs["host"]]


@pytest.mark.requirement("S1-099", "S2-066", "S2-075", "S2-095")
def test_replicas_copy_the_server_and_take_the_reads() -> None:
    composition = built(replace(SPEC, replicas=REPLICAS))
    servers = by_name(composition, "postgresql-server")
    assert [servers[f"core-replica-{number}"].inputs for number in (1, 2)] == [
        {
            "serverName": name,
            "resourceGroupName": PLACE.resource_group,
            "location": PLACE.location,
            "createMode": "Replica",
            "availabilityZone": ANY_ZONE,
            "sourceServerResourceId": "/postgresql-server/mys-dev-core-pg-san",
            "sku": {"name": "Standard_D2ds_v5", "tier": "GeneralPurpose"},
            "storage": {"storageSizeGB": 64, "autoGrow": "Enabled"},
            "network": NETWORK,
            "tags": PLACE.tags,
        }
        for name in REPLICAS
    ]
    assert composition.outputs["host"] == "mys-dev-core-pg-san.postgres.database.azure.com"
    assert composition.outputs["read_hosts"] == [f"{name}.postgres.database.azure.com" for name in REPLICAS]


def test_a_replica_waits_for_all_that_changes_the_server_and_for_the_replica_before() -> None:
    composition = built(replace(SPEC, replicas=REPLICAS))
    servers = by_name(composition, "postgresql-server")
    assert set(servers["core-replica-1"].dependencies) >= PARAMETERS | ADMINISTRATORS
    parameters = {f"core-replica-1-{name}" for name, _ in SPEC.parameters}
    assert {"core-replica-1", *parameters} <= set(servers["core-replica-2"].dependencies)


def test_replicas_get_the_parameters_of_the_server() -> None:
    """Azure copies them when a replica is made and never again."""
    found = every(built(replace(SPEC, replicas=REPLICAS)), "postgresql-configuration")
    assert {(each.parent, each.inputs["configurationName"], each.inputs["value"]) for each in found} == {
        (server, name, value)
        for server in ("core", "core-replica-1", "core-replica-2")
        for name, value in SPEC.parameters
    }


def test_logs_of_every_server_go_to_the_workspace() -> None:
    found = every(built(replace(SPEC, replicas=REPLICAS)), "diagnostic-setting")
    assert {each.inputs["resourceUri"] for each in found} == {
        f"/postgresql-server/{name}" for name in (*REPLICAS, "mys-dev-core-pg-san")
    }
    assert {each.inputs["workspaceId"] for each in found} == {WORKSPACE_ID}


def test_a_lock_comes_after_everything_in_its_scope() -> None:
    assert every(built(), "management-lock") == []
    locks = by_name(built(replace(SPEC, replicas=REPLICAS[:1]), locked=True), "management-lock")
    assert set(locks) == {"postgresql-server-core", "postgresql-server-core-replica-1"}
    below = PARAMETERS | ADMINISTRATORS | {"core", "core-replica-1", "postgresql-server-core"}
    assert below <= set(locks["postgresql-server-core"].dependencies)
    replica = locks["postgresql-server-core-replica-1"]
    assert replica.inputs["scope"] == "/postgresql-server/mys-dev-corereplica1-pg-san"
    assert {"core-replica-1", "core-replica-1-log_lock_waits"} <= set(replica.dependencies)
