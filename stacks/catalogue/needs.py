"""What a service may need. Each kind of need is a record; who loops over needs asks them and never their kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """A need of a service.

    ``calls`` names services that it calls; ``owns`` what it claims for itself alone, as ``kind/name``; ``uses`` what it
    shares and somebody must own or the platform provides, as ``kind/name``; ``zones`` the private DNS groups (keys of
    components/facts/private_link) through which it is reached privately.
    """

    @property
    def calls(self) -> tuple[str, ...]:
        return ()

    @property
    def owns(self) -> tuple[str, ...]:
        return ()

    @property
    def uses(self) -> tuple[str, ...]:
        return ()

    @property
    def zones(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Calls(Need):
    """HTTP or RPC to another service."""

    service: str

    @property
    def calls(self) -> tuple[str, ...]:
        return (self.service,)


@dataclass(frozen=True)
class Database(Need):
    """A PostgreSQL database of its own, or, ``read_only``, one that another service owns."""

    name: str
    read_only: bool = False

    @property
    def owns(self) -> tuple[str, ...]:
        return () if self.read_only else (f"postgresql/{self.name}",)

    @property
    def uses(self) -> tuple[str, ...]:
        return (f"postgresql/{self.name}",) if self.read_only else ()

    @property
    def zones(self) -> tuple[str, ...]:
        return ("postgresql",)


@dataclass(frozen=True)
class Documents(Need):
    """The Cosmos DB database."""

    read_only: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        return ("cosmos",)


@dataclass(frozen=True)
class Files(Need):
    """Blobs of the storage account."""

    read_only: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        return ("blob",)


@dataclass(frozen=True)
class Cache(Need):
    """Redis."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("redis",)


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


@dataclass(frozen=True)
class Models(Need):
    """Language models of the AI account."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("ai",)


@dataclass(frozen=True)
class Search(Need):
    """Search indexes."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("search",)


@dataclass(frozen=True)
class Mail(Need):
    """Sending mail through Communication Services."""


@dataclass(frozen=True)
class Disk(Need):
    """A data disk for each replica, in GiB."""

    size_gib: int


@dataclass(frozen=True)
class Outside(Need):
    """Going out to a network of its own, such as a peer-to-peer one; ``ports`` with their protocols."""

    ports: tuple[str, ...]


@dataclass(frozen=True)
class Vault(Need):
    """A key vault of its own."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("vault",)
