"""The PostgreSQL server of every environment: what is planned, what is registered, and the way to each database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.types import PARENT_OF, RESOURCE_TYPES
from stacks.catalogue.needs.database import Database
from stacks.parts.access.plan import ACCESS
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER, connection_string
from stacks.parts.postgresql.script import DatabaseAccess
from stacks.parts.secrets.plan import SECRETS
from stacks.plan.model import StackPlan
from tests.harness.build import by_name, compose_up_to, every, one, products, registrations
from tests.harness.compose import Composition, Registered
from tests.harness.settings import context, edited_plan, every_environment
from tests.platform.catalogue import CATALOGUE

TENANT = "00000000-0000-4000-8000-000000000000"
TEAM = "00000000-0000-4000-8000-00000000a001"
SUFFIX = ".postgres.database.azure.com"

CHILDREN = {RESOURCE_TYPES[key].token for key, parent in PARENT_OF.items() if parent.key == "postgresql-server"}
"""The types that Azure writes one at a time below a server."""


def server(composition: Composition) -> Registered:
    return one(composition, "postgresql-server", "core")


def children(composition: Composition) -> list[Registered]:
    """What is below servers, in the order of registration."""
    return [each for each in composition.azure() if each.type in CHILDREN]


@every_environment
@pytest.mark.requirement("S1-034", "S1-051", "S2-012", "S2-019", "S2-080", "S2-092", "S3-030", "S3-199")
def test_one_server_with_what_the_settings_say(stack: str, composed: Mapping[str, Composition]) -> None:
    found, settings = one(composed[stack], "postgresql-server").inputs, context(stack).settings.postgresql
    assert found["serverName"] == f"mys-{stack}-core-pg-san"
    assert found["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert (found["version"], found["createMode"]) == (settings.version, "Default")
    assert found["sku"] == {"name": settings.sku, "tier": settings.tier}
    assert found["storage"] == {"storageSizeGB": settings.storage_gib, "autoGrow": "Enabled"}
    mode = {"zone-redundant": "ZoneRedundant", "same-zone": "SameZone", "off": "Disabled"}[settings.high_availability]
    assert found["highAvailability"] == {"mode": mode, "standbyAvailabilityZone": settings.standby_zone}
    assert found["availabilityZone"] == settings.zone
    geo_backup = "Enabled" if settings.geo_backup else "Disabled"
    assert found["backup"] == {"backupRetentionDays": settings.backup_days, "geoRedundantBackup": geo_backup}


@pytest.mark.requirement("S3-199")
def test_another_size_in_the_settings_is_another_size_of_the_server(folder: Path) -> None:
    changes = {"postgresql.sku": "Standard_B2s", "postgresql.storage_gib": 64}
    spec = edited_plan(folder, "dev", changes).of(POSTGRESQL_SERVER).server
    assert (spec.sku, spec.storage_gib) == ("Standard_B2s", 64)


@pytest.mark.requirement("S3-185")
def test_prod_survives_a_zone_and_a_region(composed: Mapping[str, Composition]) -> None:
    found = server(composed["prod"]).inputs
    assert found["highAvailability"] == {"mode": "ZoneRedundant", "standbyAvailabilityZone": "2"}
    assert found["availabilityZone"] == "1"
    assert found["backup"]["geoRedundantBackup"] == "Enabled"


@every_environment
@pytest.mark.requirement("S3-161")
def test_azure_patches_in_a_window(stack: str, composed: Mapping[str, Composition]) -> None:
    window = server(composed[stack]).inputs["maintenanceWindow"]
    expected = {"dev": (3, 18), "staging": (3, 20), "prod": (6, 23)}
    assert (window["customWindow"], window["startMinute"]) == ("Enabled", 0)
    assert (window["dayOfWeek"], window["startHour"]) == expected[stack]


@every_environment
@pytest.mark.requirement("S2-077")
def test_it_has_no_public_side_and_waits_for_its_zone(stack: str, composed: Mapping[str, Composition]) -> None:
    zone = f"mys-{stack}-core.private.postgres.database.azure.com"
    found = server(composed[stack])
    assert found.inputs["network"] == {
        "delegatedSubnetResourceId": f"/virtual-network/mys-{stack}-core-vnet-san/subnets/postgresql",
        "privateDnsZoneArmResourceId": f"/private-dns-zone/{zone}",
        "publicNetworkAccess": "Disabled",
    }
    assert zone in found.dependencies  # the logical name of the zone, and of its link


@every_environment
@pytest.mark.requirement("S3-118")
def test_entra_logins_always_and_passwords_only_with_local_auth(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    found, keys = server(composed[stack]), context(stack).settings.accepts_keys("postgresql")
    passwords = "Enabled" if keys else "Disabled"
    auth = {"activeDirectoryAuth": "Enabled", "passwordAuth": passwords, "tenantId": TENANT}
    assert found.inputs["authConfig"] == auth
    assert not {"administratorLogin", "administratorLoginPassword"} & set(found.inputs)
    assert "administratorLogin" in found.ignored


@every_environment
@pytest.mark.requirement("S1-044", "S2-025")
def test_administrators_are_the_migrator_and_people(stack: str, composed: Mapping[str, Composition]) -> None:
    found = {each.inputs["principalName"]: each for each in every(composed[stack], "postgresql-administrator")}
    migrator = f"mys-{stack}-coredbmigrator-identity-san"
    assert {name: each.inputs["principalType"] for name, each in found.items()} == {
        migrator: "ServicePrincipal",
        "Mystira Platform Team": "Group",
    }
    assert found["Mystira Platform Team"].inputs["objectId"] == TEAM
    identity = composed[stack].named(migrator)
    assert identity.name in found[migrator].dependencies
    assert identity.inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"


@every_environment
@pytest.mark.requirement("S1-047", "S2-055", "S2-088", "S3-160")
def test_parameters(stack: str, composed: Mapping[str, Composition]) -> None:
    settings = context(stack).settings.postgresql
    found = {
        each.inputs["configurationName"]: each.inputs["value"]
        for each in every(composed[stack], "postgresql-configuration")
    }
    assert found["require_secure_transport"] == "on"
    assert found["ssl_min_protocol_version"] == "TLSv1.2"
    assert found.items() >= settings.parameters.items()
    # The tier Burstable has neither.
    tuned = {"pgbouncer.enabled": "true", "pg_qs.query_capture_mode": "top"}
    assert {name: found.get(name) for name in tuned} == (dict.fromkeys(tuned) if stack == "dev" else tuned)


@every_environment
def test_what_is_below_it_is_written_one_at_a_time(stack: str, composed: Mapping[str, Composition]) -> None:
    below = children(composed[stack])
    assert {each.parent for each in below} == {"core"}
    assert {each.type for each in below} == CHILDREN
    names = [each.name for each in below]
    assert len(set(names)) == len(names)
    for before, after in zip(names, below[1:], strict=False):
        assert before in after.dependencies


@every_environment
def test_changes_of_what_azure_moves_are_ignored(stack: str, composed: Mapping[str, Composition]) -> None:
    zones = ("availabilityZone", "highAvailability.standbyAvailabilityZone")
    disk = ("storage.iops", "storage.storageSizeGB", "storage.tier")
    assert server(composed[stack]).ignored == ("administratorLogin", *zones, *disk)


def test_a_disk_that_does_not_grow_is_ours_to_size(folder: Path) -> None:
    found = server(compose_up_to(POSTGRESQL_SERVER, edited_plan(folder, "dev", {"postgresql.auto_grow": False})))
    assert not {"storage.iops", "storage.storageSizeGB", "storage.tier"} & set(found.ignored)
    assert found.inputs["storage"]["autoGrow"] == "Disabled"


@every_environment
@pytest.mark.requirement("S3-065", "S3-160")
def test_its_logs_go_to_the_workspace(stack: str, composed: Mapping[str, Composition]) -> None:
    found = one(composed[stack], "diagnostic-setting", "postgresql-server-core").inputs
    assert found["resourceUri"] == f"/postgresql-server/mys-{stack}-core-pg-san"
    assert found["workspaceId"] == f"/log-analytics-workspace/mys-{stack}-core-log-san"
    assert [(each["categoryGroup"], each["enabled"]) for each in found["logs"]] == [("allLogs", True)]
    assert [(each["category"], each["enabled"]) for each in found["metrics"]] == [("AllMetrics", True)]


@every_environment
def test_the_server_is_protected_and_where_locks_are_wanted_it_is_locked_last(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    protected = context(stack).settings.protection == "on"
    locks = by_name(composed[stack], "management-lock")
    assert ("postgresql-server-core" in locks) is protected
    assert server(composed[stack]).protect
    if protected:
        below = {each.name for each in children(composed[stack])}
        assert below <= set(locks["postgresql-server-core"].dependencies)


@pytest.mark.requirement("S1-099", "S2-066", "S2-095")
def test_replicas_come_one_after_another_when_all_else_is_there(
    folder: Path, composed: Mapping[str, Composition]
) -> None:
    assert len(every(composed["prod"], "postgresql-server")) == 1
    composition = compose_up_to(ACCESS, edited_plan(folder, "prod", {"postgresql.replicas": 2}))
    servers = by_name(composition, "postgresql-server")
    assert {name: each.inputs["serverName"] for name, each in servers.items()} == {
        "core": "mys-prod-core-pg-san",
        "core-replica-1": "mys-prod-corereplica1-pg-san",
        "core-replica-2": "mys-prod-corereplica2-pg-san",
    }
    below = {each.name for each in children(composition) if each.parent == "core"}
    for name in ("core-replica-1", "core-replica-2"):
        assert servers[name].inputs["createMode"] == "Replica"
        assert below <= set(servers[name].dependencies)
        assert servers[name].protect
        assert f"postgresql-server-{name}" in by_name(composition, "management-lock")
    assert "core-replica-1" in servers["core-replica-2"].dependencies


# the way to each database


def access(*, owner: bool = True, url: bool = False) -> DatabaseAccess:
    return DatabaseAccess("publisher", "mys-dev-publisher-identity-san", "publisher", owner, "p", url)


def test_a_connection_string_is_what_its_client_reads() -> None:
    host = "mys-dev-core-pg-san.postgres.database.azure.com"
    assert connection_string(access(), [host], 5432, 9, pooled=False) == (
        f"Host={host};Port=5432;Database=publisher;Username=mys-dev-publisher-identity-san;SSL Mode=VerifyFull;"
        "Maximum Pool Size=9"
    )
    assert connection_string(access(), [host], 6432, 9, pooled=True).endswith(
        "Maximum Pool Size=9;No Reset On Close=true"
    )
    assert connection_string(access(url=True), [host], 6432, 9, pooled=True) == (
        f"postgresql://mys-dev-publisher-identity-san@{host}:6432/publisher?sslmode=verify-full"
    )


def test_several_hosts_share_the_load_where_the_client_can() -> None:
    several = connection_string(access(owner=False), ["one", "two"], 5432, 9, pooled=False)
    assert "Host=one,two;" in several
    assert several.endswith(";Load Balance Hosts=true")
    url = connection_string(access(owner=False, url=True), ["one", "two"], 5432, 9, pooled=False)
    assert url.endswith("@one:5432/publisher?sslmode=verify-full")


@every_environment
@pytest.mark.requirement("S3-126")
def test_each_consumer_has_a_connection_string_in_its_vault(stack: str, plans: Mapping[str, StackPlan]) -> None:
    planned = {
        (each.service, each.name): each.value
        for each in plans[stack].of(SECRETS)
        if each.value.startswith("postgresql/")
    }
    assert planned == {
        ("app", "postgresql-connection-string"): "postgresql/connection-string/app/mystiraapp",
        ("admin-api", "postgres-connection-string"): "postgresql/connection-string/admin-api/adminapi",
        ("admin-api", "postgres-connection-string-mystiraapp"): "postgresql/connection-string/admin-api/mystiraapp",
        ("story-generator", "postgres-connection-string"): (
            "postgresql/connection-string/story-generator/storygenerator"
        ),
        ("story-generator", "postgres-connection-string-mystiraapp"): (
            "postgresql/connection-string/story-generator/mystiraapp"
        ),
        ("publisher", "postgres-connection-string"): "postgresql/url/publisher/publisher",
    }
    accesses = plans[stack].of(POSTGRESQL_SERVER).access
    services = {each.product for each in accesses if each.in_vault}
    assert services == set(planned.values())
    assert set(POSTGRESQL_SERVER.products(context(stack))) == set(planned.values())


@pytest.mark.requirement("S1-040", "S2-027", "S2-053", "S2-097")
def test_who_reads_only_is_no_owner(plans: Mapping[str, StackPlan]) -> None:
    readers = {
        (service.key, need.name)
        for service in CATALOGUE
        for need in service.needs
        if isinstance(need, Database) and need.read_only
    }
    accesses = plans["dev"].of(POSTGRESQL_SERVER).access
    assert (
        {(each.service, each.database) for each in accesses if not (each.owner or each.writes)}
        == readers
        == {(each, "mystiraapp") for each in ("admin-api", "story-generator", "analytics", "training-export")}
    )


@pytest.mark.requirement("S1-040")
def test_analytics_log_in_as_themselves_on_a_replica_where_there_is_one(folder: Path) -> None:
    """A separate job in the cluster: it logs in as its identity, and no vault holds its connection string."""
    plan = edited_plan(folder, "prod", {"postgresql.replicas": 1})
    (access,) = [each for each in plan.of(POSTGRESQL_SERVER).access if each.service == "analytics"]
    assert (access.role, access.database) == ("mys-prod-analytics-identity-san", "mystiraapp")
    assert (access.owner, access.writes, access.in_vault) == (False, False, False)
    (own,) = [each for each in plan.paths if each.consumer == "analytics"]
    assert own.target == "postgresql/replicas"


@every_environment
@pytest.mark.requirement("S2-055", "S2-077", "S3-126")
def test_connection_strings_verify_the_server_and_hold_no_password(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """Through PgBouncer's port where it is on."""
    plan = plans[stack].of(POSTGRESQL_SERVER)
    made = products(plans[stack], "postgresql/")
    accesses = [each for each in plan.access if each.in_vault]
    assert set(made) == {each.product for each in accesses}
    port, host = (6432 if plan.server.pooled else 5432), f"mys-{stack}-core-pg-san{SUFFIX}"
    for each in accesses:
        text = made[each.product].value
        assert (f"@{host}:{port}/" if each.url else f"Host={host};Port={port};") in text
        assert ("?sslmode=verify-full" if each.url else "SSL Mode=VerifyFull") in text
        assert "password" not in text.lower()
        assert not made[each.product].secret


