"""The PostgreSQL server of every environment: what is planned, what is registered, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import set_all_config
from typer.testing import CliRunner

from components.facts import postgresql as facts
from components.facts.config_secrets import POSTGRESQL_PASSWORD
from components.facts.regions import REGIONS, Region
from components.facts.waiting import EXCLUSIVE_PARENTS
from components.naming import Project
from components.problems import InvalidInput
from offline.engine.home import PROJECT
from stacks.__main__ import app, plan_of
from stacks.build import run
from stacks.build.registrations import registrations_of
from stacks.build.run import guarded_build
from stacks.catalogue import CATALOGUE, Catalogue, Service
from stacks.catalogue.needs import Database
from stacks.plan import EnvironmentPlan, StackPlan, make_plan
from stacks.plan.stores import STORES
from stacks.plan.stores.postgresql import POSTGRESQL, PostgresqlPlan, connection_string
from stacks.plan.stores.postgresql_grants import DatabaseAccess
from stacks.settings import EnvironmentSettings, from_engine, from_file
from tests.conftest import PASSWORD, STACKS, TODAY
from tests.harness import Composition, Registered, compose

ENVIRONMENTS = STACKS[1:]
PREFIX = "azure-native:dbforpostgresql:"
SERVER = PREFIX + "Server"
CONFIGURATION = PREFIX + "Configuration"
ADMINISTRATOR = PREFIX + "AdministratorsMicrosoftEntra"
TENANT = "00000000-0000-4000-8000-000000000000"
TEAM = "00000000-0000-4000-8000-00000000a001"

every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)


def planned(plans: dict[str, StackPlan], stack: str) -> PostgresqlPlan:
    found = plans[stack]
    assert isinstance(found, EnvironmentPlan)
    return found.stores.postgresql


def server(composition: Composition) -> Registered:
    (found,) = composition.of(SERVER)
    return found


def rebuilt(folder: Path, stack: str, *changes: tuple[str, str]) -> Composition:
    """A stack composed from changed settings."""
    file = folder / f"Pulumi.{stack}.yaml"
    for old, new in changes:
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    plan = plan_of(stack, folder, TODAY)
    return compose(lambda: guarded_build(plan, retries=False))


@pytest.mark.requirement("S2-012", "S2-019", "S2-092", "S3-007", "S3-030", "S3-199")
@every_environment
def test_one_server_with_what_the_settings_say(stack: str, composed: dict[str, Composition]) -> None:
    found = server(composed[stack]).inputs
    assert found["serverName"] == f"mys-{stack}-core-pg-san"
    assert found["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert (found["version"], found["createMode"]) == ("17", "Default")
    said = {
        "dev": ("Standard_B1ms", "Burstable", 32, 7, "Disabled", "Disabled"),
        "staging": ("Standard_D2ds_v5", "GeneralPurpose", 64, 14, "Disabled", "Disabled"),
        "prod": ("Standard_D4ds_v5", "GeneralPurpose", 128, 35, "Enabled", "ZoneRedundant"),
    }
    backup = found["backup"]
    assert said[stack] == (
        found["sku"]["name"],
        found["sku"]["tier"],
        found["storage"]["storageSizeGB"],
        backup["backupRetentionDays"],
        backup["geoRedundantBackup"],
        found["highAvailability"]["mode"],
    )
    assert found["storage"]["autoGrow"] == "Enabled"
    assert found["availabilityZone"] == "1"


@pytest.mark.requirement("S3-185")
def test_prod_survives_a_zone_and_a_region(composed: dict[str, Composition]) -> None:
    found = server(composed["prod"]).inputs
    assert found["highAvailability"] == {"mode": "ZoneRedundant", "standbyAvailabilityZone": "2"}
    assert found["backup"] == {"backupRetentionDays": 35, "geoRedundantBackup": "Enabled"}


@pytest.mark.requirement("S3-161")
@every_environment
def test_azure_patches_in_a_window(stack: str, composed: dict[str, Composition]) -> None:
    window = server(composed[stack]).inputs["maintenanceWindow"]
    expected = {"dev": (3, 18), "staging": (3, 20), "prod": (6, 23)}
    assert (window["customWindow"], window["startMinute"]) == ("Enabled", 0)
    assert (window["dayOfWeek"], window["startHour"]) == expected[stack]


@pytest.mark.requirement("S2-077")
@every_environment
def test_it_has_no_public_side_and_waits_for_its_zone(stack: str, composed: dict[str, Composition]) -> None:
    zone = f"mys-{stack}-core.private.postgres.database.azure.com"
    found = server(composed[stack])
    assert found.inputs["network"] == {
        "delegatedSubnetResourceId": f"/virtual-network/mys-{stack}-core-vnet-san/subnets/postgresql",
        "privateDnsZoneArmResourceId": f"/private-dns-zone/{zone}",
        "publicNetworkAccess": "Disabled",
    }
    assert zone in found.dependencies  # the logical name of the zone, and of its link


@pytest.mark.requirement("S3-118", "S3-112")
@every_environment
def test_entra_logins_always_and_passwords_only_in_dev(stack: str, composed: dict[str, Composition]) -> None:
    found = server(composed[stack])
    passwords = "Enabled" if stack == "dev" else "Disabled"
    auth = {"activeDirectoryAuth": "Enabled", "passwordAuth": passwords, "tenantId": TENANT}
    assert found.inputs["authConfig"] == auth
    assert found.inputs.get("administratorLogin") == ("mystira_admin" if stack == "dev" else None)
    assert ("administratorLoginPassword" in found.inputs) == (stack == "dev")
    assert ("administratorLoginPassword" in found.secrets) == (stack == "dev")


@pytest.mark.requirement("S3-118", "S2-025", "S1-044")
@every_environment
def test_administrators_are_the_migrator_and_people(stack: str, composed: dict[str, Composition]) -> None:
    found = {each.inputs["principalName"]: each.inputs for each in composed[stack].of(ADMINISTRATOR)}
    migrator = f"mys-{stack}-coredbmigrator-identity-san"
    assert {name: each["principalType"] for name, each in found.items()} == {
        migrator: "servicePrincipal",
        "Mystira Platform Team": "group",
    }
    assert composed[stack].named(migrator).inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert found["Mystira Platform Team"]["objectId"] == TEAM
    assert composed[stack].outputs["database_grants"]["user"] == migrator


@pytest.mark.requirement("S2-055", "S2-088", "S1-047")
@every_environment
def test_parameters(stack: str, composed: dict[str, Composition]) -> None:
    found = {each.inputs["configurationName"]: each.inputs["value"] for each in composed[stack].of(CONFIGURATION)}
    assert found["require_secure_transport"] == "on"
    assert found["ssl_min_protocol_version"] == "TLSv1.2"
    tuned = {"pgbouncer.enabled": "true", "pg_qs.query_capture_mode": "top"}
    for name, value in tuned.items():
        assert found.get(name) == (None if stack == "dev" else value)


@every_environment
def test_children_go_one_at_a_time(stack: str, composed: dict[str, Composition]) -> None:
    """Each waits for the one before it; their parent is the server, which is how the guard knows them."""
    (rule,) = [row for row in EXCLUSIVE_PARENTS if row.parent == "postgresql-server"]
    assert len(rule.children) == 2
    children = [each for each in composed[stack].azure() if each.type in (CONFIGURATION, ADMINISTRATOR)]
    assert {each.parent for each in children} == {"core"}
    names = [each.name for each in children]
    assert len(set(names)) == len(children)
    for before, after in zip(names, children[1:], strict=False):
        assert before in after.dependencies


@every_environment
def test_what_azure_moves_is_let_go(stack: str, composed: dict[str, Composition], folder: Path) -> None:
    zones = ("availabilityZone", "highAvailability.standbyAvailabilityZone")
    assert server(composed[stack]).ignored == (*zones, "storage.storageSizeGB")
    if stack == "dev":
        fixed = rebuilt(folder, stack, ("    storage_gib: 32\n", "    storage_gib: 32\n    auto_grow: false\n"))
        assert server(fixed).ignored == zones
        assert server(fixed).inputs["storage"] == {"storageSizeGB": 32, "autoGrow": "Disabled"}


@pytest.mark.requirement("S3-065", "S3-160")
@every_environment
def test_its_logs_go_to_the_workspace_and_prod_is_locked_last(stack: str, composed: dict[str, Composition]) -> None:
    settings = composed[stack].of("azure-native:monitor:DiagnosticSetting")
    assert "postgresql-server-core" in {each.name for each in settings}
    locks = [each for each in composed[stack].azure() if each.type.endswith("Lock" + "ByScope")]
    ours = [each for each in locks if each.name == "postgresql-server-core"]
    assert len(ours) == (1 if stack == "prod" else 0)
    for lock in ours:
        below = {each.name for each in composed[stack].azure() if each.type in (CONFIGURATION, ADMINISTRATOR)}
        assert below <= set(lock.dependencies)
    assert composed[stack].of(SERVER)[0].protect == (stack == "prod")


@pytest.mark.requirement("S1-099", "S2-066", "S2-075", "S2-095")
def test_replicas_come_one_after_another_when_all_else_is_there(folder: Path) -> None:
    composition = rebuilt(folder, "prod", ("    pgbouncer: true\n", "    pgbouncer: true\n    replicas: 2\n"))
    first, *replicas = composition.of(SERVER)
    said: dict[str, dict[str, str]] = {}
    for each in composition.of(CONFIGURATION):
        said.setdefault(each.parent, {})[each.inputs["configurationName"]] = each.inputs["value"]
    assert said["core"]["pgbouncer.enabled"] == "true"
    assert said["core-replica-1"] == said["core-replica-2"] == said["core"]
    assert [each.inputs["serverName"] for each in replicas] == [
        "mys-prod-corereplica1-pg-san",
        "mys-prod-corereplica2-pg-san",
    ]
    for each in replicas:
        assert each.inputs["createMode"] == "Replica"
        assert each.inputs["sourceServerResourceId"] == "/postgresql-server/mys-prod-core-pg-san"
        assert each.inputs["network"] == first.inputs["network"]
        assert {"highAvailability", "backup", "authConfig"} & set(each.inputs) == set()
        assert {"core-db-migrator", *(f"core-{name}" for name in said["core"])} <= set(each.dependencies)
        assert each.protect
    assert "core-replica-1" in replicas[1].dependencies
    locks = {each.name for each in composition.azure() if each.type.endswith("LockByScope")}
    assert {f"postgresql-server-core{suffix}" for suffix in ("", "-replica-1", "-replica-2")} <= locks


def access(owner: bool = True, url: bool = False) -> DatabaseAccess:
    return DatabaseAccess("publisher", "mys-dev-publisher-identity-san", "publisher", owner, "p", url)


@pytest.mark.requirement("S3-126", "S2-014", "S3-036", "S2-097")
def test_connection_strings_carry_no_password_and_verify_the_server() -> None:
    host = "mys-dev-core-pg-san.postgres.database.azure.com"
    assert connection_string(access(), [host], 5432, pooled=False) == (
        f"Host={host};Port=5432;Database=publisher;Username=mys-dev-publisher-identity-san;SSL Mode=VerifyFull"
    )
    assert connection_string(access(), [host], 6432, pooled=True).endswith("SSL Mode=VerifyFull;No Reset On Close=true")
    assert connection_string(access(url=True), [host], 6432, pooled=True) == (
        f"postgresql://mys-dev-publisher-identity-san@{host}:6432/publisher?sslmode=verify-full"
    )
    several = connection_string(access(owner=False), ["one", "two"], 5432, pooled=False)
    assert "Host=one,two;" in several
    assert several.endswith(";Load Balance Hosts=true")
    url = connection_string(access(owner=False, url=True), ["one", "two"], 5432, pooled=False)
    assert url.endswith("@one:5432/publisher?sslmode=verify-full")


@pytest.mark.requirement("S3-126", "S2-027", "S2-003")
def test_what_is_produced_is_what_the_catalogue_wants(plans: dict[str, StackPlan], folder: Path) -> None:
    settings = from_file("dev", PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    wanted = {
        (service.key, secret.name, secret.value.format(service=service.key))
        for service in CATALOGUE
        for need in service.needs
        if isinstance(need, Database)
        for secret in need.secrets
    }
    assert wanted == {
        ("app", "postgresql-connection-string", "postgresql/connection-string/app/mystiraapp"),
        ("admin-api", "postgres-connection-string", "postgresql/connection-string/admin-api/adminapi"),
        ("admin-api", "postgres-connection-string-mystiraapp", "postgresql/connection-string/admin-api/mystiraapp"),
        (
            "story-generator",
            "postgres-connection-string",
            "postgresql/connection-string/story-generator/storygenerator",
        ),
        ("publisher", "postgres-connection-string", "postgresql/url/publisher/publisher"),
    }
    assert set(POSTGRESQL.products(settings, CATALOGUE)) == {value for _, _, value in wanted}
    assert POSTGRESQL in STORES
    assert {each.product for each in planned(plans, "dev").access} == {value for _, _, value in wanted}


@pytest.mark.requirement("S0-18", "S2-027")
def test_readers_go_to_the_replicas(folder: Path) -> None:
    """Through the build, from the outputs of the servers."""
    changes = ("    pgbouncer: true\n", "    pgbouncer: true\n    replicas: 1\n")
    file = folder / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace(*changes))
    plan = plan_of("prod", folder, TODAY)
    assert isinstance(plan, EnvironmentPlan)
    products: dict[str, Any] = {}

    def program() -> dict[str, object]:
        from stacks.build import stores as module

        original = module.build_postgresql

        def watched(site: Any) -> Any:
            products.update(original(site))
            return products

        module.build_postgresql = watched
        try:
            guarded_build(plan, retries=False)
        finally:
            module.build_postgresql = original
        return dict(products)

    found = compose(program).outputs
    own, read = (found[f"postgresql/connection-string/admin-api/{name}"] for name in ("adminapi", "mystiraapp"))
    assert own.startswith("Host=mys-prod-core-pg-san.postgres.database.azure.com;Port=6432;")
    assert read.startswith("Host=mys-prod-corereplica1-pg-san.postgres.database.azure.com;Port=6432;")
    assert not any("assword" in value for value in found.values())


@every_environment
def test_the_output_says_who_the_principals_are(stack: str, composed: dict[str, Composition]) -> None:
    found = composed[stack].outputs["database_grants"]
    assert found["host"] == f"mys-{stack}-core-pg-san.postgres.database.azure.com"
    assert set(found["variables"]) == {"oid_app", "oid_admin_api", "oid_story_generator", "oid_publisher"}
    assert len(set(found["variables"].values())) == 4


@every_environment
def test_the_job_in_the_cluster_is_the_migrator(stack: str, composed: dict[str, Composition]) -> None:
    """One credential of the migrator's own identity, for one service account, from the cluster's issuer."""
    credentials = composed[stack].of("azure-native:managedidentity:FederatedIdentityCredential")
    name = f"mys-{stack}-coredbmigrator-identity-san"
    (own,) = [each for each in credentials if each.inputs["resourceName"] == name]
    assert own.inputs["subject"] == f"system:serviceaccount:mys-{stack}:mys-db-migrator"
    assert own.inputs["audiences"] == ["api://AzureADTokenExchange"]
    assert own.inputs["issuer"] == composed[stack].outputs["oidc_issuer"]
    assert own.parent == "core-db-migrator"
    assert composed[stack].outputs["database_grants"]["service_account"] == "mys-db-migrator"
    # An identity takes one credential at a time: where it has several they are chained, each identity by itself.
    others = {each.name for each in credentials} - {own.name}
    assert not others & set(own.dependencies)


def test_the_command_prints_the_script(plans: dict[str, StackPlan]) -> None:
    done = CliRunner().invoke(app, ["grants", "prod"])
    assert done.exit_code == 0
    assert done.output == planned(plans, "prod").script
    assert all(f":'{each.variable}'" in done.output for each in planned(plans, "prod").access)
    refused = CliRunner().invoke(app, ["grants", "shared"])
    assert refused.exit_code == 1
    assert "shared: has no databases" in refused.output


def test_registrations_of_a_plan_leave_out_what_is_named_after_a_new_identity(plans: dict[str, StackPlan]) -> None:
    found = {each.key: each.physical for each in registrations_of(plans["dev"]) if each.adoptable}
    assert found["postgresql-server/core"] == "mys-dev-core-pg-san"
    assert found["postgresql-administrator/core-platform-team"] == TEAM
    assert "postgresql-administrator/core-db-migrator" not in found


HA = "high_availability: "
ZONED = 'high_availability: zone-redundant\n    zone: "1"\n    standby_zone: "2"'
CASES = [
    ("dev", HA + '"off"', HA + "zone-redundant", "high_availability", "has no standby"),
    ("dev", HA + '"off"', HA + "same-zone", "high_availability", "has no standby"),
    ("dev", "pgbouncer: false", "pgbouncer: true", "pgbouncer", "has no PgBouncer"),
    ("dev", "pgbouncer: false", "pgbouncer: false\n    replicas: 1", "replicas", "has no read replicas"),
    ("prod", "pgbouncer: true", "pgbouncer: true\n    replicas: 6", "replicas", "too many"),
    ("dev", "storage_gib: 32", "storage_gib: 33", "storage_gib", "not a size of a disk"),
    ("dev", "storage_gib: 32", "storage_gib: 0", "storage_gib", "not a size of a disk"),
    ("dev", "backup_days: 7", "backup_days: 6", "backup_days", "not kept as long"),
    ("prod", "backup_days: 35", "backup_days: 36", "backup_days", "not kept as long"),
    ("prod", "tier: GeneralPurpose", "tier: MemoryOptimized", "sku", "a size of the tier GeneralPurpose"),
    ("dev", "sku: Standard_B1ms", "sku: Standard_D2ds_v5", "sku", "a size of the tier GeneralPurpose"),
    ("dev", "sku: Standard_B1ms", "sku: Standard_B3ms", "sku", "not a size that Azure offers"),
    ("dev", 'version: "17"', 'version: "14"', "version", "can no longer be created"),
    ("dev", 'version: "17"', 'version: "13"', "version", "not a version that Azure offers"),
    ("dev", "log_lock_waits:", "log_lock_wait:", "parameters.log_lock_wait", "unknown parameter"),
    ("dev", 'log_lock_waits: "on"', 'log_lock_waits: "maybe"', "parameters.log_lock_waits", "not a value"),
    ("dev", "log_lock_waits:", "ssl:", "parameters.ssl", "cannot be set"),
    ("dev", 'log_lock_waits: "on"', 'pgbouncer.pool_mode: "session"', "parameters.pgbouncer.pool_mode", "no PgBouncer"),
    ("prod", 'log_lock_waits: "on"', 'pgbouncer.enabled: "false"', "parameters.pgbouncer.enabled", "by the setting"),
    ("prod", 'log_lock_waits: "on"', 'max_connections: "9000"', "parameters.max_connections", "not a value"),
    ("prod", 'log_lock_waits: "on"', 'azure.extensions: "VECTOR,NONE"', "parameters.azure.extensions", "not a value"),
    ("prod", ZONED, ZONED.replace('"2"', '"1"'), "standby_zone", "in the zone of the server"),
    ("prod", ZONED, ZONED.replace("zone-redundant", "same-zone"), "standby_zone", "not in the zone of the server"),
    ("staging", '    zone: "1"', '    zone: "1"\n    standby_zone: "2"', "standby_zone", "there is no standby"),
    (
        "dev",
        "      # Fictitious: the group of the platform team.\n      platform-team:\n        principal_id",
        f"      twin: {{principal_id: {TEAM}, principal_type: Group, name: twin}}\n"
        "      platform-team:\n        principal_id",
        "administrators.twin.principal_id",
        "stands here twice",
    ),
]


@pytest.mark.parametrize(("stack", "old", "new", "path", "what"), CASES, ids=[f"{c[3]} {c[4]}" for c in CASES])
def test_what_azure_would_refuse_is_one_problem(
    folder: Path, stack: str, old: str, new: str, path: str, what: str
) -> None:
    file = folder / f"Pulumi.{stack}.yaml"
    text = file.read_text()
    before, section, after = text.partition("mystira:postgresql:")
    assert old in after
    file.write_text(before + section + after.replace(old, new, 1))
    with pytest.raises(InvalidInput) as caught:
        plan_of(stack, folder, TODAY)
    # A standby in the same zone also needs a waiver, and two administrators are told of each.
    ours = [each for each in caught.value.problems if "mystira:waivers" not in each.path]
    wanted = [each for each in ours if each.path == f"Pulumi.{stack}.yaml: mystira:postgresql.{path}"]
    assert len(wanted) == 1
    assert what in wanted[0].what
    assert wanted[0].allowed
    assert len(ours) == (2 if "twice" in what else 1)


@pytest.mark.parametrize(
    ("stack", "old", "new", "rule"),
    [
        ("prod", HA + "zone-redundant\n", HA + "same-zone\n", "postgresql-high-availability"),
        ("prod", "geo_backup: true", "geo_backup: false", "postgresql-geo-backup"),
        ("prod", 'log_lock_waits: "on"', 'require_secure_transport: "off"', "postgresql-secure-transport"),
    ],
)
def test_what_is_weaker_than_the_rule_needs_a_waiver(folder: Path, stack: str, old: str, new: str, rule: str) -> None:
    file = folder / f"Pulumi.{stack}.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new).replace('    standby_zone: "2"\n', ""))
    with pytest.raises(InvalidInput) as caught:
        plan_of(stack, folder, TODAY)
    (problem,) = [each for each in caught.value.problems if "standby" not in each.path]
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:waivers.{rule}"


@pytest.mark.parametrize("replicas", [0, 1])
def test_without_its_subnet_there_is_one_error(folder: Path, replicas: int) -> None:
    file = folder / "Pulumi.prod.yaml"
    text = file.read_text().replace("      postgresql: 10.2.3.0/24\n", "")
    file.write_text(text.replace("    pgbouncer: true\n", f"    pgbouncer: true\n    replicas: {replicas}\n"))
    with pytest.raises(InvalidInput) as caught:
        plan_of("prod", folder, TODAY)
    (problem,) = caught.value.problems
    assert problem.path == "Pulumi.prod.yaml: mystira:network.subnets.postgresql"
    assert problem.what == "missing: no path without it"
    assert ("admin-api → postgresql/replicas" in problem.seen) is (replicas > 0)


def test_a_subnet_without_room_for_all_servers_is_one_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stacks.plan.stores.postgresql_checks.MAXIMUM_REPLICAS", 20)
    file = folder / "Pulumi.prod.yaml"
    text = file.read_text().replace("10.2.3.0/24", "10.2.3.0/28")
    file.write_text(text.replace("    pgbouncer: true\n", "    pgbouncer: true\n    replicas: 10\n"))
    with pytest.raises(InvalidInput) as caught:
        plan_of("prod", folder, TODAY)
    (problem,) = caught.value.problems
    assert (problem.what, problem.seen) == ("too small", "10.2.3.0/28, 11 addresses")


def test_a_region_without_zones_or_pair(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = from_file("prod", folder)
    assert isinstance(settings, EnvironmentSettings)
    monkeypatch.setitem(REGIONS, "southafricanorth", Region("southafricanorth", "san", (), "test"))
    pairs = facts.GEO_BACKUP_REGIONS - {"southafricanorth"}
    monkeypatch.setattr("stacks.plan.stores.postgresql_checks.GEO_BACKUP_REGIONS", pairs)
    found = {
        each.path.rpartition(".")[2]: each.what for each in POSTGRESQL.problems("prod", settings, CATALOGUE, TODAY)
    }
    assert found == {
        "high_availability": "southafricanorth has no zones",
        "zone": "southafricanorth has no such zone",
        "standby_zone": "southafricanorth has no such zone",
        "geo_backup": "southafricanorth has no paired region for backups",
    }


@pytest.mark.parametrize("name", ["postgres", "Mixed", "1st"])
def test_a_database_with_a_name_that_cannot_be(name: str) -> None:
    settings = from_file("dev", PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    catalogue = Catalogue((Service("a", Project("a"), "app", needs=(Database(name),)),))
    found = list(POSTGRESQL.problems("dev", settings, catalogue, TODAY))
    assert [each.path for each in found] == [f"catalogue: postgresql/{name}"]


def test_two_owners_of_one_database_are_refused() -> None:
    settings = from_file("dev", PROJECT)
    twice = Catalogue(
        tuple(
            replace(each, needs=(*each.needs, Database("publisher"))) if each.key == "app" else each
            for each in CATALOGUE
        )
    )
    with pytest.raises(InvalidInput) as caught:
        make_plan(settings, twice, stack="dev", today=TODAY)
    (problem,) = caught.value.problems
    assert (problem.path, problem.what) == ("catalogue: postgresql/publisher", "has two owners")


def test_a_server_that_already_runs_keeps_its_version(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    id = (
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/g/providers/"
        "Microsoft.DBforPostgreSQL/flexibleServers/mys-dev-core-db"
    )
    text = file.read_text().replace('    version: "17"', '    version: "14"')
    file.write_text(
        text.replace("  mystira:waivers:", f"  mystira:adopt: {{postgresql-server/core: {id}}}\n  mystira:waivers:")
    )
    plan = plan_of("dev", folder, date(2026, 11, 21))
    assert planned({"dev": plan}, "dev").version == "14"
    assert "postgresql 14" in {warning.what for warning in plan.warnings}
    (adopted,) = compose(lambda: guarded_build(plan, retries=False)).of(SERVER)
    assert (adopted.imported, adopted.inputs["serverName"]) == (id, "mys-dev-core-db")
    assert {"createMode", "network", "backup.geoRedundantBackup"} <= set(adopted.ignored)


# the password of the administrator


def configuration(stack: str) -> dict[str, Any]:
    config = yaml.safe_load((PROJECT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


@pytest.mark.parametrize(
    ("value", "what"), [("", "missing: local_auth is on"), ("short", "Azure would refuse it"), ("x" * 20, "refuse it")]
)
def test_without_a_password_there_is_one_error_that_does_not_show_it(value: str, what: str) -> None:
    def program() -> None:
        set_all_config({**configuration("dev"), **({PASSWORD: value} if value else {})}, [PASSWORD])
        run("dev", today=TODAY, retries=False)

    composition = Composition()
    with pytest.raises(pulumi.RunError) as caught:
        compose(program, composition)
    first, line = str(caught.value).splitlines()
    assert first == "the settings cannot be built"
    assert line.startswith("Pulumi.dev.yaml: mystira:postgresqlPassword: ")
    assert what in line
    assert not value or value not in line
    assert composition.azure() == []


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_the_program_needs_a_password_only_with_local_auth(stack: str) -> None:
    def program() -> None:
        own = {PASSWORD: "Not-a-real-1"} if stack == "dev" else {}
        set_all_config({**configuration(stack), **own}, list(own))
        run(stack, today=TODAY, retries=False)

    found = server(compose(program))
    assert found.secrets == (("administratorLoginPassword",) if stack == "dev" else ())


def test_a_password_in_clear_in_a_file_is_refused_and_not_shown(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(file.read_text() + "  mystira:postgresqlPassword: In-the-clear-1\n")
    with pytest.raises(InvalidInput) as caught:
        from_file("dev", folder)
    (problem,) = caught.value.problems
    assert problem.what == "a secret in clear"
    assert "In-the-clear-1" not in str(problem)
    file.write_text(file.read_text().replace("In-the-clear-1", "{secure: v1:abc}"))
    assert from_file("dev", folder) == from_file("dev", PROJECT)
    assert from_engine("dev", configuration("dev") | {PASSWORD: "In-the-clear-1"}) == from_file("dev", PROJECT)


@pytest.mark.parametrize(
    ("value", "good"),
    [("Abcdefg1", True), ("abcdefg1!", True), ("abcdefg1", False), ("Abc1", False), ("Ab1" + "x" * 126, False)],
)
def test_what_a_good_password_is(value: str, good: bool) -> None:
    assert POSTGRESQL_PASSWORD.good(value) is good
