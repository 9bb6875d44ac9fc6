"""The secrets in the vaults: values from what makes them, the contract of who makes and who takes, keys that rotate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput, Problem
from stacks.catalogue.model import Catalogue
from stacks.catalogue.needs.base import Need, WantedSecret
from stacks.catalogue.needs.calls import Calls
from stacks.catalogue.needs.messages import Messages
from stacks.catalogue.needs.telemetry import Telemetry
from stacks.catalogue.needs.vault import Vault
from stacks.context import Context
from stacks.parts.all import ENVIRONMENT_PARTS
from stacks.parts.part import Part
from stacks.parts.secrets.plan import EXPIRY_NOTICE, LOCAL_AUTH, SECRETS
from stacks.parts.vaults.plan import VAULTS
from stacks.plan.make import served
from stacks.plan.secrets import contract_problems
from stacks.settings.models import EnvironmentSettings
from tests.harness.build import compose_plan, every, products
from tests.harness.compose import KEY, SECOND_KEY, Composition, Registered
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, context, edit, edited_plan, every_environment, migrate, one_problem, plan
from tests.platform.catalogue import CATALOGUE

CHAIN_RPC = "publisher/chain-rpc-endpoint"
WITHOUT_KEYS = {"local_auth": GONE, f"waivers.{LOCAL_AUTH}": GONE}


# What is written


@every_environment
@pytest.mark.requirement("S2-016", "S2-021", "S3-125")
def test_every_secret_holds_what_its_producer_makes(stack: str, composed: Mapping[str, Composition]) -> None:
    """In the vault of the service that wants it: under the name by which the service asks for it."""
    planned = plan(stack)
    made = products(planned)
    written = {
        (each.inputs["vaultName"], each.inputs["secretName"]): each.inputs["properties"]["value"]
        for each in every(composed[stack], "key-vault-secret")
    }
    assert written == {(each.vault, each.name): each.literal or made[each.value].value for each in planned.of(SECRETS)}
    assert written[f"mys-{stack}-pub-kv-san", "chain-rpc-endpoint"] == (
        f"http://mys-chain.mys-{stack}.svc.cluster.local:8545"
    )


@every_environment
@pytest.mark.requirement("S3-124")
def test_what_a_service_wants_is_in_the_vault_that_it_reads(stack: str, composed: Mapping[str, Composition]) -> None:
    wanted = {
        (f"mys-{stack}-{service.project.code}-identity-san", service.key, secret.name)
        for service in served(context(stack), ENVIRONMENT_PARTS).catalogue
        if not service.job
        for need in service.needs
        for secret in need.secrets
        if secret.key_of is None or context(stack).settings.accepts_keys(secret.key_of)
    }
    secrets = every(composed[stack], "key-vault-secret")
    assert {(each.inputs["tags"]["Reader"], each.deleted_with, each.inputs["secretName"]) for each in secrets} == wanted


@every_environment
@pytest.mark.requirement("S1-066", "S3-064", "S3-129")
def test_each_service_finds_its_telemetry_in_its_own_vault(stack: str, composed: Mapping[str, Composition]) -> None:
    users = {service.key for service in CATALOGUE if any(isinstance(need, Telemetry) for need in service.needs)}
    components = every(composed[stack], "application-insights")
    assert {each.name for each in components} == users
    for component in components:
        assert component.secret_outputs == ("connectionString", "instrumentationKey")
    values = {
        each.deleted_with: each.inputs["properties"]["value"]
        for each in every(composed[stack], "key-vault-secret")
        if each.inputs["secretName"] == "appinsights-connection-string"
    }
    assert set(values) == users
    assert all(value.startswith("InstrumentationKey=") for value in values.values())
    assert len(set(values.values())) == len(users), "each has a component of its own"


@every_environment
@pytest.mark.requirement("S1-085")
def test_every_value_is_secret_and_stays_until_its_vault_goes(stack: str, composed: Mapping[str, Composition]) -> None:
    vaults = {each.name: each.inputs["vaultName"] for each in every(composed[stack], "key-vault")}
    for each in every(composed[stack], "key-vault-secret"):
        assert each.secrets == ("properties.value",)
        assert each.retained is True
        assert vaults[each.deleted_with] == each.inputs["vaultName"]


@every_environment
@pytest.mark.requirement("S3-135")
def test_every_secret_has_an_end_an_owner_and_a_greatest_age(stack: str, composed: Mapping[str, Composition]) -> None:
    terms = context(stack).settings.secrets
    for each in every(composed[stack], "key-vault-secret"):
        end = datetime.fromtimestamp(each.inputs["properties"]["attributes"]["expires"], tz=UTC)
        assert end == datetime(terms.expires_on.year, terms.expires_on.month, terms.expires_on.day, tzinfo=UTC)
        tags = each.inputs["tags"]
        assert (tags["Owner"], tags["MaximumAgeDays"]) == (terms.owner, str(terms.maximum_age_days))
        assert re.fullmatch(rf"mys-{stack}-[a-z]+-identity-san", tags["Reader"])
        assert len(tags) <= 15, "Azure takes no more on a secret"


def test_the_terms_of_one_secret_can_differ(folder: Path) -> None:
    terms = {"expires_on": "2027-01-31", "maximum_age_days": 90, "owner": "chain-team"}
    planned = edited_plan(folder, "dev", {"secrets.overrides": {CHAIN_RPC: terms}}).of(SECRETS)
    found = {f"{each.service}/{each.name}": (each.expires_on, each.maximum_age_days, each.owner) for each in planned}
    assert found.pop(CHAIN_RPC) == (date(2027, 1, 31), 90, "chain-team")
    assert set(found.values()) == {(date(2027, 5, 31), 365, "platform")}


@every_environment
@pytest.mark.requirement("S1-085")
def test_outputs_say_where_and_never_what(stack: str, composed: Mapping[str, Composition]) -> None:
    places = composed[stack].outputs["secrets"]
    assert set(places) == {vault.service for vault in plan(stack).of(VAULTS).vaults}
    assert places["publisher"] == {
        "vault": f"https://mys-{stack}-pub-kv-san.vault.azure.net/",
        "secrets": [
            "appinsights-connection-string",
            "call-client-id",
            "chain-rpc-endpoint",
            "postgres-connection-string",
            *(["servicebus-connection-string"] if stack == "dev" else []),
            "servicebus-namespace",
        ],
        "keys": [],
    }
    assert places["app"]["keys"] == ["jwt-signing"]
    text = json.dumps(composed[stack].outputs)
    secrets = [each.inputs["properties"] for each in every(composed[stack], "key-vault-secret")]
    # Ids of applications and of the tenant are in vaults because services look there, not because they are secret.
    values = {each["value"] for each in secrets if each["contentType"] != "identifier"}
    assert [value for value in values if value in text] == []


# Two keys for each store

KEYED = {
    "cosmos/connection-string",
    "storage/connection-string",
    *(
        f"service-bus/connection-string/{service}"
        for service in ("app", "admin-api", "story-generator", "publisher", "chain")
    ),
}
"""What carries a key in dev: neither PostgreSQL nor Redis does."""

every_half = pytest.mark.parametrize(
    ("half", "used", "unused"),
    [("primary", KEY, SECOND_KEY), ("secondary", SECOND_KEY, KEY)],
    ids=["primary", "secondary"],
)


@every_half
def test_every_connection_string_carries_the_key_in_use_and_is_secret(
    folder: Path, half: str, used: str, unused: str
) -> None:
    found = products(edited_plan(folder, "dev", {"secrets.key": half}))
    assert {name for name, made in found.items() if used in made.value} == KEYED
    assert [name for name, made in found.items() if unused in made.value] == []
    assert [name for name in KEYED if not found[name].secret] == []


@every_half
def test_an_archive_is_opened_with_the_key_that_only_reads(folder: Path, half: str, used: str, unused: str) -> None:
    migrate(folder)
    changes = {"secrets.key": half, "cosmos.lifecycle": "archive", "cosmos.export_container": "archives"}
    made = products(edited_plan(folder, "dev", changes), "cosmos/")["cosmos/connection-string"]
    assert re.findall(r"AccountKey=([^;]+);", made.value) == [f"{used}-to-read"]
    assert unused not in made.value


@pytest.mark.requirement("S1-086")
def test_the_switch_writes_new_values_and_touches_nothing_else(folder: Path) -> None:
    """Nothing is replaced or restarted by it: the same resources, and other values under the same names in vaults."""

    def built(half: str) -> dict[tuple[str, str], Registered]:
        found = compose_plan(edited_plan(folder, "dev", {"secrets.key": half}))
        return {(each.type, each.name): each for each in found.azure()}

    first, second = built("primary"), built("secondary")
    assert set(first) == set(second)
    changed = [second[key] for key, each in first.items() if each.inputs != second[key].inputs]
    keyed = [each for each in plan("dev").of(SECRETS) if each.value in KEYED]
    assert {each.name for each in changed} == {each.key for each in keyed}
    assert {(each.type, each.secrets) for each in changed} == {("azure-native:keyvault:Secret", ("properties.value",))}


def test_without_a_setting_the_primary_key_is_in_use(composed: Mapping[str, Composition]) -> None:
    for stack, keyed in (("dev", KEYED), ("staging", set()), ("prod", set())):
        values = {each.name: each.inputs["properties"]["value"] for each in every(composed[stack], "key-vault-secret")}
        expected = {each.key for each in plan(stack).of(SECRETS) if each.value in keyed}
        assert {name for name, value in values.items() if KEY in value} == expected
        assert [name for name, value in values.items() if SECOND_KEY in value] == []


# The contract: who makes a value, who takes it


@dataclass(frozen=True)
class Wants(Need):
    """A need for secrets, and nothing else."""

    wanted: tuple[WantedSecret, ...]

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return self.wanted


@dataclass(frozen=True)
class Closed(Vault):
    """A vault that its service has no role at."""

    @property
    def grants(self) -> tuple[()]:
        return ()


@dataclass(frozen=True)
class Silent(Telemetry):
    """Telemetry whose connection string nobody asks for."""

    @property
    def secrets(self) -> tuple[()]:
        return ()

    @property
    def variables(self) -> tuple[()]:
        return ()


class Maker(Part[EnvironmentSettings, None]):
    """A part that makes values, with keys only or always."""

    key = "maker"

    def __init__(self, *values: str, keyed: bool = False) -> None:
        self._values, self._keyed = values, keyed

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if context.settings.accepts_keys("cosmos") or not self._keyed:
            yield from self._values


def wants(name: str, value: str, *, keyed: bool = False) -> Need:
    return Wants((WantedSecret(name, "text", value, key_of="cosmos" if keyed else None, read_by_app=True),))


def catalogue(service: str, *more: Need, without: type[Need] | None = None) -> Catalogue:
    """The catalogue with more needs for a service, and without those of one kind."""
    return replace(
        CATALOGUE,
        services=tuple(
            replace(each, needs=(*(need for need in each.needs if without is None or type(need) is not without), *more))
            if each.key == service
            else each
            for each in CATALOGUE
        ),
    )


def contract(context: Context[EnvironmentSettings], *more: Part[EnvironmentSettings, Any]) -> Iterable[Problem]:
    """The problems of the contract, with ``more`` parts than there are."""
    parts = (*ENVIRONMENT_PARTS, *more)
    return list(contract_problems(served(context, parts), parts))


TELEMETRY = "telemetry/connection-string/{service}"
ADDRESS = "endpoint/publisher/http"
MISMATCHES = {
    "a value that nothing makes": (
        catalogue("chain", wants("ghost", "ghost/connection-string")),
        "catalogue: chain: secret ghost",
        "nothing produces its value",
    ),
    "an address that no workload answers at": (
        catalogue("chain", Calls("publisher", port="ghost", secret="address")),
        "catalogue: chain: secret address",
        "nothing produces its value",
    ),
    "a value that nobody takes": (
        catalogue("chain", Silent(), without=Telemetry),
        "plan: telemetry: telemetry/connection-string/chain",
        "no need wants what it produces",
    ),
    "two values under one name": (
        catalogue("chain", wants("AppInsights-Connection-String", ADDRESS)),
        "catalogue: chain: secret AppInsights-Connection-String",
        "the name is used twice in one vault",
    ),
    "a name that Azure refuses": (
        catalogue("chain", wants("no_name", ADDRESS)),
        "catalogue: chain: secret no_name",
        "the name of a key-vault-secret has characters that Azure refuses",
    ),
    "no vault to put it in": (
        catalogue("admin-ui", wants("address", ADDRESS)),
        "catalogue: admin-ui: secret address",
        "the service has no vault",
    ),
}


@pytest.mark.parametrize(("changed", "path", "what"), MISMATCHES.values(), ids=MISMATCHES)
def test_what_does_not_meet_is_one_clear_error(changed: Catalogue, path: str, what: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        plan("dev", catalogue=changed)
    assert [(each.path, each.what) for each in caught.value.problems] == [(path, what)]


def test_every_secret_of_a_vault_that_its_service_cannot_read_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        plan("dev", catalogue=catalogue("chain", Closed(), without=Vault))
    assert {(each.path, each.what) for each in caught.value.problems} == {
        (f"catalogue: chain: secret {name}", "its reader has no role that lets it read the vault")
        for name in (
            "appinsights-connection-string",
            "call-client-id",
            "servicebus-connection-string",
            "servicebus-namespace",
        )
    }


def test_the_same_wish_of_two_needs_is_one_secret() -> None:
    twice = catalogue("chain", wants("x", TELEMETRY), wants("x", TELEMETRY), without=Messages)
    secrets = plan("dev", catalogue=twice).of(SECRETS)
    names = [each.name for each in secrets if each.service == "chain"]
    assert names == ["appinsights-connection-string", "call-client-id", "x"]


def test_what_a_further_part_makes_reaches_the_vault() -> None:
    maker = Maker("maker/connection-string")
    taking = context("dev", catalogue=catalogue("chain", wants("made", "maker/connection-string")))
    assert contract(taking, maker) == []
    assert "maker/connection-string" in {each.value for each in SECRETS.plan(taking)}
    (problem,) = contract(context("dev"), maker)
    assert (problem.path, problem.what) == (
        "plan: maker: maker/connection-string",
        "no need wants what it produces",
    )


def test_a_secret_that_is_nothing_but_a_key_exists_only_with_local_auth(folder: Path) -> None:
    """Without keys it is neither wanted nor made; a part that still made it is told that nobody reads it."""
    keyed = catalogue("app", wants("ai-api-key", "maker/key", keyed=True))

    def names(context: Context[EnvironmentSettings]) -> set[str]:
        return {each.name for each in SECRETS.plan(context)}

    with_keys = context("dev", folder, catalogue=keyed)
    assert "ai-api-key" in names(with_keys)
    assert contract(with_keys, Maker("maker/key", keyed=True)) == []
    assert [each.path for each in contract(with_keys)] == ["catalogue: app: secret ai-api-key"]
    edit(folder, "dev", WITHOUT_KEYS)
    without = context("dev", folder, catalogue=keyed)
    assert "ai-api-key" not in names(without)
    assert contract(without, Maker("maker/key", keyed=True)) == []
    assert [each.path for each in contract(without, Maker("maker/key"))] == ["plan: maker: maker/key"]


def test_terms_for_a_key_that_does_not_exist_are_refused(folder: Path) -> None:
    keyed = catalogue("app", wants("ai-api-key", TELEMETRY, keyed=True))
    terms = {"secrets.overrides": {"app/ai-api-key": {"owner": "me"}}}
    owners = {each.name: each.owner for each in edited_plan(folder, "dev", terms, catalogue=keyed).of(SECRETS)}
    assert owners["ai-api-key"] == "me"
    problem = one_problem(folder, "prod", terms, catalogue=keyed)
    assert (problem.path, problem.what) == (
        "Pulumi.prod.yaml: mystira:secrets.overrides.app/ai-api-key",
        "no such secret",
    )


# What is refused, and what is announced

NEXT = "a date after 2026-11-21"


@each_mistake(
    [
        Mistake(
            "staging",
            {"secrets.expires_on": "2026-11-21"},
            "secrets.expires_on",
            "the secrets have expired",
            NEXT,
        ),
        Mistake(
            "staging",
            {"secrets.overrides": {CHAIN_RPC: {"expires_on": "2026-01-01"}}},
            f"secrets.overrides.{CHAIN_RPC}.expires_on",
            "the secrets have expired",
            NEXT,
        ),
        Mistake(
            "staging",
            {"secrets.overrides": {"publisher/ghost": {"owner": "me"}}},
            "secrets.overrides.publisher/ghost",
            "no such secret",
            CHAIN_RPC,
        ),
        Mistake(
            "staging",
            {"secrets.maximum_age_days": 190},
            "secrets.maximum_age_days",
            "reached before the end, 2027-05-31",
            "191 days or more, or an earlier end",
        ),
        Mistake(
            "staging",
            {"secrets.overrides": {CHAIN_RPC: {"expires_on": "2027-12-31"}}},
            f"secrets.overrides.{CHAIN_RPC}.maximum_age_days",
            "reached before the end, 2027-12-31",
            "405 days or more",
        ),
        Mistake("staging", {"secrets.expires_on": date(2027, 5, 31)}, "secrets.expires_on", "not allowed", "in quotes"),
        Mistake("staging", {"secrets.expires_on": "2027-13-31"}, "secrets.expires_on", "not allowed", "2027-05-31"),
        Mistake(
            "prod",
            {"secrets.key": "secondary"},
            "secrets.key",
            "local_auth lists no store with two keys: ai, cosmos, redis, search, service_bus, storage",
            "primary, or no such entry",
        ),
        Mistake("dev", {"secrets.key": "third"}, "secrets.key", "not allowed", "primary"),
    ]
)
def test_a_mistake_is_one_clear_error(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


def test_keys_need_a_waiver(folder: Path) -> None:
    problem = one_problem(folder, "dev", {f"waivers.{LOCAL_AUTH}": GONE})
    assert problem.path == "Pulumi.dev.yaml: mystira:waivers.local-auth"
    assert problem.what == "missing: the settings break the rule that stores accept identities only, never keys"


@pytest.mark.requirement("S3-135")
def test_a_near_end_is_announced_thirty_days_ahead() -> None:
    end = date(2027, 5, 31)

    def notices(today: date) -> list[str]:
        return [each.text for each in SECRETS.notices(context("dev", today=today))]

    assert timedelta(days=30) == EXPIRY_NOTICE
    assert notices(end - timedelta(days=31)) == []
    (near,) = notices(end - timedelta(days=30))
    assert near.startswith("Pulumi.dev.yaml: mystira:secrets.expires_on: the secrets expire on 2027-05-31")
    assert near in [each.text for each in plan("dev", today=end - timedelta(days=30)).notices]
