"""A Service Bus namespace by its spec."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.service_bus.facts import BASIC, PREMIUM, SIZES_MIB, STANDARD
from components.service_bus.namespace import ServiceBus
from components.service_bus.spec import AccessKeySpec, EntitySpec, ServiceBusSpec, TopicSpec
from components.surroundings.surround import Surroundings
from tests.harness.build import PLACE, WORKSPACE_ID, Product, every, one, parents, private_path, product, surroundings
from tests.harness.compose import KEY, SECOND_KEY, Composition, compose, shared_access

NAME = "mys-dev-core-sb-san"
ENDPOINT = f"Endpoint=sb://{NAME}.servicebus.windows.net/"
NAT = ("198.51.100.1", "198.51.100.2")
"""The addresses from which the environment goes out."""

QUEUE = EntitySpec(
    name="orders",
    lock_duration="PT2M",
    max_delivery_count=3,
    time_to_live="P1D",
    duplicate_window="PT10M",
    max_size_mib=2048,
)
TOPIC = TopicSpec(key="OrderPlaced", entity=replace(QUEUE, name="order-placed"), subscriptions=("shop", "stock"))
SPEC = ServiceBusSpec(
    name=NAME,
    sku=STANDARD,
    capacity=0,
    partitions=0,
    zone_redundant=False,
    local_auth=False,
    store_key="primary",
    queues=(QUEUE,),
    topics=(TOPIC,),
    keys=(),
    allowed_ranges=("203.0.113.0/24",),
    private_endpoint="",
)
LARGE = replace(
    SPEC,
    sku=PREMIUM,
    capacity=2,
    partitions=1,
    zone_redundant=True,
    allowed_ranges=(),
    private_endpoint="mys-dev-coreservicebus-pe-san",
)
KEYED = replace(
    SPEC,
    local_auth=True,
    keys=(
        AccessKeySpec(name="shop", rights=("Send", "Listen"), queue="", topic=""),
        AccessKeySpec(name="stock", rights=("Listen",), queue="", topic="order-placed"),
        AccessKeySpec(name="till", rights=("Send",), queue="orders", topic=""),
    ),
)


def built(spec: ServiceBusSpec = SPEC, around: Surroundings | None = None) -> Composition:
    """The namespace alone, private where its spec names an endpoint; ids and connection strings as outputs."""
    zone = "privatelink.servicebus.windows.net"

    def program() -> dict[str, object]:
        private = private_path(spec.private_endpoint, "namespace", zone) if spec.private_endpoint else None
        made = ServiceBus("core", spec, PLACE, around or surroundings(), private=private, outbound_ips=NAT)
        return {
            "id": made.id,
            "host": made.host,
            "queues": dict(made.queue_ids),
            "topics": dict(made.topic_ids),
            "subscriptions": {" ".join(key): id for key, id in made.subscription_ids.items()},
            **{client: product(text) for client, text in made.connection_strings.items()},
        }

    return compose(program)


def test_a_standard_namespace_takes_its_spec_and_its_place() -> None:
    assert one(built(), "service-bus-namespace").inputs == {
        "namespaceName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "sku": {"name": "Standard", "tier": "Standard"},
        "disableLocalAuth": True,
        "minimumTlsVersion": "1.2",
        "publicNetworkAccess": "Enabled",
        "tags": PLACE.tags,
    }


def test_a_premium_namespace_has_units_partitions_and_zones() -> None:
    namespace = one(built(LARGE), "service-bus-namespace").inputs
    assert namespace["sku"] == {"name": "Premium", "tier": "Premium", "capacity": 2}
    assert (namespace["premiumMessagingPartitions"], namespace["zoneRedundant"]) == (1, True)
    assert namespace["publicNetworkAccess"] == "Disabled"


def test_a_queue_sends_what_fails_or_expires_to_its_dead_letters() -> None:
    assert one(built(), "service-bus-queue").inputs == {
        "queueName": "orders",
        "namespaceName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "lockDuration": "PT2M",
        "maxDeliveryCount": 3,
        "defaultMessageTimeToLive": "P1D",
        "deadLetteringOnMessageExpiration": True,
        "requiresDuplicateDetection": True,
        "duplicateDetectionHistoryTimeWindow": "PT10M",
        "maxSizeInMegabytes": 2048,
        "enablePartitioning": False,
    }


def test_a_topic_counts_messages_and_its_subscriptions_deliver_them() -> None:
    found = built()
    assert one(found, "service-bus-topic").inputs == {
        "topicName": "order-placed",
        "namespaceName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "defaultMessageTimeToLive": "P1D",
        "requiresDuplicateDetection": True,
        "duplicateDetectionHistoryTimeWindow": "PT10M",
        "maxSizeInMegabytes": 2048,
        "enablePartitioning": False,
    }
    subscription = one(found, "service-bus-subscription", "order-placed-stock").inputs
    assert subscription == {
        "subscriptionName": "stock",
        "topicName": "order-placed",
        "namespaceName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "lockDuration": "PT2M",
        "maxDeliveryCount": 3,
        "defaultMessageTimeToLive": "P1D",
        "deadLetteringOnMessageExpiration": True,
        "deadLetteringOnFilterEvaluationExceptions": True,
    }


def test_duplicate_detection_can_be_off() -> None:
    queue = one(built(replace(SPEC, queues=(replace(QUEUE, duplicate_window=""),))), "service-bus-queue").inputs
    assert queue["requiresDuplicateDetection"] is False
    assert "duplicateDetectionHistoryTimeWindow" not in queue


@pytest.mark.parametrize(("partitions", "partitioned"), [(1, False), (2, True)])
def test_a_partitioned_namespace_holds_partitioned_entities_only(partitions: int, partitioned: bool) -> None:
    found = built(replace(LARGE, partitions=partitions))
    entities = [*every(found, "service-bus-queue"), *every(found, "service-bus-topic")]
    assert [each.inputs["enablePartitioning"] for each in entities] == [partitioned, partitioned]


def test_without_keys_there_is_a_host_and_no_connection_string() -> None:
    found = built()
    assert found.outputs["host"] == f"{NAME}.servicebus.windows.net"
    assert not {each.name for each in KEYED.keys} & set(found.outputs)
    assert not [each for each in found.azure() if each.type.endswith("AuthorizationRule")]
    assert not [token for token in found.calls if ":list" in token]


def test_a_key_is_the_clients_own_and_as_narrow_as_it_can_be() -> None:
    """Never the root key: at the one entity that the client uses, or at the namespace where it uses several."""
    found = built(KEYED)
    assert one(found, "service-bus-namespace").inputs["disableLocalAuth"] is False
    rules = {
        (each.type.rpartition(":")[2], each.inputs["authorizationRuleName"]): (each.parent, each.inputs["rights"])
        for each in found.azure()
        if each.type.endswith("AuthorizationRule")
    }
    assert rules == {
        ("NamespaceAuthorizationRule", "shop"): ("core", ["Send", "Listen"]),
        ("TopicAuthorizationRule", "stock"): ("order-placed", ["Listen"]),
        ("QueueAuthorizationRule", "till"): ("orders", ["Send"]),
    }
    assert sorted(each.rpartition(":")[2] for each in found.calls if ":list" in each) == [
        "listNamespaceKeys",
        "listQueueKeys",
        "listTopicKeys",
    ]


@pytest.mark.parametrize(("store_key", "key"), [("primary", KEY), ("secondary", SECOND_KEY)])
def test_a_connection_string_with_a_key_is_secret(store_key: str, key: str) -> None:
    outputs = built(replace(KEYED, store_key=store_key)).outputs
    for client, entity in (("shop", ""), ("stock", "order-placed"), ("till", "orders")):
        assert outputs[client] == Product(shared_access(NAME, client, key, entity), secret=True)


def test_roles_can_be_granted_at_each_of_its_parts() -> None:
    outputs = built().outputs
    assert (outputs["id"], outputs["host"]) == (f"/service-bus-namespace/{NAME}", f"{NAME}.servicebus.windows.net")
    assert outputs["queues"] == {"orders": "/service-bus-queue/orders"}
    assert outputs["topics"] == {"OrderPlaced": "/service-bus-topic/order-placed"}
    assert outputs["subscriptions"] == {
        "OrderPlaced shop": "/service-bus-subscription/shop",
        "OrderPlaced stock": "/service-bus-subscription/stock",
    }


def test_everything_is_below_what_it_belongs_to() -> None:
    assert parents(built(KEYED)) | parents(built(LARGE)) == {
        ("service-bus-namespace", "core"): "ServiceBus",
        ("service-bus-queue", "orders"): "service-bus-namespace",
        ("service-bus-topic", "order-placed"): "service-bus-namespace",
        ("service-bus-subscription", "order-placed-shop"): "service-bus-topic",
        ("service-bus-subscription", "order-placed-stock"): "service-bus-topic",
        ("service-bus-authorization-rule", "shop"): "service-bus-namespace",
        ("service-bus-topic-authorization-rule", "stock"): "service-bus-topic",
        ("service-bus-queue-authorization-rule", "till"): "service-bus-queue",
        ("service-bus-network-rules", "core"): "service-bus-namespace",
        ("diagnostic-setting", "service-bus-namespace-core"): "ServiceBus",
        ("private-endpoint", "service-bus-namespace-core"): "ServiceBus",
        ("private-dns-zone-group", "service-bus-namespace-core"): "private-endpoint",
    }


def test_a_public_namespace_admits_the_environment_and_the_offices_only() -> None:
    found = built()
    rules = one(found, "service-bus-network-rules").inputs
    assert (rules["defaultAction"], rules["publicNetworkAccess"]) == ("Deny", "Enabled")
    assert rules["ipRules"] == [{"action": "Allow", "ipMask": each} for each in (*NAT, "203.0.113.0/24")]
    assert every(found, "private-endpoint") == []


def test_a_private_namespace_has_an_endpoint_and_no_firewall() -> None:
    found = built(LARGE)
    assert every(found, "service-bus-network-rules") == []
    endpoint = one(found, "private-endpoint").inputs
    assert endpoint["privateEndpointName"] == "mys-dev-coreservicebus-pe-san"
    (connection,) = endpoint["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["namespace"]
    assert connection["privateLinkServiceId"] == f"/service-bus-namespace/{NAME}"
    (zone,) = one(found, "private-dns-zone-group").inputs["privateDnsZoneConfigs"]
    assert zone["privateDnsZoneId"] == "/private-dns-zone/privatelink.servicebus.windows.net"


def test_the_namespace_sends_its_logs_to_the_workspace() -> None:
    setting = one(built(), "diagnostic-setting").inputs
    assert (setting["resourceUri"], setting["workspaceId"]) == (f"/service-bus-namespace/{NAME}", WORKSPACE_ID)
    assert setting["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]


def test_its_lock_waits_for_everything_inside() -> None:
    around = surroundings(locked=True)
    built(KEYED, around)
    (lock,) = around.locks.waiting
    assert (lock.name, lock.kind) == ("service-bus-namespace-core", "service-bus-namespace")
    inside = {each.pulumi_resource_name for each in lock.made}
    assert inside == {
        *("core", "orders", "order-placed", "order-placed-shop", "order-placed-stock", "shop", "stock", "till"),
        "service-bus-namespace-core",
    }


def test_a_larger_sku_offers_every_size_of_a_smaller_one() -> None:
    assert set(SIZES_MIB[BASIC]) <= set(SIZES_MIB[STANDARD]) < set(SIZES_MIB[PREMIUM])
    assert all(size % 1024 == 0 for sizes in SIZES_MIB.values() for size in sizes)
