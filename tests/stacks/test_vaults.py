"""Vaults and the secret contract of every environment: what is planned, what is registered, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from components.common import Locks, PrivatePathArgs, Surroundings
from components.facts.roles import ROLES
from components.problems import InvalidInput
from components.vaults import SecretArgs, Vault, VaultArgs
from offline.azure.behaviour import guid
from offline.engine.home import PROJECT
from stacks.__main__ import app, plan_of
from stacks.catalogue import CATALOGUE, Catalogue, Service
from stacks.catalogue.needs import Calls, Messages, Need, Telemetry, WantedSecret
from stacks.catalogue.needs import Vault as VaultNeed
from stacks.plan import EnvironmentPlan, StackPlan, make_plan
from stacks.plan.secret_parity import PARITY
from stacks.plan.secrets import products_of, secret_problems
from stacks.plan.stores import STORES
from stacks.secret_report import UnreadableState, report
from stacks.settings import EnvironmentSettings, from_file
from stacks.settings.vaults import SecretTerms
from tests.conftest import STACKS, TODAY
from tests.harness import Composition, Registered, compose

ENVIRONMENTS = STACKS[1:]
GOLDEN = PROJECT / "tests" / "golden"
VAULT = "azure-native:keyvault:Vault"
SECRET = "azure-native:keyvault:Secret"
KEY = "azure-native:keyvault:Key"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
ENDPOINT = "azure-native:network:PrivateEndpoint"
COMPONENT = "azure-native:applicationinsights:Component"
SERVICES = {"app": "app", "admin-api": "admin", "story-generator": "story", "publisher": "publisher", "chain": "chain"}
"""Service and the group in which its vault lies."""

every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)


def environment(plans: dict[str, StackPlan], stack: str) -> EnvironmentPlan:
    plan = plans[stack]
    assert isinstance(plan, EnvironmentPlan)
    return plan


def settings(stack: str = "dev") -> EnvironmentSettings:
    made = from_file(stack, PROJECT)
    assert isinstance(made, EnvironmentSettings)
    return made


def secret_table(plan: EnvironmentPlan) -> str:
    """One line a secret: service, vault, name, content type, value, reader."""
    lines = [
        f"{each.service} {each.vault} {each.name} {each.content_type} {each.value} {each.reader}"
        for each in plan.secrets
    ]
    return "\n".join(sorted(lines)) + "\n"


def by_service(found: Iterable[Registered]) -> dict[str, dict[str, Any]]:
    return {each.name: dict(each.inputs) for each in found}


@every_environment
@pytest.mark.requirement("S1-009", "S1-018", "S3-124")
def test_each_service_has_a_vault_in_its_own_group(stack: str, composed: dict[str, Composition]) -> None:
    vaults = by_service(composed[stack].of(VAULT))
    assert {name: each["resourceGroupName"] for name, each in vaults.items()} == {
        service: f"mys-{stack}-{group}-rg-san" for service, group in SERVICES.items()
    }
    for vault in vaults.values():
        said = vault["properties"]
        assert said["enableRbacAuthorization"] is True
        assert said["enableSoftDelete"] is True
        assert "accessPolicies" not in said
        assert "createMode" not in said
        assert said["networkAcls"]["defaultAction"] == "Deny"
        assert said["softDeleteRetentionInDays"] == (7 if stack == "dev" else 90)
        assert said.get("enablePurgeProtection") is (None if stack == "dev" else True)
        assert said["publicNetworkAccess"] == ("Enabled" if stack == "dev" else "Disabled")
        assert said["networkAcls"]["ipRules"] == ([{"value": "203.0.113.0/24"}] if stack == "dev" else [])


@every_environment
@pytest.mark.requirement("S3-136")
def test_who_reads_a_vault_is_recorded(stack: str, composed: dict[str, Composition]) -> None:
    (workspace,) = composed[stack].of("azure-native:operationalinsights:Workspace")
    settings_of = composed[stack].of("azure-native:monitor:DiagnosticSetting")
    seen = {each.inputs["resourceUri"]: each.inputs for each in settings_of if "key-vault" in each.name}
    assert set(seen) == {f"/key-vault/{each.inputs['vaultName']}" for each in composed[stack].of(VAULT)}
    for each in seen.values():
        assert each["workspaceId"] == f"/log-analytics-workspace/{workspace.inputs['workspaceName']}"
        assert each["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]


@every_environment
def test_services_come_through_a_private_endpoint(stack: str, composed: dict[str, Composition]) -> None:
    endpoints = [each for each in composed[stack].of(ENDPOINT) if each.name.startswith("key-vault-")]
    assert len(endpoints) == len(SERVICES)
    for each in endpoints:
        (connection,) = each.inputs["privateLinkServiceConnections"]
        assert connection["groupIds"] == ["vault"]
        assert each.inputs["subnet"]["id"].endswith("/subnets/private-endpoints")
    groups = composed[stack].of("azure-native:network:PrivateDnsZoneGroup")
    zones = [each.inputs["privateDnsZoneConfigs"] for each in groups if each.name.startswith("key-vault-")]
    wanted = "/private-dns-zone/privatelink.vaultcore.azure.net"
    assert [[zone["privateDnsZoneId"] for zone in each] for each in zones] == [[wanted]] * len(SERVICES)


@every_environment
@pytest.mark.requirement("S3-111")
def test_a_service_reads_its_own_vault_and_no_other(stack: str, composed: dict[str, Composition]) -> None:
    role = ROLES["key-vault-secrets-user"].id
    seen = {
        (each.inputs["scope"], each.inputs["principalId"])
        for each in composed[stack].of(ASSIGNMENT)
        if each.inputs["roleDefinitionId"].endswith(role)
    }
    vaults = by_service(composed[stack].of(VAULT))
    identities = by_service(composed[stack].of("azure-native:managedidentity:UserAssignedIdentity"))
    assert seen == {
        (
            f"/key-vault/{vaults[service]['vaultName']}",
            guid(f"/user-assigned-identity/{identities[service]['resourceName']}", "principal"),
        )
        for service in SERVICES
    }


@every_environment
def test_the_signing_key_is_a_key_that_turns_by_itself(stack: str, composed: dict[str, Composition]) -> None:
    (key,) = composed[stack].of(KEY)
    assert key.inputs["vaultName"] == f"mys-{stack}-app-kv-san"
    assert key.inputs["properties"] == {
        "kty": "RSA",
        "keySize": 3072,
        "keyOps": ["sign", "verify"],
        "rotationPolicy": {
            "attributes": {"expiryTime": "P180D"},
            "lifetimeActions": [
                {"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": "P90D"}},
                {"action": {"type": "notify"}, "trigger": {"timeBeforeExpiry": "P30D"}},
            ],
        },
    }
    assert (key.retained, key.deleted_with, key.protect) == (True, "app", stack == "prod")
    role = ROLES["key-vault-crypto-user"].id
    grants = [each for each in composed[stack].of(ASSIGNMENT) if each.inputs["roleDefinitionId"].endswith(role)]
    assert [each.inputs["scope"] for each in grants] == ["/key-vault-key/jwt-signing"]
    label = "" if stack == "prod" else f"{stack}."
    assert composed[stack].outputs["tokens"] == [
        {
            "issuer": f"https://{label}api.mystira.app",
            "audience": f"https://{label}app.mystira.app",
            "key": "app/jwt-signing",
        }
    ]


@every_environment
@pytest.mark.requirement("S1-066", "S3-064", "S3-125", "S3-129")
def test_values_come_from_what_makes_them_and_are_secret(stack: str, composed: dict[str, Composition]) -> None:
    secrets = {(each.inputs["vaultName"], each.inputs["secretName"]): each for each in composed[stack].of(SECRET)}
    for component in composed[stack].of(COMPONENT):
        assert component.secret_outputs == ("connectionString", "instrumentationKey")
    vaults = {name: each["vaultName"] for name, each in by_service(composed[stack].of(VAULT)).items()}
    for service in SERVICES:
        made = secrets[vaults[service], "appinsights-connection-string"]
        assert made.inputs["properties"]["value"].startswith("InstrumentationKey=")
        assert made.inputs["properties"]["contentType"] == "connection-string"
    endpoint = secrets[vaults["publisher"], "chain-rpc-endpoint"]
    assert endpoint.inputs["properties"]["value"] == f"http://mys-chain.mys-{stack}.svc.cluster.local:8545"
    for each in secrets.values():
        assert each.secrets == ("properties.value",)
        assert each.retained is True
        assert vaults[each.deleted_with] == each.inputs["vaultName"]


@every_environment
@pytest.mark.requirement("S3-135")
def test_every_secret_has_an_end_an_owner_and_a_greatest_age(stack: str, composed: dict[str, Composition]) -> None:
    for each in composed[stack].of(SECRET):
        end = datetime.fromtimestamp(each.inputs["properties"]["attributes"]["expires"], tz=UTC)
        assert end == datetime(2027, 5, 31, tzinfo=UTC)
        tags = each.inputs["tags"]
        assert (tags["Owner"], tags["MaximumAgeDays"]) == ("platform", "365" if stack == "dev" else "180")
        assert tags["Reader"].startswith(f"mys-{stack}-")
        assert tags["Reader"].endswith("-identity-san")
        assert len(tags) <= 15


@every_environment
def test_outputs_say_where_and_never_what(stack: str, composed: dict[str, Composition]) -> None:
    places = composed[stack].outputs["secrets"]
    assert places["publisher"] == {
        "vault": f"https://mys-{stack}-pub-kv-san.vault.azure.net/",
        "secrets": [
            "appinsights-connection-string",
            "chain-rpc-endpoint",
            "postgres-connection-string",
            "servicebus-connection-string",
        ],
        "keys": [],
    }
    assert places["app"]["keys"] == ["jwt-signing"]
    assert "InstrumentationKey" not in json.dumps(composed[stack].outputs)


def test_the_lock_of_a_vault_comes_after_everything_in_its_scope(composed: dict[str, Composition]) -> None:
    locks = composed["prod"].of("azure-native:authorization:ManagementLockByScope")
    lock = next(each for each in locks if each.name == "key-vault-app")
    inside = {"app", "app-jwt-signing", "key-vault-app"}
    grants = {"app-key-vault-secrets-user-vault-app", "app-key-vault-crypto-user-key-app-jwt-signing"}
    assert inside | grants <= set(lock.dependencies)
    assert {each.protect for each in composed["prod"].of(VAULT)} == {True}
    assert {each.protect for each in composed["dev"].of(VAULT)} == {False}


@every_environment
@pytest.mark.requirement("S3-123")
def test_the_secret_table_is_the_reviewed_one(stack: str, plans: dict[str, StackPlan]) -> None:
    assert secret_table(environment(plans, stack)) == (GOLDEN / f"secrets-{stack}.txt").read_text()


@every_environment
def test_every_secret_of_the_estate_has_its_place_or_its_reason(stack: str, plans: dict[str, StackPlan]) -> None:
    plan = environment(plans, stack)
    products = {*products_of(settings(stack), CATALOGUE), *(each.value for each in plan.secrets)}
    assert {(row.service, row.name) for row in PARITY if bool(row.instead) == bool(row.product)} == set()
    missing = [row for row in PARITY if row.made_by(products) and row.found(plan.secrets) is None]
    assert missing == []
    assert {row.name for row in PARITY if row.found(plan.secrets)} >= {
        "appinsights-connection-string",
        "chain-rpc-endpoint",
    }


# What the settings may not say.

BAD_SETTINGS = [
    ("soft_delete_days: 90", "soft_delete_days: 6", "vaults.soft_delete_days", "not allowed"),
    ("soft_delete_days: 90", "soft_delete_days: 30", "waivers.vault-purge-protection", "missing"),
    ("purge_protection: true", "purge_protection: false", "waivers.vault-purge-protection", "missing"),
    ("purge_protection: true", "private_endpoint: false", "vaults.private_endpoint", "no path: there is no way in"),
    (
        "purge_protection: true",
        "private_endpoint: false\n    public_access: true\n    allowed_ranges: [203.0.113.0/24]",
        "vaults.private_endpoint",
        "no path: the firewall does not admit the environment's own",
    ),
    ("purge_protection: true", "public_access: true", "vaults.public_access", "two paths: private endpoint and public"),
    (
        "purge_protection: true",
        "private_endpoint: false\n    public_access: true",
        "waivers.vault-public-access",
        "missing",
    ),
    ("purge_protection: true", "allowed_ranges: [203.0.113.0/24]", "vaults.allowed_ranges", "public access is off"),
    (
        "purge_protection: true",
        "public_access: true\n    allowed_ranges: [10.0.0.0/8]",
        "vaults.allowed_ranges",
        "takes no private range",
    ),
    ("purge_protection: true", "recover: [devhub]", "vaults.recover", "no service with a vault"),
    (
        "purge_protection: true",
        "signing_keys: {rotate_after_days: 175}",
        "vaults.signing_keys.rotate_after_days",
        "rotates too late",
    ),
    ('expires_on: "2027-05-31"', 'expires_on: "2026-11-21"', "secrets.expires_on", "the secrets have expired"),
    ('expires_on: "2027-05-31"', "expires_on: 2027-05-31", "secrets.expires_on", "not allowed"),
    ('expires_on: "2027-05-31"', 'expires_on: "2027-13-31"', "secrets.expires_on", "not allowed"),
    (
        "owner: platform\n",
        'owner: platform\n    overrides: {publisher/chain-rpc-endpoint: {expires_on: "2026-01-01"}}\n',
        "secrets.overrides.publisher/chain-rpc-endpoint.expires_on",
        "the secrets have expired",
    ),
    (
        "owner: platform\n",
        "owner: platform\n    overrides: {publisher/ghost: {owner: me}}\n",
        "secrets.overrides.publisher/ghost",
        "no such secret",
    ),
]


@pytest.mark.parametrize(("old", "new", "path", "what"), BAD_SETTINGS)
def test_bad_settings_are_one_clear_error(folder: Path, old: str, new: str, path: str, what: str) -> None:
    file = folder / "Pulumi.staging.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(InvalidInput) as caught:
        plan_of("staging", folder, TODAY)
    (problem,) = caught.value.problems
    assert problem.path == f"Pulumi.staging.yaml: mystira:{path}"
    assert what in problem.what


def test_a_vault_name_that_is_too_long_is_one_clear_error() -> None:
    from components.naming import Names, Project

    with pytest.raises(InvalidInput) as caught:
        Names("mys", "staging", "southafricanorth", "xx").name(Project("story"), "key-vault")
    (problem,) = caught.value.problems
    assert problem.what == "the name of a key-vault has the wrong length"
    assert problem.seen == "'mysxx-staging-story-kv-san', 26 characters"
    named = Catalogue(tuple(replace(each, project=Project("storyteller")) for each in CATALOGUE if each.key == "chain"))
    assert {each.what for each in named.problems if "key-vault" in each.what} == {problem.what}


# What is there only with keys.


@pytest.mark.parametrize("local_auth", ["on", "off"])
def test_a_secret_that_is_nothing_but_a_key_exists_only_with_local_auth(
    local_auth: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With keys off it is neither wanted nor made; a store that still made it would be told that nobody reads it."""
    said = settings().model_copy(update={"local_auth": local_auth})
    waivers = {key: reason for key, reason in said.waivers.items() if key != "local-auth" or local_auth == "on"}
    said = said.model_copy(update={"waivers": waivers})
    wants = Wants((WantedSecret("ai-api-key", "api-key", "ai/key", keyed=True),))
    catalogue = Catalogue(
        tuple(replace(each, needs=(*each.needs, wants)) if each.key == "app" else each for each in CATALOGUE)
    )

    def made(*switches: str) -> None:
        ai = replace(
            STORES[0],
            key="ai",
            products=lambda settings, catalogue: ("ai/key",) if settings.local_auth in switches else (),
        )
        monkeypatch.setattr("stacks.plan.secrets.STORES", (*STORES, ai))

    made("on")
    plan = make_plan(said, catalogue, stack="dev", today=TODAY)
    assert isinstance(plan, EnvironmentPlan)
    assert ("ai-api-key" in {each.name for each in plan.secrets}) is (local_auth == "on")
    made("on", "off")
    found = [] if local_auth == "on" else ["plan: ai: ai/key"]
    assert [each.path for each in secret_problems("dev", said, catalogue, TODAY)] == found
    made()
    found = ["catalogue: app: secret ai-api-key"] if local_auth == "on" else []
    assert [each.path for each in secret_problems("dev", said, catalogue, TODAY)] == found


