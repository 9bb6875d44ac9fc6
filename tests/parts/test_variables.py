"""What services read from their environment: the names of the estate, one value each, the same on every host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from stacks.catalogue.model import Catalogue, Endpoint, HostKind
from stacks.catalogue.needs.base import Need, Variable, WantedSecret
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.variables import VariablePlan
from stacks.parts.workloads.plan import WORKLOADS
from stacks.plan.model import StackPlan
from tests.harness.settings import edited_plan, every_environment, migrate, plan, problems
from tests.platform.catalogue import CATALOGUE

STORES = {"ConnectionStrings__PostgreSQL", "ConnectionStrings__Redis", "ConnectionStrings__ServiceBus"}
EVERYWHERE = {"APPLICATIONINSIGHTS_CONNECTION_STRING", "KEY_VAULT_URL"}
MIGRATION = {"DataMigration__Phase", "DataMigration__Enabled"}
DOCUMENTS = {"ConnectionStrings__CosmosDb", "Azure__CosmosDb__DatabaseName"}
DOTNET = {*EVERYWHERE, *STORES, "ASPNETCORE_ENVIRONMENT"}
POD_OF_DOTNET = {*DOTNET, "ASPNETCORE_HTTP_PORTS"}
"""App Service itself tells where to listen."""
CALLED = {"CALL_AUTHORITY", "CALL_AUDIENCE"}
NAMES: Mapping[str, set[str]] = {
    "app": {
        *(*DOTNET, *DOCUMENTS, *MIGRATION),
        *("ConnectionStrings__AzureStorage", "Azure__BlobStorage__ContainerName", "ConnectionStrings__ChainGrpc"),
        *("AzureCommunicationServices__ConnectionString", "AzureCommunicationServices__SenderEmail"),
        *("CorsSettings__AllowedOrigins", "JwtSettings__Issuer", "JwtSettings__Audience", "JwtSettings__KeyId"),
        *("FeatureManagement__ChainGrpc", "CHAIN_AUDIENCE"),
    },
    "admin-api": {
        *(*POD_OF_DOTNET, *DOCUMENTS, *MIGRATION),
        *("ConnectionStrings__PostgreSQL_mystiraapp", "ConnectionStrings__Redis_app"),
        *("AzureAd__Instance", "AzureAd__TenantId", "AzureAd__ClientId"),
        *("CHAIN_AUDIENCE", "PUBLISHER_AUDIENCE", "STORY_GENERATOR_AUDIENCE"),
    },
    "story-generator": {
        *(*POD_OF_DOTNET, *CALLED, "ConnectionStrings__PostgreSQL_mystiraapp"),
        *("Ai__AzureOpenAI__Endpoint", "Ai__AzureSearch__Endpoint"),
    },
    "publisher": {
        *(*EVERYWHERE, *CALLED, "ConnectionStrings__ServiceBus", "CHAIN_RPC_URL", "DATABASE_URL"),
        *("CHAIN_AUDIENCE", "STORY_GENERATOR_AUDIENCE"),
        *("NODE_ENV", "PORT", "HEALTH_PORT"),
    },
    "chain": {*EVERYWHERE, *CALLED, "ConnectionStrings__ServiceBus", "CHAIN_DATA_DIR", "CHAIN_NETWORK_ID"},
}
"""Of each service with a vault; written down a second time (estate services 1.6.2, estate platform 1.5)."""

SITES = {"admin-ui", "devhub"}
"""The services that are static sites: what they read is built into their files."""

OF_APP_SERVICE = {
    *("ApplicationInsightsAgent_EXTENSION_VERSION", "XDT_MicrosoftApplicationInsights_Mode", "HTTP20_ONLY_PORT"),
    *("WEBSITE_SWAP_WARMUP_PING_PATH", "WEBSITE_SWAP_WARMUP_PING_STATUSES", "Deployment__Slot"),
}
"""What App Service itself reads."""


def variables(plan: StackPlan) -> dict[str, tuple[VariablePlan, ...]]:
    """The variables of every service, wherever it runs."""
    pods = {each.service: each.variables for each in plan.of(WORKLOADS)}
    return {**pods, **{each.service: each.variables for each in plan.get(APP_HOSTING) or ()}}


def named(plan: StackPlan, service: str) -> dict[str, VariablePlan]:
    return {each.name: each for each in variables(plan)[service]}


@every_environment
@pytest.mark.requirement("S0-16")
def test_names_are_those_that_the_services_read_today(stack: str, plans: Mapping[str, StackPlan]) -> None:
    for service, wanted in NAMES.items():
        assert set(named(plans[stack], service)) - OF_APP_SERVICE == wanted, service


@pytest.mark.requirement("S0-16")
def test_every_service_of_the_platform_reads_variables_or_is_a_site() -> None:
    jobs = {each.key for each in CATALOGUE if each.workload and each.workload.kind is HostKind.JOB}
    assert {each.key for each in CATALOGUE} - jobs == {*NAMES, *SITES}
    assert {each.key for each in CATALOGUE if not each.identified} == SITES


@every_environment
def test_a_name_has_one_value_and_a_secret_is_no_value(stack: str, plans: Mapping[str, StackPlan]) -> None:
    for service, found in variables(plans[stack]).items():
        assert len({each.name for each in found}) == len(found), service
        assert all(bool(each.value) != bool(each.secret) for each in found), service


@pytest.mark.requirement("S1-043", "S2-037", "S2-083")
def test_the_phase_of_the_migration_and_the_flags_are_variables(folder: Path) -> None:
    found = named(plan("dev", folder), "app")
    assert (found["DataMigration__Phase"].value, found["DataMigration__Enabled"].value) == ("0", "false")
    assert found["FeatureManagement__ChainGrpc"].value == "false"
    migrate(folder, "DualWriteCosmosRead", "CosmosOnly")
    found = named(edited_plan(folder, "dev", {"features.ChainGrpc": True}), "app")
    assert (found["DataMigration__Phase"].value, found["DataMigration__Enabled"].value) == ("1", "true")
    assert found["DataMigration__Enabled"].slot == "false"
    assert found["FeatureManagement__ChainGrpc"].value == "true"


@pytest.mark.parametrize(
    ("phase", "previous", "number"),
    [
        ("CosmosOnly", "", "0"),
        ("DualWriteCosmosRead", "CosmosOnly", "1"),
        ("DualWritePostgresRead", "DualWriteCosmosRead", "2"),
        ("PostgresOnly", "DualWritePostgresRead", "3"),
    ],
)
@pytest.mark.requirement("S1-043", "S2-024")
def test_the_phase_reaches_the_app_and_the_admin_api(folder: Path, phase: str, previous: str, number: str) -> None:
    if previous:
        migrate(folder, phase, previous)
    made = plan("staging", folder)
    readers = {
        service: {each.name: each.value for each in found if each.name in MIGRATION}
        for service, found in variables(made).items()
        if MIGRATION & {each.name for each in found}
    }
    wanted = {"DataMigration__Phase": number, "DataMigration__Enabled": "false" if number == "0" else "true"}
    assert readers == {"app": wanted, "admin-api": wanted}


def changed(key: str, *needs: Need, endpoints: tuple[Endpoint, ...] = ()) -> Catalogue:
    """The catalogue with more needs, and more endpoints, of one service."""
    services = tuple(
        replace(each, needs=(*each.needs, *needs), endpoints=(*each.endpoints, *endpoints)) if each.key == key else each
        for each in CATALOGUE
    )
    return replace(CATALOGUE, services=services)


@pytest.mark.requirement("S1-019", "S1-031")
@pytest.mark.parametrize(("stack", "host"), [("dev", "dev.chain-k8s.mystira.app"), ("prod", "chain-k8s.mystira.app")])
def test_the_app_reaches_chain_over_tls_at_its_internal_endpoint(
    stack: str, host: str, plans: Mapping[str, StackPlan]
) -> None:
    assert named(plans[stack], "app")["ConnectionStrings__ChainGrpc"].value == f"https://{host}"


@dataclass(frozen=True)
class Reads(Need):
    """Variables as the test has them."""

    given: tuple[Variable, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        return self.given


@dataclass(frozen=True)
class Holds(Reads):
    """Variables, and a secret of a key that exists only where keys are accepted."""

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("redis-extra", "connection-string", "redis/connection-string/{service}", key_of="redis"),)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ((Variable("A"),), "needs one source"),
        ((Variable("A", literal="x", known="cosmos/database"),), "needs one source"),
        ((Variable("A", secret="ghost"),), "no need wants the secret that it holds"),
        ((Variable("A", known="ghost/x"),), "nothing knows its value"),
        ((Variable("A", literal="x"), Variable("A", literal="y")), "the name is used twice"),
    ],
)
def test_a_variable_that_cannot_be_filled_is_one_error(folder: Path, given: tuple[Variable, ...], what: str) -> None:
    found: Any = problems(folder, "dev", {}, catalogue=changed("chain", Reads(given)))
    assert [(each.path, each.what) for each in found] == [("catalogue: chain: variable A", what)]
    assert found[0].read == "docs/how-to/add-a-variable.md"


@dataclass(frozen=True)
class HoldsUnread(Need):
    """A secret that no variable holds."""

    read: bool

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("unread", "url", "cosmos/endpoint", read_by_app=self.read),)


def test_a_secret_is_held_by_a_variable_or_read_by_the_service_itself(folder: Path) -> None:
    (found,) = problems(folder, "dev", {}, catalogue=changed("chain", HoldsUnread(False)))
    assert (found.path, found.allowed) == ("catalogue: chain: secret unread", "a variable, or read_by_app")
    assert found.what == "nobody reads it: no variable holds it"
    made = plan("dev", folder, catalogue=changed("chain", HoldsUnread(True)))
    assert "unread" not in {each.secret for each in variables(made)["chain"]}


def test_a_key_that_nobody_accepts_has_no_variable(folder: Path) -> None:
    needs = changed("app", Holds((Variable("A", secret="redis-extra"), Variable("B", literal="b"))))
    made = plan("prod", folder, catalogue=needs)
    assert "A" not in named(made, "app")
    assert named(made, "app")["B"].value == "b"
