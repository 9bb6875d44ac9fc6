"""Service Bus: queues, event topics, who sends and who receives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from components.facts.regions import REGIONS
from components.problems import Problem
from components.service_bus.facts import AMQP_PORT, PREMIUM
from components.service_bus.spec import AccessKeySpec, EntitySpec, ServiceBusSpec, TopicSpec
from stacks.catalogue.model import Service
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.base import Need
from stacks.catalogue.needs.messages import Messages
from stacks.context import Context
from stacks.parts.doors import Door, Target, Way, private, zones
from stacks.parts.part import Part
from stacks.parts.service_bus.checks import messages_of, published, service_bus_problems, topic_name
from stacks.settings.models import EnvironmentSettings
from stacks.settings.service_bus import Entity
from stacks.settings.types import texts

PUBLIC_ACCESS = "service-bus-public-access"
IN_ZONES = "service-bus-zones"
SCALES = "service-bus-autoscale"
NAMESPACE_SCOPE = "service-bus"
SEND, LISTEN = "Send", "Listen"
ZONES = zones("service-bus")


class ServiceBus(Part[EnvironmentSettings, ServiceBusSpec]):
    """The namespace."""

    key = "service_bus"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "Service Bus is reached privately",
        IN_ZONES: "Service Bus is in every zone of the region",
        SCALES: "the messaging units of Service Bus follow the load",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> ServiceBusSpec:
        bus, names = context.settings.service_bus, context.names
        local_auth = context.settings.accepts_keys("service_bus")
        return ServiceBusSpec(
            name=names.name(CORE, "service-bus-namespace"),
            sku=bus.sku,
            capacity=bus.capacity or 0,
            partitions=bus.partitions or 0,
            zone_redundant=bus.zone_redundant,
            local_auth=local_auth,
            store_key=context.settings.secrets.key,
            queues=tuple(
                _entity(names.child("service-bus-queue", queue), bus.queues.get(queue, Entity()))
                for queue in context.catalogue.queues
            ),
            topics=tuple(_topic(context, event) for event in published(context.catalogue)),
            keys=tuple(_keys(context)) if local_auth else (),
            allowed_ranges=texts(bus.allowed_ranges),
            private_endpoint="" if bus.public_access else names.name(CORE, "private-endpoint", role="servicebus"),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return service_bus_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        bus = context.settings.service_bus
        if bus.public_access:
            yield PUBLIC_ACCESS
        if REGIONS[context.settings.azure.region].zones and bus.sku == PREMIUM and not bus.zone_redundant:
            yield IN_ZONES
        # Standard shares its capacity with others and has no units; nothing here scales those of Premium.
        if bus.sku == PREMIUM:
            yield SCALES

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        events = published(context.catalogue)
        return {
            NAMESPACE_SCOPE: "service-bus-namespace",
            **{f"queue/{queue}": "service-bus-queue" for queue in context.catalogue.queues},
            **{f"topic/{event}": "service-bus-topic" for event in events},
            **{
                f"topic/{event}/{service}": "service-bus-subscription"
                for event in events
                for service in _subscribers(context, event)
            },
        }

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        """Private, or behind a firewall that admits the environment's own addresses."""
        bus, setting = context.settings.service_bus, "service_bus.public_access"
        if bus.public_access:
            door = Door(Way.PUBLIC, setting, "false", ranges=texts(bus.allowed_ranges), own=True, waiver=PUBLIC_ACCESS)
        else:
            door = private(setting, "true, with a waiver")
        users, allowed = tuple(messages_of(context.catalogue)), "false, with sku: Premium"
        yield Target(NAMESPACE_SCOPE, NAMESPACE_SCOPE, users, (str(AMQP_PORT),), (door,), setting, allowed, ZONES)

    def serves(self, context: Context[EnvironmentSettings], service: Service, need: Need) -> Need | None:
        """A subscription that the settings add is like one of the catalogue."""
        if not isinstance(need, Messages):
            return need
        events, subscribers = published(context.catalogue), context.settings.service_bus.subscribers
        more = [event for event, who in subscribers.items() if event in events for each in who if each == service.key]
        return replace(need, subscribes=(*need.subscribes, *more))

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        users = [service for service, need in messages_of(context.catalogue).items() if need.grants]
        if users:
            yield Messages.NAMESPACE
        if context.settings.accepts_keys("service_bus"):
            yield from (Messages.CONNECTION_STRING.format(service=service) for service in users)


def _entity(name: str, settings: Entity) -> EntitySpec:
    return EntitySpec(
        name=name,
        lock_duration=settings.lock_duration,
        max_delivery_count=settings.max_delivery_count,
        time_to_live=settings.time_to_live,
        duplicate_window=settings.duplicate_detection_window or "",
        max_size_mib=settings.max_size_mib,
    )


def _topic(context: Context[EnvironmentSettings], event: str) -> TopicSpec:
    names = context.names
    return TopicSpec(
        key=event,
        entity=_entity(
            names.child("service-bus-topic", topic_name(event)),
            context.settings.service_bus.topics.get(event, Entity()),
        ),
        subscriptions=tuple(names.child("service-bus-subscription", each) for each in _subscribers(context, event)),
    )


def _subscribers(context: Context[EnvironmentSettings], event: str) -> Iterator[str]:
    return (service for service, need in messages_of(context.catalogue).items() if event in need.subscribes)


def _keys(context: Context[EnvironmentSettings]) -> Iterator[AccessKeySpec]:
    for service, need in messages_of(context.catalogue).items():
        topics = {topic_name(event) for event in need.publishes + need.subscribes}
        queues = {*need.sends, *need.receives}
        sends, listens = need.publishes or need.sends, need.subscribes or need.receives
        rights = ((SEND,) if sends else ()) + ((LISTEN,) if listens else ())
        if rights:
            name = context.names.child("service-bus-authorization-rule", service)
            alone = len(topics) + len(queues) == 1
            yield AccessKeySpec(
                name=name,
                rights=rights,
                queue="".join(queues) if alone else "",
                topic="".join(topics) if alone else "",
            )


SERVICE_BUS = ServiceBus()
