"""What a stack file may say about Service Bus."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.facts.durations import seconds
from stacks.settings.section import Section
from stacks.settings.types import Cidr, Text


def _duration(value: str) -> str:
    try:
        seconds(value)
    except ValueError:
        raise ValueError("an ISO 8601 duration, for example PT1M30S or P7D") from None
    return value


Duration = Annotated[str, AfterValidator(_duration)]


class Entity(Section):
    """A queue, or a topic with its subscriptions. Messages that expire or fail too often go to its dead letters."""

    lock_duration: Duration = Field(default="PT1M", description="how long a receiver has a message for itself")
    max_delivery_count: Annotated[int, Field(ge=1, le=2000)] = Field(default=5, description="attempts before it fails")
    time_to_live: Duration = Field(default="P7D", description="after this a message expires")
    duplicate_detection_window: Duration | None = Field(
        default="PT10M", description="a message id counts once within this time; none: off (chosen at creation)"
    )
    max_size_mib: int = Field(default=1024, description="how much it holds")


class ServiceBus(Section):
    """The namespace with its queues and topics.

    Queues are those of the catalogue, topics its events; what `queues` and `topics` do not name has the defaults.
    """

    sku: Literal["Basic", "Standard", "Premium"]
    capacity: int | None = Field(default=None, description="messaging units of Premium")
    partitions: Literal[1, 2, 4] | None = Field(default=None, description="of a Premium namespace; chosen at creation")
    zone_redundant: bool = Field(default=False, description="Premium in a region with zones; chosen at creation")
    public_access: bool = Field(default=False, description="off: reached through a private endpoint only (Premium)")
    allowed_ranges: tuple[Cidr, ...] = Field(
        default=(), strict=False, description="who reaches a public namespace beside the environment's own addresses"
    )
    queues: dict[str, Entity] = Field(default={}, description="by name")
    topics: dict[str, Entity] = Field(default={}, description="by event; also for the subscriptions")
    subscribers: dict[str, Annotated[tuple[Text, ...], Field(strict=False)]] = Field(
        default={}, description="event → services that subscribe to it beside those of the catalogue"
    )
