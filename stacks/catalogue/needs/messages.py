"""The need for messages over Service Bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Wanted, WantedSecret


@dataclass(frozen=True)
class Messages(Need):
    """Events and queues of Service Bus.

    A service that lists none may still be subscribed to events by the settings (``mystira:service_bus.subscribers``).
    """

    PRODUCT: ClassVar[str] = "service-bus/connection-string/{service}"
    """The product that its part makes for the vault of a service."""

    publishes: tuple[str, ...] = ()
    """The events that it publishes; each has one publisher."""
    subscribes: tuple[str, ...] = ()
    """The events that it subscribes to."""
    sends: tuple[str, ...] = ()
    """The queues that it sends to."""
    receives: tuple[str, ...] = ()
    """The queues that it receives from."""

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
        return (WantedSecret("servicebus-connection-string", "connection-string", self.PRODUCT),)
