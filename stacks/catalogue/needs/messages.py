"""Service Bus."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Wanted, WantedSecret

EVENTS = ("AccountCreated", "ProfileUpdated", "SessionCompleted", "ScenarioPurchased")
QUEUES = ("admin-notifications", "app-events", "publisher-events")


@dataclass(frozen=True)
class Messages(Need):
    """Service Bus: event topics it publishes and subscribes, queues it sends to and receives from.

    A service with none of them may still subscribe by the settings (``mystira:service_bus.subscribers``).
    """

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

    @property
    def grants(self) -> tuple[Wanted, ...]:
        return (
            *(Wanted("bus-sender", f"topic/{event}") for event in self.publishes),
            *(Wanted("bus-receiver", f"topic/{event}/{{service}}") for event in self.subscribes),
            *(Wanted("bus-sender", f"queue/{queue}") for queue in self.sends),
            *(Wanted("bus-receiver", f"queue/{queue}") for queue in self.receives),
        )

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        value = "service-bus/connection-string/{service}"
        return (WantedSecret("servicebus-connection-string", "connection-string", value),)
