"""What Azure refuses about Service Bus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from offline.azure.errors import ArmError
from tests.harness.offline import GROUP, REGION, Cloud, endpoint, token_of

PREFIX = "azure-native:servicebus:"
NAMESPACE, QUEUE, TOPIC, SUBSCRIPTION = (PREFIX + kind for kind in ("Namespace", "Queue", "Topic", "Subscription"))


RULES = PREFIX + "NamespaceNetworkRuleSet"


NAME = "mys-dev-core-sb-san"


GATEWAY = "MessagingGatewayBadRequest"


def namespace(sku: str = "Standard", capacity: int | None = None, **more: Any) -> dict[str, Any]:
    chosen = {"name": sku, "tier": sku, **({"capacity": capacity} if capacity else {})}
    return {"namespaceName": NAME, "location": REGION, "sku": chosen, **more}


def queue(**more: Any) -> dict[str, Any]:
    return {"namespaceName": NAME, "queueName": "q", **more}


def topic(**more: Any) -> dict[str, Any]:
    return {"namespaceName": NAME, "topicName": "t", **more}


def subscription(name: str = "s", **more: Any) -> dict[str, Any]:
    return {"namespaceName": NAME, "topicName": "t", "subscriptionName": name, **more}


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (namespace("Standard", 2), "cannot have messaging units in the tier Standard"),
        (namespace(premiumMessagingPartitions=2), "cannot have partitions"),
        (namespace(encryption={"keySource": "Microsoft.KeyVault"}), "cannot have customer-managed keys"),
        (namespace("Premium", 3), "capacity 3 is not valid for 1 partitions"),
        (namespace("Premium", 1, premiumMessagingPartitions=2), "capacity 1 is not valid for 2 partitions"),
    ],
)
def test_a_namespace_that_azure_refuses(cloud: Cloud, inputs: Mapping[str, Any], words: str) -> None:
    assert words in str(cloud.refused("BadRequest", NAMESPACE, **inputs))


@pytest.mark.parametrize("name", ["mys-dev-sb", "mys-dev-mgmt", "short", "1mys-dev-core-sb-san", "x" * 51])
def test_names_of_namespaces(cloud: Cloud, name: str) -> None:
    cloud.refused("InvalidResourceName", NAMESPACE, **namespace(namespaceName=name))


def test_names_are_taken_everywhere(cloud: Cloud) -> None:
    cloud.world.take_name(NAME, NAMESPACE)
    cloud.refused("BadRequest", NAMESPACE, **namespace())


def test_a_standard_namespace_can_be_closed_to_all(cloud: Cloud) -> None:
    """Azure takes it, and nobody gets in (estate W3, Azure/azure-service-bus #709); the plan is what refuses."""
    made = cloud.make(NAMESPACE, **namespace(publicNetworkAccess="Disabled"))
    assert made.properties["serviceBusEndpoint"] == f"https://{NAME}.servicebus.windows.net:443/"


@pytest.mark.parametrize("sent", [False, True])
def test_a_standard_namespace_is_zone_redundant_whatever_is_sent(cloud: Cloud, sent: bool) -> None:
    """The recording sends false, twice, and reads true."""
    made = cloud.make(NAMESPACE, **namespace(zoneRedundant=sent))
    assert made.properties["zoneRedundant"]
    assert cloud.update(NAMESPACE, made.id, **namespace(zoneRedundant=sent))["zoneRedundant"]


def test_what_a_namespace_keeps(cloud: Cloud) -> None:
    premium = namespace("Premium", 2, premiumMessagingPartitions=1, zoneRedundant=True)
    made = cloud.make(NAMESPACE, **premium)
    with pytest.raises(ArmError, match="cannot be changed from Premium to Standard"):
        cloud.update(NAMESPACE, made.id, **namespace())
    immutable = "MergeNamespaceFailedWithImmutablePropertyUpdate"
    with pytest.raises(ArmError, match=immutable):
        cloud.update(NAMESPACE, made.id, **{**premium, "zoneRedundant": False})
    with pytest.raises(ArmError, match=immutable):
        cloud.update(NAMESPACE, made.id, **{**premium, "premiumMessagingPartitions": 2})
    cloud.update(NAMESPACE, made.id, **{**premium, "sku": {"name": "Premium", "tier": "Premium", "capacity": 4}})


def test_between_which_skus_a_namespace_moves(cloud: Cloud) -> None:
    made = cloud.make(NAMESPACE, **namespace("Basic"))
    cloud.update(NAMESPACE, made.id, **namespace("Standard"))
    with pytest.raises(ArmError, match="cannot be changed from Standard to Premium"):
        cloud.update(NAMESPACE, made.id, **namespace("Premium", 1))


BASIC_QUEUES = [
    {"requiresDuplicateDetection": True},
    {"requiresSession": True},
    {"defaultMessageTimeToLive": "P1D"},
    {"duplicateDetectionHistoryTimeWindow": "PT10M"},
    {"autoDeleteOnIdle": "PT10M"},
    {"enableExpress": True},
]


@pytest.mark.parametrize("inputs", BASIC_QUEUES)
def test_what_basic_has_not(cloud: Cloud, inputs: Mapping[str, Any]) -> None:
    cloud.make(NAMESPACE, **namespace("Basic"))
    assert "SubCode=40000" in str(cloud.refused(GATEWAY, QUEUE, **queue(**inputs)))
    cloud.make(QUEUE, **queue())


def test_basic_has_no_topics(cloud: Cloud) -> None:
    cloud.make(NAMESPACE, **namespace("Basic"))
    assert "Topics are not supported" in str(cloud.refused(GATEWAY, TOPIC, **topic()))


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"maxSizeInMegabytes": 10240}, "must be one of the following values: 1024;2048;3072;4096;5120"),
        ({"lockDuration": "PT6M"}, "exceeds the allowed maximum of '5' minutes"),
        ({"maxMessageSizeInKilobytes": 1024}, "SubCode=40000"),
        ({"enableExpress": True, "requiresDuplicateDetection": True}, "DelayedPersistence"),
        ({"forwardTo": "ghost"}, "SubCode=40400"),
        ({"forwardDeadLetteredMessagesTo": "ghost"}, "SubCode=40400"),
    ],
)
def test_a_queue_that_azure_refuses(cloud: Cloud, inputs: Mapping[str, Any], words: str) -> None:
    cloud.make(NAMESPACE, **namespace())
    assert words in str(cloud.refused(GATEWAY, QUEUE, **queue(**inputs)))


