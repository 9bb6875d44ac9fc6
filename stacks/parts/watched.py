"""What alerts are made of: the public hosts, as parts offer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """A metric of a resource, and from where on it says that something is wrong."""

    resource: str
    """The resource, as `mystira:adopt` refers to it: ``front-door-profile/core``."""
    metric: str
    """Azure's name of it."""
    aggregation: str
    operator: str
    """As alert rules say it: ``LessThan``, ``GreaterThan``."""
    threshold: float
    """In the unit of the metric."""
    dimensions: Mapping[str, str]
    """What is meant of the resource, by dimension; empty: all of it."""


@dataclass(frozen=True)
class Watched:
    """A public host, and what says that it is not well."""

    key: str
    """Its logical name: ``api``, ``redirect-apex``."""
    host: str
    endpoint: str
    """The endpoint of the catalogue that answers there in the end."""
    url: str
    """What answers with 200, redirects followed, while it is well."""
    signals: tuple[Signal, ...]
