"""Service Bus in every environment: entities, who sends and receives, keys, the way in, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.facts.durations import seconds
from components.facts.regions import GLOBAL, REGIONS
from components.facts.roles import ROLES
from offline.azure.behaviour import guid
from offline.engine.home import PROJECT
from stacks.build.run import guarded_build
from stacks.catalogue import CATALOGUE
from stacks.catalogue.needs import EVENTS, QUEUES, Messages
from stacks.plan import StackPlan
from stacks.plan.stores.messaging import MESSAGING
from stacks.plan.stores.messaging_checks import topic_name
from stacks.settings import EnvironmentSettings, from_file
from tests.conftest import STACKS, TODAY
from tests.harness import Composition, compose
from tests.harness.compose import KEY
from tests.harness.settings import GONE, one_problem, planned
from tests.stacks.test_redis import products

ENVIRONMENTS = STACKS[1:]
MODULE = "azure-native:servicebus:"
TOPICS = {"account-created", "profile-updated", "session-completed", "scenario-purchased"}
CODES = {"app": "app", "admin-api": "admin", "publisher": "publisher", "chain": "chain", "story-generator": "story"}
every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)


def namespace(composition: Composition) -> dict[str, Any]:
    (found,) = composition.of(MODULE + "Namespace")
    return dict(found.inputs)


@every_environment
@pytest.mark.requirement("S0-10", "S0-22")
def test_one_namespace(stack: str, composed: dict[str, Composition]) -> None:
    found = namespace(composed[stack])
    assert found["namespaceName"] == f"mys-{stack}-core-sb-san"
    assert found["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert found["minimumTlsVersion"] == "1.2"
    assert found["disableLocalAuth"] is (stack != "dev")
    if stack == "prod":
        assert found["sku"] == {"name": "Premium", "tier": "Premium", "capacity": 1}
        assert (found["premiumMessagingPartitions"], found["zoneRedundant"]) == (1, True)
        assert found["publicNetworkAccess"] == "Disabled"
    else:
        assert found["sku"] == {"name": "Standard", "tier": "Standard"}
        assert not {"premiumMessagingPartitions", "zoneRedundant"} & set(found)
        assert found["publicNetworkAccess"] == "Enabled"


@every_environment
@pytest.mark.requirement("S2-043", "S2-044", "S2-045", "S2-046")
def test_a_topic_for_each_event(stack: str, composed: dict[str, Composition]) -> None:
    topics = composed[stack].of(MODULE + "Topic")
    assert {each.inputs["topicName"] for each in topics} == TOPICS == {topic_name(event) for event in EVENTS}
    for topic in topics:
        assert topic.inputs["requiresDuplicateDetection"] is True
        assert topic.inputs["duplicateDetectionHistoryTimeWindow"] == "PT10M"
        assert topic.inputs["maxSizeInMegabytes"] == 1024
        assert topic.inputs["enablePartitioning"] is False


@every_environment
@pytest.mark.requirement("S0-20", "S0-21", "S2-046", "S2-049", "S2-050", "S2-056")
def test_a_subscription_for_each_consumer(stack: str, composed: dict[str, Composition]) -> None:
    subscriptions = composed[stack].of(MODULE + "Subscription")
    assert {(each.inputs["topicName"], each.inputs["subscriptionName"]) for each in subscriptions} == {
        ("scenario-purchased", "publisher"),
        ("scenario-purchased", "chain"),
    }


@every_environment
@pytest.mark.requirement("S2-051")
def test_what_fails_or_expires_goes_to_the_dead_letters(stack: str, composed: dict[str, Composition]) -> None:
    queues = {each.inputs["queueName"]: each.inputs for each in composed[stack].of(MODULE + "Queue")}
    assert {name: (each["maxDeliveryCount"], each["defaultMessageTimeToLive"]) for name, each in queues.items()} == {
        "publisher-events": (3, "P1D"),
        "admin-notifications": (5, "P7D"),
        "app-events": (5, "P7D"),
    }
    receiving = [*queues.values(), *(each.inputs for each in composed[stack].of(MODULE + "Subscription"))]
    for each in receiving:
        assert each["deadLetteringOnMessageExpiration"] is True
        assert 1 <= each["maxDeliveryCount"] <= 10
        assert each["lockDuration"] == "PT1M"
    assert all(each["requiresDuplicateDetection"] is True for each in queues.values())


def grants(composition: Composition, stack: str) -> dict[str, set[tuple[str, str]]]:
    """Role and scope by service, of the roles of Service Bus."""
    names = {role.id: role.key for role in ROLES.values()}
    principals = {
        guid(f"/user-assigned-identity/mys-{stack}-{code}-identity-san", "principal"): service
        for service, code in CODES.items()
    }
    found: dict[str, set[tuple[str, str]]] = {service: set() for service in CODES}
    for each in composition.of("azure-native:authorization:RoleAssignment"):
        role = names[each.inputs["roleDefinitionId"].rpartition("/")[2]]
        if role.startswith("bus-"):
            found[principals[each.inputs["principalId"]]].add((role, each.inputs["scope"]))
    return found


@every_environment
@pytest.mark.requirement("S0-12", "S0-17", "S2-047", "S2-048")
def test_each_service_sends_and_receives_where_it_must(stack: str, composed: dict[str, Composition]) -> None:
    """Nobody has a role at the namespace, and entities are there: nobody needs to manage (estate W13)."""
    assert grants(composed[stack], stack) == {
        "app": {
            *(("bus-sender", f"/service-bus-topic/{topic}") for topic in TOPICS),
            ("bus-receiver", "/service-bus-queue/app-events"),
        },
        "admin-api": {("bus-receiver", "/service-bus-queue/admin-notifications")},
        "publisher": {
            ("bus-sender", "/service-bus-queue/publisher-events"),
            ("bus-receiver", "/service-bus-queue/publisher-events"),
            ("bus-receiver", "/service-bus-subscription/publisher"),
        },
        "chain": {("bus-receiver", "/service-bus-subscription/chain")},
        "story-generator": set(),
    }


@pytest.mark.requirement("S0-19")
def test_settings_add_subscribers(folder: Path) -> None:
    changes = {"service_bus.subscribers": {"AccountCreated": ["story-generator"], "ProfileUpdated": ["admin-api"]}}
    plan = planned(folder, "dev", changes)
    composition = compose(lambda: guarded_build(plan, retries=False))
    found = grants(composition, "dev")
    assert found["story-generator"] == {("bus-receiver", "/service-bus-subscription/story-generator")}
    assert ("bus-receiver", "/service-bus-subscription/admin-api") in found["admin-api"]
    keys = {key.service: key for key in plan.stores.messaging.keys}
    assert (keys["story-generator"].rights, keys["story-generator"].topic) == (("Listen",), "account-created")
    assert (keys["admin-api"].queue, keys["admin-api"].topic) == ("", "")


@every_environment
def test_keys_exist_only_where_local_auth_is_on(
    stack: str, plans: dict[str, StackPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never the root key: each service its own, at the one entity it uses or, with several, at the namespace."""
    found, composition = products(plans[stack], monkeypatch, "service-bus/")
    rules = {
        (each.type.removeprefix(MODULE), each.name, tuple(each.inputs["rights"]))
        for each in composition.azure()
        if each.type.endswith("AuthorizationRule")
    }
    endpoint = f"Endpoint=sb://mys-{stack}-core-sb-san.servicebus.windows.net/"
    keyed = {"app", "admin-api", "publisher", "chain"} if stack == "dev" else set()
    for service in CODES:
        name = f"service-bus/connection-string/{service}"
        own = f"SharedAccessKeyName={service};SharedAccessKey={KEY}"
        assert found.pop(name) == (own if service in keyed else endpoint)
        assert found.pop(f"secret {name}") is (service in keyed)
    assert found == {}
    listed = {token for token in composition.calls if ":list" in token and MODULE in token}
    if stack == "dev":
        assert rules == {
            ("NamespaceAuthorizationRule", "app", ("Send", "Listen")),
            ("NamespaceAuthorizationRule", "publisher", ("Send", "Listen")),
            ("QueueAuthorizationRule", "admin-api", ("Listen",)),
            ("TopicAuthorizationRule", "chain", ("Listen",)),
        }
        assert listed == {f"{MODULE}list{kind}Keys" for kind in ("Namespace", "Queue", "Topic")}
    else:
        assert (rules, listed) == (set(), set())


