"""One request to the REST API, and the shape of a route that answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer


@dataclass(frozen=True)
class Call:
    """A request whose login has been accepted."""

    path: Mapping[str, str]
    """The parts of the path that the route names: ``{"location": "southafricanorth"}``."""
    body: Properties
    """The body; empty where there is none."""
    cloud: Writer
    """The cloud as the request finds it."""
    deleted: tuple[CloudObject, ...]
    """What was deleted and keeps its name."""
    tenant_id: str
    """The tenant of the subscriptions."""

    @property
    def subscription(self) -> str:
        """The id of the subscription in the path."""
        return self.path["subscription"].lower()


@dataclass(frozen=True)
class Answer:
    """What comes back."""

    body: Any = None
    status: int = 200


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A method and a path, as the API specification writes it, with what answers it."""

    method: str
    template: str
    """The path; ``{name}`` stands for one part of it, ``{+name}`` for an id of any length."""
    handler: Handler

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """The named parts of a path, ``None`` where it is of another route. Paths are case-insensitive, as at Azure."""
        found = self._pattern.fullmatch(path) if method == self.method else None
        return found.groupdict() if found else None

    @property
    def _pattern(self) -> re.Pattern[str]:
        escaped = re.sub(r"\\([{}+])", r"\1", re.escape(self.template))
        named = re.sub(r"\{(\+?)(\w+)\}", lambda part: f"(?P<{part[2]}>{'/.+' if part[1] else '[^/]+'})", escaped)
        return re.compile(named, re.IGNORECASE)


def listed(rows: Any) -> Answer:
    """A list, as every service wraps one."""
    return Answer({"value": list(rows)})
