"""Service Bus: a namespace with its queues, topics and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import servicebus

from components.placement import Placement
from components.service_bus.facts import DOMAIN
from components.service_bus.spec import AccessKeySpec, EntitySpec, ServiceBusSpec
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround


class ServiceBus(pulumi.ComponentResource):
    """TLS 1.2, no use of the root key.

    ``queue_ids`` are by name, ``topic_ids`` by event, ``subscription_ids`` by both. Clients log in with their identity
    at ``host``, the fully qualified namespace. ``connection_strings`` are secret, and by the service whose key they
    carry.
    """

    TOKEN = "mystira:data:ServiceBus"
    id: pulumi.Output[str]
    host: pulumi.Output[str]
    connection_strings: Mapping[str, pulumi.Output[str]]
    queue_ids: Mapping[str, pulumi.Output[str]]
    topic_ids: Mapping[str, pulumi.Output[str]]
    subscription_ids: Mapping[tuple[str, str], pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        spec: ServiceBusSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        private: PrivatePath | None,
        outbound_ips: Sequence[pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register the namespace. ``outbound_ips`` pass the firewall of a public one."""
        super().__init__(self.TOKEN, name, None, opts)
        self._spec = spec
        self._group = place.resource_group
        self._namespace = servicebus.Namespace(
            name,
            namespace_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            sku=servicebus.SBSkuArgs(
                name=servicebus.SkuName(spec.sku),
                tier=servicebus.SkuTier(spec.sku),
                capacity=spec.capacity or None,
            ),
            premium_messaging_partitions=spec.partitions or None,
            # Azure turns zones on where it can, and then refuses a request that turns them off.
            zone_redundant=True if spec.zone_redundant else None,
            disable_local_auth=not spec.local_auth,
            minimum_tls_version="1.2",
            public_network_access="Disabled" if private else "Enabled",
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        queues = {queue.name: self._queue(queue) for queue in spec.queues}
        topics = {topic.key: self._topic(topic.entity) for topic in spec.topics}
        subscriptions = {
            (topic.key, each): self._subscription(topic.entity, each, topics[topic.key])
            for topic in spec.topics
            for each in topic.subscriptions
        }
        by_name = {topic.entity.name: topics[topic.key] for topic in spec.topics}
        keys = {key.name: self._key(key, queues, by_name) for key in spec.keys}
        rules = [rule for rule, _ in keys.values()]
        firewall = [] if private else [self._firewall(name, [*outbound_ips, *spec.allowed_ranges])]
        inside = [*queues.values(), *topics.values(), *subscriptions.values(), *rules, *firewall]
        surround(self, self._namespace, "service-bus-namespace", surroundings, inside=inside, private=private)
        self.id = self._namespace.id
        self.queue_ids = {key: queue.id for key, queue in queues.items()}
        self.topic_ids = {key: topic.id for key, topic in topics.items()}
        self.subscription_ids = {key: each.id for key, each in subscriptions.items()}
        self.host = pulumi.Output.concat(self._namespace.name, f".{DOMAIN}")
        self.connection_strings = {service: pulumi.Output.secret(text) for service, (_, text) in keys.items()}
        self.register_outputs({"id": self.id})

    @property
    def _partitioned(self) -> bool:
        """A partitioned Premium namespace holds partitioned entities only, another one none."""
        return self._spec.partitions > 1

    def _firewall(self, name: str, addresses: Sequence[pulumi.Input[str]]) -> servicebus.NamespaceNetworkRuleSet:
        """Works in every tier, but only with at least one address (facts.FIREWALL)."""
        # A plain name: the rule set has no name input, so the guard checks that of its namespace.
        return servicebus.NamespaceNetworkRuleSet(
            name,
            namespace_name=self._spec.name,
            resource_group_name=self._group,
            default_action=servicebus.DefaultAction.DENY,
            public_network_access=servicebus.PublicNetworkAccessFlag.ENABLED,
            ip_rules=[servicebus.NWRuleSetIpRulesArgs(action="Allow", ip_mask=each) for each in addresses],
            opts=pulumi.ResourceOptions(parent=self._namespace),
        )

    def _queue(self, queue: EntitySpec) -> servicebus.Queue:
        return servicebus.Queue(
            queue.name,
            queue_name=queue.name,
            namespace_name=self._namespace.name,
            resource_group_name=self._group,
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

    def _topic(self, topic: EntitySpec) -> servicebus.Topic:
        return servicebus.Topic(
            topic.name,
            topic_name=topic.name,
            namespace_name=self._namespace.name,
            resource_group_name=self._group,
            default_message_time_to_live=topic.time_to_live,
            requires_duplicate_detection=bool(topic.duplicate_window),
            duplicate_detection_history_time_window=topic.duplicate_window or None,
            max_size_in_megabytes=topic.max_size_mib,
            enable_partitioning=self._partitioned,
            opts=pulumi.ResourceOptions(parent=self._namespace),
        )

    def _subscription(self, entity: EntitySpec, name: str, topic: servicebus.Topic) -> servicebus.Subscription:
        return servicebus.Subscription(
            f"{entity.name}-{name}",
            subscription_name=name,
            topic_name=topic.name,
            namespace_name=self._namespace.name,
            resource_group_name=self._group,
            lock_duration=entity.lock_duration,
            max_delivery_count=entity.max_delivery_count,
            default_message_time_to_live=entity.time_to_live,
            dead_lettering_on_message_expiration=True,
            dead_lettering_on_filter_evaluation_exceptions=True,
            opts=pulumi.ResourceOptions(parent=topic),
        )

    def _key(
        self,
        key: AccessKeySpec,
        queues: Mapping[str, servicebus.Queue],
        topics: Mapping[str, servicebus.Topic],
    ) -> tuple[pulumi.Resource, pulumi.Output[str]]:
        """Register a key at the narrowest place and read its connection string."""
        rights = [servicebus.AccessRights(right) for right in key.rights]
        group, namespace = self._group, self._namespace.name
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
            found.primary_connection_string if self._spec.store_key == "primary" else found.secondary_connection_string,
        )
