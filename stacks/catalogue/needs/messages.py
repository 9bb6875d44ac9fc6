"""The need for messages over Service Bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, Wanted, WantedSecret


@dataclass(frozen=True)
class Messages(Need):
    """Events and queues of Service Bus.

    A service that lists none may still be subscribed to events by the settings (``mystira:service_bus.subscribers``);
    until then it has no right at the bus, and nothing in its vault leads there.
    """

    NAMESPACE: ClassVar[str] = "service-bus/namespace"
    """The product for services that log in with their identity: the fully qualified namespace."""
    CONNECTION_STRING: ClassVar[str] = "service-bus/connection-string/{service}"
    """The product with the key of a service."""

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
        if not self.grants:
            return ()
        return (
            WantedSecret("servicebus-namespace", "host", self.NAMESPACE),
            WantedSecret(
                "servicebus-connection-string",
                "connection-string",
                self.CONNECTION_STRING,
                key_of="service_bus",
                read_by_app=True,
            ),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        return (Variable("ConnectionStrings__ServiceBus", secret="servicebus-namespace"),) if self.grants else ()