def test_what_ends_with_a_key_has_no_terms_without_it() -> None:
    """Terms for a secret that does not exist in this mode are refused, whatever they say."""
    wants = Wants((WantedSecret("ai-api-key", "api-key", "telemetry/connection-string/app", keyed=True),))
    catalogue = Catalogue(
        tuple(replace(each, needs=(*each.needs, wants)) if each.key == "app" else each for each in CATALOGUE)
    )
    for stack, count in (("dev", 0), ("prod", 1)):
        said = settings(stack)
        terms = said.secrets.model_copy(update={"overrides": {"app/ai-api-key": SecretTerms(owner="me")}})
        found = list(secret_problems(stack, said.model_copy(update={"secrets": terms}), catalogue, TODAY))
        assert [each.what for each in found] == ["no such secret"] * count


# What does not meet in the contract.


@dataclass(frozen=True)
class Wants(Need):
    """A need for secrets, and nothing else."""

    wanted: tuple[WantedSecret, ...]

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return self.wanted


@dataclass(frozen=True)
class Closed(VaultNeed):
    """A vault that nobody was given the key to."""

    @property
    def grants(self) -> tuple[()]:
        return ()


@dataclass(frozen=True)
class Silent(Telemetry):
    """Telemetry whose connection string nobody asks for."""

    @property
    def secrets(self) -> tuple[()]:
        return ()


