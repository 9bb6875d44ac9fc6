"""Azure Managed Redis in every environment: who uses which instance, what the settings may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from components.redis.facts import REDIS_SKUS
from offline.azure.behaviour import guid
from stacks.catalogue.needs.cache import IRREPLACEABLE, Cache
from stacks.parts.doors import EVERYBODY, Way
from stacks.parts.redis.plan import PERSISTENCE, PRIVATE_KEYS, PUBLIC_ACCESS, REDIS, REPLICA
from stacks.plan.model import StackPlan
from tests.harness.build import Product, compose_up_to, every, one, products
from tests.harness.compose import KEY, Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, context, edit, edited_plan, every_environment, waived
from tests.platform.catalogue import CATALOGUE


def caches() -> Iterator[tuple[str, Cache]]:
    """Every service that needs Redis, with its need."""
    for service in CATALOGUE:
        for need in service.needs:
            if isinstance(need, Cache):
                yield service.key, need


USERS = tuple(dict.fromkeys(service for service, _ in caches()))
PLACES = (*USERS, "admin-api/app")
"""For each user, and for admin-api's work on the keys of the app."""
PRODUCTS = {f"redis/endpoint/{place}" for place in PLACES}
OWN = {"sku": "Balanced_B3", "services": ["story-generator"], "eviction": "AllKeysLRU", "persistence": {"rdb_hours": 6}}
"""An instance for a service that only caches."""


# What is built


