"""The storage account: what the settings become, who may use its blobs, and one clear error for each mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stacks.catalogue.needs.files import Files
from stacks.parts.storage.plan import STORAGE
from stacks.plan.model import StackPlan
from tests.harness.access import granted
from tests.harness.build import Product, compose_up_to, every, one, products
from tests.harness.compose import KEY, Composition
from tests.harness.settings import context, edited_plan, every_environment, one_problem, problems, waived
from tests.platform.catalogue import CATALOGUE

FILES = next(need for need in CATALOGUE.by_key["app"].needs if isinstance(need, Files))
"""The files of the app, the only service that stores any; one job does."""
USED = tuple(name for each in CATALOGUE for need in each.needs if isinstance(need, Files) for name in need.containers)
"""The containers that somebody names."""


def containers(**changes: dict[str, Any]) -> dict[str, Any]:
    """``storage.containers`` with everything that somebody uses and these changes; ``_`` stands for ``-`` in names."""
    own: dict[str, Any] = {name: {} for name in USED}
    return own | {name.replace("_", "-"): each for name, each in changes.items()}


@every_environment
@pytest.mark.requirement("S2-017", "S2-094")
def test_the_account_is_private_and_without_keys_unless_the_settings_say_otherwise(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    settings, account = context(stack).settings, one(composed[stack], "storage-account").inputs
    assert account["accountName"] == f"mys{stack}corestsan"
    assert account["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert account["sku"]["name"] == settings.storage.sku
    assert account["allowSharedKeyAccess"] is settings.accepts_keys("storage")
    assert account["allowBlobPublicAccess"] is False
    ranges = [str(each) for each in settings.storage.allowed_ranges]
    assert account["publicNetworkAccess"] == ("Enabled" if ranges else "Disabled")
    assert account["networkRuleSet"]["defaultAction"] == "Deny"
    assert [each["iPAddressOrRange"] for each in account["networkRuleSet"]["ipRules"]] == ranges
    endpoint = composed[stack].named(f"mys-{stack}-coreblob-pe-san")
    zones = one(composed[stack], "private-dns-zone-group", endpoint.name).inputs["privateDnsZoneConfigs"]
    assert [each["privateDnsZoneId"] for each in zones] == ["/private-dns-zone/privatelink.blob.core.windows.net"]


@every_environment
def test_blobs_can_be_restored_for_as_long_as_the_settings_say(stack: str, composed: Mapping[str, Composition]) -> None:
    settings = context(stack).settings.storage
    service = one(composed[stack], "blob-service").inputs
    assert service["deleteRetentionPolicy"] == {"enabled": True, "days": settings.restore_days}
    assert service["containerDeleteRetentionPolicy"] == {"enabled": True, "days": settings.restore_days}
    assert service["changeFeed"]["enabled"] is (settings.change_feed_days is not None)
    assert service["changeFeed"].get("retentionInDays") == settings.change_feed_days


@every_environment
def test_every_container_of_the_settings_is_there_and_none_is_public(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    made = {
        each.inputs["containerName"]: each.inputs["publicAccess"] for each in every(composed[stack], "blob-container")
    }
    assert made == dict.fromkeys(context(stack).settings.storage.containers, "None")
    assert set(USED) <= set(made)


@every_environment
def test_browsers_get_blobs_through_the_app(stack: str, composed: Mapping[str, Composition]) -> None:
    """The network keeps browsers out, so no page may use the account, and no identity signs URLs."""
    assert one(composed[stack], "blob-service").inputs["cors"] == {"corsRules": []}
    roles = {role for role, _, scope in granted(composed[stack]) if "blob" in role or "storage-account" in scope}
    assert roles == {"blob-contributor"}


@every_environment
@pytest.mark.requirement("S2-018", "S2-023")
def test_nothing_that_is_read_goes_offline(stack: str, composed: Mapping[str, Composition]) -> None:
    rules = {
        each["name"]: each["definition"] for each in one(composed[stack], "storage-lifecycle").inputs["policy"]["rules"]
    }
    settings = context(stack).settings.storage
    for name, steps in settings.containers.items():
        actions = rules[name]["actions"]["baseBlob"]
        cool = {"daysAfterLastAccessTimeGreaterThan": steps.cool_after_days} if steps.cool_after_days else None
        delete = {"daysAfterModificationGreaterThan": steps.delete_after_days} if steps.delete_after_days else None
        assert (actions.get("tierToCool"), actions.get("delete")) == (cool, delete), name
        assert actions.get("enableAutoTierToHotFromCool", False) is bool(cool), "what is read again comes back"
        assert rules[name]["filters"]["prefixMatch"] == [f"{name}/"]
    assert [name for name in rules if "tierToArchive" in str(rules[name])] == []
    old = {"daysAfterCreationGreaterThan": settings.version_days}
    assert rules["earlier-versions"]["actions"] == {"snapshot": {"delete": old}, "version": {"delete": old}}


@pytest.mark.requirement("S2-018")
def test_media_cool_and_uploads_go(plans: Mapping[str, StackPlan]) -> None:
    found = {each.name: each for each in plans["prod"].of(STORAGE).containers}
    assert found["mystira-app-media"].cool_after_days == 30
    assert found["archives"].cold_after_days == 7
    assert found["uploads"].delete_after_days == 7


def test_what_is_put_away_may_be_archived_where_azure_can(folder: Path) -> None:
    steps = {"cool_after_days": 1, "cold_after_days": 7, "archive_after_days": 30, "delete_after_days": 400}
    spec = edited_plan(folder, "dev", {"storage.containers": containers(archives=steps)}).of(STORAGE)
    (archives,) = [each for each in spec.containers if each.name == "archives"]
    assert (archives.cool_after_days, archives.cold_after_days) == (1, 7)
    assert (archives.archive_after_days, archives.delete_after_days) == (30, 400)


def test_a_single_address_is_written_as_azure_wants_it(folder: Path) -> None:
    plan = edited_plan(folder, "dev", {"storage.allowed_ranges": ["198.51.100.7/32", "203.0.113.0/24"]})
    assert plan.of(STORAGE).allowed_ranges == ("198.51.100.7", "203.0.113.0/24"), "Azure refuses a /32"


def test_a_container_is_public_only_with_a_waiver(folder: Path) -> None:
    changes = {
        "storage.containers": containers(avatars={"anonymous": True}),
        "waivers.storage-anonymous": waived("Avatars are public."),
    }
    composition = compose_up_to(STORAGE, edited_plan(folder, "dev", changes))
    assert one(composition, "storage-account").inputs["allowBlobPublicAccess"] is True
    access = {each.name: each.inputs["publicAccess"] for each in every(composition, "blob-container")}
    assert {name for name, value in access.items() if value != "None"} == {"avatars"}


@every_environment
def test_files_are_used_with_an_identity(stack: str, plans: Mapping[str, StackPlan]) -> None:
    grants = {
        (each.role.key, each.scope)
        for each in plans[stack].grants
        if each.kind in ("blob-container", "storage-account")
    }
    assert grants == {("blob-contributor", f"container/{name}") for name in USED}
    assert {wanted.role for wanted in replace(FILES, read_only=True).grants} == {"blob-reader"}


@every_environment
def test_what_models_learn_from_is_written_by_a_job_and_does_not_stay(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    """The export reads the app's database and writes its own container, and nothing else (S2-X16)."""
    job = CATALOGUE.by_key["training-export"]
    mine = {(each.role.key, each.scope) for each in plans[stack].grants if each.principal == f"identity/{job.key}"}
    assert mine == {("blob-contributor", "container/training-data")}
    assert {each.target for each in plans[stack].paths if each.consumer == job.key} == {"postgresql", "storage"}
    (container,) = [each for each in plans[stack].of(STORAGE).containers if each.name == "training-data"]
    assert container.delete_after_days == 365


