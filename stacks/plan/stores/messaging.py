"""Service Bus: queues, event topics, who sends and who receives. Its checks are in ``messaging_checks``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.facts.regions import REGIONS
from components.facts.service_bus import AMQP_PORT, PREMIUM
from components.naming import Names
from stacks.catalogue import Catalogue
from stacks.catalogue.names import CORE
from stacks.catalogue.needs import QUEUES, Wanted
from stacks.plan.stores.base import Store
from stacks.plan.stores.doors import Door, Target, Way, private
from stacks.plan.stores.messaging_checks import messages_of, messaging_problems, published, topic_name
from stacks.settings import EnvironmentSettings
from stacks.settings.messaging import Entity

PRODUCT = "service-bus/connection-string/{service}"
PUBLIC_ACCESS = "service-bus-public-access"
SEND, LISTEN = "Send", "Listen"


@dataclass(frozen=True)
class EntityPlan:
    """A queue or topic. Durations are ISO 8601; an empty ``duplicate_window`` switches the detection off."""

    name: str
    lock_duration: str
    max_delivery_count: int
    time_to_live: str
    duplicate_window: str
    max_size_mib: int


@dataclass(frozen=True)
class TopicPlan:
    """The topic of an event; ``subscribers`` are services, each with a subscription of its name."""

    event: str
    entity: EntityPlan
    subscribers: tuple[str, ...]


@dataclass(frozen=True)
class KeyPlan:
    """A key of one service, with what it may do and no more, never the namespace's root key.

    ``queue`` or ``topic`` is the physical name of the one entity that the service uses; both are empty for a service
    with several: a connection string holds one key, so that key is the namespace's.
    """

    service: str
    rights: tuple[str, ...]
    queue: str
    topic: str


@dataclass(frozen=True)
class MessagingPlan:
    """The namespace.

    ``capacity`` and ``partitions`` are 0 where the SKU has none. ``endpoint`` is the name of the private endpoint,
    empty where the namespace is public behind its firewall. ``users`` are all services that may talk to it.
    """

    name: str
    sku: str
    capacity: int
    partitions: int
    zone_redundant: bool
    allowed_ranges: tuple[str, ...]
    endpoint: str
    queues: tuple[EntityPlan, ...]
    topics: tuple[TopicPlan, ...]
    keys: tuple[KeyPlan, ...]
    users: tuple[str, ...]


def messaging_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> MessagingPlan:
    """What Service Bus becomes, once its checks have passed."""
    bus = settings.service_bus
    topics = tuple(
        TopicPlan(
            event,
            _entity(names.child("service-bus-topic", topic_name(event)), bus.topics.get(event, Entity())),
            tuple(names.child("service-bus-subscription", each) for each in _subscribers(settings, catalogue, event)),
        )
        for event in published(catalogue)
    )
    return MessagingPlan(
        name=names.name(CORE, "service-bus-namespace"),
        sku=bus.sku,
        capacity=bus.capacity or 0,
        partitions=bus.partitions or 0,
        zone_redundant=bus.zone_redundant,
        allowed_ranges=bus.allowed_ranges,
        endpoint="" if bus.public_access else names.name(CORE, "private-endpoint", role="servicebus"),
        queues=tuple(
            _entity(names.child("service-bus-queue", queue), bus.queues.get(queue, Entity())) for queue in QUEUES
        ),
        topics=topics,
        keys=tuple(_keys(settings, catalogue, names)) if settings.local_auth == "on" else (),
        users=tuple(messages_of(catalogue)),
    )


def _entity(name: str, said: Entity) -> EntityPlan:
    return EntityPlan(
        name,
        said.lock_duration,
        said.max_delivery_count,
        said.time_to_live,
        said.duplicate_detection_window or "",
        said.max_size_mib,
    )


def _subscribers(settings: EnvironmentSettings, catalogue: Catalogue, event: str) -> Iterator[str]:
    """Those of the catalogue, then those of the settings."""
    for service, need in messages_of(catalogue).items():
        if event in need.subscribes:
            yield service
    yield from settings.service_bus.subscribers.get(event, ())


def _keys(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> Iterator[KeyPlan]:
    for service, need in messages_of(catalogue).items():
        more = tuple(event for event, who in settings.service_bus.subscribers.items() if service in who)
        listens = need.subscribes + more
        topics = {topic_name(event) for event in need.publishes + listens}
        queues = {*need.sends, *need.receives}
        sends = bool(need.publishes or need.sends)
        rights = ((SEND,) if sends else ()) + ((LISTEN,) if listens or need.receives else ())
        if rights:
            names.child("service-bus-authorization-rule", service)
            alone = len(topics) + len(queues) == 1
            yield KeyPlan(service, rights, "".join(queues) if alone else "", "".join(topics) if alone else "")


def _weaknesses(settings: EnvironmentSettings) -> Iterator[str]:
    if settings.service_bus.public_access:
        yield PUBLIC_ACCESS
    zones = REGIONS[settings.azure.region].zones
    if zones and settings.service_bus.sku == PREMIUM and not settings.service_bus.zone_redundant:
        yield "service-bus-zones"


def _scopes(settings: EnvironmentSettings, catalogue: Catalogue) -> Mapping[str, str]:
    events = published(catalogue)
    return {
        "service-bus": "service-bus-namespace",
        **{f"queue/{queue}": "service-bus-queue" for queue in QUEUES},
        **{f"topic/{event}": "service-bus-topic" for event in events},
        **{
            f"topic/{event}/{service}": "service-bus-subscription"
            for event in events
            for service in _subscribers(settings, catalogue, event)
        },
    }


def _targets(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[Target]:
    """Private, or behind a firewall into which the build puts the environment's own addresses."""
    bus, setting = settings.service_bus, "service_bus.public_access"
    if bus.public_access:
        door = Door(Way.PUBLIC, setting, "false", ranges=bus.allowed_ranges, own=True, waiver=PUBLIC_ACCESS)
    else:
        door = private(setting, "true, with a waiver")
    users = tuple(messages_of(catalogue))
    yield Target("service-bus", "service-bus", users, (str(AMQP_PORT),), (door,), setting, "false, with sku: Premium")


def _grants(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[tuple[str, Wanted]]:
    """Who subscribes by the settings receives from that subscription."""
    for event, services in settings.service_bus.subscribers.items():
        for service in services:
            yield service, Wanted("bus-receiver", f"topic/{event}/{service}")


def _products(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[str]:
    return (PRODUCT.format(service=service) for service in messages_of(catalogue))


MESSAGING = Store(
    key="messaging",
    problems=messaging_problems,
    rules={
        PUBLIC_ACCESS: "Service Bus is reached privately",
        "service-bus-zones": "Service Bus stands in every zone of the region",
    },
    weaknesses=_weaknesses,
    scopes=_scopes,
    products=_products,
    versions=lambda settings: (),
    targets=_targets,
    grants=_grants,
)
