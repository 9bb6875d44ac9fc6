"""Microsoft.ServiceBus: namespaces, queues, topics, subscriptions, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.durations import seconds
from components.facts.regions import REGIONS
from components.service_bus.facts import (
    BASIC,
    EXCEPTIONS,
    FIREWALL,
    LONGEST_LOCK_SECONDS,
    MAXIMUM_AUTHORIZATION_RULES,
    MAXIMUM_SUBSCRIPTIONS,
    NOT_ON_BASIC,
    PARTITIONS,
    PREMIUM,
    QUOTAS,
    SIZES_MIB,
    TIERS,
    UNITS,
)
from offline.azure.behaviour import Behaviour, Function, Request, at, guid
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

PREFIX = "azure-native:servicebus:"
SUBSCRIPTION = PREFIX + "Subscription"
KEYED = ("Namespace", "Queue", "Topic")
"""Kinds that have authorization rules, and keys with them."""

GATEWAY = "MessagingGatewayBadRequest"
"""ARM's code for a refusal of the messaging service (hashicorp/terraform-provider-azurerm #28576)."""

IMMUTABLE = "MergeNamespaceFailedWithImmutablePropertyUpdate"
ZONES = "hashicorp/terraform-provider-azurerm #27497"
SKUS = "hashicorp/terraform-provider-azurerm #6212, #16463 (only between Basic and Standard)"
AUTHORIZATION = "Azure/azure-powershell #9786"

NEVER = "P10675199DT2H48M5.4775807S"
"""The longest duration that the service knows."""


def _refused(message: str, advice: str, code: int = 40000) -> ArmError:
    return ArmError(GATEWAY, f"SubCode={code}. {message}", advice)


