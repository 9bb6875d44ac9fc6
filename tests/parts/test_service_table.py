"""What each service has, written down a second time: its secrets, its telemetry, its databases and its events."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from components.alerts.facts import ROWS as OF_ALERTS
from components.facts.types import BY_TOKEN
from stacks.parts.alerts.plan import ALERTS
from stacks.parts.dashboards.plan import DASHBOARDS
from stacks.parts.monitoring.plan import LOGS
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.settings.loading import from_file
from stacks.settings.models import EnvironmentSettings
from tests.harness.build import compose_up_to, every, everything, one, registrations
from tests.harness.compose import Composition
from tests.harness.settings import ENVIRONMENTS, edited_plan, every_environment, one_problem

SECRETS: Mapping[str, set[str]] = {
    "app": {
        "acs-endpoint",
        "acs-sender",
        "appinsights-connection-string",
        "cosmos-endpoint",
        "postgresql-connection-string",
        "redis-endpoint",
        "servicebus-namespace",
        "storage-endpoint",
    },
    "admin-api": {
        "admin-ui-client-id",
        "appinsights-connection-string",
        "azure-ad-client-id",
        "azure-ad-tenant-id",
        "cosmos-endpoint",
        "postgres-connection-string",
        "postgres-connection-string-mystiraapp",
        "redis-endpoint",
        "redis-endpoint-app",
        "servicebus-namespace",
    },
    "story-generator": {
        "appinsights-connection-string",
        "azure-ai-endpoint",
        "azure-search-endpoint",
        "call-client-id",
        "postgres-connection-string",
        "postgres-connection-string-mystiraapp",
        "redis-endpoint",
        "servicebus-namespace",
    },
    "publisher": {
        "appinsights-connection-string",
        "call-client-id",
        "chain-rpc-endpoint",
        "postgres-connection-string",
        "servicebus-namespace",
    },
    "chain": {"appinsights-connection-string", "call-client-id", "servicebus-namespace"},
}
"""Of each service with a vault."""

KEYED: Mapping[str, set[str]] = {
    "app": {"cosmos-connection-string", "servicebus-connection-string", "storage-connection-string"},
    "admin-api": {"cosmos-connection-string", "servicebus-connection-string"},
    "story-generator": {"servicebus-connection-string"},
    "publisher": {"servicebus-connection-string"},
    "chain": {"servicebus-connection-string"},
}
"""What is in addition in dev's, where these stores accept keys."""

CODES = {"app": "app", "admin-api": "adm", "story-generator": "story", "publisher": "pub", "chain": "chain"}
"""What the name of each vault says."""

DATABASES = {
    ("app", "mystiraapp", True),
    ("admin-api", "adminapi", True),
    ("admin-api", "mystiraapp", False),
    ("story-generator", "storygenerator", True),
    ("story-generator", "mystiraapp", False),
    ("publisher", "publisher", True),
    ("data-migration", "mystiraapp", False),
    ("analytics", "mystiraapp", False),
    ("training-export", "mystiraapp", False),
}
"""Service or job, database, and whether it owns what is in it."""


def secrets(composition: Composition, service: str) -> dict[str, str]:
    """What is written to the vault of a service, by name."""
    vault = one(composition, "key-vault", service).inputs["vaultName"]
    return {
        each.inputs["secretName"]: each.inputs["properties"]["value"]
        for each in every(composition, "key-vault-secret")
        if each.inputs["vaultName"] == vault
    }


@every_environment
@pytest.mark.parametrize("service", SECRETS)
@pytest.mark.requirement(
    "S0-13",
    "S0-16",
    "S0-41",
    "S2-002",
    "S2-004",
    "S2-014",
    "S2-015",
    "S2-016",
    "S2-021",
    "S2-027",
    "S2-028",
    "S2-053",
    "S2-097",
    "S3-006",
    "S3-035",
    "S3-037",
    "S3-124",
)
def test_the_vault_of_a_service_holds_these_secrets(
    service: str, stack: str, composed: Mapping[str, Composition]
) -> None:
    found = secrets(composed[stack], service)
    assert set(found) == SECRETS[service] | (KEYED.get(service, set()) if stack == "dev" else set())
    assert one(composed[stack], "key-vault", service).inputs["vaultName"] == f"mys-{stack}-{CODES[service]}-kv-san"
    assert all(found.values())


