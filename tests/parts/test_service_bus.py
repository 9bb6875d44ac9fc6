"""Service Bus in every environment: who sends and receives what, with which keys, what the settings may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from components.facts.regions import GLOBAL, REGIONS
from components.facts.roles import ROLES
from components.service_bus.facts import PREMIUM, SIZES_MIB, STANDARD
from components.service_bus.spec import AccessKeySpec
from stacks.catalogue.needs.messages import Messages
from stacks.parts.access.plan import ACCESS
from stacks.parts.doors import Way
from stacks.parts.service_bus.checks import topic_name
from stacks.parts.service_bus.plan import IN_ZONES, PUBLIC_ACCESS, SCALES, SERVICE_BUS
from stacks.plan.model import StackPlan
from tests.harness.access import granted, principal_of
from tests.harness.build import Product, compose_up_to, every, one, products
from tests.harness.compose import KEY, Composition, shared_access
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, context, edit, edited_plan, every_environment
from tests.platform.catalogue import CATALOGUE, EVENTS, QUEUES

TOPICS = {
    "AccountCreated": "account-created",
    "ProfileUpdated": "profile-updated",
    "SessionCompleted": "session-completed",
    "ScenarioPurchased": "scenario-purchased",
}


def needs() -> Iterator[tuple[str, Messages]]:
    """Every service that needs messages, with its need."""
    for service in CATALOGUE:
        for need in service.needs:
            if isinstance(need, Messages):
                yield service.key, need


USERS = tuple(service for service, _ in needs())


# What is built


@every_environment
@pytest.mark.requirement("S0-10", "S2-093")
def test_one_namespace_whose_sku_has_topics(stack: str, composed: Mapping[str, Composition]) -> None:
    settings = context(stack).settings
    namespace = one(composed[stack], "service-bus-namespace").inputs
    assert namespace["namespaceName"] == f"mys-{stack}-core-sb-san"
    assert namespace["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert namespace["sku"]["name"] == settings.service_bus.sku
    assert namespace["sku"]["name"] in (STANDARD, PREMIUM)
    assert namespace["minimumTlsVersion"] == "1.2"
    assert namespace["disableLocalAuth"] is (not settings.accepts_keys("service_bus"))
    assert namespace["publicNetworkAccess"] == ("Enabled" if settings.service_bus.public_access else "Disabled")


@pytest.mark.requirement("S2-084")
def test_prod_has_dedicated_capacity_in_every_zone(composed: Mapping[str, Composition]) -> None:
    namespace = one(composed["prod"], "service-bus-namespace").inputs
    assert namespace["sku"] == {"name": "Premium", "tier": "Premium", "capacity": 1}
    assert (namespace["premiumMessagingPartitions"], namespace["zoneRedundant"]) == (1, True)


@every_environment
@pytest.mark.requirement(
    "S0-12", "S0-22", "S0-24", "S0-38", "S1-117", "S2-041", "S2-042", "S2-043", "S2-044", "S2-045", "S2-046"
)
def test_a_topic_for_each_event(stack: str, composed: Mapping[str, Composition]) -> None:
    """A message id counts once in ten minutes."""
    topics = {each.inputs["topicName"]: each.inputs for each in every(composed[stack], "service-bus-topic")}
    assert set(topics) == set(TOPICS.values())
    assert {event: topic_name(event) for event in EVENTS} == TOPICS
    for topic in topics.values():
        assert (topic["requiresDuplicateDetection"], topic["duplicateDetectionHistoryTimeWindow"]) == (True, "PT10M")


@every_environment
@pytest.mark.requirement(
    "S0-12", "S0-20", "S0-21", "S0-38", "S1-117", "S2-041", "S2-046", "S2-049", "S2-050", "S2-056", "S2-096"
)
def test_a_subscription_for_each_consumer_of_an_event(stack: str, composed: Mapping[str, Composition]) -> None:
    subscriptions = every(composed[stack], "service-bus-subscription")
    assert {(each.inputs["topicName"], each.inputs["subscriptionName"]) for each in subscriptions} == {
        ("scenario-purchased", "publisher"),
        ("scenario-purchased", "chain"),
        ("profile-updated", "story-generator"),
    }


@every_environment
@pytest.mark.requirement("S0-12", "S1-117", "S2-051", "S2-080")
def test_what_fails_or_expires_goes_to_the_dead_letters(stack: str, composed: Mapping[str, Composition]) -> None:
    queues = {each.inputs["queueName"]: each.inputs for each in every(composed[stack], "service-bus-queue")}
    assert {name: (each["maxDeliveryCount"], each["defaultMessageTimeToLive"]) for name, each in queues.items()} == {
        "publisher-events": (3, "P1D"),
        "admin-notifications": (5, "P7D"),
        "app-events": (5, "P7D"),
    }
    subscriptions = [each.inputs for each in every(composed[stack], "service-bus-subscription")]
    for each in (*queues.values(), *subscriptions):
        assert each["deadLetteringOnMessageExpiration"] is True
        assert 1 <= each["maxDeliveryCount"] <= 10
        assert each["lockDuration"] == "PT1M"


def bus_roles(composition: Composition, stack: str) -> Mapping[str, set[tuple[str, str]]]:
    """Role and scope of each user, of the roles of Service Bus."""
    codes = {service: CATALOGUE.by_key[service].project.code for service in USERS}
    users = {principal_of(composition, f"mys-{stack}-{code}-identity-san"): user for user, code in codes.items()}
    found: dict[str, set[tuple[str, str]]] = {user: set() for user in USERS}
    for role, principal, scope in granted(composition):
        if role.startswith("bus-"):
            found[users[principal]].add((role, scope))
    return found


@every_environment
@pytest.mark.requirement("S0-12", "S0-17", "S1-117", "S2-005", "S2-047", "S2-048", "S2-096")
def test_each_service_sends_and_receives_where_it_must(stack: str, composed: Mapping[str, Composition]) -> None:
    """Nobody has a role at the namespace, and entities are there: nobody needs to manage (estate W13)."""
    assert bus_roles(composed[stack], stack) == {
        "app": {
            *(("bus-sender", f"/service-bus-topic/{topic}") for topic in TOPICS.values()),
            ("bus-receiver", "/service-bus-queue/app-events"),
        },
        "admin-api": {("bus-receiver", "/service-bus-queue/admin-notifications")},
        "publisher": {
            ("bus-sender", "/service-bus-queue/publisher-events"),
            ("bus-receiver", "/service-bus-queue/publisher-events"),
            ("bus-receiver", "/service-bus-subscription/publisher"),
        },
        "chain": {("bus-receiver", "/service-bus-subscription/chain")},
        "story-generator": {("bus-receiver", "/service-bus-subscription/story-generator")},
    }


@every_environment
@pytest.mark.requirement("S0-19")
def test_story_generator_hears_of_profiles(stack: str, composed: Mapping[str, Composition]) -> None:
    """What it caches of a profile (S2-054) is stale then."""
    subscription = one(composed[stack], "service-bus-subscription", "profile-updated-story-generator").inputs
    assert (subscription["topicName"], subscription["subscriptionName"]) == ("profile-updated", "story-generator")
    right = ("bus-receiver", "/service-bus-subscription/story-generator")
    assert bus_roles(composed[stack], stack)["story-generator"] == {right}


@pytest.mark.requirement("S0-19")
def test_settings_add_subscribers_with_subscription_role_and_key(folder: Path) -> None:
    changes = {"service_bus.subscribers": {"AccountCreated": ["story-generator"], "ProfileUpdated": ["admin-api"]}}
    plan = edited_plan(folder, "dev", changes)
    composition = compose_up_to(ACCESS, plan)
    subscription = one(composition, "service-bus-subscription", "account-created-story-generator").inputs
    assert (subscription["topicName"], subscription["subscriptionName"]) == ("account-created", "story-generator")
    roles = bus_roles(composition, "dev")
    assert roles["story-generator"] == {("bus-receiver", "/service-bus-subscription/story-generator")}
    assert ("bus-receiver", "/service-bus-subscription/admin-api") in roles["admin-api"]
    keys = {key.name: key for key in plan.of(SERVICE_BUS).keys}
    for service in ("story-generator", "admin-api"):
        assert keys[service] == AccessKeySpec(service, ("Listen",), queue="", topic=""), "it listens to two of them"


def test_dev_has_a_key_for_each_service_that_sends_or_receives(plans: Mapping[str, StackPlan]) -> None:
    assert set(plans["dev"].of(SERVICE_BUS).keys) == {
        AccessKeySpec("app", ("Send", "Listen"), queue="", topic=""),
        AccessKeySpec("publisher", ("Send", "Listen"), queue="", topic=""),
        AccessKeySpec("admin-api", ("Listen",), queue="admin-notifications", topic=""),
        AccessKeySpec("chain", ("Listen",), queue="", topic="scenario-purchased"),
        AccessKeySpec("story-generator", ("Listen",), queue="", topic="profile-updated"),
    }
    assert [plans[stack].of(SERVICE_BUS).keys for stack in ("staging", "prod")] == [(), ()]


@every_environment
def test_users_get_the_namespace_and_those_with_a_key_a_connection_string(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    """The namespace is for identities, with keys and without."""
    namespace = f"mys-{stack}-core-sb-san"
    assert products(plans[stack], "service-bus/") == {
        "service-bus/namespace": Product(f"{namespace}.servicebus.windows.net", secret=False),
        **{
            f"service-bus/connection-string/{key.name}": Product(
                shared_access(namespace, key.name, KEY, key.queue or key.topic), secret=True
            )
            for key in plans[stack].of(SERVICE_BUS).keys
        },
    }


@pytest.mark.parametrize(("stack", "offices"), [("dev", ["203.0.113.0/24"]), ("staging", [])])
def test_the_firewall_of_a_public_namespace_admits_the_environment_first(
    stack: str, offices: list[str], composed: Mapping[str, Composition]
) -> None:
    rules = one(composed[stack], "service-bus-network-rules").inputs
    assert (rules["defaultAction"], rules["publicNetworkAccess"]) == ("Deny", "Enabled")
    masks = [each["ipMask"] for each in rules["ipRules"]]
    own = len(every(composed[stack], "public-ip-address"))
    assert own
    assert masks[own:] == offices
    assert all("/" not in mask for mask in masks[:own]), "single addresses: those of the NAT gateway"


@pytest.mark.requirement("S2-094")
def test_prod_is_reached_through_a_private_endpoint_only(composed: Mapping[str, Composition]) -> None:
    assert every(composed["prod"], "service-bus-network-rules") == []
    endpoint = one(composed["prod"], "private-endpoint", "service-bus-namespace-core").inputs
    assert endpoint["privateEndpointName"] == "mys-prod-coreservicebus-pe-san"
    assert endpoint["subnet"]["id"].endswith("/private-endpoints")


# What it answers to the other parts


@every_environment
def test_what_its_users_want_is_what_it_makes(stack: str) -> None:
    keys = context(stack).settings.accepts_keys("service_bus")
    wanted = {
        secret.value.format(service=user)
        for user, need in needs()
        for secret in need.secrets
        if keys or secret.key_of is None
    }
    assert set(SERVICE_BUS.products(context(stack))) == wanted


@every_environment
def test_every_wanted_role_fits_the_scope_that_it_names(stack: str) -> None:
    scopes = SERVICE_BUS.scopes(context(stack))
    for user, need in needs():
        for each in need.grants:
            assert scopes[each.target.format(service=user)] in ROLES[each.role].kinds
    assert {f"queue/{queue}" for queue in QUEUES} < set(scopes)


@every_environment
def test_users_come_through_one_door_with_amqp(stack: str) -> None:
    (target,) = SERVICE_BUS.targets(context(stack))
    assert (target.consumers, target.ports) == (USERS, ("5671",))
    (door,) = target.doors
    if stack == "prod":
        assert door.way is Way.PRIVATE
    else:
        assert (door.way, door.own, door.waiver) == (Way.PUBLIC, True, PUBLIC_ACCESS)


def test_an_entity_that_the_settings_do_not_name_has_the_defaults(folder: Path) -> None:
    changes = {"service_bus.queues": {"app-events": {"duplicate_detection_window": None, "max_size_mib": 2048}}}
    bus = edited_plan(folder, "dev", changes).of(SERVICE_BUS)
    queues = {each.name: each for each in bus.queues}
    assert set(queues) == set(QUEUES)
    assert (queues["app-events"].duplicate_window, queues["app-events"].max_size_mib) == ("", 2048)
    default = queues["publisher-events"]
    assert (default.lock_duration, default.max_delivery_count, default.time_to_live) == ("PT1M", 5, "P7D")
    assert (default.duplicate_window, default.max_size_mib) == ("PT10M", 1024)


def test_units_and_partitions_come_from_the_settings(folder: Path) -> None:
    bus = edited_plan(folder, "prod", {"service_bus.capacity": 4, "service_bus.partitions": 2}).of(SERVICE_BUS)
    assert (bus.capacity, bus.partitions) == (4, 2)


# What is refused

QUEUE = "service_bus.queues.app-events"
SUBSCRIBERS = "service_bus.subscribers"
TO_STANDARD = {
    "service_bus.sku": "Standard",
    "service_bus.capacity": GONE,
    "service_bus.partitions": GONE,
    "service_bus.zone_redundant": GONE,
}
PRIVATE_STANDARD = "off, but a private endpoint needs Premium: the SKU is Standard"
PREMIUM_OR_PUBLIC = "sku: Premium, or public_access: true with a waiver"
NOT_PREMIUM = "needs Premium, the SKU is Standard"


def sizes(sku: str) -> str:
    return ", ".join(map(str, SIZES_MIB[sku]))


@pytest.mark.requirement("S0-22")
def test_a_namespace_without_topics_is_refused(folder: Path) -> None:
    what = "events need topics, and the Basic tier has none"
    Mistake("prod", {"service_bus.sku": "Basic"}, "service_bus.sku", what, "Standard, Premium").is_refused(folder)


@each_mistake(
    [
        Mistake("prod", TO_STANDARD, "service_bus.public_access", PRIVATE_STANDARD, PREMIUM_OR_PUBLIC),
        Mistake(
            "dev",
            {"service_bus.public_access": False},
            "service_bus.public_access",
            PRIVATE_STANDARD,
            PREMIUM_OR_PUBLIC,
        ),
        Mistake(
            "prod",
            {"service_bus.allowed_ranges": ["203.0.113.0/24"]},
            "service_bus.allowed_ranges",
            "has no effect while public_access is off",
            "none, or public_access: true with a waiver",
        ),
        Mistake(
            "prod",
            {"service_bus.capacity": 3},
            "service_bus.capacity",
            "not a number of messaging units for 1 partition",
            "1, 2, 4, 8, 16",
        ),
        Mistake(
            "prod",
            {"service_bus.capacity": 3, "service_bus.partitions": 2},
            "service_bus.capacity",
            "not a number of messaging units for 2 partitions",
            "2, 4, 8, 16, 32",
        ),
        Mistake(
            "prod",
            {"service_bus.capacity": GONE},
            "service_bus.capacity",
            "missing: Premium is sold in messaging units",
            "1, 2, 4, 8, 16",
        ),
        Mistake(
            "prod",
            {"service_bus.partitions": 4},
            "service_bus.partitions",
            "more partitions than messaging units",
            "at most 1",
        ),
        Mistake("prod", {"service_bus.partitions": 3}, "service_bus.partitions", "not allowed"),
        Mistake("staging", {"service_bus.capacity": 1}, "service_bus.capacity", NOT_PREMIUM, "none"),
        Mistake("staging", {"service_bus.partitions": 1}, "service_bus.partitions", NOT_PREMIUM, "none"),
        Mistake("staging", {"service_bus.zone_redundant": True}, "service_bus.zone_redundant", NOT_PREMIUM, "false"),
    ]
)
def test_a_namespace_that_azure_does_not_offer_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@each_mistake(
    [
        Mistake(
            "prod",
            {f"{SUBSCRIBERS}.AccountCreated": ["ghost"]},
            f"{SUBSCRIBERS}.AccountCreated",
            "not a service that needs messages",
            ", ".join(USERS),
        ),
        Mistake(
            "prod",
            {f"{SUBSCRIBERS}.AccountCreated": ["devhub"]},
            f"{SUBSCRIBERS}.AccountCreated",
            "not a service that needs messages",
            ", ".join(USERS),
        ),
        Mistake(
            "prod",
            {f"{SUBSCRIBERS}.Ghost": ["app"]},
            f"{SUBSCRIBERS}.Ghost",
            "no service publishes this event",
            ", ".join(EVENTS),
        ),
        Mistake(
            "prod",
            {f"{SUBSCRIBERS}.ScenarioPurchased": ["chain"]},
            f"{SUBSCRIBERS}.ScenarioPurchased",
            "already subscribes",
            "each service once",
        ),
        Mistake(
            "prod",
            {f"{SUBSCRIBERS}.AccountCreated": ["app", "app"]},
            f"{SUBSCRIBERS}.AccountCreated",
            "already subscribes",
            "each service once",
        ),
    ]
)
def test_a_subscriber_that_cannot_be_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@each_mistake(
    [
        Mistake(
            "prod",
            {"service_bus.queues.ghost": {}},
            "service_bus.queues.ghost",
            "not in the catalogue",
            ", ".join(QUEUES),
        ),
        Mistake(
            "prod",
            {"service_bus.topics": {"ghost": {}}},
            "service_bus.topics.ghost",
            "not in the catalogue",
            ", ".join(EVENTS),
        ),
        Mistake(
            "prod",
            {f"{QUEUE}.lock_duration": "PT6M"},
            f"{QUEUE}.lock_duration",
            "lock duration out of range",
            "PT5S to PT5M",
        ),
        Mistake("prod", {f"{QUEUE}.lock_duration": "5 minutes"}, f"{QUEUE}.lock_duration", "not allowed", "PT1M30S"),
        Mistake(
            "prod",
            {f"{QUEUE}.time_to_live": "PT30S"},
            f"{QUEUE}.time_to_live",
            "a message would expire while a receiver works on it",
            "more than PT1M",
        ),
        Mistake(
            "prod",
            {f"{QUEUE}.duplicate_detection_window": "P8D"},
            f"{QUEUE}.duplicate_detection_window",
            "duplicate detection window out of range",
            "PT20S to P7D, or none",
        ),
        Mistake(
            "prod",
            {f"{QUEUE}.max_size_mib": 6000},
            f"{QUEUE}.max_size_mib",
            "the Premium SKU does not offer this size",
            sizes(PREMIUM),
        ),
        Mistake(
            "staging",
            {f"{QUEUE}.max_size_mib": 10240},
            f"{QUEUE}.max_size_mib",
            "the Standard SKU does not offer this size",
            sizes(STANDARD),
        ),
        Mistake("prod", {f"{QUEUE}.max_delivery_count": 0}, f"{QUEUE}.max_delivery_count", "not allowed"),
    ]
)
def test_an_entity_that_azure_refuses_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


@each_mistake(
    [
        Mistake("prod", {setting: value}, f"waivers.{rule}", f"missing: the settings break the rule that {demand}")
        for setting, value, rule, demand in (
            ("service_bus.zone_redundant", False, IN_ZONES, "Service Bus is in every zone of the region"),
            ("service_bus.public_access", True, PUBLIC_ACCESS, "Service Bus is reached privately"),
            (f"waivers.{SCALES}", GONE, SCALES, "the messaging units of Service Bus follow the load"),
        )
    ]
)
def test_a_weakness_needs_a_waiver(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)


def test_zone_redundancy_needs_a_region_with_zones(folder: Path) -> None:
    elsewhere = next(name for name, region in REGIONS.items() if not region.zones and name != GLOBAL)
    edit(folder, "prod", {"azure.region": elsewhere})
    (problem,) = SERVICE_BUS.problems(context("prod", folder))
    assert problem.path == "Pulumi.prod.yaml: mystira:service_bus.zone_redundant"
    assert problem.what == f"{elsewhere} has no zones"
