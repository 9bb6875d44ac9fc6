"""Service Bus."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need

EVENTS = ("AccountCreated", "ProfileUpdated", "SessionCompleted", "ScenarioPurchased")
QUEUES = ("admin-notifications", "app-events", "publisher-events")


@dataclass(frozen=True)
class Messages(Need):
    """Service Bus: event topics it publishes and subscribes, queues it sends to and receives from."""

    publishes: tuple[str, ...] = ()
    subscribes: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    receives: tuple[str, ...] = ()

    @property
    def owns(self) -> tuple[str, ...]:
        return tuple(f"topic/{event}" for event in self.publishes)

    @property
    def uses(self) -> tuple[str, ...]:
        return tuple(f"topic/{event}" for event in self.subscribes) + tuple(
            f"queue/{queue}" for queue in (*self.sends, *self.receives)
        )

    @property
    def zones(self) -> tuple[str, ...]:
        return ("service-bus",)