HOSTS = {
    "cosmos-endpoint": "https://mys-{stack}-core-cosmos-san.documents.azure.com:443/",
    "postgresql-connection-string": "Host=mys-{stack}-core-pg-san.postgres.database.azure.com;",
    "redis-endpoint": "mys-{stack}-core-cache-san.southafricanorth.redis.azure.net:10000",
    "storage-endpoint": "https://mys{stack}corestsan.blob.core.windows.net/",
    "servicebus-namespace": "mys-{stack}-core-sb-san.servicebus.windows.net",
}
"""Secret of the app, and what its value leads to."""


@every_environment
@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.requirement("S1-034", "S2-014", "S3-127")
def test_a_secret_leads_to_the_store_of_its_environment(
    name: str, stack: str, composed: Mapping[str, Composition]
) -> None:
    assert HOSTS[name].format(stack=stack) in secrets(composed[stack], "app")[name]


@every_environment
@pytest.mark.requirement("S3-128")
def test_a_key_of_the_bus_is_the_services_own_and_narrow(stack: str, composed: Mapping[str, Composition]) -> None:
    """No rule may manage, and none is at the namespace but for who uses several entities."""
    for service in KEYED if stack == "dev" else ():
        value = secrets(composed[stack], service)["servicebus-connection-string"]
        address = f"Endpoint=sb://mys-{stack}-core-sb-san.servicebus.windows.net/"
        assert value.startswith(f"{address};SharedAccessKeyName={service};")
    rules = [each for each in composed[stack].azure() if BY_TOKEN[each.type].key.endswith("authorization-rule")]
    assert {right for each in rules for right in each.inputs["rights"]} == ({"Send", "Listen"} if rules else set())
    assert bool(rules) is (stack == "dev")


@every_environment
@pytest.mark.requirement(
    "S0-14", "S0-31", "S1-034", "S1-036", "S1-044", "S2-004", "S2-015", "S2-027", "S2-052", "S2-053", "S2-097", "S3-036"
)
def test_databases_and_who_owns_them(stack: str, plans: Mapping[str, StackPlan]) -> None:
    access = plans[stack].of(POSTGRESQL_SERVER).access
    assert {(each.service, each.database, each.owner) for each in access} == DATABASES


@every_environment
@pytest.mark.requirement("S2-006")
def test_chain_has_no_way_to_a_database(stack: str, composed: Mapping[str, Composition]) -> None:
    """No secret, no data role, no policy at Redis: what chain keeps is its own."""
    values = " ".join(secrets(composed[stack], "chain").values())
    assert not any(word in values for word in ("postgres", "documents.azure.com", "redis"))
    assigned = [
        each.name
        for kind in ("cosmos-role-assignment", "redis-access-policy-assignment", "postgresql-administrator")
        for each in every(composed[stack], kind)
    ]
    assert assigned
    assert [name for name in assigned if "chain" in name] == []


@every_environment
@pytest.mark.requirement("S0-14", "S0-29", "S0-37", "S1-033", "S1-036")
def test_documents_and_relational_data_both_have_their_store(stack: str, composed: Mapping[str, Composition]) -> None:
    """The app reaches both at once, and writes to both."""
    assert one(composed[stack], "cosmos-account").inputs["accountName"] == f"mys-{stack}-core-cosmos-san"
    assert one(composed[stack], "postgresql-server").inputs["serverName"] == f"mys-{stack}-core-pg-san"
    assert {"cosmos-endpoint", "postgresql-connection-string"} <= set(secrets(composed[stack], "app"))
    role = one(composed[stack], "cosmos-role-assignment", "app-cosmos").inputs["roleDefinitionId"]
    assert role.endswith("/00000000-0000-0000-0000-000000000002"), "Cosmos DB Built-in Data Contributor"


