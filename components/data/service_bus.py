"""Service Bus: a namespace with its queues, topics and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import servicebus

from components.common import PrivatePathArgs, Surroundings, surround
from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class QueueArgs:
    """A queue. Durations are ISO 8601; an empty ``duplicate_window`` switches duplicate detection off.

    What expires, or fails ``max_delivery_count`` times, goes to the dead letters (S2-051).
    """

    name: str
    lock_duration: str
    max_delivery_count: int
    time_to_live: str
    duplicate_window: str
    max_size_mib: int


@dataclass(frozen=True)
class TopicArgs:
    """A topic, logically named ``key``; its ``subscriptions`` are names and take its times and counts."""

    key: str
    entity: QueueArgs
    subscriptions: Sequence[str]


@dataclass(frozen=True)
class ServiceBusKeyArgs:
    """A key ``name`` with ``rights`` (Send, Listen) at one ``queue``, one ``topic`` (their names) or, both empty, the
    namespace."""

    name: str
    rights: Sequence[str]
    queue: str
    topic: str


@dataclass(frozen=True)
class ServiceBusArgs:
    """A namespace.

    ``sku`` is Standard or Premium; ``capacity`` (messaging units) and ``partitions`` are 0 where it has none.
    ``private`` is the way in (Premium); ``None`` for public access from ``allowed_addresses`` alone. ``keys`` need
    ``local_auth``; ``key`` says which half of each is in use.
    """

    resource_group: pulumi.Input[str]
    location: str
    name: str
    sku: str
    capacity: int
    partitions: int
    zone_redundant: bool
    local_auth: bool
    key: StoreKey
    queues: Sequence[QueueArgs]
    topics: Sequence[TopicArgs]
    keys: Sequence[ServiceBusKeyArgs]
    private: PrivatePathArgs | None
    allowed_addresses: Sequence[pulumi.Input[str]]
    tags: Mapping[str, str]


class ServiceBus(pulumi.ComponentResource):
    """TLS 1.2, no use of the root key.

    ``queue_ids`` go by name, ``topic_ids`` by key, ``subscription_ids`` by key and name. ``connection_string`` holds no
    key; ``connection_strings`` has those of ``keys``, by name and secret.
    """

    TOKEN = "mystira:data:ServiceBus"
    id: pulumi.Output[str]
    connection_string: pulumi.Output[str]
    connection_strings: Mapping[str, pulumi.Output[str]]
    queue_ids: Mapping[str, pulumi.Output[str]]
    topic_ids: Mapping[str, pulumi.Output[str]]
    subscription_ids: Mapping[tuple[str, str], pulumi.Output[str]]

    def __init__(
        self, name: str, args: ServiceBusArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self._args = args
        self._namespace = servicebus.Namespace(
            name,
            namespace_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            sku=servicebus.SBSkuArgs(
                name=servicebus.SkuName(args.sku),
                tier=servicebus.SkuTier(args.sku),
                capacity=args.capacity or None,
            ),
            premium_messaging_partitions=args.partitions or None,
            # Azure turns zones on by itself where it can, and then refuses to hear that they are off.
            zone_redundant=True if args.zone_redundant else None,
            disable_local_auth=not args.local_auth,
            minimum_tls_version="1.2",
            public_network_access="Disabled" if args.private else "Enabled",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        queues = {queue.name: self._queue(queue) for queue in args.queues}
        topics = {topic.key: self._topic(topic.entity) for topic in args.topics}
        subscriptions = {
            (topic.key, each): self._subscription(topic.entity, each, topics[topic.key])
            for topic in args.topics
            for each in topic.subscriptions
        }
        by_name = {topic.entity.name: topics[topic.key] for topic in args.topics}
        keys = {key.name: self._key(key, queues, by_name) for key in args.keys}
        rules = [rule for rule, _ in keys.values()]
        firewall = [] if args.private else [self._firewall(name)]
        inside = [*queues.values(), *topics.values(), *subscriptions.values(), *rules, *firewall]
        surround(self, self._namespace, "service-bus-namespace", surroundings, inside=inside, private=args.private)
        self.id = self._namespace.id
        self.queue_ids = {key: queue.id for key, queue in queues.items()}
        self.topic_ids = {key: topic.id for key, topic in topics.items()}
        self.subscription_ids = {key: each.id for key, each in subscriptions.items()}
        self.connection_strings = {key: pulumi.Output.secret(text) for key, (_, text) in keys.items()}
        self.connection_string = pulumi.Output.concat(
            "Endpoint=sb://", self._namespace.name, ".servicebus.windows.net/"
        )
        self.register_outputs({"id": self.id})

    @property
    def _partitioned(self) -> bool:
        """A partitioned Premium namespace holds partitioned entities only, another one none."""
        return self._args.partitions > 1

    def _firewall(self, name: str) -> servicebus.NamespaceNetworkRuleSet:
        """Works in every tier, but only with at least one address (components/facts/service_bus: FIREWALL)."""
        # A plain name: the set has none of its own, so it is checked by that of its namespace.
        return servicebus.NamespaceNetworkRuleSet(
            name,
            namespace_name=self._args.name,
            resource_group_name=self._args.resource_group,
            default_action=servicebus.DefaultAction.DENY,
            public_network_access=servicebus.PublicNetworkAccessFlag.ENABLED,
            ip_rules=[
                servicebus.NWRuleSetIpRulesArgs(action="Allow", ip_mask=each) for each in self._args.allowed_addresses
            ],
            opts=pulumi.ResourceOptions(parent=self._namespace),
        )

    def _queue(self, queue: QueueArgs) -> servicebus.Queue:
        return servicebus.Queue(
            queue.name,
            queue_name=queue.name,
            namespace_name=self._namespace.name,
            resource_group_name=self._args.resource_group,
            lock_duration=queue.lock_duration,
            max_delivery_count=queue.max_delivery_count,
            default_message_time_to_live=queue.time_to_live,
            dead_lettering_on_message_expiration=True,
            requires_duplicate_detection=bool(queue.duplicate_window),
            duplicate_detection_history_time_window=queue.duplicate_window or None,
            max_size_in_megabytes=queue.max_size_mib,
            enable_partitioning=self._partitioned,
            opts=pulumi.ResourceOptions(parent=self._namespace),
        )

    def _topic(self, topic: QueueArgs) -> servicebus.Topic:
        return servicebus.Topic(
            topic.name,
            topic_name=topic.name,
            namespace_name=self._namespace.name,
            resource_group_name=self._args.resource_group,
            default_message_time_to_live=topic.time_to_live,
            requires_duplicate_detection=bool(topic.duplicate_window),
            duplicate_detection_history_time_window=topic.duplicate_window or None,
            max_size_in_megabytes=topic.max_size_mib,
            enable_partitioning=self._partitioned,
            opts=pulumi.ResourceOptions(parent=self._namespace),
        )

    def _subscription(self, entity: QueueArgs, name: str, topic: servicebus.Topic) -> servicebus.Subscription:
        return servicebus.Subscription(
            f"{entity.name}-{name}",
            subscription_name=name,
            topic_name=topic.name,
            namespace_name=self._namespace.name,
            resource_group_name=self._args.resource_group,
            lock_duration=entity.lock_duration,
            max_delivery_count=entity.max_delivery_count,
            default_message_time_to_live=entity.time_to_live,
            dead_lettering_on_message_expiration=True,
            dead_lettering_on_filter_evaluation_exceptions=True,
            opts=pulumi.ResourceOptions(parent=topic),
        )

    def _key(
        self,
        key: ServiceBusKeyArgs,
        queues: Mapping[str, servicebus.Queue],
        topics: Mapping[str, servicebus.Topic],
    ) -> tuple[pulumi.Resource, pulumi.Output[str]]:
        """Register a key at the narrowest place and read its connection string."""
        rights = [servicebus.AccessRights(right) for right in key.rights]
        group, namespace = self._args.resource_group, self._namespace.name
        if key.queue:
            queue = queues[key.queue]
            rule = servicebus.QueueAuthorizationRule(
                key.name,
                authorization_rule_name=key.name,
                queue_name=queue.name,
                namespace_name=namespace,
                resource_group_name=group,
                rights=rights,
                opts=pulumi.ResourceOptions(parent=queue),
            )
            found = servicebus.list_queue_keys_output(
                rule.name, namespace, queue.name, group, opts=pulumi.InvokeOutputOptions(parent=rule)
            )
        elif key.topic:
            topic = topics[key.topic]
            rule = servicebus.TopicAuthorizationRule(
                key.name,
                authorization_rule_name=key.name,
                topic_name=topic.name,
                namespace_name=namespace,
                resource_group_name=group,
                rights=rights,
                opts=pulumi.ResourceOptions(parent=topic),
            )
            found = servicebus.list_topic_keys_output(
                rule.name, namespace, group, topic.name, opts=pulumi.InvokeOutputOptions(parent=rule)
            )
        else:
            rule = servicebus.NamespaceAuthorizationRule(
                key.name,
                authorization_rule_name=key.name,
                namespace_name=namespace,
                resource_group_name=group,
                rights=rights,
                opts=pulumi.ResourceOptions(parent=self._namespace),
            )
            found = servicebus.list_namespace_keys_output(
                rule.name, namespace, group, opts=pulumi.InvokeOutputOptions(parent=rule)
            )
        return (
            rule,
            found.primary_connection_string if self._args.key == "primary" else found.secondary_connection_string,
        )