def with_chain(*needs: Need, instead_of: type[Need] | None = None) -> Catalogue:
    """The catalogue with other needs for the chain, which talks to no bus here."""

    def changed(service: Service) -> Service:
        if service.key != "chain":
            return service
        dropped = (Messages,) if instead_of is None else (Messages, instead_of)
        kept = tuple(need for need in service.needs if not isinstance(need, dropped))
        return replace(service, needs=(*kept, *needs))

    return Catalogue(tuple(changed(service) for service in CATALOGUE))


def wants(name: str, value: str) -> Need:
    return Wants((WantedSecret(name, "text", value),))


TELEMETRY = "telemetry/connection-string/{service}"

BAD_CONTRACTS = [
    (with_chain(wants("ghost", "ghost/connection-string")), "catalogue: chain: secret ghost", "nothing produces"),
    (with_chain(wants("AppInsights-Connection-String", "endpoint/chain/rpc")), "AppInsights", "used twice"),
    (with_chain(wants("no_name", TELEMETRY)), "secret no_name", "has characters that Azure refuses"),
    (with_chain(instead_of=VaultNeed), "secret appinsights-connection-string", "the service has no vault"),
    (with_chain(Closed(), instead_of=VaultNeed), "appinsights-connection-string", "may not read the vault"),
    (
        with_chain(Silent(), instead_of=Telemetry),
        "plan: telemetry: telemetry/connection-string/chain",
        "nobody reads what it produces",
    ),
    (with_chain(Calls("publisher", port="ghost", secret="address")), "chain: secret address", "nothing produces"),
]


