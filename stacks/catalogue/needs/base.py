"""What every kind of need answers. Code that loops over needs asks this and never the kind."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.store_keys import Store


@dataclass(frozen=True)
class Wanted:
    """A role that the identity of a service needs."""

    role: str
    """A key of components/facts/roles."""
    target: str
    """The resource at which it is granted, by its key in the plan: ``topic/AccountCreated``. ``{service}`` stands for
    the key of the service."""


@dataclass(frozen=True)
class WantedSecret:
    """A secret in the vault of a service."""

    name: str
    """Its name in the vault."""
    content_type: str
    """What the value is: ``connection-string``, ``url``."""
    value: str
    """The product that is its value: ``redis/endpoint/{service}``. ``{service}`` stands for the key of the
    service."""
    key_of: Store | None = None
    """The store whose key the value is and nothing else: the secret exists only where ``local_auth`` lists the store.
    ``None``: it always exists."""


@dataclass(frozen=True)
class Need:
    """A need of a service. Every question has a default answer: nothing."""

    @property
    def calls(self) -> tuple[str, ...]:
        """The keys of the services that it calls."""
        return ()

    @property
    def owns(self) -> tuple[str, ...]:
        """What it claims for its service alone, as ``kind/name``: ``postgresql/publisher``."""
        return ()

    @property
    def uses(self) -> tuple[str, ...]:
        """What another service owns or the platform provides, as ``kind/name``: ``queue/app-events``."""
        return ()

    @property
    def zones(self) -> tuple[str, ...]:
        """The private DNS groups (keys of components/facts/private_link) through which it is reached privately."""
        return ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The types of resources that its service gets for itself: ``key-vault``."""
        return ()

    @property
    def grants(self) -> tuple[Wanted, ...]:
        """The roles that the identity of its service needs."""
        return ()

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        """The secrets that the vault of its service holds."""
        return ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the keys that are created in the vault of its service."""
        return ()