@pytest.mark.requirement("S2-075")
def test_readers_go_to_the_replicas(folder: Path) -> None:
    made = products(edited_plan(folder, "prod", {"postgresql.replicas": 1}), "postgresql/connection-string/admin-api/")
    own, read = (made[f"postgresql/connection-string/admin-api/{name}"].value for name in ("adminapi", "mystiraapp"))
    assert own.startswith(f"Host=mys-prod-core-pg-san{SUFFIX};Port=6432;")
    assert read.startswith(f"Host=mys-prod-corereplica1-pg-san{SUFFIX};Port=6432;")


# the job that runs the grants


@every_environment
def test_the_output_holds_what_the_script_asks_for(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    found, plan = composed[stack].outputs["database_grants"], plans[stack].of(POSTGRESQL_SERVER)
    assert found["host"] == f"mys-{stack}-core-pg-san{SUFFIX}"
    assert found["user"] == f"mys-{stack}-coredbmigrator-identity-san"
    assert found["service_account"] == "mys-db-migrator"
    assert set(found["variables"]) == {each.variable for each in plan.access}
    assert len(set(found["variables"].values())) == len(found["variables"]), "each consumer is a principal of its own"


@every_environment
@pytest.mark.requirement("S2-025")
def test_the_job_in_the_cluster_is_the_migrator(stack: str, composed: Mapping[str, Composition]) -> None:
    """One credential of the migrator's own identity, for one service account, from the cluster's issuer."""
    credentials = every(composed[stack], "federated-credential")
    name = f"mys-{stack}-coredbmigrator-identity-san"
    (own,) = [each for each in credentials if each.inputs["resourceName"] == name]
    assert own.inputs["subject"] == "system:serviceaccount:mys-database:mys-db-migrator"
    assert own.inputs["audiences"] == ["api://AzureADTokenExchange"]
    assert own.inputs["issuer"] == composed[stack].outputs["oidc_issuer"]
    assert own.parent == "core-db-migrator"
    # Azure writes the credentials of one identity one at a time; those of different identities do not wait.
    others = {each.name for each in credentials} - {own.name}
    assert not others & set(own.dependencies)


def test_what_is_named_after_a_new_identity_cannot_be_adopted(plans: Mapping[str, StackPlan]) -> None:
    found = {each.key: each.physical for each in registrations(plans["dev"]) if each.adoptable}
    assert found["postgresql-server/core"] == "mys-dev-core-pg-san"
    assert found["postgresql-administrator/core-platform-team"] == TEAM
    assert "postgresql-administrator/core-db-migrator" not in found