@pytest.mark.parametrize(("catalogue", "path", "what"), BAD_CONTRACTS)
def test_what_does_not_meet_is_one_clear_error(catalogue: Catalogue, path: str, what: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_plan(settings(), catalogue, stack="dev", today=TODAY)
    (problem,) = caught.value.problems
    assert path in problem.path
    assert what in problem.what


def test_the_same_wish_of_two_needs_is_one_secret() -> None:
    plan = make_plan(settings(), with_chain(wants("x", TELEMETRY), wants("x", TELEMETRY)), stack="dev", today=TODAY)
    assert isinstance(plan, EnvironmentPlan)
    assert [each.name for each in plan.secrets if each.service == "chain"] == ["appinsights-connection-string", "x"]


def test_what_a_store_produces_reaches_the_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    store = replace(STORES[0], key="cache", products=lambda _settings, _catalogue: ("cache/connection-string",))
    for module in ("secrets", "stores", "grants", "make"):
        monkeypatch.setattr(f"stacks.plan.{module}.STORES", (*STORES, store))
    catalogue = with_chain(wants("cache", "cache/connection-string"))
    plan = make_plan(settings(), catalogue, stack="dev", today=TODAY)
    assert isinstance(plan, EnvironmentPlan)
    assert "cache/connection-string" in {each.value for each in plan.secrets}
    with pytest.raises(InvalidInput, match="nobody reads what it produces"):
        make_plan(settings(), CATALOGUE, stack="dev", today=TODAY)


# Time.


def test_a_near_end_warns_and_a_recovery_says_that_it_is_for_one_run(folder: Path) -> None:
    end = date(2027, 5, 31)

    def texts(today: date) -> list[str]:
        return [each.text for each in plan_of("dev", folder, today).warnings if "secrets" in each.text]

    assert texts(end - timedelta(days=31)) == []
    (near,) = texts(end - timedelta(days=30))
    assert near.startswith("Pulumi.dev.yaml: mystira:secrets.expires_on: the secrets expire on 2027-05-31")
    file = folder / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace("purge_protection: false", "purge_protection: false\n    recover: [app]"))
    plan = plan_of("dev", folder, TODAY)
    assert isinstance(plan, EnvironmentPlan)
    assert "mystira:vaults.recover: for one run only" in plan.warnings[-1].text
    assert {each.service for each in plan.secrets if not each.written} == {"app"}


