"""The settings of Service Bus."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr, Duration, EventName, QueueName, ServiceKey


class Entity(Section):
    """A queue, or a topic with its subscriptions. Messages that expire or fail too often go to its dead-letter
    queue."""

    lock_duration: Duration = "PT1M"
    """How long a receiver holds a message before another may have it, an ISO 8601 duration: PT5S to PT5M."""
    max_delivery_count: Annotated[int, Field(ge=1, le=2000)] = 5
    """How often a message is delivered before it counts as failed, 1 to 2000."""
    time_to_live: Duration = "P7D"
    """After how long a message expires, an ISO 8601 duration longer than `lock_duration`."""
    duplicate_detection_window: Duration | None = "PT10M"
    """How long a message id is remembered, so that a second message with it is dropped: PT20S to P7D; null: off.
    Whether it is on cannot change later: make a queue of another name (docs/runbooks/service-bus.md)."""
    max_size_mib: int = 1024
    """How much it holds, in MiB: 1024 to 5120 in steps of 1024, on Premium up to 81920."""


class ServiceBus(Section):
    """The Service Bus namespace. It has the catalogue's queues, and a topic for each of the catalogue's events."""

    sku: Literal["Basic", "Standard", "Premium"]
    """The tier. Basic has no topics, so that events need another one."""
    capacity: int | None = None
    """Messaging units: 1, 2, 4, 8 or 16; Premium only, and required there."""
    partitions: Literal[1, 2, 4] | None = None
    """Partitions of a Premium namespace. They cannot change later."""
    zone_redundant: bool = False
    """Whether messages are kept in several zones (Premium, in a region with zones). It cannot change later."""
    public_access: bool = False
    """Whether it is reached from outside instead of through a private endpoint, which only Premium has; on needs a
    waiver."""
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges that reach a public namespace in addition to the environment's own outbound addresses."""
    queues: dict[QueueName, Entity] = Field(default={})
    """Queues that differ from the defaults, by name."""
    topics: dict[EventName, Entity] = Field(default={})
    """Topics that differ from the defaults, by event; their subscriptions have the same settings."""
    subscribers: dict[EventName, Annotated[tuple[ServiceKey, ...], Field(strict=False)]] = Field(default={})
    """Services that subscribe to an event in addition to those of the catalogue: event to services."""
