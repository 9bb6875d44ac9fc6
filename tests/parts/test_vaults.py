"""The vaults of every environment: one for each service that needs one, who opens it, what the settings may say."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pulumi_azure_native import keyvault

from components.naming.builder import Project
from components.problems import InvalidInput
from components.vaults.facts import API_VERSION
from stacks.catalogue.model import Service
from stacks.catalogue.needs.telemetry import Telemetry
from stacks.catalogue.needs.vault import Vault
from stacks.parts.access.plan import ACCESS
from stacks.parts.doors import EVERYBODY, Way
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.vaults.plan import PUBLIC_ACCESS, PURGE_PROTECTION, VAULTS
from stacks.plan.model import StackPlan
from tests.harness.access import granted, principal_of
from tests.harness.build import compose_up_to, every, one
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import ENVIRONMENTS, TODAY, context, edit, edited_plan, every_environment, plan
from tests.platform.catalogue import CATALOGUE

HOLDERS: Mapping[str, Service] = {
    service.key: service for service in CATALOGUE if any(isinstance(need, Vault) for need in service.needs)
}
"""The services that need a vault."""


def identity(stack: str, service: str) -> str:
    """The physical name of the identity of a service."""
    return f"mys-{stack}-{HOLDERS[service].project.code}-identity-san"


# What is built


@every_environment
@pytest.mark.requirement("S1-009", "S1-018")
def test_each_service_that_needs_one_has_a_vault_in_its_own_group(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    vaults = {each.name: each.inputs for each in every(composed[stack], "key-vault")}
    assert {name: each["resourceGroupName"] for name, each in vaults.items()} == {
        key: f"mys-{stack}-{service.group}-rg-san" for key, service in HOLDERS.items()
    }
    settings = context(stack).settings.vaults
    for vault in (each["properties"] for each in vaults.values()):
        assert vault["enableRbacAuthorization"] is True
        assert "accessPolicies" not in vault
        assert vault["softDeleteRetentionInDays"] == settings.soft_delete_days
        assert vault.get("enablePurgeProtection", False) is settings.purge_protection
        assert vault["networkAcls"]["defaultAction"] == "Deny"
        assert [each["value"] for each in vault["networkAcls"]["ipRules"]] == list(map(str, settings.allowed_ranges))
        assert "createMode" not in vault


@every_environment
def test_only_vaults_of_dev_can_be_purged_or_are_open_to_offices(stack: str, plans: Mapping[str, StackPlan]) -> None:
    dev = stack == "dev"
    for vault in (each.spec for each in plans[stack].of(VAULTS).vaults):
        assert vault.purge_protection is not dev
        assert vault.soft_delete_days == (7 if dev else 90)
        assert vault.public_access is dev
        assert bool(vault.allowed_ranges) is dev


@every_environment
@pytest.mark.requirement("S3-136")
def test_who_reads_a_vault_is_recorded(stack: str, composed: Mapping[str, Composition]) -> None:
    workspace = one(composed[stack], "log-analytics-workspace").inputs["workspaceName"]
    recorded = {each.inputs["resourceUri"]: each.inputs for each in every(composed[stack], "diagnostic-setting")}
    for vault in every(composed[stack], "key-vault"):
        setting = recorded[f"/key-vault/{vault.inputs['vaultName']}"]
        assert setting["workspaceId"] == f"/log-analytics-workspace/{workspace}"
        assert setting["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]


@every_environment
def test_services_come_through_a_private_endpoint(stack: str, composed: Mapping[str, Composition]) -> None:
    for service in HOLDERS:
        endpoint = one(composed[stack], "private-endpoint", f"key-vault-{service}").inputs
        assert endpoint["subnet"]["id"].endswith("/subnets/private-endpoints")
        zones = one(composed[stack], "private-dns-zone-group", f"key-vault-{service}").inputs["privateDnsZoneConfigs"]
        wanted = ["/private-dns-zone/privatelink.vaultcore.azure.net"]
        assert [zone["privateDnsZoneId"] for zone in zones] == wanted


@every_environment
@pytest.mark.requirement("S3-111")
def test_a_service_reads_its_own_vault_and_no_other(stack: str, composed: Mapping[str, Composition]) -> None:
    names = {each.name: each.inputs["vaultName"] for each in every(composed[stack], "key-vault")}
    readers = {
        (each.scope, each.principal) for each in granted(composed[stack]) if each.role == "key-vault-secrets-user"
    }
    assert readers == {
        (f"/key-vault/{names[service]}", principal_of(composed[stack], identity(stack, service))) for service in HOLDERS
    }


@every_environment
@pytest.mark.requirement("S3-135")
def test_the_signing_key_rotates_and_only_its_service_signs(stack: str, composed: Mapping[str, Composition]) -> None:
    settings = context(stack).settings.vaults.signing_keys
    key = one(composed[stack], "key-vault-key")
    assert key.inputs["vaultName"] == f"mys-{stack}-app-kv-san"
    assert (key.inputs["properties"]["kty"], key.inputs["properties"]["keySize"]) == ("RSA", settings.bits)
    policy = key.inputs["properties"]["rotationPolicy"]
    assert policy["attributes"] == {"expiryTime": f"P{settings.expire_after_days}D"}
    rotation = {"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": f"P{settings.rotate_after_days}D"}}
    assert rotation in policy["lifetimeActions"]
    first = TODAY + timedelta(days=settings.expire_after_days)
    assert datetime.fromtimestamp(key.inputs["properties"]["attributes"]["expires"], tz=UTC).date() == first
    assert key.protect
    signers = [
        (each.scope, each.principal) for each in granted(composed[stack]) if each.role == "key-vault-crypto-user"
    ]
    assert signers == [("/key-vault-key/jwt-signing", principal_of(composed[stack], identity(stack, "app")))]


@every_environment
def test_the_api_of_a_service_signs_for_its_site(stack: str, composed: Mapping[str, Composition]) -> None:
    label = "" if stack == "prod" else f"{stack}."
    assert composed[stack].outputs["tokens"] == [
        {
            "issuer": f"https://{label}api.mystira.app",
            "audience": f"https://{label}app.mystira.app",
            "key": "app/jwt-signing",
        }
    ]


def test_the_lock_of_a_vault_comes_after_everything_in_its_scope(composed: Mapping[str, Composition]) -> None:
    lock = one(composed["prod"], "management-lock", "key-vault-app")
    inside = {"app", "app-jwt-signing", "key-vault-app"}
    roles = {"app-key-vault-secrets-user-vault-app", "app-key-vault-crypto-user-key-app-jwt-signing"}
    assert inside | roles <= set(lock.dependencies)
    assert {each.protect for stack in ENVIRONMENTS for each in every(composed[stack], "key-vault")} == {True}


def test_a_recovered_vault_is_not_written_to(folder: Path) -> None:
    """What it held comes back with it: its keys and secrets are adopted in the next run."""
    planned = edited_plan(folder, "dev", {"vaults.recover": ["app"]})
    assert {each.service for each in planned.of(SECRETS) if not each.written} == {"app"}
    assert "mystira:vaults.recover: applies to one run only" in planned.notices[-1].text
    found = compose_up_to(ACCESS, planned)
    modes = {each.name: each.inputs["properties"].get("createMode") for each in every(found, "key-vault")}
    assert modes == dict.fromkeys(HOLDERS) | {"app": "recover"}
    assert every(found, "key-vault-key") == []
    assert "mys-dev-app-kv-san" not in {each.inputs["vaultName"] for each in every(found, "key-vault-secret")}
    (signs,) = [each.scope for each in granted(found) if each.role == "key-vault-crypto-user"]
    assert signs == "/key-vault/mys-dev-app-kv-san/keys/jwt-signing"


def test_the_retirement_of_the_api_is_announced() -> None:
    for kind in (keyvault.Vault, keyvault.Key, keyvault.Secret):
        assert f"Uses Azure REST API version {API_VERSION}." in Path(inspect.getfile(kind)).read_text()
    (notice,) = [each for each in plan("dev", today=date(2026, 11, 1)).notices if "key-vault-api" in each.subject]
    assert notice.due == "2027-02-27"
    assert "a release of azure-native that uses 2026-02-01" in notice.text


# What it answers to the other parts


def test_roles_can_be_granted_at_every_vault_and_key() -> None:
    assert VAULTS.scopes(context("prod")) == {
        **{f"vault/{service}": "key-vault" for service in HOLDERS},
        "key/app/jwt-signing": "key-vault-key",
    }


def test_people_have_a_door_of_their_own_only_where_public_access_is_on(folder: Path) -> None:
    """The service of a vault is the only one that comes."""
    targets = {each.name: each for each in VAULTS.targets(context("prod"))}
    assert {name: each.consumers for name, each in targets.items()} == {f"vault/{key}": (key,) for key in HOLDERS}
    assert [door.way for door in targets["vault/app"].doors] == [Way.PRIVATE]
    edit(folder, "prod", {"vaults.public_access": True})
    private, public = next(iter(VAULTS.targets(context("prod", folder)))).doors
    assert (private.way, public.way, public.ranges) == (Way.PRIVATE, Way.PUBLIC, (EVERYBODY,))


# What is refused

TWO_DOORS = "false, or allowed_ranges of offices; or private_endpoint: false, with a waiver"
NO_DOOR = "true; or public_access without allowed_ranges, with a waiver"
OFFICES = ["203.0.113.0/24"]


@each_mistake(
    [
        Mistake("staging", {"vaults.soft_delete_days": 6}, "vaults.soft_delete_days", "not allowed"),
        Mistake(
            "staging",
            {"vaults.private_endpoint": False},
            "vaults.private_endpoint",
            "no path: there is no way in",
            NO_DOOR,
        ),
        Mistake(
            "staging",
            {"vaults.private_endpoint": False, "vaults.public_access": True, "vaults.allowed_ranges": OFFICES},
            "vaults.private_endpoint",
            "no path: the firewall does not admit the environment's own outbound addresses",
            NO_DOOR,
        ),
        Mistake(
            "staging",
            {"vaults.public_access": True},
            "vaults.public_access",
            "two paths: private endpoint and public",
            TWO_DOORS,
        ),
        Mistake(
            "staging",
            {"vaults.allowed_ranges": OFFICES},
            "vaults.allowed_ranges",
            "has no effect while public_access is off",
            "none, or public_access: true",
        ),
        Mistake(
            "staging",
            {"vaults.public_access": True, "vaults.allowed_ranges": ["10.0.0.0/8"]},
            "vaults.allowed_ranges",
            "a vault's firewall accepts no private range",
            "public ranges",
        ),
        Mistake(
            "staging",
            {"vaults.recover": ["devhub"]},
            "vaults.recover",
            "not a service with a vault",
            ", ".join(HOLDERS),
        ),
        Mistake(
            "staging",
            {"vaults.signing_keys": {"rotate_after_days": 175}},
            "vaults.signing_keys.rotate_after_days",
            "rotates too late",
            "at most 173, 7 days before a version expires",
        ),
    ]
)
def test_a_mistake_is_one_clear_error(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


RECOVERABLE = "a deleted vault can be recovered for 90 days and nobody can purge it before"
REACHED = "vaults are reached privately or from named ranges"


@each_mistake(
    [
        Mistake("staging", changes, f"waivers.{rule}", f"missing: the settings break the rule that {demand}")
        for changes, rule, demand in (
            ({"vaults.soft_delete_days": 30}, PURGE_PROTECTION, RECOVERABLE),
            ({"vaults.purge_protection": False}, PURGE_PROTECTION, RECOVERABLE),
            ({"vaults.private_endpoint": False, "vaults.public_access": True}, PUBLIC_ACCESS, REACHED),
        )
    ]
)
def test_a_weakness_needs_a_waiver(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


def test_a_name_that_is_too_long_in_another_environment_is_refused_in_this_one() -> None:
    """No name is ever shortened or hashed: the code must fit everywhere."""
    reader = Service("reader", Project("reader", tight="rdr"), "app", needs=(Telemetry(), Vault()))
    with pytest.raises(InvalidInput) as caught:
        plan("prod", catalogue=replace(CATALOGUE, services=(*CATALOGUE.services, reader)))
    (problem,) = [each for each in caught.value.problems if "key-vault" in each.what]
    assert (problem.path, problem.what) == ("catalogue: reader", "the name of a key-vault has the wrong length")
    assert problem.seen == "'mys-staging-reader-kv-san', 25 characters"
    assert problem.allowed.startswith("3 to 24 characters")