def test_a_recovered_vault_is_not_written_to(folder: Path) -> None:
    from stacks.build.run import guarded_build

    file = folder / "Pulumi.dev.yaml"
    file.write_text(file.read_text().replace("purge_protection: false", "purge_protection: false\n    recover: [app]"))
    plan = plan_of("dev", folder, TODAY)
    found = compose(lambda: guarded_build(plan, retries=False))
    modes = {each.name: each.inputs["properties"].get("createMode") for each in found.of(VAULT)}
    assert modes == dict.fromkeys(SERVICES) | {"app": "recover"}
    assert found.of(KEY) == []
    assert {each.inputs["vaultName"] for each in found.of(SECRET)}.isdisjoint({"mys-dev-app-kv-san"})
    role = ROLES["key-vault-crypto-user"].id
    (grant,) = [each for each in found.of(ASSIGNMENT) if each.inputs["roleDefinitionId"].endswith(role)]
    assert grant.inputs["scope"] == "/key-vault/mys-dev-app-kv-san/keys/jwt-signing"


# The component alone.


@pytest.mark.parametrize(("ranges", "action"), [([], "Allow"), (["203.0.113.0/24"], "Deny")])
def test_a_public_vault_without_an_endpoint(ranges: list[str], action: str) -> None:
    args = VaultArgs("g", "southafricanorth", "t", "mys-dev-app-kv-san", 7, False, True, ranges, None, False, (), {})

    locks = Locks(True)

    def program() -> None:
        vault = Vault("app", args, Surroundings("w", None, locks))
        vault.secret(SecretArgs("app-x", "x", "hidden", "text", date(2027, 1, 1), {"a": "b"}))

    found = compose(program)
    (vault,) = found.of(VAULT)
    assert vault.inputs["properties"]["networkAcls"]["defaultAction"] == action
    assert found.of(ENDPOINT) == []
    assert [lock.kind for lock in locks.waiting] == ["key-vault"]
    (secret,) = found.of(SECRET)
    assert secret.secrets == ("properties.value",)