def test_the_way_in(composed: dict[str, Composition]) -> None:
    """Prod privately; dev and staging through a firewall that lets the environment's own addresses in."""
    for stack, offices in (("dev", ["203.0.113.0/24"]), ("staging", [])):
        (rules,) = composed[stack].of(MODULE + "NamespaceNetworkRuleSet")
        assert (rules.inputs["defaultAction"], rules.inputs["publicNetworkAccess"]) == ("Deny", "Enabled")
        own = len(composed[stack].of("azure-native:network:PublicIPAddress"))
        masks = [each["ipMask"] for each in rules.inputs["ipRules"]]
        assert masks[own:] == offices
        assert all(each.startswith("203.0.113.") and "/" not in each for each in masks[:own])
        endpoints = composed[stack].of("azure-native:network:PrivateEndpoint")
        assert "service-bus-namespace-core" not in [each.name for each in endpoints]
    prod = composed["prod"]
    assert prod.of(MODULE + "NamespaceNetworkRuleSet") == []
    endpoint = prod.named("mys-prod-coreservicebus-pe-san")
    (connection,) = endpoint.inputs["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["namespace"]
    (zones,) = [
        each
        for each in prod.of("azure-native:network:PrivateDnsZoneGroup")
        if each.name == "service-bus-namespace-core"
    ]
    ids = [each["privateDnsZoneId"] for each in zones.inputs["privateDnsZoneConfigs"]]
    assert ids == ["/private-dns-zone/privatelink.servicebus.windows.net"]


def test_a_partitioned_namespace_has_partitioned_entities(folder: Path) -> None:
    plan = planned(folder, "prod", {"service_bus.capacity": 4, "service_bus.partitions": 2})
    composition = compose(lambda: guarded_build(plan, retries=False))
    entities = [*composition.of(MODULE + "Queue"), *composition.of(MODULE + "Topic")]
    assert {each.inputs["enablePartitioning"] for each in entities} == {True}


def test_duplicate_detection_can_be_off(folder: Path) -> None:
    plan = planned(folder, "dev", {"service_bus.queues.app-events": {"duplicate_detection_window": None}})
    composition = compose(lambda: guarded_build(plan, retries=False))
    queue = composition.named("app-events").inputs
    assert queue["requiresDuplicateDetection"] is False
    assert "duplicateDetectionHistoryTimeWindow" not in queue


def test_the_contract_names_products_and_scopes_that_exist() -> None:
    settings = from_file("prod", PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    needs = [(service.key, need) for service in CATALOGUE for need in service.needs if isinstance(need, Messages)]
    wanted = {secret.value.format(service=key) for key, need in needs for secret in need.secrets}
    assert set(MESSAGING.products(settings, CATALOGUE)) == wanted
    scopes = MESSAGING.scopes(settings, CATALOGUE)
    for key, need in needs:
        for each in need.grants:
            assert scopes[each.target.format(service=key)] in ROLES[each.role].kinds
    assert {f"queue/{queue}" for queue in QUEUES} < set(scopes)
    assert tuple(MESSAGING.versions(settings)) == ()


QUEUE = "service_bus.queues.app-events"
STANDARD = {
    "service_bus.sku": "Standard",
    "service_bus.capacity": GONE,
    "service_bus.partitions": GONE,
    "service_bus.zone_redundant": GONE,
}
BAD = [
    ({"service_bus.sku": "Basic"}, "service_bus.sku", "events need topics, which Basic has not"),
    (STANDARD, "service_bus.public_access", "a private endpoint needs Premium: the SKU is Standard"),
    ({"service_bus.allowed_ranges": ["203.0.113.0/24"]}, "service_bus.allowed_ranges", "no public side"),
    ({"service_bus.capacity": 3}, "service_bus.capacity", "not a number of messaging units for 1 partitions"),
    ({"service_bus.capacity": GONE}, "service_bus.capacity", "missing: Premium is bought by messaging units"),
    ({"service_bus.partitions": 4}, "service_bus.partitions", "more partitions than messaging units"),
    (
        {"service_bus.partitions": 2, "service_bus.capacity": 3},
        "service_bus.capacity",
        "not a number of messaging units for 2 partitions",
    ),
    ({"service_bus.partitions": 3}, "service_bus.partitions", "not allowed"),
    ({"service_bus.zone_redundant": False}, "waivers.service-bus-zones", "missing"),
    ({"service_bus.public_access": True}, "waivers.service-bus-public-access", "missing"),
    ({"service_bus.subscribers": {"AccountCreated": ["ghost"]}}, "service_bus.subscribers.AccountCreated", "unknown"),
    ({"service_bus.subscribers": {"AccountCreated": ["devhub"]}}, "service_bus.subscribers.AccountCreated", "unknown"),
    (
        {"service_bus.subscribers": {"Ghost": ["app"]}},
        "service_bus.subscribers.Ghost",
        "an event that nobody publishes",
    ),
    (
        {"service_bus.subscribers": {"ScenarioPurchased": ["chain"]}},
        "service_bus.subscribers.ScenarioPurchased",
        "subscribes already",
    ),
    (
        {"service_bus.subscribers": {"AccountCreated": ["app", "app"]}},
        "service_bus.subscribers.AccountCreated",
        "subscribes already",
    ),
    ({"service_bus.queues.ghost": {}}, "service_bus.queues.ghost", "not in the catalogue"),
    ({"service_bus.topics": {"ghost": {}}}, "service_bus.topics.ghost", "not in the catalogue"),
    ({f"{QUEUE}.lock_duration": "PT6M"}, f"{QUEUE}.lock_duration", "a lock has limits"),
    ({f"{QUEUE}.lock_duration": "5 minutes"}, f"{QUEUE}.lock_duration", "not allowed"),
    ({f"{QUEUE}.time_to_live": "PT30S"}, f"{QUEUE}.time_to_live", "would expire while somebody works on it"),
    ({f"{QUEUE}.duplicate_detection_window": "P8D"}, f"{QUEUE}.duplicate_detection_window", "has limits"),
    ({f"{QUEUE}.max_size_mib": 6000}, f"{QUEUE}.max_size_mib", "not a size of Premium"),
    ({f"{QUEUE}.max_delivery_count": 0}, f"{QUEUE}.max_delivery_count", "not allowed"),
]


@pytest.mark.parametrize(("changes", "path", "what"), BAD)
def test_bad_input_is_one_clear_error(folder: Path, changes: dict[str, Any], path: str, what: str) -> None:
    problem = one_problem(folder, "prod", changes)
    assert problem.path == f"Pulumi.prod.yaml: mystira:{path}"
    assert what in problem.what


@pytest.mark.parametrize(
    ("changes", "path", "what"),
    [
        ({"service_bus.capacity": 1}, "service_bus.capacity", "needs Premium, the SKU is Standard"),
        ({"service_bus.partitions": 1}, "service_bus.partitions", "needs Premium, the SKU is Standard"),
        ({"service_bus.zone_redundant": True}, "service_bus.zone_redundant", "needs Premium, the SKU is Standard"),
        ({f"{QUEUE}.max_size_mib": 10240}, f"{QUEUE}.max_size_mib", "not a size of Standard"),
    ],
)
def test_what_standard_does_not_take(folder: Path, changes: dict[str, Any], path: str, what: str) -> None:
    problem = one_problem(folder, "staging", changes)
    assert problem.path == f"Pulumi.staging.yaml: mystira:{path}"
    assert what in problem.what


def test_zone_redundancy_needs_zones() -> None:
    settings = from_file("prod", PROJECT)
    assert isinstance(settings, EnvironmentSettings)
    elsewhere = next(name for name, region in REGIONS.items() if not region.zones and name != GLOBAL)
    moved = settings.model_copy(update={"azure": settings.azure.model_copy(update={"region": elsewhere})})
    (problem,) = MESSAGING.problems("prod", moved, CATALOGUE, TODAY)
    assert problem.path == "Pulumi.prod.yaml: mystira:service_bus.zone_redundant"
    assert problem.what == f"{elsewhere} has no zones"


@pytest.mark.parametrize(("text", "expected"), [("PT1M30S", 90), ("P7D", 604800), ("P1DT1H", 90000)])
def test_durations(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "1M", "P1M", "P1Y", "PT1.5S"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        seconds(text)