def test_forwarding_to_what_is_there(cloud: Cloud) -> None:
    cloud.make(NAMESPACE, **namespace())
    cloud.make(TOPIC, **topic())
    cloud.make(QUEUE, **queue(forwardTo="t"))


def test_premium_is_larger_and_has_rules_of_its_own(cloud: Cloud) -> None:
    cloud.make(NAMESPACE, **namespace("Premium", 1))
    cloud.refused(GATEWAY, QUEUE, **queue(enableExpress=True))
    refusal = cloud.refused(GATEWAY, QUEUE, **queue(enablePartitioning=True))
    assert "not allowed in non-partitioned namespace" in str(refusal)
    cloud.make(QUEUE, **queue(maxSizeInMegabytes=81920, maxMessageSizeInKilobytes=102400, enablePartitioning=False))


def test_a_partitioned_namespace_takes_partitioned_entities_only(cloud: Cloud) -> None:
    cloud.make(NAMESPACE, **namespace("Premium", 2, premiumMessagingPartitions=2))
    refusal = cloud.refused(GATEWAY, TOPIC, **topic(enablePartitioning=False))
    assert "Non-partitioned entities are not allowed" in str(refusal)
    cloud.make(TOPIC, **topic(enablePartitioning=True))


def test_what_is_chosen_at_creation(cloud: Cloud) -> None:
    cloud.make(NAMESPACE, **namespace())
    made = {
        QUEUE: (cloud.make(QUEUE, **queue()).id, queue()),
        TOPIC: (cloud.make(TOPIC, **topic()).id, topic()),
        SUBSCRIPTION: (cloud.make(SUBSCRIPTION, **subscription()).id, subscription()),
    }
    fixed = {
        QUEUE: ("requiresDuplicateDetection", "requiresSession", "enablePartitioning"),
        TOPIC: ("requiresDuplicateDetection", "enablePartitioning"),
        SUBSCRIPTION: ("requiresSession",),
    }
    for token, properties in fixed.items():
        id, inputs = made[token]
        for property in properties:
            with pytest.raises(ArmError, match=r"SubCode=40000.*can't be changed"):
                cloud.update(token, id, **{**inputs, property: True})
        cloud.update(token, id, **{**inputs, "defaultMessageTimeToLive": "P2D"})


def test_subscriptions(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.services.service_bus.MAXIMUM_SUBSCRIPTIONS", 2)
    cloud.make(NAMESPACE, **namespace())
    cloud.refused("ParentResourceNotFound", SUBSCRIPTION, **subscription())
    cloud.make(TOPIC, **topic())
    refusal = cloud.refused(GATEWAY, SUBSCRIPTION, **subscription(lockDuration="PT10M"))
    assert "exceeds the allowed maximum" in str(refusal)
    cloud.refused("InvalidResourceName", SUBSCRIPTION, **subscription("x" * 51))
    for number in range(2):
        cloud.make(SUBSCRIPTION, **subscription(f"s{number}"))
    assert "SubCode=40300" in str(cloud.refused(GATEWAY, SUBSCRIPTION, **subscription("s2")))


def test_network_rules(cloud: Cloud) -> None:
    cloud.make(NAMESPACE, **namespace())
    subnet = cloud.network()
    rules = {"namespaceName": NAME, "defaultAction": "Deny"}
    cloud.refused("BadRequest", RULES, **rules, virtualNetworkRules=[{"subnet": {"id": subnet}}])
    made = cloud.make(RULES, **rules, ipRules=[{"action": "Allow", "ipMask": "203.0.113.1"}])
    assert made.id.endswith(f"/namespaces/{NAME}/networkRuleSets/default")


KINDS = {
    "Namespace": {},
    "Queue": {"queueName": "q"},
    "Topic": {"topicName": "t"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_keys(cloud: Cloud, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.services.service_bus.MAXIMUM_AUTHORIZATION_RULES", 1)
    cloud.make(NAMESPACE, **namespace())
    cloud.make(QUEUE, **queue())
    cloud.make(TOPIC, **topic())
    token, where = f"{PREFIX}{kind}AuthorizationRule", {"namespaceName": NAME, **KINDS[kind]}
    names = {**where, "resourceGroupName": GROUP, "authorizationRuleName": "r"}
    cloud.refused(GATEWAY, token, authorizationRuleName="r", rights=[], **where)
    refusal = cloud.refused(GATEWAY, token, authorizationRuleName="r", rights=["Manage", "Send"], **where)
    assert "requires 'Listen' and 'Send'" in str(refusal)
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.azure.invoke(f"{PREFIX}list{kind}Keys", names)
    cloud.make(token, authorizationRuleName="r", rights=["Listen"], **where)
    assert "SubCode=40300" in str(cloud.refused(GATEWAY, token, authorizationRuleName="r2", rights=["Listen"], **where))
    keys = cloud.azure.invoke(f"{PREFIX}list{kind}Keys", names)
    entity = next(iter(KINDS[kind].values()), "")
    assert keys["primaryConnectionString"] == (
        f"Endpoint=sb://{NAME}.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey={keys['primaryKey']}"
        + (f";EntityPath={entity}" if entity else "")
    )
    assert keys["keyName"] == "r"


def test_private_endpoints_are_for_premium(cloud: Cloud) -> None:
    subnet, private = cloud.network(), token_of("private-endpoint")
    standard = cloud.make(NAMESPACE, **namespace()).id
    cloud.refused("FeatureNotSupportedForSku", private, **endpoint(subnet, standard, "namespace"))
    premium = cloud.make(NAMESPACE, **namespace("Premium", 1, namespaceName="mys-dev-core2-sb-san")).id
    cloud.refused("IncorrectPrivateLinkServiceConnectionGroupId", private, **endpoint(subnet, premium, "servicebus"))
    cloud.make(private, **endpoint(subnet, premium, "namespace"))


def test_roles_at_entities(cloud: Cloud) -> None:
    cloud.make(NAMESPACE, **namespace())
    cloud.make(TOPIC, **topic())
    made = cloud.make(SUBSCRIPTION, **subscription())
    identity = cloud.identity("one").properties["principalId"]
    cloud.grant("bus-receiver", identity, made.id)
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.grant("bus-receiver", identity, made.id + "2")
