"""Where Pulumi keeps its state: an account without keys, and a key for the secrets of each stack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks.parts.state.plan import STATE, StatePlan
from tests.harness.access import ASSIGNMENT, granted
from tests.harness.build import by_name, compose_plan, every, one
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import ENVIRONMENTS, GONE, STACKS, edited_plan, plan

ACCOUNT, VAULT = "myssharedtfstsan", "mys-shared-tf-kv-san"
GROUP = "mys-shared-terraform-rg-san"
TEAM = "00000000-0000-4000-8000-00000000a001"
OFFICE = "203.0.113.7/32"
ADOPTED = "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/mys-shared-terraform-rg-san/providers/"
LIVE_ACCOUNT = ADOPTED + "Microsoft.Storage/storageAccounts/myssharedtfstatesan"


def edited(folder: Path, **changes: object) -> StatePlan:
    """The store of `shared` with these settings of its section."""
    return edited_plan(folder, "shared", {f"state.{key}": value for key, value in changes.items()}).of(STATE)


@pytest.mark.requirement("S3-017")
def test_the_state_of_all_stacks_is_in_the_group_of_shared_alone(composed: Mapping[str, Composition]) -> None:
    assert [stack for stack in STACKS if STATE.key in plan(stack).parts] == ["shared"]
    shared = composed["shared"]
    assert one(shared, "storage-account").inputs["accountName"] == ACCOUNT
    assert one(shared, "key-vault").inputs["vaultName"] == VAULT
    kinds = ("storage-account", "blob-service", "blob-container", "key-vault", "key-vault-key")
    assert {each.inputs["resourceGroupName"] for kind in kinds for each in every(shared, kind)} == {GROUP}


def test_the_account_survives_a_region_and_takes_no_key(composed: Mapping[str, Composition]) -> None:
    account = one(composed["shared"], "storage-account").inputs
    assert account["sku"] == {"name": "Standard_GZRS"}
    assert (account["allowSharedKeyAccess"], account["allowBlobPublicAccess"]) == (False, False)
    assert account["minimumTlsVersion"] == "TLS1_2"
    container = one(composed["shared"], "blob-container")
    assert (container.inputs["containerName"], container.inputs["publicAccess"]) == ("state", "None")


def test_an_earlier_state_and_a_deleted_one_can_be_had_back(composed: Mapping[str, Composition]) -> None:
    service = one(composed["shared"], "blob-service").inputs
    assert service["isVersioningEnabled"] is True
    for kept in (service["deleteRetentionPolicy"], service["containerDeleteRetentionPolicy"]):
        assert (kept["enabled"], kept["days"]) == (True, 30)
    rules = one(composed["shared"], "storage-lifecycle").inputs["policy"]["rules"]
    assert [rule["name"] for rule in rules] == ["earlier-versions"], "no rule may touch the state itself"
    assert rules[0]["definition"]["actions"]["version"] == {"delete": {"daysAfterCreationGreaterThan": 90}}


def test_every_stack_has_a_key_that_encrypts_and_never_rotates(composed: Mapping[str, Composition]) -> None:
    """Pulumi names no version of a key: what it has encrypted, a rotated key does not decrypt."""
    keys = by_name(composed["shared"], "key-vault-key")
    assert {each.inputs["keyName"] for each in keys.values()} == {f"pulumi-{stack}" for stack in STACKS}
    for each in keys.values():
        made = each.inputs["properties"]
        assert (made["kty"], made["keySize"], made["keyOps"]) == ("RSA", 3072, ["encrypt", "decrypt"])
        assert "rotationPolicy" not in made
        assert "expires" not in made["attributes"]


def test_the_vault_is_opened_by_roles_and_kept_for_ninety_days(composed: Mapping[str, Composition]) -> None:
    made = one(composed["shared"], "key-vault").inputs["properties"]
    assert made["enableRbacAuthorization"] is True
    assert (made["enablePurgeProtection"], made["softDeleteRetentionInDays"]) == (True, 90)


def test_who_reads_state_and_keys_is_recorded(composed: Mapping[str, Composition]) -> None:
    settings = by_name(composed["shared"], "diagnostic-setting")
    for name in ("blob-service-state", "key-vault-state"):
        assert settings[name].inputs["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]


def test_nothing_of_it_is_deleted_by_mistake(composed: Mapping[str, Composition]) -> None:
    """Pulumi refuses, and so does Azure where Pulumi is bypassed."""
    shared = composed["shared"]
    kept = [
        one(shared, "storage-account"),
        one(shared, "key-vault"),
        one(shared, "blob-container"),
        *every(shared, "key-vault-key"),
    ]
    assert {each.protect for each in kept} == {True}
    scopes = {each.inputs["scope"] for each in every(shared, "management-lock")}
    assert {f"/storage-account/{ACCOUNT}", f"/key-vault/{VAULT}"} <= scopes


def test_the_platform_team_may_use_state_and_keys(composed: Mapping[str, Composition]) -> None:
    assert {each for each in granted(composed["shared"]) if each.principal == TEAM} == {
        ("blob-contributor", TEAM, "/blob-container/state"),
        *(("key-vault-crypto-user", TEAM, f"/key-vault-key/pulumi-{stack}") for stack in STACKS),
        ("log-reader", TEAM, "/log-analytics-workspace/mys-shared-acr-log-san"),
    }


def test_the_stack_says_how_pulumi_gets_there(composed: Mapping[str, Composition]) -> None:
    assert composed["shared"].outputs["state"] == {
        "backend": f"azblob://state?storage_account={ACCOUNT}",
        "secrets_providers": {
            stack: f"azurekeyvault://{VAULT}.vault.azure.net/keys/pulumi-{stack}" for stack in STACKS
        },
    }


def test_a_further_stack_has_a_key_too(folder: Path) -> None:
    made = edited(folder, further_stacks=["prod-weu"])
    assert [key.name for key in made.vault.encryption_keys] == [
        *(f"pulumi-{stack}" for stack in STACKS),
        "pulumi-prod-weu",
    ]
    assert made.secrets_providers["prod-weu"].endswith("/keys/pulumi-prod-weu")


def test_named_ranges_close_the_rest_of_the_internet_out(folder: Path) -> None:
    """A storage account takes one address without its prefix length, a vault with it."""
    changes = {"state.allowed_ranges": [OFFICE], "waivers.state-public-access": GONE}
    found = compose_plan(edited_plan(folder, "shared", changes))
    rules = one(found, "storage-account").inputs["networkRuleSet"]
    assert (rules["defaultAction"], rules["ipRules"]) == (
        "Deny",
        [{"action": "Allow", "iPAddressOrRange": OFFICE.removesuffix("/32")}],
    )
    rules = one(found, "key-vault").inputs["properties"]["networkAcls"]
    assert (rules["defaultAction"], rules["ipRules"]) == ("Deny", [{"value": OFFICE}])


def test_a_live_account_keeps_its_name(folder: Path) -> None:
    made = edited_plan(folder, "shared", {"adopt": {"storage-account/state": LIVE_ACCOUNT}})
    assert made.of(STATE).backend == "azblob://state?storage_account=myssharedtfstatesan"
    account = one(compose_plan(made), "storage-account")
    assert (account.inputs["accountName"], account.imported) == ("myssharedtfstatesan", LIVE_ACCOUNT)


def test_a_second_platform_has_a_store_of_its_own(folder: Path) -> None:
    made = edited_plan(folder, "shared", {"naming.instance": "r1"}).of(STATE)
    assert (made.account.name, made.vault.name) == ("mysr1sharedtfstsan", "mysr1-shared-tf-kv-san")


def test_a_recovered_vault_has_its_keys_already(folder: Path) -> None:
    """Azure gives them back with the vault; roles at them can be granted in the same run."""
    made = edited_plan(folder, "shared", {"state.recover": True})
    found = compose_plan(made)
    assert one(found, "key-vault").inputs["properties"]["createMode"] == "recover"
    assert every(found, "key-vault-key") == []
    scopes = {str(each.inputs["scope"]) for each in found.of(ASSIGNMENT)}
    assert {f"/key-vault/{VAULT}/keys/pulumi-{stack}" for stack in STACKS} <= scopes
    assert any("applies to one run only" in notice.text for notice in made.notices)


def test_no_environment_has_settings_of_the_store(folder: Path) -> None:
    for stack in ENVIRONMENTS:
        Mistake(stack, {"state": {"recover": True}}, "state", "unknown key").is_refused(folder)


@each_mistake(
    [
        Mistake("shared", {"waivers.state-public-access": GONE}, "waivers.state-public-access", "missing"),
        Mistake(
            "shared",
            {"state.allowed_ranges": ["198.51.100.0/24"]},
            "waivers.state-public-access",
            "waives a rule that the settings keep",
        ),
        Mistake(
            "shared",
            {"state.allowed_ranges": ["203.0.113.0/31"], "waivers.state-public-access": GONE},
            "state.allowed_ranges.0",
            "not a range that a storage firewall accepts",
            "/30 or larger",
        ),
        Mistake("shared", {"state.further_stacks": ["dev"]}, "state.further_stacks.0", "has a key already"),
        Mistake("shared", {"state.further_stacks": ["x", "x"]}, "state.further_stacks.1", "has a key already"),
        Mistake("shared", {"state.further_stacks": ["Prod"]}, "state.further_stacks.0", "not allowed"),
        Mistake(
            "shared",
            {"azure.region": "westus", "registry.zone_redundant": False},
            "azure.region",
            "the state is kept in several zones (Standard_GZRS)",
            "a region with zones",
        ),
    ]
)
def test_a_mistake_about_the_store_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