def test_a_vault_takes_no_endpoint_of_another_kind() -> None:
    path = PrivatePathArgs("pe", "southafricanorth", "g", "blob", {}, {})
    args = VaultArgs("g", "southafricanorth", "t", "mys-dev-app-kv-san", 7, False, False, (), path, False, (), {})
    with pytest.raises(ValueError, match="key-vault has no private link group blob"):
        compose(lambda: Vault("app", args, Surroundings("w", "subnet", Locks(False))) and None)


# The report.


def state_of(plan: EnvironmentPlan, updated: date = TODAY, end: str = "2027-05-31", **attributes: Any) -> str:
    def seconds(day: date) -> int:
        return (day - date(1970, 1, 1)).days * 86400

    def resource(vault: str, name: str) -> dict[str, Any]:
        times = {"updated": seconds(updated), "expires": seconds(date.fromisoformat(end)), **attributes}
        inputs = {"vaultName": vault, "secretName": name}
        return {"type": SECRET, "inputs": inputs, "outputs": {"properties": {"attributes": times}}}

    resources = [resource(each.vault, each.name) for each in plan.secrets]
    return json.dumps({"version": 3, "deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, *resources]}})


@pytest.mark.parametrize(
    ("state", "verdict", "bad"),
    [
        ({}, "good", False),
        ({"end": "2026-12-01"}, "expires in 10 days", False),
        ({"end": "2026-11-21"}, "expired 0 days ago", True),
        ({"updated": TODAY - timedelta(days=365)}, "good", False),
        ({"updated": TODAY - timedelta(days=366)}, "too old: renew it (docs/runbooks/secrets.md)", True),
        ({"expires": None}, "no dates: pulumi refresh", True),
    ],
)
@pytest.mark.requirement("S3-133")
def test_the_report(state: dict[str, Any], verdict: str, bad: bool, plans: dict[str, StackPlan]) -> None:
    plan = environment(plans, "dev")
    lines = report(plan, state_of(plan, **state), TODAY)
    assert [line.place for line in lines] == [f"{each.vault}/{each.name}" for each in plan.secrets]
    assert {(line.verdict, line.bad, line.owner) for line in lines} == {(verdict, bad, "platform")}


def test_the_report_tells_what_is_not_there_and_what_is_left(plans: dict[str, StackPlan]) -> None:
    plan = environment(plans, "dev")
    state = state_of(plan).replace("chain-rpc-endpoint", "old-endpoint")
    bad = {line.place: line.verdict for line in report(plan, state, TODAY) if line.bad}
    assert bad == {
        "mys-dev-pub-kv-san/chain-rpc-endpoint": "not written: pulumi up",
        "mys-dev-pub-kv-san/old-endpoint": "in the state, not in the settings: pulumi up",
    }


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"deployment": null}', '{"deployment": {"resources": []}}'])
def test_the_report_never_passes_for_want_of_a_state(state: str, plans: dict[str, StackPlan]) -> None:
    with pytest.raises(UnreadableState):
        report(environment(plans, "dev"), state, TODAY)


def test_the_command(tmp_path: Path, plans: dict[str, StackPlan], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stacks.__main__.today", lambda: TODAY)
    file = tmp_path / "state.json"
    file.write_text(state_of(environment(plans, "dev")))
    run = CliRunner().invoke
    good = run(app, ["secrets", "dev", "--state", str(file)])
    assert (good.exit_code, good.output.splitlines()[-1]) == (0, "21 secrets, 0 to see to")
    old = run(app, ["secrets", "dev", "--state", "-"], input=state_of(environment(plans, "dev"), end="2026-01-01"))
    assert (old.exit_code, old.output.splitlines()[-1]) == (1, "21 secrets, 21 to see to")
    assert run(app, ["secrets", "dev", "--state", str(tmp_path / "nowhere")]).exit_code == 1
    assert "no such stack" not in run(app, ["secrets", "shared", "--state", str(file)]).output
    assert "shared has no vaults" in run(app, ["secrets", "shared", "--state", str(file)]).output
