"""Cosmos DB and storage: what the settings become, who may do what, and one clear error for each mistake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from components.naming import Names, Project
from components.problems import InvalidInput, Problem
from offline.engine.home import PROJECT
from stacks.__main__ import plan_of
from stacks.build.run import guarded_build
from stacks.build.stores import Site, build_stores
from stacks.catalogue import CATALOGUE, Catalogue
from stacks.catalogue.needs import Documents, Files
from stacks.plan import EnvironmentPlan, StackPlan, make_plan
from stacks.plan.stores import STORES, served
from stacks.settings import EnvironmentSettings, from_file
from tests.conftest import STACKS, TODAY
from tests.harness import Composition, compose
from tests.harness.compose import KEY

ENVIRONMENTS = STACKS[1:]
COSMOS = "azure-native:cosmosdb:"
STORAGE = "azure-native:storage:"
LOCK = "azure-native:authorization:ManagementLockByScope"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
READER, CONTRIBUTOR = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
EXPORT = "00000000-0000-4000-8000-00000000e001"

every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)


def one(composition: Composition, token: str) -> dict[str, Any]:
    (found,) = composition.of(token)
    return dict(found.inputs)


def edited(folder: Path, stack: str, **sections: dict[str, Any]) -> StackPlan:
    """The plan of a stack whose file says more in these sections; ``None`` takes a key away."""
    file = folder / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(file.read_text())
    for section, values in sections.items():
        merged = {**content["config"].get(f"mystira:{section}", {}), **values}
        content["config"][f"mystira:{section}"] = {key: value for key, value in merged.items() if value is not None}
    file.write_text(yaml.safe_dump(content))
    return plan_of(stack, folder, TODAY)


def built(plan: StackPlan) -> Composition:
    return compose(lambda: guarded_build(plan, retries=False))


@every_environment
def test_the_account_is_private_and_without_keys(stack: str, composed: dict[str, Composition]) -> None:
    account = one(composed[stack], COSMOS + "DatabaseAccount")
    dev = stack == "dev"
    assert account["accountName"] == f"mys-{stack}-core-cosmos-san"
    assert account["disableLocalAuth"] is not dev
    assert account["disableKeyBasedMetadataWriteAccess"] is True
    assert account["minimalTlsVersion"] == "Tls12"
    assert account["publicNetworkAccess"] == ("Enabled" if dev else "Disabled")
    assert [each["ipAddressOrRange"] for each in account["ipRules"]] == (["203.0.113.0/24"] if dev else [])
    assert account["consistencyPolicy"] == {"defaultConsistencyLevel": "Session"}
    assert account["enableMultipleWriteLocations"] is False
    endpoint = composed[stack].named(f"mys-{stack}-corecosmos-pe-san").inputs
    assert endpoint["privateLinkServiceConnections"][0]["groupIds"] == ["Sql"]
    groups = composed[stack].of("azure-native:network:PrivateDnsZoneGroup")
    (group,) = [each for each in groups if each.inputs["privateEndpointName"] == endpoint["privateEndpointName"]]
    zones = [each["privateDnsZoneId"] for each in group.inputs["privateDnsZoneConfigs"]]
    assert zones == ["/private-dns-zone/privatelink.documents.azure.com"]


@pytest.mark.requirement("S2-074")
def test_capacity_regions_and_backup_follow_the_settings(composed: dict[str, Composition]) -> None:
    found = {stack: one(composed[stack], COSMOS + "DatabaseAccount") for stack in ENVIRONMENTS}
    options = {stack: one(composed[stack], COSMOS + "SqlResourceSqlDatabase").get("options") for stack in ENVIRONMENTS}
    assert found["dev"]["capabilities"] == [{"name": "EnableServerless"}]
    assert options == {
        "dev": None,
        "staging": {"autoscaleSettings": {"maxThroughput": 1000}},
        "prod": {"autoscaleSettings": {"maxThroughput": 4000}},
    }
    places = {
        stack: [(each["locationName"], each["isZoneRedundant"]) for each in account["locations"]]
        for stack, account in found.items()
    }
    assert places == {
        "dev": [("southafricanorth", False)],
        "staging": [("southafricanorth", True)],
        "prod": [("southafricanorth", True), ("westeurope", True)],
    }
    assert [each["failoverPriority"] for each in found["prod"]["locations"]] == [0, 1]
    assert {stack: account["enableAutomaticFailover"] for stack, account in found.items()} == {
        "dev": False,
        "staging": False,
        "prod": True,
    }
    tiers = {stack: account["backupPolicy"]["continuousModeProperties"]["tier"] for stack, account in found.items()}
    assert tiers == {"dev": "Continuous7Days", "staging": "Continuous7Days", "prod": "Continuous30Days"}


@every_environment
@pytest.mark.requirement("S0-30", "S1-038", "S1-039")
def test_seven_containers_with_their_keys(stack: str, composed: dict[str, Composition]) -> None:
    containers = composed[stack].of(COSMOS + "SqlResourceSqlContainer")
    keys = {each.inputs["containerName"]: each.inputs["resource"]["partitionKey"]["paths"] for each in containers}
    assert keys == {
        "UserProfiles": ["/id"],
        "Accounts": ["/id"],
        "Scenarios": ["/id"],
        "GameSessions": ["/accountId"],
        "ContentBundles": ["/id"],
        "PendingSignups": ["/email"],
        "CompassTrackings": ["/id"],
    }
    for each in containers:
        assert each.inputs["databaseName"] == "MystiraAppDb"
        assert each.inputs["resource"]["indexingPolicy"]["indexingMode"] == "consistent"
        assert each.inputs["resource"]["indexingPolicy"]["includedPaths"] == [{"path": "/*"}]


def test_a_container_says_more_where_it_must(folder: Path) -> None:
    more = {
        "partition_key": "/user/id",
        "ttl_seconds": 3600,
        "unique_keys": [["/email"]],
        "unindexed": ["/content/*"],
    }
    plan = edited(folder, "dev", cosmos={"containers": {"Drafts": more}, "consistency": "BoundedStaleness"})
    composition = built(plan)
    resource = one(composition, COSMOS + "SqlResourceSqlContainer")["resource"]
    assert resource["defaultTtl"] == 3600
    assert resource["uniqueKeyPolicy"] == {"uniqueKeys": [{"paths": ["/email"]}]}
    assert resource["indexingPolicy"]["excludedPaths"] == [{"path": "/content/*"}]
    assert one(composition, COSMOS + "DatabaseAccount")["consistencyPolicy"] == {
        "defaultConsistencyLevel": "BoundedStaleness",
        "maxIntervalInSeconds": 300,
        "maxStalenessPrefix": 100000,
    }


@every_environment
def test_consumers_write_documents_of_their_database_only(stack: str, composed: dict[str, Composition]) -> None:
    (role,) = composed[stack].of(COSMOS + "SqlResourceSqlRoleAssignment")
    account = f"/cosmos-account/mys-{stack}-core-cosmos-san"
    assert role.inputs["roleDefinitionId"] == f"{account}/sqlRoleDefinitions/{CONTRIBUTOR}"
    assert role.inputs["scope"] == f"{account}/dbs/MystiraAppDb"
    assert role.protect is False
    containers = {each.name for each in composed[stack].of(COSMOS + "SqlResourceSqlContainer")}
    assert containers <= set(role.dependencies), "an assignment locks the account that containers are made in"
    (endpoint,) = [
        each for each in composed[stack].azure() if each.name == "cosmos-account-core" and "Endpoint" in each.type
    ]
    assert role.name in endpoint.dependencies


def test_the_lock_comes_after_everything_in_its_scope(composed: dict[str, Composition]) -> None:
    locks = {each.name: set(each.dependencies) for each in composed["prod"].of(LOCK)}
    assert locks["cosmos-account-core"] >= {"app-cosmos", "GameSessions", "cosmos-account-core"}
    blobs = {each.name for each in composed["prod"].of(ASSIGNMENT) if "blob" in each.name}
    assert len(blobs) == 7
    assert locks["storage-account-core"] >= {*blobs, "uploads", "blob-service-core", "storage-account-core"}
    assert not any("metrics-publisher" in name for found in locks.values() for name in found)
    assert composed["dev"].of(LOCK) == []


@pytest.mark.requirement("S2-057", "S2-059", "S2-061")
def test_an_archive_is_read_and_not_written(folder: Path, composed: dict[str, Composition]) -> None:
    containers = {
        "mystira-app-media": {},
        "avatars": {},
        "audio": {},
        "content-bundles": {},
        "archives": {},
        "uploads": {},
    }
    plan = edited(
        folder,
        "prod",
        cosmos={"lifecycle": "archive", "export_container": "cosmos-export", "readers": {"export": EXPORT}},
        storage={"containers": {**containers, "cosmos-export": {"cold_after_days": 1}}},
        access={
            "export": {
                "principal_id": EXPORT,
                "principal_type": "ServicePrincipal",
                "role": "blob-contributor",
                "scope": "container/cosmos-export",
            }
        },
    )
    composition = built(plan)
    roles = {each.name: each.inputs for each in composition.of(COSMOS + "SqlResourceSqlRoleAssignment")}
    assert set(roles) == {"app-cosmos", "export-cosmos"}
    assert all(each["roleDefinitionId"].endswith(READER) for each in roles.values())
    assert roles["export-cosmos"]["principalId"] == EXPORT
    (before,) = composed["prod"].of(COSMOS + "SqlResourceSqlRoleAssignment")
    same = roles["app-cosmos"]["roleAssignmentId"]
    assert same == before.inputs["roleAssignmentId"], "less is an update of the same assignment, which a lock lets pass"
    assert len(composition.of(COSMOS + "SqlResourceSqlContainer")) == 7
    (export,) = [each for each in composition.of(ASSIGNMENT) if each.inputs["principalId"] == EXPORT]
    assert export.inputs["scope"] == "/blob-container/cosmos-export"


@pytest.mark.requirement("S2-011", "S2-062", "S2-086")
def test_what_is_removed_leaves_nothing(folder: Path, composed: dict[str, Composition]) -> None:
    stateful = [each for each in composed["prod"].azure() if each.type.startswith(COSMOS) and "Role" not in each.type]
    assert {each.protect for each in stateful} == {True}
    plan = edited(folder, "prod", cosmos={"lifecycle": "removed", "export_container": "archives"})
    assert isinstance(plan, EnvironmentPlan)
    composition = built(plan)
    assert plan.stores.cosmos is None
    assert not [each for each in composition.azure() if "cosmos" in each.type.lower() or "cosmos" in each.name.lower()]
    assert not [zone for zone in plan.network.zones if "documents" in zone]
    settings = from_file("prod", folder)
    assert isinstance(settings, EnvironmentSettings)
    left = served(settings, CATALOGUE)
    secrets = {secret.value for service in left for need in service.needs for secret in need.secrets}
    produced = {product for store in STORES for product in store.products(settings, left)}
    assert not [name for name in secrets | produced if name.startswith("cosmos/")]
    assert "storage/connection-string" in secrets & produced


@every_environment
def test_the_storage_account_is_private_and_without_keys(stack: str, composed: dict[str, Composition]) -> None:
    account = one(composed[stack], STORAGE + "StorageAccount")
    dev = stack == "dev"
    assert account["accountName"] == f"mys{stack}corestsan"
    assert account["sku"]["name"] == {"dev": "Standard_LRS", "staging": "Standard_ZRS", "prod": "Standard_GZRS"}[stack]
    assert account["kind"] == "StorageV2"
    assert account["allowSharedKeyAccess"] is dev
    assert account["allowBlobPublicAccess"] is False
    assert account["allowCrossTenantReplication"] is False
    assert account["enableHttpsTrafficOnly"] is True
    assert account["minimumTlsVersion"] == "TLS1_2"
    assert account["encryption"]["requireInfrastructureEncryption"] is True
    assert account["publicNetworkAccess"] == ("Enabled" if dev else "Disabled")
    rules = account["networkRuleSet"]
    assert (rules["defaultAction"], rules["bypass"]) == ("Deny", "None")
    assert [each["iPAddressOrRange"] for each in rules["ipRules"]] == (["203.0.113.0/24"] if dev else [])
    endpoint = composed[stack].named(f"mys-{stack}-coreblob-pe-san").inputs
    assert endpoint["privateLinkServiceConnections"][0]["groupIds"] == ["blob"]


@every_environment
def test_blobs_can_be_brought_back(stack: str, composed: dict[str, Composition]) -> None:
    service = one(composed[stack], STORAGE + "BlobServiceProperties")
    days = {"dev": 7, "staging": 14, "prod": 30}[stack]
    assert service["isVersioningEnabled"] is True
    assert service["deleteRetentionPolicy"] == {"enabled": True, "days": days}
    assert service["containerDeleteRetentionPolicy"] == {"enabled": True, "days": days}
    assert service["changeFeed"]["enabled"] is (stack != "dev")
    assert service["lastAccessTimeTrackingPolicy"]["enable"] is True
    (rule,) = service["cors"]["corsRules"]
    host = "app.mystira.app" if stack == "prod" else f"{stack}.app.mystira.app"
    assert rule["allowedOrigins"] == [f"https://{host}"]
    assert "DELETE" not in rule["allowedMethods"]
    containers = composed[stack].of(STORAGE + "BlobContainer")
    assert {each.inputs["containerName"] for each in containers} == {
        "mystira-app-media",
        "avatars",
        "audio",
        "content-bundles",
        "archives",
        "uploads",
    }
    assert {each.inputs["publicAccess"] for each in containers} == {"None"}


@every_environment
@pytest.mark.requirement("S2-018", "S2-023")
def test_nothing_that_is_read_goes_offline(stack: str, composed: dict[str, Composition]) -> None:
    (policy,) = composed[stack].of(STORAGE + "ManagementPolicy")
    rules = {each["name"]: each["definition"] for each in policy.inputs["policy"]["rules"]}
    assert "core" in policy.dependencies
    cooled = {
        name: definition["actions"]["baseBlob"]["tierToCool"]["daysAfterLastAccessTimeGreaterThan"]
        for name, definition in rules.items()
        if "tierToCool" in definition["actions"].get("baseBlob", {})
    }
    assert cooled == {"mystira-app-media": 30, "avatars": 90, "audio": 30, "content-bundles": 14}
    for name in cooled:
        assert rules[name]["actions"]["baseBlob"]["enableAutoTierToHotFromCool"] is True
        assert rules[name]["filters"] == {"blobTypes": ["blockBlob"], "prefixMatch": [f"{name}/"]}
    assert rules["uploads"]["actions"]["baseBlob"] == {"delete": {"daysAfterModificationGreaterThan": 7}}
    assert "tierToArchive" not in str(rules)
    old = {"daysAfterCreationGreaterThan": {"dev": 7, "staging": 30, "prod": 90}[stack]}
    assert rules["earlier-versions"]["actions"] == {"snapshot": {"delete": old}, "version": {"delete": old}}


def test_what_is_put_away_may_be_archived_where_azure_can(folder: Path) -> None:
    containers = {"mystira-app-media": {}, "avatars": {}, "audio": {}, "content-bundles": {}, "uploads": {}}
    steps = {"cool_after_days": 1, "cold_after_days": 7, "archive_after_days": 30, "delete_after_days": 400}
    plan = edited(
        folder, "dev", storage={"containers": {**containers, "archives": steps}, "allowed_ranges": ["198.51.100.7/32"]}
    )
    composition = built(plan)
    rules = one(composition, STORAGE + "ManagementPolicy")["policy"]["rules"]
    (archived,) = [each["definition"]["actions"]["baseBlob"] for each in rules if each["name"] == "archives"]
    assert archived["tierToArchive"] == {"daysAfterModificationGreaterThan": 30}
    ranges = one(composition, STORAGE + "StorageAccount")["networkRuleSet"]["ipRules"]
    assert [each["iPAddressOrRange"] for each in ranges] == ["198.51.100.7"], "Azure takes no /32"


@every_environment
def test_files_are_used_with_an_identity(stack: str, plans: dict[str, StackPlan]) -> None:
    grants = {(each.role.key, each.scope) for each in plans[stack].grants if each.kind.startswith(("blob", "storage"))}
    files = next(need for need in CATALOGUE.by_key["app"].needs if isinstance(need, Files))
    assert grants == {
        ("blob-delegator", "storage"),
        *(("blob-contributor", f"container/{name}") for name in files.containers),
    }
    assert {wanted.role for wanted in replace(files, read_only=True).grants} == {"blob-reader", "blob-delegator"}


def test_everybody_may_read_what_is_waived(folder: Path) -> None:
    containers = {"mystira-app-media": {}, "audio": {}, "content-bundles": {}, "archives": {}, "uploads": {}}
    plan = edited(
        folder,
        "dev",
        storage={"containers": {**containers, "avatars": {"anonymous": True}}},
        waivers={"storage-anonymous": "Avatars are public."},
    )
    composition = built(plan)
    assert one(composition, STORAGE + "StorageAccount")["allowBlobPublicAccess"] is True
    access = {each.name: each.inputs["publicAccess"] for each in composition.of(STORAGE + "BlobContainer")}
    assert {name for name, value in access.items() if value == "Blob"} == {"avatars"}


def products(stack: str, plans: dict[str, StackPlan], monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, bool]]:
    """What these stores produce for vaults, each with whether it is secret."""
    found: dict[str, pulumi.Output[str]] = {}

    def kept(site: Site) -> dict[str, pulumi.Output[str]]:
        found.update(build_stores(site))
        return found

    monkeypatch.setattr("stacks.build.environment.build_stores", kept)
    values: dict[str, tuple[str, bool]] = {}

    def program() -> dict[str, object]:
        guarded_build(plans[stack], retries=False)
        return dict(found)

    secrets: dict[str, Any] = {}

    def with_secrecy() -> dict[str, object]:
        exported = program()
        secrets.update({f"{name} secret": pulumi.Output.from_input(each.is_secret()) for name, each in found.items()})
        return {**exported, **secrets}

    outputs = compose(with_secrecy).outputs
    for name in found:
        if not name.startswith(("cosmos/", "storage/")):
            continue
        values[name] = (outputs[name], outputs[f"{name} secret"])
    return values


def test_connection_strings_carry_keys_only_where_keys_are_on(
    plans: dict[str, StackPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert products("prod", plans, monkeypatch) == {
        "cosmos/connection-string": (
            "AccountEndpoint=https://mys-prod-core-cosmos-san.documents.azure.com:443/;",
            False,
        ),
        "storage/connection-string": ("BlobEndpoint=https://mysprodcorestsan.blob.core.windows.net/", False),
    }
    cosmos, storage = products("dev", plans, monkeypatch).values()
    host = "https://mys-dev-core-cosmos-san.documents.azure.com:443/"
    assert cosmos == (f"AccountEndpoint={host};AccountKey={KEY};", True)
    assert storage[1] is True
    assert f"AccountName=mysdevcorestsan;AccountKey={KEY};" in storage[0]


def test_an_archive_is_opened_with_the_key_that_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = edited(folder, "dev", cosmos={"lifecycle": "archive", "export_container": "archives"})
    assert f"AccountKey={KEY}-to-read;" in products("dev", {"dev": plan}, monkeypatch)["cosmos/connection-string"][0]


@every_environment
def test_what_the_stores_produce_is_what_the_needs_ask_for(
    stack: str, plans: dict[str, StackPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = from_file(stack, PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    stores = [store for store in STORES if store.key in ("cosmos", "storage")]
    promised = {product for store in stores for product in store.products(settings, CATALOGUE)}
    made = {name for name in products(stack, plans, monkeypatch) if name.split("/")[0] in ("cosmos", "storage")}
    kinds = (Documents, Files)
    wanted = {
        secret.value
        for service in CATALOGUE
        for need in service.needs
        if isinstance(need, kinds)
        for secret in need.secrets
    }
    assert promised == made == wanted


COSMOS_MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("dev", {"maximum_throughput": 4000}, "cosmos.maximum_throughput", "a serverless account has no throughput"),
    ("dev", {"replicate": True}, "cosmos.replicate", "a serverless account has one region"),
    ("prod", {"maximum_throughput": None}, "cosmos.maximum_throughput", "an autoscale account needs its ceiling"),
    ("prod", {"maximum_throughput": 4500}, "cosmos.maximum_throughput", "not a ceiling that Azure takes"),
    ("prod", {"maximum_throughput": 2000000}, "cosmos.maximum_throughput", "not a ceiling that Azure takes"),
    ("prod", {"capacity": "provisioned"}, "cosmos.capacity", "not allowed"),
    ("prod", {"backup_days": 14}, "cosmos.backup_days", "not allowed"),
    ("prod", {"lifecycle": "archive"}, "cosmos.export_container", "missing: documents that nobody writes"),
    ("prod", {"lifecycle": "removed"}, "cosmos.export_container", "missing: documents that nobody writes"),
    ("prod", {"export_container": "nowhere"}, "cosmos.export_container", "no such blob container"),
    ("prod", {"containers": {"A": {"ttl_seconds": 5}}}, "cosmos.containers.A.partition_key", "missing"),
    ("prod", {"containers": {"A": {"partition_key": "id"}}}, "cosmos.containers.A.partition_key", "not allowed"),
    (
        "prod",
        {"containers": {"A": {"partition_key": "/id"}, "a": {"partition_key": "/id"}}},
        "cosmos.containers.a",
        "differs from A by case only",
    ),
    (
        "prod",
        {"containers": {f"C{number}": {"partition_key": "/id"} for number in range(26)}},
        "cosmos.containers",
        "too many containers for one throughput",
    ),
    ("prod", {"allowed_ranges": ["203.0.113.0/24"]}, "waivers.cosmos-public-access", "missing"),
    ("dev", {"allowed_ranges": []}, "waivers.cosmos-public-access", "waives a rule that the settings keep"),
]
NO_MEDIA = {"avatars": {}, "audio": {}, "content-bundles": {}, "archives": {}, "uploads": {}}
STORAGE_MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("prod", {"sku": "Premium_LRS"}, "storage.sku", "not allowed"),
    ("prod", {"restore_days": 0}, "storage.restore_days", "not allowed"),
    ("prod", {"restore_days": 366}, "storage.restore_days", "not allowed"),
    ("prod", {"containers": NO_MEDIA}, "storage.containers", "missing: app uses mystira-app-media"),
    ("prod", {"allowed_ranges": ["198.51.100.0/24"]}, "waivers.storage-public-access", "missing"),
    ("dev", {"allowed_ranges": ["198.51.100.0/31"]}, "storage.allowed_ranges.0", "not a range that the firewall"),
    ("dev", {"allowed_ranges": ["10.0.0.0/24"]}, "storage.allowed_ranges.0", "not a range that the firewall"),
    (
        "dev",
        {"containers": {**NO_MEDIA, "mystira-app-media": {"archive_after_days": 90}}},
        "storage.containers.mystira-app-media.archive_after_days",
        "app reads it, and an archived blob is offline",
    ),
    (
        "prod",
        {"containers": {**NO_MEDIA, "mystira-app-media": {}, "archives": {"archive_after_days": 7}}},
        "storage.containers.archives.archive_after_days",
        "Standard_GZRS has no archive tier",
    ),
    (
        "dev",
        {"containers": {**NO_MEDIA, "mystira-app-media": {"cool_after_days": 30, "delete_after_days": 30}}},
        "storage.containers.mystira-app-media.delete_after_days",
        "not after cool_after_days",
    ),
    (
        "dev",
        {"containers": {**NO_MEDIA, "mystira-app-media": {"anonymous": True}}},
        "waivers.storage-anonymous",
        "missing",
    ),
    ("dev", {"containers": {**NO_MEDIA, "mystira-app-media": {}, "-x-": {}}}, "storage.containers.-x-", "not allowed"),
]
MISTAKES = [("cosmos", *case) for case in COSMOS_MISTAKES] + [("storage", *case) for case in STORAGE_MISTAKES]


def mistake(folder: Path, stack: str, **sections: dict[str, Any]) -> Problem:
    with pytest.raises(InvalidInput) as caught:
        edited(folder, stack, **sections)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("section", "stack", "values", "path", "what"), MISTAKES, ids=[f"{c[3]} {c[4]}" for c in MISTAKES]
)
def test_each_mistake_is_one_problem(
    folder: Path, section: str, stack: str, values: dict[str, Any], path: str, what: str
) -> None:
    problem = mistake(folder, stack, **{section: values})
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:{path}"
    assert what in problem.what


def test_a_copy_in_the_same_region_is_none(folder: Path) -> None:
    problem = mistake(folder, "prod", azure={"secondary_region": "southafricanorth"})
    assert (problem.path, problem.what) == (
        "Pulumi.prod.yaml: mystira:azure.secondary_region",
        "a copy in the same region is none",
    )


def test_no_path_is_told_once_for_all_stores(folder: Path) -> None:
    subnets = {"aks-nodes": "10.2.8.0/22", "postgresql": "10.2.3.0/24", "app-service": "10.2.5.0/26"}
    problem = mistake(folder, "prod", network={"subnets": subnets})
    assert problem.path == "Pulumi.prod.yaml: mystira:network.subnets.private-endpoints"


def test_zones_need_a_region_that_has_them(folder: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        edited(folder, "prod", azure={"region": "westus"})
    found = {problem.path.partition("mystira:")[2]: problem.what for problem in caught.value.problems}
    assert found["cosmos.zone_redundant"] == "westus has no zones"
    assert found["storage.sku"] == "westus has no zones"


def test_a_storage_name_that_is_too_long_is_never_shortened() -> None:
    with pytest.raises(InvalidInput, match="has the wrong length"):
        Names("mys", "staging", "southafricanorth").name(Project("storygenerator"), "storage-account")


def test_a_consumer_of_an_unknown_container_is_refused() -> None:
    settings = from_file("dev", PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    app = CATALOGUE.by_key["app"]
    lost = replace(app, needs=(*app.needs, Files(("lost-and-found",))))
    catalogue = Catalogue(tuple(lost if each.key == "app" else each for each in CATALOGUE))
    with pytest.raises(InvalidInput) as caught:
        make_plan(settings, catalogue, stack="dev", today=TODAY)
    (problem,) = caught.value.problems
    assert (problem.path, problem.what) == (
        "Pulumi.dev.yaml: mystira:storage.containers",
        "missing: app uses lost-and-found",
    )
