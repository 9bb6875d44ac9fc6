"""Cosmos DB: what the settings become, who may do what with documents, and one clear error for each mistake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.cosmos.facts import RU_MAXIMUM, RU_STEP, SHARED_CONTAINERS
from stacks.catalogue.needs.documents import Documents
from stacks.parts.access.plan import ACCESS
from stacks.parts.cosmos.plan import COSMOS
from stacks.parts.secrets.plan import SECRETS
from stacks.plan.model import StackPlan
from tests.harness.build import Product, by_name, compose_plan, compose_up_to, every, one, products
from tests.harness.compose import KEY, Composition
from tests.harness.settings import (
    GONE,
    context,
    edited_plan,
    every_environment,
    migrate,
    one_problem,
    problems,
    waived,
)
from tests.platform.catalogue import CATALOGUE

READER, CONTRIBUTOR = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
EXPORT = "00000000-0000-4000-8000-00000000e001"
EXPORT_SETTINGS: Mapping[str, Any] = {
    "cosmos.export_container": "cosmos-export",
    "cosmos.readers": {"export": EXPORT},
    "storage.containers": {
        **{name: {} for name in context("prod").settings.storage.containers},
        "cosmos-export": {"cold_after_days": 1},
    },
    "access.export": {
        "principal_id": EXPORT,
        "principal_type": "ServicePrincipal",
        "role": "blob-contributor",
        "scope": "container/cosmos-export",
    },
}
"""A container for exported documents, and somebody from outside who exports them (docs/runbooks/cosmos.md)."""


NEEDED = {name: {"partition_key": "/id"} for name in ("Scenarios", "ContentBundles")}
"""The containers that services name."""


def about_cosmos(text: str) -> bool:
    return "cosmos" in text.lower() or "documents.azure.com" in text


@every_environment
@pytest.mark.requirement("S2-017")
def test_the_account_is_private_and_without_keys_unless_the_settings_say_otherwise(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    settings, account = context(stack).settings, one(composed[stack], "cosmos-account").inputs
    assert account["accountName"] == f"mys-{stack}-core-cosmos-san"
    assert account["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert account["disableLocalAuth"] is (not settings.accepts_keys("cosmos"))
    ranges = [str(each) for each in settings.cosmos.allowed_ranges]
    assert [each["ipAddressOrRange"] for each in account["ipRules"]] == ranges
    assert account["publicNetworkAccess"] == ("Enabled" if ranges else "Disabled")
    endpoint = composed[stack].named(f"mys-{stack}-corecosmos-pe-san")
    zones = one(composed[stack], "private-dns-zone-group", endpoint.name).inputs["privateDnsZoneConfigs"]
    assert [each["privateDnsZoneId"] for each in zones] == ["/private-dns-zone/privatelink.documents.azure.com"]


@every_environment
@pytest.mark.requirement("S2-074", "S2-080")
def test_capacity_regions_and_backup_follow_the_settings(stack: str, composed: Mapping[str, Composition]) -> None:
    settings, account = context(stack).settings, one(composed[stack], "cosmos-account").inputs
    cosmos, azure = settings.cosmos, settings.azure
    serverless = cosmos.capacity == "serverless"
    assert account["capabilities"] == ([{"name": "EnableServerless"}] if serverless else [])
    options = one(composed[stack], "cosmos-database").inputs.get("options")
    assert options == (None if serverless else {"autoscaleSettings": {"maxThroughput": cosmos.maximum_throughput}})
    regions = [azure.region, azure.secondary_region] if cosmos.replicate else [azure.region]
    assert [(each["locationName"], each["isZoneRedundant"]) for each in account["locations"]] == [
        (region, cosmos.zone_redundant) for region in regions
    ]
    assert account["enableAutomaticFailover"] is cosmos.replicate
    assert account["backupPolicy"]["type"] == "Continuous"
    assert account["backupPolicy"]["continuousModeProperties"]["tier"] == f"Continuous{cosmos.backup_days}Days"


@pytest.mark.requirement("S2-074")
def test_prod_can_go_back_30_days_and_survives_its_region(plans: Mapping[str, StackPlan]) -> None:
    spec = plans["prod"].of(COSMOS)
    assert spec.backup_days == 30
    assert spec.locations == (("southafricanorth", True), ("westeurope", True))


@every_environment
@pytest.mark.requirement("S0-30", "S1-038", "S1-039")
def test_every_container_has_its_partition_key(stack: str, composed: Mapping[str, Composition]) -> None:
    containers = every(composed[stack], "cosmos-container")
    assert {each.inputs["containerName"]: each.inputs["resource"]["partitionKey"]["paths"] for each in containers} == {
        "UserProfiles": ["/id"],
        "Accounts": ["/id"],
        "Scenarios": ["/id"],
        "GameSessions": ["/accountId"],
        "ContentBundles": ["/id"],
        "PendingSignups": ["/email"],
        "CompassTrackings": ["/id"],
    }
    assert {each.inputs["databaseName"] for each in containers} == {"MystiraAppDb"}


def test_a_container_takes_expiry_unique_keys_and_unindexed_paths(folder: Path) -> None:
    changes = {
        "cosmos.containers": {
            **NEEDED,
            "Drafts": {
                "partition_key": "/user/id",
                "ttl_seconds": 3600,
                "unique_keys": [["/email"]],
                "unindexed": ["/content/*"],
            },
        },
        "cosmos.consistency": "BoundedStaleness",
    }
    spec = edited_plan(folder, "dev", changes).of(COSMOS)
    (drafts,) = [each for each in spec.containers if each.name == "Drafts"]
    assert (drafts.partition_key, drafts.ttl_seconds) == ("/user/id", 3600)
    assert (drafts.unique_keys, drafts.unindexed) == ((("/email",),), ("/content/*",))
    assert spec.consistency == "BoundedStaleness"


@every_environment
def test_the_app_writes_documents_of_their_database_only(stack: str, composed: Mapping[str, Composition]) -> None:
    role = one(composed[stack], "cosmos-role-assignment", "app-cosmos")
    account = f"/cosmos-account/mys-{stack}-core-cosmos-san"
    assert role.inputs["roleDefinitionId"] == f"{account}/sqlRoleDefinitions/{CONTRIBUTOR}"
    assert role.inputs["scope"] == f"{account}/dbs/MystiraAppDb"
    identity = composed[stack].named(f"mys-{stack}-app-identity-san")
    assert identity.name in role.dependencies
    assert role.protect is False


def test_the_lock_of_prod_comes_after_everything_in_its_scope(composed: Mapping[str, Composition]) -> None:
    lock = one(composed["prod"], "management-lock", "cosmos-account-core")
    inside = {
        each.name
        for kind in ("cosmos-database", "cosmos-container", "cosmos-role-assignment")
        for each in every(composed["prod"], kind)
    }
    assert inside <= set(lock.dependencies)
    assert every(composed["dev"], "management-lock") == []


@every_environment
def test_what_it_makes_is_what_the_needs_ask_for(stack: str) -> None:
    wanted = {
        secret.value
        for service in CATALOGUE
        for need in service.needs
        if isinstance(need, Documents)
        for secret in need.secrets
        if secret.key_of is None or context(stack).settings.accepts_keys(secret.key_of)
    }
    assert set(COSMOS.products(context(stack))) == wanted


def test_there_is_a_connection_string_only_where_keys_are_on(plans: Mapping[str, StackPlan]) -> None:
    prod, dev = (f"https://mys-{stack}-core-cosmos-san.documents.azure.com:443/" for stack in ("prod", "dev"))
    assert products(plans["prod"], "cosmos/") == {Documents.ENDPOINT: Product(prod, False)}
    assert products(plans["dev"], "cosmos/") == {
        Documents.ENDPOINT: Product(dev, False),
        Documents.CONNECTION_STRING: Product(f"AccountEndpoint={dev};AccountKey={KEY};", True),
    }


# the end of its life: archive, then removed


@pytest.mark.requirement("S2-057", "S2-061")
def test_an_archive_is_read_and_not_written(folder: Path, composed: Mapping[str, Composition]) -> None:
    migrate(folder)
    composition = compose_up_to(ACCESS, edited_plan(folder, "prod", {**EXPORT_SETTINGS, "cosmos.lifecycle": "archive"}))
    roles = {name: each.inputs for name, each in by_name(composition, "cosmos-role-assignment").items()}
    admin = {"admin-api-cosmos", "admin-api-cosmos-Scenarios", "admin-api-cosmos-ContentBundles"}
    assert set(roles) == {"app-cosmos", *admin, "data-migration-cosmos", "export-cosmos"}
    assert {each["roleDefinitionId"].rpartition("/")[2] for each in roles.values()} == {READER}
    assert roles["export-cosmos"]["principalId"] == EXPORT
    before = by_name(composed["prod"], "cosmos-role-assignment")
    ids = {name: each.inputs["roleAssignmentId"] for name, each in before.items()}
    now = {name: each["roleAssignmentId"] for name, each in roles.items() if name != "export-cosmos"}
    assert now == ids, "an update in place, which no lock stops"
    kept = {each.name for each in every(composed["prod"], "cosmos-container")}
    assert {each.name for each in every(composition, "cosmos-container")} == kept


@pytest.mark.requirement("S2-061")
def test_who_exports_writes_the_export_container_and_nothing_else(folder: Path) -> None:
    migrate(folder)
    composition = compose_up_to(ACCESS, edited_plan(folder, "prod", {**EXPORT_SETTINGS, "cosmos.lifecycle": "archive"}))
    roles = [each.inputs for each in every(composition, "role-assignment")]
    assert [each["scope"] for each in roles if each["principalId"] == EXPORT] == ["/blob-container/cosmos-export"]


def test_an_archive_is_opened_with_the_key_that_reads(folder: Path) -> None:
    migrate(folder)
    changes = {"cosmos.lifecycle": "archive", "cosmos.export_container": "archives"}
    made = products(edited_plan(folder, "dev", changes), "cosmos/")[Documents.CONNECTION_STRING]
    assert f"AccountKey={KEY}-to-read;" in made.value
    assert made.secret


@pytest.mark.requirement("S2-011", "S2-062", "S2-086")
def test_what_is_removed_leaves_nothing(folder: Path) -> None:
    migrate(folder)
    changes = {"cosmos.lifecycle": "removed", "cosmos.export_container": "archives"}
    plan = edited_plan(folder, "prod", changes)
    assert plan.get(COSMOS) is None
    assert [zone for zone in plan.zones if about_cosmos(zone)] == []
    assert [secret.name for secret in plan.of(SECRETS) if about_cosmos(secret.name + secret.value)] == []
    assert [path for path in plan.paths if about_cosmos(path.target)] == []
    assert [each for each in compose_plan(plan).azure() if about_cosmos(each.type + each.name)] == []


@pytest.mark.requirement("S2-062")
def test_what_would_go_is_protected_and_locked_in_prod(composed: Mapping[str, Composition]) -> None:
    for kind in ("cosmos-account", "cosmos-database", "cosmos-container"):
        assert {each.protect for each in every(composed["prod"], kind)} == {True}, kind
    assert one(composed["prod"], "management-lock", "cosmos-account-core").inputs["level"] == "CanNotDelete"


# what is refused


PUBLIC = "waivers.cosmos-public-access"
MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("dev", {"cosmos.maximum_throughput": 4000}, "cosmos.maximum_throughput", "a serverless account has no throughput"),
    ("dev", {"cosmos.replicate": True}, "cosmos.replicate", "a serverless account has one region"),
    ("prod", {"cosmos.maximum_throughput": GONE}, "cosmos.maximum_throughput", "an autoscale account needs a ceiling"),
    ("prod", {"cosmos.maximum_throughput": 4500}, "cosmos.maximum_throughput", "not an autoscale ceiling"),
    ("prod", {"cosmos.maximum_throughput": 0}, "cosmos.maximum_throughput", "not an autoscale ceiling"),
    (
        "prod",
        {"cosmos.maximum_throughput": RU_MAXIMUM + RU_STEP},
        "cosmos.maximum_throughput",
        "not an autoscale ceiling",
    ),
    ("prod", {"cosmos.replicate": False}, "waivers.cosmos-regions", "documents have a copy in a second region"),
    ("prod", {"cosmos.capacity": "provisioned"}, "cosmos.capacity", "not allowed"),
    ("prod", {"cosmos.backup_days": 14}, "cosmos.backup_days", "not allowed"),
    ("prod", {"cosmos.export_container": "nowhere"}, "cosmos.export_container", "no such blob container"),
    (
        "prod",
        {"cosmos.containers": {"A": {"ttl_seconds": 5}}},
        "cosmos.containers.A.partition_key",
        "missing",
    ),
    ("prod", {"cosmos.containers": {"A": {"partition_key": "id"}}}, "cosmos.containers.A.partition_key", "not allowed"),
    (
        "prod",
        {"cosmos.containers": {**NEEDED, "A": {"partition_key": "/id"}, "a": {"partition_key": "/id"}}},
        "cosmos.containers.a",
        "differs from A only in case",
    ),
    (
        "prod",
        {"cosmos.containers": {**NEEDED, **{f"C{n}": {"partition_key": "/id"} for n in range(SHARED_CONTAINERS - 1)}}},
        "cosmos.containers",
        "too many containers",
    ),
    (
        "prod",
        {"cosmos.containers": {"Scenarios": {"partition_key": "/id"}}},
        "cosmos.containers",
        "missing: admin-api writes ContentBundles",
    ),
    ("prod", {"cosmos.allowed_ranges": ["203.0.113.0/24"]}, PUBLIC, "missing"),
    ("dev", {"cosmos.allowed_ranges": []}, PUBLIC, "waives a rule that the settings keep"),
    (
        "prod",
        {"azure.secondary_region": "southafricanorth"},
        "azure.secondary_region",
        "the secondary region must differ from the primary",
    ),
]


@pytest.mark.parametrize(
    ("stack", "changes", "path", "what"), MISTAKES, ids=[f"{path}: {what}" for _, _, path, what in MISTAKES]
)
def test_each_mistake_is_one_problem(folder: Path, stack: str, changes: dict[str, Any], path: str, what: str) -> None:
    problem = one_problem(folder, stack, changes)
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:{path}"
    assert what in problem.what


@pytest.mark.parametrize("lifecycle", ["archive", "removed"])
@pytest.mark.requirement("S2-059")
def test_documents_that_services_stop_writing_need_a_container_to_be_exported_to(folder: Path, lifecycle: str) -> None:
    migrate(folder)
    problem = one_problem(folder, "prod", {"cosmos.lifecycle": lifecycle})
    assert problem.path == "Pulumi.prod.yaml: mystira:cosmos.export_container"
    assert problem.what.startswith("missing: ")


def test_zones_need_a_region_that_has_them(folder: Path) -> None:
    found = {each.path.partition("mystira:")[2]: each for each in problems(folder, "prod", {"azure.region": "westus"})}
    problem = found["cosmos.zone_redundant"]
    assert (problem.what, problem.seen) == ("westus has no zones", "true")


PERIODIC = {"interval_minutes": 240, "retention_hours": 8, "redundancy": "Geo"}
LIVE = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/mys-dev-core-rg-san"
    "/providers/Microsoft.DocumentDB/databaseAccounts/mys-dev-core-cosmos-san"
)


@pytest.mark.requirement("S2-074")
def test_a_live_account_keeps_its_periodic_backup_with_a_waiver(folder: Path) -> None:
    """Azure changes the mode alone and never takes it back, so an adopted account keeps it until the line goes."""
    kept = {"adopt.cosmos-account/core": LIVE, "cosmos.periodic_backup": PERIODIC}
    problem = one_problem(folder, "dev", kept)
    assert problem.path == "Pulumi.dev.yaml: mystira:waivers.cosmos-backup"
    assert "any second of the last days" in problem.what
    spec = edited_plan(folder, "dev", {"waivers.cosmos-backup": waived()}).of(COSMOS)
    assert spec.periodic_backup is not None
    assert (spec.periodic_backup.interval_minutes, spec.periodic_backup.redundancy) == (240, "Geo")


def test_a_new_account_has_no_periodic_backup(folder: Path) -> None:
    changes = {"cosmos.periodic_backup": {}, "waivers.cosmos-backup": waived()}
    problem = one_problem(folder, "dev", changes)
    assert problem.path == "Pulumi.dev.yaml: mystira:cosmos.periodic_backup"
    assert problem.allowed == "no such entry, or mystira:adopt.cosmos-account/core"
