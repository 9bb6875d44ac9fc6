"""The interface of a provider of the offline world, on plain data.

The gRPC layer (:mod:`offline.rpc.server`) speaks Pulumi's protocol and hands over plain Python values: ``None``,
``bool``, ``float``/``int``, ``str``, ``list``, ``dict``, and :data:`UNKNOWN` for a value that preview does not know.
Secrets are unwrapped before a provider sees them and wrapped again at the same paths of what it returns; a provider
marks further secret outputs with :class:`Secret`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from offline.secrecy import hidden

Properties = dict[str, Any]


class _Unknown(Enum):
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown.UNKNOWN
"""A value that a preview does not know yet."""


@dataclass(frozen=True)
class Secret:
    """An output that is secret although no input was, such as a key that Azure generated."""

    value: Any


@dataclass(frozen=True)
class CheckFailure:
    """One input that is rejected before the engine plans anything. ``property`` is a dotted camel-case path."""

    property: str
    reason: str


class Change(Enum):
    """What happened to a property between two sets of inputs."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class Diff:
    """The changed property paths, and those among them that require a replacement."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    replaces: Sequence[str] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True)
class Created:
    """An existing resource: its id and all its properties. ``inputs`` is set only if a read derived them."""

    id: str
    properties: Properties
    inputs: Properties | None = None


class ProviderError(Exception):
    """A failed operation. The message is for the user.

    ``partial`` is set when the resource exists although the operation failed, so that the engine keeps it in state.
    The message never contains secret inputs of the operation.
    """

    def __init__(self, message: str, *, partial: Created | None = None, reasons: Sequence[str] = ()) -> None:
        super().__init__(hidden(message))
        self.partial = partial
        self.reasons = tuple(map(hidden, reasons))


class Provider(Protocol):
    """One provider. Methods may be called from several threads at once."""

    name: str
    version: str
    replaced_by: Sequence[str]
    """The provider's own inputs whose change replaces it, and every resource that it made."""

    def configure(self, variables: Mapping[str, str]) -> None:
        """Take the explicit provider's configuration (strings, as the engine sends them)."""
        ...

    def check(
        self, urn: str, token: str, olds: Properties, news: Properties
    ) -> tuple[Properties, Sequence[CheckFailure]]:
        """Validate inputs and add the provider's own defaults."""
        ...

    def diff(
        self,
        token: str,
        id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        ignore_changes: Sequence[str],
    ) -> Diff:
        """Compare inputs as the real provider would."""
        ...

    def create(self, urn: str, token: str, inputs: Properties, *, preview: bool, timeout: float) -> Created:
        """Create the resource; at preview, return what is known. ``timeout`` in seconds, 0 for the default."""
        ...

    def read(self, urn: str, token: str, id: str, inputs: Properties, state: Properties) -> Created | None:
        """Return the resource as it is now, ``None`` if it does not exist. ``inputs`` is empty on import."""
        ...

    def update(
        self,
        urn: str,
        token: str,
        id: str,
        olds: Properties,
        news: Properties,
        *,
        preview: bool,
        timeout: float,
        ignore_changes: Sequence[str],
    ) -> Properties:
        """Update the resource in place and return all its properties."""
        ...

    def delete(self, urn: str, token: str, id: str, state: Properties, *, timeout: float) -> None:
        """Delete the resource. Deleting one that does not exist succeeds."""
        ...

    def invoke(self, token: str, args: Properties) -> Properties:
        """Call a function of the provider."""
        ...
