"""Azure Managed Redis in every environment: who may use it, how it is reached, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.facts.redis import REDIS_SKUS
from offline.azure.behaviour import guid
from offline.engine.home import PROJECT
from stacks.build.run import guarded_build
from stacks.catalogue import CATALOGUE
from stacks.catalogue.needs import Cache
from stacks.plan import EnvironmentPlan, StackPlan
from stacks.plan.stores.redis import REDIS
from stacks.settings import EnvironmentSettings, from_file
from tests.conftest import STACKS
from tests.harness import Composition, compose
from tests.harness.compose import KEY
from tests.harness.settings import GONE, one_problem, planned

ENVIRONMENTS = STACKS[1:]
MODULE = "azure-native:redisenterprise:"
LIST_KEYS = MODULE + "listDatabaseKeys"
CONSUMERS = ("app", "admin-api", "story-generator")
every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)


def products(plan: StackPlan, monkeypatch: pytest.MonkeyPatch, prefix: str) -> tuple[dict[str, Any], Composition]:
    """What the stores of a stack produce below ``prefix``, each with whether it is secret."""
    import stacks.build.environment as environment
    from stacks.build.stores import Site

    build_stores, caught = environment.build_stores, {}

    def catching(site: Site) -> Any:
        caught.update(build_stores(site))
        return caught

    def program() -> dict[str, Any]:
        guarded_build(plan, retries=False)
        mine = {name: value for name, value in caught.items() if name.startswith(prefix)}
        return mine | {f"secret {name}": value.is_secret() for name, value in mine.items()}

    monkeypatch.setattr(environment, "build_stores", catching)
    composition = compose(program)
    return composition.outputs, composition


@every_environment
@pytest.mark.requirement("S2-013", "S2-020", "S0-13")
def test_one_instance_encrypted_and_private(stack: str, composed: dict[str, Composition]) -> None:
    (cluster,) = composed[stack].of(MODULE + "RedisEnterprise")
    (database,) = composed[stack].of(MODULE + "Database")
    assert cluster.inputs["clusterName"] == f"mys-{stack}-core-cache-san"
    assert cluster.inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert cluster.inputs["sku"] == {"name": "Balanced_B3" if stack == "prod" else "Balanced_B1"}
    assert cluster.inputs["highAvailability"] == ("Disabled" if stack == "dev" else "Enabled")
    assert (cluster.inputs["minimumTlsVersion"], cluster.inputs["publicNetworkAccess"]) == ("1.2", "Disabled")
    assert "zones" not in cluster.inputs, "Azure refuses them and spreads replicas by itself"
    assert (database.inputs["databaseName"], database.inputs["port"]) == ("default", 10000)
    assert database.inputs["clientProtocol"] == "Encrypted"
    assert database.inputs["persistence"]["aofEnabled"] is (stack != "dev")


@every_environment
def test_the_private_path(stack: str, composed: dict[str, Composition]) -> None:
    (endpoint,) = [
        each for each in composed[stack].of("azure-native:network:PrivateEndpoint") if each.name == "redis-core"
    ]
    (connection,) = endpoint.inputs["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["redisEnterprise"]
    assert connection["privateLinkServiceId"] == f"/redis/mys-{stack}-core-cache-san"
    (zones,) = [
        each for each in composed[stack].of("azure-native:network:PrivateDnsZoneGroup") if each.name == "redis-core"
    ]
    ids = [each["privateDnsZoneId"] for each in zones.inputs["privateDnsZoneConfigs"]]
    assert ids == ["/private-dns-zone/privatelink.redis.azure.net"]


@every_environment
@pytest.mark.requirement("S0-15", "S0-23", "S0-32", "S2-034")
def test_nothing_is_forgotten_where_locks_and_queues_are(stack: str, composed: dict[str, Composition]) -> None:
    """``default`` is the access policy with all commands, publish and subscribe included."""
    purposes = {
        purpose
        for service in CATALOGUE
        for need in service.needs
        if isinstance(need, Cache)
        for purpose in need.purposes
    }
    assert purposes == {"cache", "locks", "queues"}
    (database,) = composed[stack].of(MODULE + "Database")
    assert database.inputs["evictionPolicy"] == "NoEviction"
    assignments = composed[stack].of(MODULE + "AccessPolicyAssignment")
    assert {each.inputs["accessPolicyName"] for each in assignments} == {"default"}


@every_environment
@pytest.mark.requirement("S2-054")
def test_each_consumer_s_identity_and_nobody_else(stack: str, composed: dict[str, Composition]) -> None:
    """One after another: Azure fails the second of two at once."""
    assignments = composed[stack].of(MODULE + "AccessPolicyAssignment")
    codes = {"app": "app", "admin-api": "admin", "story-generator": "story"}
    assert {each.inputs["accessPolicyAssignmentName"]: each.inputs["user"]["objectId"] for each in assignments} == {
        service.replace("-", ""): guid(f"/user-assigned-identity/mys-{stack}-{code}-identity-san", "principal")
        for service, code in codes.items()
    }
    names = [each.name for each in assignments]
    before = [[name for name in each.dependencies if name in names] for each in assignments]
    assert before == [[], names[:1], names[1:2]]


@every_environment
def test_keys_exist_only_where_local_auth_is_on(
    stack: str, plans: dict[str, StackPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, composition = products(plans[stack], monkeypatch, "redis/")
    host = f"mys-{stack}-core-cache-san.southafricanorth.redis.azure.net:10000,ssl=True,abortConnect=False"
    on = stack == "dev"
    (database,) = composition.of(MODULE + "Database")
    assert database.inputs["accessKeysAuthentication"] == ("Enabled" if on else "Disabled")
    assert (LIST_KEYS in composition.calls) is on
    for service in CONSUMERS:
        name = f"redis/connection-string/{service}"
        assert found.pop(name) == (f"{host},password={KEY}" if on else host)
        assert found.pop(f"secret {name}") is on
    assert found == {}


def test_the_contract_names_products_that_exist(plans: dict[str, StackPlan]) -> None:
    settings = from_file("prod", PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    wanted = {
        secret.value.format(service=service.key)
        for service in CATALOGUE
        for need in service.needs
        if isinstance(need, Cache)
        for secret in need.secrets
    }
    assert set(REDIS.products(settings, CATALOGUE)) == wanted
    assert set(REDIS.scopes(settings, CATALOGUE)) == {"redis/core"}
    assert tuple(REDIS.versions(settings)) == ()
    plan = plans["prod"]
    assert isinstance(plan, EnvironmentPlan)
    assert [each.key for each in plan.stores.redis.instances] == ["core"]


OWN = {"sku": "Balanced_B3", "services": ["story-generator"], "eviction": "AllKeysLRU", "persistence": {"rdb_hours": 6}}


def test_an_instance_of_its_own(folder: Path) -> None:
    plan = planned(folder, "prod", {"redis.instances": {"story": OWN}})
    core, story = plan.stores.redis.instances
    assert (core.name, set(core.consumers)) == ("mys-prod-core-cache-san", {"app", "admin-api"})
    assert (story.name, set(story.consumers)) == ("mys-prod-corestory-cache-san", {"story-generator"})
    assert (story.eviction, story.persistence, story.rdb_hours) == ("AllKeysLRU", "rdb", 6)
    assert story.endpoint == "mys-prod-coreredisstory-pe-san"
    composition = compose(lambda: guarded_build(plan, retries=False))
    assert len(composition.of(MODULE + "RedisEnterprise")) == 2
    assert composition.named("mys-prod-coreredisstory-pe-san")
    (database,) = [each for each in composition.of(MODULE + "Database") if each.name == "story"]
    assert database.inputs["persistence"] == {"aofEnabled": False, "rdbEnabled": True, "rdbFrequency": "6h"}


def test_the_first_member_of_a_group_of_regions(folder: Path) -> None:
    changes = {"redis.persistence": GONE, "redis.geo_replication_group": "mystira"}
    composition = compose(lambda: guarded_build(planned(folder, "prod", changes), retries=False))
    (database,) = composition.of(MODULE + "Database")
    assert database.inputs["geoReplication"] == {
        "groupNickname": "mystira",
        "linkedDatabases": [{"id": "/redis/mys-prod-core-cache-san/databases/default"}],
    }


def test_public_with_a_waiver(folder: Path) -> None:
    plan = planned(folder, "prod", {"redis.public_access": True, "waivers.redis-public-access": "a reason"})
    (instance,) = plan.stores.redis.instances
    assert instance.endpoint == ""
    composition = compose(lambda: guarded_build(plan, retries=False))
    (cluster,) = composition.of(MODULE + "RedisEnterprise")
    assert cluster.inputs["publicNetworkAccess"] == "Enabled"
    assert "redis-core" not in [each.name for each in composition.of("azure-native:network:PrivateEndpoint")]


BAD = [
    ({"redis.sku": "Standard_C1"}, "redis.sku", "not a SKU of Azure Managed Redis"),
    ({"redis.sku": "Enterprise_E10"}, "redis.sku", "not a SKU of Azure Managed Redis"),
    ({"redis.eviction": "VolatileLRU"}, "redis.eviction", "evicts keys that are not only cached: admin-api (locks)"),
    (
        {"redis.instances": {"app": {**OWN, "services": ["app"]}}},
        "redis.instances.app.eviction",
        "evicts keys that are not only cached: app (locks), app (queues)",
    ),
    ({"redis.persistence": {"aof": True, "rdb_hours": 1}}, "redis.persistence", "a snapshot or a log, not both"),
    ({"redis.geo_replication_group": "g"}, "redis.persistence", "not together with geo-replication"),
    (
        {"redis.geo_replication_group": "g", "redis.persistence": GONE, "redis.sku": "Balanced_B1"},
        "redis.geo_replication_group",
        "not with this SKU",
    ),
    (
        {
            "redis.geo_replication_group": "g",
            "redis.persistence": GONE,
            "redis.high_availability": False,
            "waivers.redis-replica": "a reason",
        },
        "redis.high_availability",
        "geo-replication needs high availability",
    ),
    (
        {
            "redis.sku": "FlashOptimized_A250",
            "redis.high_availability": False,
            "waivers.redis-replica": "a reason",
        },
        "redis.high_availability",
        "always has a replica",
    ),
    ({"redis.sku": "Balanced_B50", "redis.clustering": "NoCluster"}, "redis.clustering", "this SKU has shards"),
    ({"redis.instances": {"x": {**OWN, "services": ["ghost"]}}}, "redis.instances.x.services", "no service that uses"),
    ({"redis.instances": {"x": {**OWN, "services": ["chain"]}}}, "redis.instances.x.services", "no service that uses"),
    ({"redis.instances": {"x": OWN, "y": OWN}}, "redis.instances.y.services", "in two instances"),
    ({"redis.instances": {"Core": OWN}}, "redis.instances.Core", "not allowed"),
    ({"redis.instances": {"core": OWN}}, "redis.instances.core", "the name of the shared instance"),
    ({"redis.persistence": {"rdb_hours": 2}}, "redis.persistence.rdb_hours", "not allowed"),
    ({"redis.high_availability": False}, "waivers.redis-replica", "missing"),
    ({"redis.persistence": GONE}, "waivers.redis-persistence", "missing"),
    ({"redis.public_access": True}, "waivers.redis-public-access", "missing"),
    ({"redis": GONE}, "redis", "missing"),
]


@pytest.mark.parametrize(("changes", "path", "what"), BAD)
def test_bad_input_is_one_clear_error(folder: Path, changes: dict[str, Any], path: str, what: str) -> None:
    problem = one_problem(folder, "prod", changes)
    assert problem.path == f"Pulumi.prod.yaml: mystira:{path}"
    assert what in problem.what


def test_the_table_of_skus() -> None:
    assert len(REDIS_SKUS) == 44
    assert REDIS_SKUS["Balanced_B1"].memory_gb == 1
    assert [name for name, sku in REDIS_SKUS.items() if not sku.geo_replication and not sku.flash] == [
        "Balanced_B0",
        "Balanced_B1",
    ]
    assert max(sku.memory_gb for sku in REDIS_SKUS.values() if sku.no_cluster) == 24
