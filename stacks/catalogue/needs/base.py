"""What every kind of need answers; who loops over needs asks this and never the kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """A role (a key of components/facts/roles) at ``target``, a resource as the plan speaks of it.

    ``{service}`` in the target stands for the key of the service.
    """

    role: str
    target: str


@dataclass(frozen=True)
class WantedSecret:
    """A secret in the vault of the service: ``value`` names what produces it, such as ``redis/connection-string``.

    ``{service}`` in the value stands for the key of the service. A ``keyed`` one is nothing but a key: it exists only
    where ``local_auth`` is on, and so does what produces it.
    """

    name: str
    content_type: str
    value: str
    keyed: bool = False


@dataclass(frozen=True)
class Need:
    """A need of a service.

    ``calls`` names services that it calls; ``owns`` what it claims for itself alone, as ``kind/name``; ``uses`` what it
    shares and somebody must own or the platform provides, as ``kind/name``; ``zones`` the private DNS groups (keys of
    components/facts/private_link) through which it is reached privately; ``parts`` the resource types of which the
    service gets one of its own; ``grants`` the roles that its identity needs; ``secrets`` what its vault holds for it;
    ``keys`` the names of keys that are made in its vault.
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

    @property
    def parts(self) -> tuple[str, ...]:
        return ()

    @property
    def grants(self) -> tuple[Wanted, ...]:
        return ()

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return ()

    @property
    def keys(self) -> tuple[str, ...]:
        return ()
