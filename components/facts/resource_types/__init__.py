"""The table of resource types: one row each, by key and by Pulumi token."""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.model import ResourceType
from components.facts.resource_types import (
    compute,
    data,
    edge,
    governance,
    identity,
    monitoring,
    network,
    registry,
    services,
)

_AREAS = (governance, network, monitoring, identity, registry, compute, data, services, edge)

RESOURCE_TYPES: Mapping[str, ResourceType] = {row.key: row for area in _AREAS for row in area.ROWS}

BY_TOKEN: Mapping[str, ResourceType] = {row.token: row for row in RESOURCE_TYPES.values()}