@every_environment
@pytest.mark.requirement(
    "S0-13", "S0-41", "S1-035", "S1-041", "S1-050", "S2-013", "S2-017", "S2-020", "S3-031", "S3-199"
)
def test_one_encrypted_instance_that_is_reached_privately(stack: str, composed: Mapping[str, Composition]) -> None:
    settings = context(stack).settings.redis
    instance = one(composed[stack], "redis").inputs
    assert instance["clusterName"] == f"mys-{stack}-core-cache-san"
    assert instance["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert instance["sku"] == {"name": settings.sku}
    assert instance["highAvailability"] == ("Enabled" if settings.high_availability else "Disabled")
    assert (instance["minimumTlsVersion"], instance["publicNetworkAccess"]) == ("1.2", "Disabled")
    assert "zones" not in instance, "Azure refuses zones as an input and spreads the replicas itself"
    database = one(composed[stack], "redis-database").inputs
    assert (database["clientProtocol"], database["port"]) == ("Encrypted", 10000)
    assert one(composed[stack], "private-endpoint", "redis-core").inputs["subnet"]["id"].endswith("/private-endpoints")


@every_environment
@pytest.mark.requirement("S0-23", "S0-32", "S2-034")
def test_nothing_is_forgotten_where_locks_and_queues_are(stack: str, composed: Mapping[str, Composition]) -> None:
    """``default`` is the access policy with all commands, publish and subscribe included."""
    assert {purpose for _, cache in caches() for purpose in cache.purposes} >= IRREPLACEABLE
    database = one(composed[stack], "redis-database").inputs
    assert database["evictionPolicy"] == "NoEviction"
    assert database["persistence"]["aofEnabled"] is (stack != "dev")
    assignments = every(composed[stack], "redis-access-policy-assignment")
    assert {each.inputs["accessPolicyName"] for each in assignments} == {"default"}


@every_environment
@pytest.mark.requirement("S2-054")
def test_only_the_identities_of_its_users_are_let_in(stack: str, composed: Mapping[str, Composition]) -> None:
    """One after another: Azure fails the second of two at once."""
    assignments = every(composed[stack], "redis-access-policy-assignment")
    assert {each.inputs["accessPolicyAssignmentName"]: each.inputs["user"]["objectId"] for each in assignments} == {
        service.replace("-", ""): guid(
            f"/user-assigned-identity/mys-{stack}-{CATALOGUE.by_key[service].project.code}-identity-san", "principal"
        )
        for service in USERS
    }
    names = [each.name for each in assignments]
    earlier = [[name for name in each.dependencies if name in names] for each in assignments]
    assert earlier == [names[max(0, place - 1) : place] for place in range(len(names))]


@every_environment
@pytest.mark.requirement("S0-13", "S3-127")
def test_each_user_gets_the_endpoint_of_its_instance(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    value = f"mys-{stack}-core-cache-san.southafricanorth.redis.azure.net:10000"
    assert products(plans[stack], "redis/") == dict.fromkeys(PRODUCTS, Product(value, secret=False))
    written = {
        each.deleted_with: each.inputs["properties"]["value"]
        for each in every(composed[stack], "key-vault-secret")
        if each.inputs["secretName"].startswith("redis-")
    }
    assert written == dict.fromkeys(USERS, value)


WITH_KEYS = {"local_auth": ["redis"], f"waivers.{PRIVATE_KEYS}": waived("a tunnel of the office")}


def test_where_keys_are_accepted_each_user_gets_a_connection_string_too(folder: Path) -> None:
    made = products(edited_plan(folder, "dev", WITH_KEYS), "redis/")
    value = f"mys-dev-core-cache-san.southafricanorth.redis.azure.net:10000,ssl=True,abortConnect=False,password={KEY}"
    strings = {name: product for name, product in made.items() if "/connection-string/" in name}
    assert strings == {f"redis/connection-string/{place}": Product(value, secret=True) for place in PLACES}
    assert PRODUCTS | strings.keys() == made.keys()


def test_a_second_instance_serves_only_the_services_that_it_names(folder: Path) -> None:
    plan = edited_plan(folder, "prod", {"redis.instances": {"story": OWN}})
    core, story = plan.of(REDIS)
    assert (core.name, set(core.consumers)) == ("mys-prod-core-cache-san", {*USERS} - {"story-generator"})
    assert (story.name, set(story.consumers)) == ("mys-prod-corestory-cache-san", {"story-generator"})
    assert (story.eviction, story.persistence, story.rdb_hours) == ("AllKeysLRU", "rdb", 6)
    assert story.private_endpoint == "mys-prod-coreredisstory-pe-san"
    composition = compose_up_to(REDIS, plan)
    assert {each.name for each in every(composition, "redis")} == {"core", "story"}
    assert one(composition, "private-endpoint", "redis-story")
    strings = composition.products
    assert strings["redis/endpoint/app"].value.startswith("mys-prod-core-cache-san.")
    assert strings["redis/endpoint/story-generator"].value.startswith("mys-prod-corestory-cache-san.")


def test_who_works_on_the_keys_of_another_service_reaches_its_instance(folder: Path) -> None:
    """admin-api shows the app's queues wherever they are (S2-X09)."""
    own = {"sku": "Balanced_B3", "services": ["app"], "persistence": {"aof": True}}
    plan = edited_plan(folder, "prod", {"redis.instances": {"app": own}})
    core, app = plan.of(REDIS)
    assert set(core.consumers) == {"admin-api", "story-generator"}
    assert set(app.consumers) == {"app", "admin-api"}
    strings = products(plan, "redis/")
    assert set(strings) == PRODUCTS
    assert strings["redis/endpoint/admin-api"].value.startswith("mys-prod-core-cache-san.")
    assert strings["redis/endpoint/admin-api/app"].value.startswith("mys-prod-coreapp-cache-san.")
    paths = {(each.consumer, each.target) for each in plan.paths if each.target.startswith("redis/")}
    assert {target for who, target in paths if who == "admin-api"} == {"redis/core", "redis/app"}
    assert {target for who, target in paths if who == "story-generator"} == {"redis/core"}


def test_keys_of_a_service_that_keeps_none_are_refused(folder: Path) -> None:
    needs = tuple(
        replace(need, of="chain") if isinstance(need, Cache) and need.of else need
        for need in CATALOGUE.by_key["admin-api"].needs
    )
    services = tuple(replace(each, needs=needs) if each.key == "admin-api" else each for each in CATALOGUE)
    found = REDIS.problems(context("prod", folder, catalogue=replace(CATALOGUE, services=services)))
    assert [(each.path, each.seen) for each in found] == [("catalogue: admin-api: needs", "chain")]


# What it answers to the other parts


@every_environment
def test_what_its_users_want_is_what_it_makes(stack: str) -> None:
    wanted = {
        secret.value.format(service=service)
        for service, cache in caches()
        for secret in cache.secrets
        if secret.key_of is None
    }
    assert set(REDIS.products(context(stack))) == wanted


def test_roles_can_be_granted_at_every_instance(folder: Path) -> None:
    assert REDIS.scopes(context("prod")) == {"redis/core": "redis"}
    edit(folder, "prod", {"redis.instances": {"story": OWN}})
    assert REDIS.scopes(context("prod", folder)) == {"redis/core": "redis", "redis/story": "redis"}


def test_users_come_through_one_door_on_the_ports_of_the_cluster(folder: Path) -> None:
    (target,) = REDIS.targets(context("prod"))
    assert (target.consumers, target.ports) == (USERS, ("10000", "8500-8599"))
    assert [door.way for door in target.doors] == [Way.PRIVATE]
    edit(folder, "prod", {"redis.clustering": "NoCluster", "redis.public_access": True})
    (target,) = REDIS.targets(context("prod", folder))
    assert target.ports == ("10000",)
    assert [(door.way, door.ranges, door.waiver) for door in target.doors] == [
        (Way.PUBLIC, (EVERYBODY,), PUBLIC_ACCESS)
    ]


def test_public_access_with_a_waiver_needs_no_private_endpoint(folder: Path) -> None:
    plan = edited_plan(folder, "prod", {"redis.public_access": True, f"waivers.{PUBLIC_ACCESS}": waived()})
    assert [each.private_endpoint for each in plan.of(REDIS)] == [""]


# What is refused

SKUS = ", ".join(REDIS_SKUS)
GEO = {"redis.geo_replication_group": "g", "redis.persistence": GONE}
NO_REPLICA = {"redis.high_availability": False, "waivers.redis-replica": waived()}


@each_mistake(
    [
        Mistake("prod", {"redis.sku": "Standard_C1"}, "redis.sku", "not a SKU of Azure Managed Redis", SKUS),
        Mistake("prod", {"redis.sku": "Enterprise_E10"}, "redis.sku", "not a SKU of Azure Managed Redis", SKUS),
        Mistake(
            "prod",
            {"redis.persistence": {"aof": True, "rdb_hours": 1}},
            "redis.persistence",
            "either snapshots or a log, not both",
            "one of them",
        ),
        Mistake("prod", {"redis.persistence": {"rdb_hours": 2}}, "redis.persistence.rdb_hours", "not allowed"),
        Mistake(
            "prod",
            {"redis.geo_replication_group": "g"},
            "redis.persistence",
            "cannot be combined with geo-replication",
            "none",
        ),
        Mistake(
            "prod",
            {**GEO, "redis.sku": "Balanced_B1"},
            "redis.geo_replication_group",
            "this SKU does not support geo-replication",
            "Balanced_B3 or larger, not FlashOptimized",
        ),
        Mistake(
            "prod",
            {**GEO, **NO_REPLICA},
            "redis.high_availability",
            "geo-replication needs high availability",
            "true",
        ),
        Mistake(
            "prod",
            {"redis.sku": "FlashOptimized_A250", **NO_REPLICA},
            "redis.high_availability",
            "FlashOptimized_A250 always has a replica",
            "true",
        ),
        Mistake(
            "prod",
            {"redis.sku": "Balanced_B50", "redis.clustering": "NoCluster"},
            "redis.clustering",
            "this SKU is sharded",
            "OSSCluster, EnterpriseCluster, or at most 25 GB in memory",
        ),
        Mistake("prod", {"redis": GONE}, "redis", "missing"),
    ]
)
def test_an_instance_that_azure_does_not_offer_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@each_mistake(
    [
        *(
            Mistake(
                "prod",
                {"redis.instances": {"x": {**OWN, "services": [stranger]}}},
                "redis.instances.x.services",
                "not a service that uses Redis",
                ", ".join(USERS),
            )
            for stranger in ("ghost", "chain")
        ),
        Mistake(
            "prod",
            {"redis.instances": {"x": OWN, "y": OWN}},
            "redis.instances.y.services",
            "in two instances",
            "one instance per service",
        ),
        Mistake(
            "prod",
            {"redis.instances": {"core": OWN}},
            "redis.instances.core",
            "this name is reserved for the shared instance",
            "another name",
        ),
        Mistake("prod", {"redis.instances": {"Core": OWN}}, "redis.instances.Core", "not allowed"),
    ]
)
def test_a_further_instance_that_cannot_be_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@each_mistake(
    [
        Mistake(
            "prod",
            {"redis.eviction": "VolatileLRU"},
            "redis.eviction",
            "evicts keys that are not only cached: admin-api (locks), app (locks), app (queues)",
            "NoEviction, or separate instances for services that only cache",
        ),
        Mistake(
            "prod",
            {"redis.instances": {"app": {**OWN, "services": ["app"]}}},
            "redis.instances.app.eviction",
            "evicts keys that are not only cached: app (locks), app (queues)",
            "NoEviction, or separate instances for services that only cache",
        ),
    ]
)
@pytest.mark.requirement("S0-15")
def test_an_evicting_policy_is_refused_where_locks_or_queues_are(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@each_mistake(
    [
        Mistake("prod", {setting: value}, f"waivers.{rule}", f"missing: the settings break the rule that {demand}")
        for setting, value, rule, demand in (
            ("redis.high_availability", False, REPLICA, "every Redis has a replica"),
            ("redis.persistence", GONE, PERSISTENCE, "what Redis holds survives the loss of all its nodes"),
            ("redis.public_access", True, PUBLIC_ACCESS, "Redis is reached privately"),
        )
    ]
)
def test_a_weakness_needs_a_waiver(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)
