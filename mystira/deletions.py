"""Deleted Entra applications of a stack: which are its own, what becomes of one that is restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from components.problems import InvalidInput, Problem
from stacks.parts.entra.applications import TITLE

READ = "docs/runbooks/identity.md"
EVERY = "all"
APPLICATION, PRINCIPAL = "application", "service-principal"
"""Keys of the two types."""


@dataclass(frozen=True)
class DeletedApplication:
    """A deleted application, which keeps its identifier URIs for 30 days."""

    id: str
    """Its object id, which it keeps when it is restored."""
    client_id: str
    name: str
    """Its display name."""
    uris: tuple[str, ...]
    """Its identifier URIs."""
    deleted: str
    """When, as Graph writes it; empty where that is not known."""


@dataclass(frozen=True)
class Restored:
    """What has been restored."""

    application: str
    """The object id of the application."""
    principal: str = ""
    """The object id of its service principal; empty: there was none to restore."""


class Deletions(Protocol):
    """The deleted applications of one tenant: at Graph, or in the offline cloud."""

    def applications(self) -> Iterable[DeletedApplication]:
        """All of them, whoever they belonged to."""
        ...

    def restore(self, application: DeletedApplication) -> Restored:
        """Restore one, and its service principal."""
        ...

    def purge(self, application: DeletedApplication) -> None:
        """Delete one and its service principal for good: their names are free again."""
        ...


class Kind(Protocol):
    """A type of resource."""

    @property
    def key(self) -> str: ...


class Planned(Protocol):
    """What a plan registers, as far as names go."""

    @property
    def row(self) -> Kind: ...
    @property
    def name(self) -> str: ...
    @property
    def inputs(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Row:
    """A deleted application of the stack."""

    tenant: str
    """The tenant that it is in."""
    application: DeletedApplication
    key: str
    """Its logical name in the plan; empty: the plan has no such application any more."""


class Names:
    """The applications of a plan, by what a deleted one still says of itself. They end with ``label``: ``dev``."""

    def __init__(self, planned: Iterable[Planned], label: str) -> None:
        self._suffix = f" ({label})"
        self._uri_suffix = f"-{label}"
        self._by_name: dict[str, str] = {}
        self._by_uri: dict[str, str] = {}
        self.principals: set[str] = set()
        """The logical names of the service principals."""
        for each in planned:
            if each.row.key == PRINCIPAL:
                self.principals.add(each.name)
            if each.row.key == APPLICATION:
                self._by_name[str(each.inputs.get("displayName"))] = each.name
                for uri in _texts(each.inputs.get("identifierUris")):
                    self._by_uri[uri] = each.name

    def key_of(self, application: DeletedApplication) -> str:
        """The logical name of the one in the plan that a deleted application was; empty: none."""
        by_uri = next((self._by_uri[uri] for uri in application.uris if uri in self._by_uri), "")
        return by_uri or self._by_name.get(application.name, "")

    def owns(self, application: DeletedApplication, tenant: str) -> bool:
        """Whether a deleted application of a tenant was one of this stack."""
        named = application.name.startswith(f"{TITLE} ") and application.name.endswith(self._suffix)
        ours = f"api://{tenant}/mystira-"
        addressed = any(uri.startswith(ours) and uri.endswith(self._uri_suffix) for uri in application.uris)
        return bool(self.key_of(application)) or named or addressed


def rows(tenants: Mapping[str, Deletions], names: Names) -> list[Row]:
    """The deleted applications of the stack in every tenant, in the order of their names."""
    found = [
        Row(tenant, each, names.key_of(each))
        for tenant, deletions in tenants.items()
        for each in deletions.applications()
        if names.owns(each, tenant)
    ]
    return sorted(found, key=lambda row: (row.application.name, row.application.deleted))


def chosen(found: list[Row], id: str, option: str) -> list[Row]:
    """The rows that an option names. Raises ``InvalidInput`` where there is none."""
    taken = [row for row in found if id in (EVERY, row.application.id)]
    if not taken and id != EVERY:
        allowed = ", ".join(row.application.id for row in found) or "nothing: no application of this stack is deleted"
        raise InvalidInput([Problem(option, "no deleted application of this stack", id, allowed, READ)])
    return taken


def entries(row: Row, restored: Restored, names: Names) -> Iterator[tuple[str, str]]:
    """The entries of `mystira:adopt` for what has been restored."""
    if not row.key:
        return
    yield f"{APPLICATION}/{row.key}", f"/applications/{restored.application}"
    if restored.principal and row.key in names.principals:
        yield f"{PRINCIPAL}/{row.key}", f"/servicePrincipals/{restored.principal}"


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []
