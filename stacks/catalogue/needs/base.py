"""What every kind of need answers. Code that loops over needs asks this and never the kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

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
    read_by_app: bool = False
    """Whether the service reads it from the vault itself, so that no variable holds it."""


@dataclass(frozen=True)
class Variable:
    """A variable in the environment of a service. Exactly one of its sources says what it holds."""

    name: str
    """Its name; .NET reads two underscores as a level of its configuration: ``ConnectionStrings__Redis``."""
    literal: str = ""
    """The value itself."""
    secret: str = ""
    """The secret in the vault of the service that holds the value. A key's secret exists only where keys are accepted;
    elsewhere there is no such variable."""
    known: str = ""
    """The reference of a value that a part decides (``Part.known``): ``cosmos/database``, ``host/app/api``.
    ``{service}`` stands for the key of the service. Where the part says that there is none, the variable is left
    out."""
    slot: str = ""
    """What a deployment slot holds instead. Such a variable stays with its slot when the slots are swapped; empty: it
    moves with the code."""


def from_vault(secrets: Iterable[WantedSecret], names: Mapping[str, str]) -> tuple[Variable, ...]:
    """The variables through which a service reads secrets. ``names`` has theirs by those of the secrets."""
    return tuple(Variable(names[each.name], secret=each.name) for each in secrets if each.name in names)


@dataclass(frozen=True)
class Need:
    """A need of a service. Every question has a default answer: nothing."""

    identity: ClassVar[bool] = True
    """Whether its service logs in as somebody: it gets a managed identity. A page in a browser does not."""

    @property
    def calls(self) -> tuple[str, ...]:
        """The keys of the services that it calls."""
        return ()

    @property
    def callees(self) -> tuple[str, ...]:
        """Those of :attr:`calls` that it calls inside the cluster, without the gateway."""
        return ()

    @property
    def outside(self) -> tuple[str, ...]:
        """The destination ports of its connections to the internet, each with its protocol: ``30303/UDP``."""
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
        """The private DNS groups through which it is reached privately: keys of components/facts/private_link, or of
        internal endpoints."""
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

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What its service reads from its environment, wherever it runs."""
        return ()