def test_the_lock_of_prod_comes_after_everything_in_its_scope(composed: Mapping[str, Composition]) -> None:
    lock = one(composed["prod"], "management-lock", "storage-account-core")
    containers = {each.name for each in every(composed["prod"], "blob-container")}
    roles = {each.name for each in every(composed["prod"], "role-assignment") if "blob" in each.name}
    assert roles
    assert containers | roles | {"blob-service-core", "storage-account-core"} <= set(lock.dependencies)
    assert not any("metrics-publisher" in name for name in lock.dependencies), "no role outside the account"
    for kind in ("storage-account", "blob-container"):
        assert {each.protect for each in every(composed["prod"], kind)} == {True}, kind


@every_environment
def test_what_it_makes_is_what_the_needs_ask_for(stack: str) -> None:
    wanted = {
        secret.value
        for service in CATALOGUE
        for need in service.needs
        if isinstance(need, Files)
        for secret in need.secrets
        if secret.key_of is None or context(stack).settings.accepts_keys(secret.key_of)
    }
    assert set(STORAGE.products(context(stack))) == wanted


def test_there_is_a_connection_string_only_where_keys_are_on(plans: Mapping[str, StackPlan]) -> None:
    assert products(plans["prod"], "storage/") == {
        Files.ENDPOINT: Product("https://mysprodcorestsan.blob.core.windows.net/", False)
    }
    made = products(plans["dev"], "storage/")[Files.CONNECTION_STRING]
    assert f"AccountName=mysdevcorestsan;AccountKey={KEY};" in made.value
    assert made.secret


