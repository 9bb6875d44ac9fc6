"""What a Service Bus namespace consists of."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class EntitySpec:
    """A queue, or a topic whose subscriptions take its times and counts.

    A message that expires, or fails ``max_delivery_count`` times, goes to the dead letters (S2-051).
    """

    name: str
    """Its name in the namespace."""
    lock_duration: str
    """How long a receiver keeps a message to itself; ISO 8601."""
    max_delivery_count: int
    """Attempts before a message is a dead letter."""
    time_to_live: str
    """ISO 8601."""
    duplicate_window: str
    """How long a message id counts once; ISO 8601, empty: duplicate detection is off."""
    max_size_mib: int
    """What it holds at most, MiB; 1024 to 81920 by SKU."""


@dataclass(frozen=True)
class TopicSpec:
    """The topic of an event."""

    key: str
    """The event: ``AccountCreated``."""
    entity: EntitySpec
    """The topic itself."""
    subscriptions: tuple[str, ...]
    """Names of its subscriptions, one for each subscribing service."""


@dataclass(frozen=True)
class AccessKeySpec:
    """A key of one service, with the rights that it needs and no more; never the namespace's root key."""

    name: str
    """The service."""
    rights: tuple[str, ...]
    """Send, Listen."""
    queue: str
    """Name of the only queue that the service uses; empty otherwise."""
    topic: str
    """Name of the only topic that it uses. With neither, the key is the namespace's: a connection string holds one."""


@dataclass(frozen=True)
class ServiceBusSpec:
    """A namespace with its entities."""

    name: str
    """Its physical name, which is also its host."""
    sku: str
    """Standard or Premium."""
    capacity: int
    """Messaging units; 0 where the SKU has none."""
    partitions: int
    """0 where the SKU has none; chosen at creation."""
    zone_redundant: bool
    """Whether it is spread over the zones of the region."""
    local_auth: bool
    """Whether keys are accepted in addition to identities."""
    store_key: StoreKey
    """The half of each key that connection strings carry."""
    queues: tuple[EntitySpec, ...]
    """Its queues."""
    topics: tuple[TopicSpec, ...]
    """Its topics, one for each event."""
    keys: tuple[AccessKeySpec, ...]
    """One for each service with a right in it; empty without ``local_auth``."""
    allowed_ranges: tuple[str, ...]
    """Who reaches a public namespace, in addition to the environment's own outbound addresses."""
    private_endpoint: str
    """Physical name of its private endpoint (Premium); empty: public, behind its firewall."""