@every_environment
@pytest.mark.requirement("S1-123", "S2-001", "S2-007", "S2-008", "S3-202")
def test_every_environment_has_these_stores(stack: str, composed: Mapping[str, Composition]) -> None:
    kinds = ("cosmos-account", "postgresql-server", "redis", "service-bus-namespace", "storage-account")
    assert {kind: len(every(composed[stack], kind)) for kind in (*kinds, "kubernetes-cluster")} == dict.fromkeys(
        (*kinds, "kubernetes-cluster"), 1
    )


@every_environment
@pytest.mark.parametrize("service", SECRETS)
@pytest.mark.requirement("S1-121", "S3-061", "S3-062", "S3-063")
def test_the_telemetry_of_a_service_goes_to_the_shared_workspace(
    service: str, stack: str, composed: Mapping[str, Composition]
) -> None:
    workspace = one(composed[stack], "log-analytics-workspace").inputs["workspaceName"]
    found = one(composed[stack], "application-insights", service).inputs
    assert found["workspaceResourceId"] == f"/log-analytics-workspace/{workspace}"
    assert set(SECRETS) == {each.name for each in every(composed[stack], "application-insights")}


@every_environment
@pytest.mark.requirement("S1-030")
def test_no_secret_is_the_key_of_a_vendor_or_of_another_service(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    names = [each.inputs["secretName"] for each in every(composed[stack], "key-vault-secret")]
    assert names
    assert [name for name in names if "api-key" in name or "openai" in name or "anthropic" in name] == []
    types = {each.inputs["properties"]["contentType"] for each in every(composed[stack], "key-vault-secret")}
    assert types == {"connection-string", "email-address", "host", "identifier", "url"}


@pytest.mark.requirement("S0-43")
def test_who_is_notified_comes_from_the_settings(folder: Path) -> None:
    changes = {"monitoring.receivers": [{"name": "on-call", "email": "on-call@mystira.example"}]}
    group = one(compose_up_to(LOGS, edited_plan(folder, "prod", changes)), "action-group", "core").inputs
    assert [(each["name"], each["emailAddress"]) for each in group["emailReceivers"]] == [
        ("on-call", "on-call@mystira.example")
    ]


@pytest.mark.requirement("S0-43")
def test_prod_without_anybody_to_notify_is_refused(folder: Path) -> None:
    problem = one_problem(folder, "prod", {"monitoring.receivers": []})
    assert problem.path == "Pulumi.prod.yaml: mystira:monitoring.receivers"


@pytest.mark.requirement("S3-200")
def test_the_workspace_keeps_logs_for_as_long_and_takes_as_much_as_the_settings_say(
    composed: Mapping[str, Composition], folder: Path
) -> None:
    found = {
        stack: (each["retentionInDays"], each["workspaceCapping"]["dailyQuotaGb"])
        for stack in ENVIRONMENTS
        for each in [one(composed[stack], "log-analytics-workspace").inputs]
    }
    assert found == {"dev": (30, 5), "staging": (30, 10), "prod": (90, 50)}
    changes = {"monitoring.retention_days": 120, "monitoring.daily_cap_gb": 70}
    changed = one(compose_up_to(LOGS, edited_plan(folder, "prod", changes)), "log-analytics-workspace").inputs
    assert (changed["retentionInDays"], changed["workspaceCapping"]["dailyQuotaGb"]) == (120, 70)


@pytest.mark.requirement("S3-198")
def test_prod_has_at_least_the_nodes_of_dev(composed: Mapping[str, Composition]) -> None:
    """Sizes and counts are those of the settings."""

    def nodes(stack: str) -> dict[str, tuple[str, int, int]]:
        pools = [each.inputs for each in every(composed[stack], "agent-pool")]
        pools += one(composed[stack], "kubernetes-cluster").inputs["agentPoolProfiles"]
        return {
            each.get("agentPoolName", each.get("name")): (each["vmSize"], each["minCount"], each["maxCount"])
            for each in pools
        }

    assert nodes("prod") == {
        "system": ("Standard_D4ds_v5", 3, 6),
        "services": ("Standard_D4ds_v5", 3, 6),
        "chain": ("Standard_D4ds_v5", 3, 6),
    }
    dev = nodes("dev")
    assert set(dev) == set(nodes("prod"))
    assert all(nodes("prod")[name][1] >= dev[name][1] and nodes("prod")[name][2] > dev[name][2] for name in dev)


@pytest.mark.requirement("S1-106")
def test_prod_grows_to_twice_its_nodes(composed: Mapping[str, Composition]) -> None:
    """Every pool, and in the committed settings as well; that the pods fit the pools is proven in the plan."""
    pools = [each.inputs for each in every(composed["prod"], "agent-pool")]
    pools += one(composed["prod"], "kubernetes-cluster").inputs["agentPoolProfiles"]
    registered = [(each["minCount"], each["maxCount"]) for each in pools]
    settings = from_file("prod", PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    committed = [(each.minimum, each.maximum) for each in settings.aks.pools.values()]
    for found in (registered, committed):
        assert len(found) >= 3
        assert [(least, most) for least, most in found if most < 2 * least] == []


@every_environment
@pytest.mark.requirement("S1-016")
def test_the_subscription_is_a_setting(stack: str, composed: Mapping[str, Composition], folder: Path) -> None:
    assert (
        composed[stack].subscription
        == {
            "dev": "00000000-0000-4000-8000-000000000001",
            "staging": "00000000-0000-4000-8000-000000000002",
            "prod": "00000000-0000-4000-8000-000000000003",
        }[stack]
    )
    problem = one_problem(folder, stack, {"azure.subscription_id": "my-subscription"})
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:azure.subscription_id"


@every_environment
@pytest.mark.requirement("S2-081")
def test_stores_are_reached_in_the_region_of_the_cluster(stack: str, composed: Mapping[str, Composition]) -> None:
    cluster = one(composed[stack], "kubernetes-cluster").inputs["location"]
    endpoints = every(composed[stack], "private-endpoint")
    assert endpoints
    assert {each.inputs["location"] for each in endpoints} == {cluster}


@every_environment
@pytest.mark.requirement("S2-091")
def test_the_core_never_waits_for_a_service(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """Except for the identities that it admits, and for the alerts, which watch what services have: they come last, and
    nothing waits for them. And nothing waits in a circle."""
    registered = registrations(plans[stack])
    group = {each.urn: each.inputs.get("resourceGroupName", "") for each in registered}
    kinds = {each.urn: each.row.key for each in registered}
    core = f"mys-{stack}-core-rg-san"
    of_services = {
        urn
        for urn, name in group.items()
        if name not in ("", core) and kinds[urn] not in ("resource-group", "user-assigned-identity")
    }
    assert of_services
    alerts = {each.urn for each in registered if each.part == ALERTS.key}
    assert {kinds[urn] for urn in alerts} <= {row.key for row in OF_ALERTS}
    others = [each for each in registered if each.urn not in alerts]
    assert [each.key for each in others if group[each.urn] == core and each.waits_for & of_services] == []
    assert [each.key for each in everything(plans[stack]) if each.urn not in alerts and each.waits_for & alerts] == []
    assert alerts
    assert list(plans[stack].parts)[-2:] == [ALERTS.key, DASHBOARDS.key]
    waits = {each.urn: each.waits_for for each in registered}
    assert list(TopologicalSorter(waits).static_order())
