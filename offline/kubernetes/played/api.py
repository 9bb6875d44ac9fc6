"""A Kubernetes API server as those see it who act on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

Object = dict[str, Any]
"""An object as the API server writes it."""


class Kind(NamedTuple):
    """A kind of objects."""

    api_version: str
    """``v1``, ``apps/v1``."""
    kind: str
    """``Pod``."""


class ApiError(Exception):
    """What an API server refused: a ``Status`` of it (Kubernetes: API conventions, response status kind)."""

    def __init__(self, code: int, reason: str, message: str, status: Mapping[str, Any] | None = None) -> None:
        self.code = code
        """The HTTP status: 409."""
        self.reason = reason
        """``AlreadyExists``, ``Forbidden``; empty where the server gives none."""
        self.message = message
        self.status = dict(status or {})
        """The whole answer, with its ``details``; empty where it is no ``Status``."""
        super().__init__(message)


class NoKind(Exception):
    """The server has no such kind; the message is that of client-go's ``NoKindMatchError``."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        super().__init__(f'no matches for kind "{kind.kind}" in version "{kind.api_version}"')


class Api(Protocol):
    """What is asked of an API server. Each call may raise :class:`ApiError`, and :class:`NoKind` where not said
    otherwise. ``namespace`` is empty for kinds without one, and in a list for all namespaces."""

    def revision(self) -> str:
        """What changes with every write to the server's store, whatever is written."""
        ...

    def known(self, kind: Kind) -> bool:
        """Whether the server has the kind."""
        ...

    def get(self, kind: Kind, name: str, namespace: str = "") -> Object | None:
        """The object; ``None`` where it, its namespace or its kind is missing."""
        ...

    def list(self, kind: Kind, namespace: str = "", labels: str = "") -> list[Object]:
        """The objects by namespace and name; ``labels`` is a label selector. None where the kind is missing."""
        ...

    def create(self, body: Object, query: Mapping[str, str] | None = None) -> Object:
        """Create what ``body`` says, by POST; ``query`` are parameters such as ``fieldManager`` and ``dryRun``."""
        ...

    def replace(self, body: Object, query: Mapping[str, str] | None = None) -> Object:
        """Replace the object by ``body``, by PUT."""
        ...

    def apply(
        self, body: Object, manager: str, *, force: bool = True, query: Mapping[str, str] | None = None
    ) -> Object:
        """Server-side apply as the field manager ``manager``."""
        ...

    def patch(
        self,
        kind: Kind,
        name: str,
        namespace: str,
        body: Any,
        *,
        subresource: str = "",
        query: Mapping[str, str] | None = None,
    ) -> Object:
        """A JSON patch if ``body`` is a list, else a merge patch."""
        ...

    def patch_status(self, kind: Kind, name: str, namespace: str, status: Object) -> Object:
        """Merge ``status`` into that of the object."""
        ...

    def post(self, kind: Kind, name: str, namespace: str, subresource: str, body: Object) -> None:
        """Create a subresource, such as ``binding``."""
        ...

    def delete(
        self, kind: Kind, name: str, namespace: str = "", *, propagation: str = "Background", grace: int | None = None
    ) -> None:
        """Delete the object; nothing where it is gone already. ``grace`` in seconds, by default what it asks for."""
        ...


def kind_of(body: Mapping[str, Any]) -> Kind:
    """The kind that an object says it is of."""
    return Kind(str(body.get("apiVersion")), str(body.get("kind")))