class Namespace(Behaviour):
    taken = (
        "BadRequest",
        "The specified name is not available. For more information visit https://aka.ms/eventhubsarmexceptions.",
        400,
    )
    """hashicorp/terraform-provider-azurerm #12020."""
    fills_in: ClassVar[Properties] = {
        "disableLocalAuth": False,
        "minimumTlsVersion": "1.2",
        "publicNetworkAccess": "Enabled",
        "tags": {},
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs, sku = request.inputs, at(request.inputs, "sku", "name")
        capacity, partitions = at(inputs, "sku", "capacity"), inputs.get("premiumMessagingPartitions")
        if sku != PREMIUM:
            for what, used in (
                ("messaging units", capacity),
                ("partitions", partitions),
                ("customer-managed keys", inputs.get("encryption")),
            ):
                if used:
                    message = f"The namespace {request.name} cannot have {what} in the tier {sku}."
                    yield ArmError("BadRequest", message, f"use Premium ({TIERS})")
        else:
            allowed = [units * (partitions or 1) for units in UNITS]
            if (capacity or 1) not in allowed:
                message = f"The capacity {capacity or 1} is not valid for {partitions or 1} partitions."
                yield ArmError("BadRequest", message, f"one of {', '.join(map(str, allowed))} ({PARTITIONS})")
        if request.old is not None:
            yield from self._changes(request, request.old.body)

    @staticmethod
    def _changes(request: Request, old: Properties) -> Iterator[ArmError]:
        before, now = at(old, "sku", "name"), at(request.inputs, "sku", "name")
        if before != now and PREMIUM in (before, now):
            message = f"The SKU of a namespace cannot be changed from {before} to {now}."
            yield ArmError("BadRequest", message, f"create another namespace and migrate ({SKUS})")
        for name, words in (("zoneRedundant", ZONES), ("premiumMessagingPartitions", PARTITIONS)):
            # A namespace of another tier takes any value, and keeps its own.
            if now == PREMIUM and name in request.inputs and request.inputs[name] != old.get(name):
                message = f"{name[0].upper()}{name[1:]} is an immutable property."
                yield ArmError(IMMUTABLE, message, f"keep it, or create another namespace ({words})")

    def computed(self, request: Request) -> Properties:
        sku: Properties = request.inputs.get("sku") or {}
        location = str(request.inputs.get("location", "")).lower().replace(" ", "")
        premium = sku.get("name") == PREMIUM
        return {
            "geoDataReplication": {
                "maxReplicationLagDurationInSeconds": 0,
                "locations": [{"locationName": location, "roleType": "Primary"}],
                **(request.inputs.get("geoDataReplication") or {}),
            },
            "premiumMessagingPartitions": (request.inputs.get("premiumMessagingPartitions") or 1) if premium else 0,
            "serviceBusEndpoint": f"https://{request.name}.servicebus.windows.net:443/",
            "metricId": f"{request.id.split('/')[2]}:{request.name.lower()}",
            "sku": {"tier": sku.get("name"), **({"capacity": 1} if premium else {}), **sku},
            "status": "Active",
            # In every tier, whatever is sent, where the region has zones.
            "zoneRedundant": location not in REGIONS or bool(REGIONS[location].zones),
        }


class Entity(Behaviour):
    """What queues, topics and subscriptions have in common."""

    word: ClassVar[str] = ""
    counts: ClassVar[Properties] = {
        "countDetails": {
            "activeMessageCount": 0,
            "deadLetterMessageCount": 0,
            "scheduledMessageCount": 0,
            "transferMessageCount": 0,
            "transferDeadLetterMessageCount": 0,
        },
    }
    """What Azure counts in it; nobody sends messages here."""
    fixed: ClassVar[Mapping[str, str]] = {}
    """Properties fixed at creation → Azure's message for a change."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        inputs = request.inputs
        namespace = request.cloud.get(re.split(r"/(?:queues|topics)/", request.id)[0])
        body = namespace.body if namespace else {}
        sku = at(body, "sku", "name")
        yield from self._tier(request, sku, body)
        lock = inputs.get("lockDuration")
        if lock and seconds(lock) > LONGEST_LOCK_SECONDS:
            message = "The supplied lock time exceeds the allowed maximum of '5' minutes."
            yield _refused(message, f"shorten it ({EXCEPTIONS})")
        if inputs.get("enableExpress") and inputs.get("requiresDuplicateDetection"):
            message = "Both DelayedPersistence and RequiresDuplicateDetection property can't be enabled together."
            yield _refused(message, f"choose one ({EXCEPTIONS})")
        for name in ("forwardTo", "forwardDeadLetteredMessagesTo"):
            target = inputs.get(name)
            root = namespace.id if namespace else ""
            if target and not any(request.cloud.get(f"{root}/{kind}/{target}") for kind in ("queues", "topics")):
                message = "The auto forwarding destination entity does not exist."
                yield _refused(message, f"create {target} first ({EXCEPTIONS})", 40400)
        old = request.old.body if request.old else {}
        for name, message in self.fixed.items():
            if request.old is not None and bool(inputs.get(name)) != bool(old.get(name)):
                yield _refused(message, f"keep it, or create another one ({EXCEPTIONS})")

    def _tier(self, request: Request, sku: str | None, namespace: Properties) -> Iterator[ArmError]:
        inputs = request.inputs
        if sku == BASIC:
            for name in NOT_ON_BASIC:
                if inputs.get(name):
                    message = (
                        f"The property '{name}' can't be set when creating a {self.word} because the namespace "
                        f"'{namespace.get('name')}' is using the 'Basic' Tier. This operation is only supported in "
                        "'Standard' or 'Premium' tier."
                    )
                    yield _refused(message, f"use Standard or Premium ({EXCEPTIONS})")
        size = inputs.get("maxSizeInMegabytes")
        allowed = SIZES_MIB.get(str(sku), ())
        if size is not None and allowed and size not in allowed:
            values = ";".join(map(str, allowed))
            message = (
                f"The specified value {size} is invalid. The property 'MaxSizeInMegabytes', must be one of the "
                f"following values: {values}."
            )
            yield _refused(message, f"choose one of them ({EXCEPTIONS})")
        if inputs.get("maxMessageSizeInKilobytes") and sku != PREMIUM:
            read = "hashicorp/terraform-provider-azurerm #28576"
            yield _refused("Bad Request.", f"maxMessageSizeInKilobytes is for Premium only ({read})")
        if inputs.get("enableExpress") and sku == PREMIUM:
            message = "Express entities are not supported in a Premium namespace."
            yield _refused(message, f"disable it ({TIERS})")
        if sku == PREMIUM and "enablePartitioning" in inputs:
            partitioned = (namespace.get("premiumMessagingPartitions") or 1) > 1
            if partitioned and not inputs["enablePartitioning"]:
                message = "Non-partitioned entities are not allowed in partitioned namespace."
                yield _refused(message, f"enable it ({PARTITIONS})")
            if not partitioned and inputs["enablePartitioning"]:
                message = "Partitioned entities are not allowed in non-partitioned namespace."
                yield _refused(message, f"disable it ({PARTITIONS})")

    def computed(self, request: Request) -> Properties:
        namespace = _namespace_of(request)
        size = {}
        if "maxMessageSizeInKilobytes" in self.fills_in:
            largest = 1024 if at(namespace, "sku", "name") == PREMIUM else 256
            size = {"maxMessageSizeInKilobytes": request.inputs.get("maxMessageSizeInKilobytes") or largest}
        return {**self.counts, **size, "location": namespace.get("location")}


class Queue(Entity):
    word = "Queue"
    counts: ClassVar[Properties] = {**Entity.counts, "messageCount": 0, "sizeInBytes": 0}
    fills_in: ClassVar[Properties] = {
        "autoDeleteOnIdle": NEVER,
        "deadLetteringOnMessageExpiration": False,
        "defaultMessageTimeToLive": NEVER,
        "duplicateDetectionHistoryTimeWindow": "PT10M",
        "enableBatchedOperations": True,
        "enableExpress": False,
        "enablePartitioning": False,
        "lockDuration": "PT1M",
        "maxDeliveryCount": 10,
        "maxMessageSizeInKilobytes": 256,
        "maxSizeInMegabytes": 1024,
        "requiresDuplicateDetection": False,
        "requiresSession": False,
        "status": "Active",
    }
    fixed: ClassVar[Mapping[str, str]] = {
        "requiresDuplicateDetection": (
            "The value for the 'requiresDuplicateDetection' property of an existing Queue can't be changed."
        ),
        "requiresSession": "The value for RequiresSession property of an existing Queue can't be changed.",
        "enablePartitioning": "Partitioning can't be changed for Queue.",
    }


class Topic(Entity):
    word = "Topic"
    counts: ClassVar[Properties] = {**Entity.counts, "sizeInBytes": 0}
    fills_in: ClassVar[Properties] = {
        "autoDeleteOnIdle": NEVER,
        "defaultMessageTimeToLive": NEVER,
        "duplicateDetectionHistoryTimeWindow": "PT10M",
        "enableBatchedOperations": True,
        "enableExpress": False,
        "enablePartitioning": False,
        "maxMessageSizeInKilobytes": 256,
        "maxSizeInMegabytes": 1024,
        "requiresDuplicateDetection": False,
        "status": "Active",
        "supportOrdering": True,
    }
    fixed: ClassVar[Mapping[str, str]] = {
        "requiresDuplicateDetection": (
            "The value for the 'requiresDuplicateDetection' property of an existing Topic can't be changed."
        ),
        "enablePartitioning": "Partitioning can't be changed for Topic.",
    }

    def _tier(self, request: Request, sku: str | None, namespace: Properties) -> Iterator[ArmError]:
        if sku == BASIC:
            message = f"Topics are not supported: the namespace '{namespace.get('name')}' is using the 'Basic' Tier."
            yield _refused(message, f"use Standard or Premium ({EXCEPTIONS})")
        yield from super()._tier(request, sku, namespace)

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        return {"subscriptionCount": sum(other.token == SUBSCRIPTION for other in cloud.below(each.id))}


class Subscription(Entity):
    word = "Subscription"
    counts: ClassVar[Properties] = {**Entity.counts, "messageCount": 0}
    fills_in: ClassVar[Properties] = {
        "autoDeleteOnIdle": NEVER,
        "deadLetteringOnFilterEvaluationExceptions": True,
        "deadLetteringOnMessageExpiration": False,
        "defaultMessageTimeToLive": NEVER,
        "enableBatchedOperations": True,
        "isClientAffine": False,
        "lockDuration": "PT1M",
        "maxDeliveryCount": 10,
        "requiresSession": False,
        "status": "Active",
    }
    fixed: ClassVar[Mapping[str, str]] = {
        "requiresSession": "The value for RequiresSession property of an existing Subscription can't be changed.",
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from super().refusals(request)
        topic = request.id.rpartition("/subscriptions/")[0]
        others = [each for each in request.cloud.below(topic) if each.token == SUBSCRIPTION]
        if request.old is None and len(others) >= MAXIMUM_SUBSCRIPTIONS:
            message = f"The topic has {len(others)} subscriptions, the maximum."
            yield _refused(message, f"at most {MAXIMUM_SUBSCRIPTIONS} ({QUOTAS})", 40300)


class NetworkRules(Behaviour):
    fills_in: ClassVar[Properties] = {"publicNetworkAccess": "Enabled"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        namespace = request.cloud.get(request.id.rpartition("/networkRuleSets/")[0])
        sku = at(namespace.body if namespace else {}, "sku", "name")
        if request.inputs.get("virtualNetworkRules") and sku != PREMIUM:
            message = f"Virtual network rules are not supported in the tier {sku}."
            yield ArmError("BadRequest", message, f"use Premium, or addresses ({FIREWALL})")


class Key(Behaviour):
    def refusals(self, request: Request) -> Iterator[ArmError]:
        rights = set(request.inputs.get("rights") or [])
        if not rights:
            yield _refused("An authorization rule needs at least one right.", "add Send, Listen or both")
        if "Manage" in rights and not {"Send", "Listen"} <= rights:
            message = "Assigning 'Manage' to rights requires 'Listen' and 'Send' to be included with."
            yield _refused(message, f"remove Manage ({AUTHORIZATION})")
        parent = request.id.rpartition("/authorizationRules/")[0]
        others = [
            each
            for each in request.cloud.below(parent)
            if each.id.lower().startswith(f"{parent.lower()}/authorizationrules/")
        ]
        if request.old is None and len(others) >= MAXIMUM_AUTHORIZATION_RULES:
            message = f"{parent} has {len(others)} authorization rules, the maximum."
            yield _refused(message, f"at most {MAXIMUM_AUTHORIZATION_RULES} ({QUOTAS})", 40300)

    def computed(self, request: Request) -> Properties:
        return {"location": _namespace_of(request).get("location")}


def _namespace_of(request: Request) -> Properties:
    found = request.cloud.get(re.split(r"/(?:queues|topics|networkRuleSets|authorizationRules)/", request.id)[0])
    return found.body if found else {}


def list_keys(args: Properties, world: World, subscription: str) -> Properties:
    """The keys of an authorization rule, also as connection strings."""
    namespace = (
        f"/subscriptions/{subscription}/resourceGroups/{args['resourceGroupName']}/providers/Microsoft.ServiceBus"
        f"/namespaces/{args['namespaceName']}"
    )
    entity = args.get("queueName") or args.get("topicName") or ""
    below = f"/{'queues' if 'queueName' in args else 'topics'}/{entity}" if entity else ""
    name = args["authorizationRuleName"]
    rule = f"{namespace}{below}/authorizationRules/{name}"
    if world.get(rule) is None:
        message = f"The Resource '{rule}' was not found."
        raise ArmError("ResourceNotFound", message, "create the rule first, or depend on it", status=404)
    found: Properties = {"keyName": name}
    for which in ("primary", "secondary"):
        key = guid(rule, which).replace("-", "")
        found[f"{which}Key"] = key
        found[f"{which}ConnectionString"] = (
            f"Endpoint=sb://{args['namespaceName']}.servicebus.windows.net/;SharedAccessKeyName={name};"
            f"SharedAccessKey={key}" + (f";EntityPath={entity}" if entity else "")
        )
    return found


BEHAVIOURS: Mapping[str, Behaviour] = {
    PREFIX + "Namespace": Namespace(),
    PREFIX + "Queue": Queue(),
    PREFIX + "Topic": Topic(),
    SUBSCRIPTION: Subscription(),
    PREFIX + "NamespaceNetworkRuleSet": NetworkRules(),
    **{f"{PREFIX}{kind}AuthorizationRule": Key() for kind in KEYED},
}

FUNCTIONS: Mapping[str, Function] = {
    **{f"{PREFIX}list{kind}Keys": list_keys for kind in KEYED},
}
