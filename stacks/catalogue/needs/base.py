"""What every kind of need answers; who loops over needs asks this and never the kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """A role (a key of components/facts/roles) at ``target``, the name of a resource as the plan speaks of it."""

    role: str
    target: str


@dataclass(frozen=True)
class Need:
    """A need of a service.

    ``calls`` names services that it calls; ``owns`` what it claims for itself alone, as ``kind/name``; ``uses`` what it
    shares and somebody must own or the platform provides, as ``kind/name``; ``zones`` the private DNS groups (keys of
    components/facts/private_link) through which it is reached privately; ``parts`` the resource types of which the
    service gets one of its own; ``grants`` the roles that its identity needs.
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