# what is refused


MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("prod", {"storage.sku": "Premium_LRS"}, "storage.sku", "not allowed"),
    ("prod", {"storage.restore_days": 0}, "storage.restore_days", "not allowed"),
    ("prod", {"storage.restore_days": 366}, "storage.restore_days", "not allowed"),
    (
        "prod",
        {"storage.containers": {name: {} for name in USED if name != "mystira-app-media"}},
        "storage.containers",
        "missing: app uses mystira-app-media",
    ),
    (
        "prod",
        {"storage.sku": "Standard_LRS"},
        "waivers.storage-redundancy",
        "blobs are kept in several zones or regions",
    ),
    ("prod", {"storage.allowed_ranges": ["198.51.100.0/24"]}, "waivers.storage-public-access", "missing"),
    ("dev", {"storage.allowed_ranges": ["198.51.100.0/31"]}, "storage.allowed_ranges.0", "not a range that a storage"),
    ("dev", {"storage.allowed_ranges": ["10.0.0.0/24"]}, "storage.allowed_ranges.0", "not a range that a storage"),
    (
        "prod",
        {"storage.containers": containers(archives={"archive_after_days": 7})},
        "storage.containers.archives.archive_after_days",
        "Standard_GZRS has no archive tier",
    ),
    (
        "dev",
        {"storage.containers": containers(mystira_app_media={"anonymous": True})},
        "waivers.storage-anonymous",
        "missing",
    ),
    ("dev", {"storage.containers": containers(_x_={})}, "storage.containers.-x-", "not allowed"),
]


@pytest.mark.parametrize(
    ("stack", "changes", "path", "what"), MISTAKES, ids=[f"{path}: {what}" for _, _, path, what in MISTAKES]
)
def test_each_mistake_is_one_problem(folder: Path, stack: str, changes: dict[str, Any], path: str, what: str) -> None:
    problem = one_problem(folder, stack, changes)
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:{path}"
    assert what in problem.what


@pytest.mark.parametrize(
    ("steps", "path", "what"),
    [
        ({"archive_after_days": 90}, "archive_after_days", "app reads it, and an archived blob is offline for hours"),
        ({"cool_after_days": 30, "cold_after_days": 30}, "cold_after_days", "not after cool_after_days"),
        ({"cold_after_days": 30, "delete_after_days": 7}, "delete_after_days", "not after cold_after_days"),
    ],
)
@pytest.mark.requirement("S2-018")
def test_the_days_of_a_container_grow_and_what_is_read_stays_online(
    folder: Path, steps: dict[str, int], path: str, what: str
) -> None:
    problem = one_problem(folder, "dev", {"storage.containers": containers(mystira_app_media=steps)})
    assert problem.path == f"Pulumi.dev.yaml: mystira:storage.containers.mystira-app-media.{path}"
    assert problem.what == what


def test_zones_need_a_region_that_has_them(folder: Path) -> None:
    found = {each.path.partition("mystira:")[2]: each for each in problems(folder, "prod", {"azure.region": "westus"})}
    assert found["storage.sku"].what == "westus has no zones"


def test_a_container_that_nobody_makes_is_refused(folder: Path) -> None:
    app = CATALOGUE.by_key["app"]
    (files,) = [need for need in app.needs if isinstance(need, Files)]
    others = tuple(need for need in app.needs if need is not files)
    lost = replace(app, needs=(*others, replace(files, containers=(*files.containers, "lost-and-found"))))
    catalogue = replace(CATALOGUE, services=tuple(lost if each is app else each for each in CATALOGUE))
    problem = one_problem(folder, "dev", {}, catalogue=catalogue)
    assert problem.path == "Pulumi.dev.yaml: mystira:storage.containers"
    assert problem.what == "missing: app uses lost-and-found"
