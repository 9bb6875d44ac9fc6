"""Service Bus from its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pulumi

from components.data import QueueArgs, ServiceBus, ServiceBusArgs, ServiceBusKeyArgs, TopicArgs
from stacks.build.stores.base import Site
from stacks.plan.stores.messaging import PRODUCT, EntityPlan


def build_messaging(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register the namespace; returns the connection string of each service: with its own key, if keys are allowed."""
    plan, bus = site.plan, site.plan.stores.messaging
    made = ServiceBus(
        "core",
        ServiceBusArgs(
            resource_group=site.groups["core"],
            location=plan.region,
            name=bus.name,
            sku=bus.sku,
            capacity=bus.capacity,
            partitions=bus.partitions,
            zone_redundant=bus.zone_redundant,
            local_auth=plan.local_auth,
            key=plan.store_key,
            queues=[_entity(queue) for queue in bus.queues],
            topics=[TopicArgs(topic.event, _entity(topic.entity), topic.subscribers) for topic in bus.topics],
            keys=[ServiceBusKeyArgs(key.service, key.rights, key.queue, key.topic) for key in bus.keys],
            private=site.private(bus.endpoint, "namespace", "service-bus") if bus.endpoint else None,
            allowed_addresses=[*site.outbound_ips, *bus.allowed_ranges],
            tags=plan.tags,
        ),
        site.surroundings,
        site.options,
    )
    site.scopes.resources |= {
        "service-bus": made.id,
        **{f"queue/{name}": id for name, id in made.queue_ids.items()},
        **{f"topic/{event}": id for event, id in made.topic_ids.items()},
        **{f"topic/{event}/{service}": id for (event, service), id in made.subscription_ids.items()},
    }
    return {
        PRODUCT.format(service=service): made.connection_strings.get(service, made.connection_string)
        for service in bus.users
    }


def _entity(plan: EntityPlan) -> QueueArgs:
    return QueueArgs(**asdict(plan))
